"""The baseline survey of a unit: the rows that are typed back from paper, prefilled with what is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.paginator import Page
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qisong.coverage.surveyed import surveyed
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DayField, DeskForm
from qisong.desk.furniture import lazy_word
from qisong.desk.refusing import said
from qisong.desk.tables import Link, page_of
from qisong.ledger.models import Item, PaperSheet
from qisong.ledger.shapes import Problem
from qisong.ledger.surveying import Line, Surveyed, members_of, survey_items
from qisong.ledger.terms import Standing
from qisong.org.models import Term, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.org.words import terms
from qisong.roster.contacts import Contact
from qisong.roster.models import Member
from qisong.roster.replies import Reply, is_temporary, wished

ROWS_A_PAGE = 50


class AskedForm(DeskForm):
    """The day on which people were asked; one for all rows."""

    on = DayField(label=gettext_lazy("Asked on"))


@dataclass
class SurveyRow:
    """One member's row: what it shows, what was ticked there, and what is wrong with it."""

    number: int
    one: Surveyed
    reply: Reply
    mark: str
    asked: bool = False
    has: frozenset[int] = frozenset()
    errors: list[str] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Asked, or touched at all: a row as it was prefilled says nothing."""
        return self.asked or bool(self.has) or self.reply.mark != self.mark

    @property
    def line(self) -> Line:
        return Line(self.one.member.pk, self.reply, self.has, str(self.number))


@dataclass(frozen=True)
class Asking:
    """What a sheet asks, as the county has it today."""

    items: Sequence[Item]
    needs: Sequence[Term]
    ways: Sequence[Term]

    @classmethod
    def on(cls, day: date) -> Asking:
        ways = [term for term in terms(TermCategory.WAY) if term.data.get("wish")]
        return cls(survey_items(day), terms(TermCategory.NEED), ways)


@dataclass
class SurveyPage:
    unit: Unit
    scope: Scope
    asking: Asking
    rows: list[SurveyRow]
    numbers: Page[Member]
    form: AskedForm
    id: str
    problems: list[str] = field(default_factory=list)
    sheet: PaperSheet | None = None  # the paper that came back, if it was printed with a number

    @property
    def crumbs(self) -> Sequence[Crumb]:
        roster = Crumb(_("Roster"), reverse("desk:roster", args=[self.unit.pk]))
        return [*way_to(self.scope, self.unit.pk), roster, Crumb(lazy_word("survey"))]

    @property
    def beneath(self) -> list[Link]:
        """The units beneath, each with a survey of its own."""
        kept = self.scope.units(Right.ROSTER)
        units = [one for one in self.scope.tree.children.get(self.unit.pk, ()) if one in kept]
        return [Link(self.scope.tree.nodes[one].name, reverse("desk:survey", args=[one])) for one in units]

    @property
    def answer(self) -> str:
        people = self.numbers.paginator.count
        return ngettext("{n} person", "{n} people", people).format(n=people)

    @property
    def draft(self) -> str:
        return f"survey-{self.unit.pk}-{self.numbers.number}-{self.sheet.number if self.sheet else ''}"

    @property
    def query(self) -> str:
        """What the address of this page says beside the unit."""
        sheet = {"sheet": self.sheet.number} if self.sheet else {}
        return urlencode({"page": self.numbers.number, **sheet})


def survey_page(unit: Unit, scope: Scope, number: str | None, sheet: PaperSheet | None = None) -> SurveyPage:
    asking = Asking.on(scope.on)
    numbers = page_of(surveyed_members(unit, scope.on, sheet), number, ROWS_A_PAGE)
    rows = fresh_rows(list(numbers), asking=asking, on=scope.on)
    form = AskedForm(initial={"on": scope.on})
    return SurveyPage(unit, scope, asking, rows, numbers, form, uuid4().hex, sheet=sheet)


def surveyed_members(unit: Unit, on: date, sheet: PaperSheet | None) -> list[Member]:
    """The members of the unit, or those of them who stand on a sheet, in its order."""
    everybody = members_of([unit.pk], on)
    if sheet is None:
        return everybody
    named = {one.pk: one for one in everybody}
    return [named[line.member_id] for line in sheet.lines.all() if line.member_id in named]


def fresh_rows(members: Sequence[Member], *, asking: Asking, on: date) -> list[SurveyRow]:
    """Rows of any members of the unit, prefilled."""
    people = surveyed(members, items=asking.items, on=on)
    return [SurveyRow(number, one, one.known, one.known.mark) for number, one in enumerate(people, start=1)]


def sent_page(
    unit: Unit, scope: Scope, sent: QueryDict, number: str | None, sheet: PaperSheet | None = None
) -> SurveyPage:
    """The page as it was typed; it may hold any members of the unit."""
    asking = Asking.on(scope.on)
    everybody = members_of([unit.pk], scope.on)
    numbers = page_of(surveyed_members(unit, scope.on, sheet), number, ROWS_A_PAGE)
    named = {one.pk: one for one in everybody}
    heads = [head for text in sent.getlist("who") if (head := head_of(text)) and head[1] in named]
    people = surveyed([named[pk] for _n, pk, _mark in heads], items=asking.items, on=scope.on)
    pairs = zip(heads, people, strict=True)
    rows = [SentRow(sent, n, asking).row(one, mark) for (n, _pk, mark), one in pairs]
    form = AskedForm(sent)
    return SurveyPage(unit, scope, asking, rows, numbers, form, sent.get("id", "")[:64], sheet=sheet)


def head_of(text: str) -> tuple[int, UUID, str] | None:
    """Number, member and mark of a row, as the page wrote them."""
    number, _dash, rest = text.partition("-")
    member, _dash, mark = rest.partition("-")
    try:
        return int(number), UUID(member), mark
    except ValueError:
        return None


@dataclass(frozen=True)
class SentRow:
    sent: QueryDict
    number: int
    asking: Asking

    def row(self, one: Surveyed, mark: str) -> SurveyRow:
        errors: list[str] = []
        needs = {kind: self.until(kind, errors) for kind in self.codes("n", self.asking.needs)}
        contact = Contact(self.text("c"), self.text("r"), self.text("p"))
        reply = Reply(needs, wished(self.codes("w", self.asking.ways)), self.text("t"), contact)
        asked = str(self.number) in self.sent.getlist("asked")
        return SurveyRow(self.number, one, reply, mark, asked, self.has(one), errors)

    def text(self, box: str) -> str:
        return self.sent.get(f"{box}{self.number}", "").strip()[:200]

    def codes(self, box: str, offered: Iterable[Term]) -> list[str]:
        ticked = self.sent.getlist(f"{box}{self.number}")
        return [term.code for term in offered if term.code in ticked]

    def has(self, one: Surveyed) -> frozenset[int]:
        ticked = self.sent.getlist(f"h{self.number}")
        return frozenset(
            pk for pk, standing in one.items.items() if standing is not Standing.HELD and str(pk) in ticked
        )

    def until(self, kind: str, errors: list[str]) -> date | None:
        if not is_temporary(kind):
            return None
        try:
            return DayField(ahead=True, required=False).to_python(self.text(f"u-{kind}-"))
        except ValidationError as wrong:
            errors.extend(wrong.messages)
            return None


def note_problems(page: SurveyPage, problems: Iterable[Problem]) -> None:
    """Each at its row; what concerns no row above the sheet."""
    by_row: defaultdict[str, list[str]] = defaultdict(list)
    for problem in problems:
        by_row[problem.place.partition(".")[0]].append(said(problem.text))
    for row in page.rows:
        row.errors += by_row.pop(str(row.number), [])
    page.problems += [text for texts in by_row.values() for text in texts]


def answered_lines(page: SurveyPage) -> list[Line]:
    return [row.line for row in page.rows if row.answered]
