"""Old records that were read: what is asked, what would be recorded, what must be mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.pages.history import FINDINGS
from qisong.desk.pages.history_asking import AnswersForm, Choices, Group, grouped
from qisong.desk.pages.saying import joined, sentence
from qisong.desk.refusing import said
from qisong.desk.tables import Link, page_of
from qisong.desk.templatetags.desk import day, moment
from qisong.ledger.history.applying import chosen
from qisong.ledger.history.importing import problems_of, questions_of
from qisong.ledger.history.keeping import document_of
from qisong.ledger.history.reverting import REVERTIBLE_DAYS
from qisong.ledger.history.words import Question, items_by_code
from qisong.ledger.models import Activity, HistoryBatch, HistoryLine, Item
from qisong.ledger.terms import LEFT_OUT, MEETING, Asked, Decision, Finding, HistoryState
from qisong.org.models import Account
from qisong.org.scope import Scope
from qisong.org.terms import TermCategory
from qisong.org.words import label
from qisong.sheets.problems import Problem

LINES_A_PAGE = 25
QUESTIONS_AT_ONCE = 10
PLACES_SHOWN = 6
OPEN_TO_DECISION = (Finding.NEW, Finding.DOUBTFUL)


@dataclass(frozen=True)
class Kind:
    """Problems that say the same."""

    severity: str
    text: str
    problems: Sequence[Problem]

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    @property
    def places(self) -> str:
        shown = [" ".join(part for part in (one.file, one.sheet, one.cell) if part) for one in self.problems]
        return "、".join(dict.fromkeys(shown[:PLACES_SHOWN])) + ("…" if len(shown) > PLACES_SHOWN else "")


@dataclass(frozen=True)
class Told:
    """One act as a person reads it."""

    line: HistoryLine
    text: str
    act: str = ""  # where its page is

    @property
    def whence(self) -> str:
        sheet = " ".join(part for part in (self.line.file, self.line.sheet) if part)
        return _("{sheet}, row {n}").format(sheet=sheet, n=self.line.row)

    @property
    def will_be(self) -> bool:
        if self.line.finding == Finding.NEW:
            return self.line.decision != Decision.LEAVE
        return self.line.finding == Finding.DOUBTFUL and self.line.decision == Decision.RECORD

    @property
    def may_decide(self) -> bool:
        return self.line.finding in OPEN_TO_DECISION and self.line.act_id is None


@dataclass
class HistoryReview:
    batch: HistoryBatch
    scope: Scope
    account: Account
    query: Mapping[str, str] = field(default_factory=dict)
    typed: QueryDict | None = None
    refusal: str = ""

    @property
    def crumbs(self) -> Sequence[Crumb]:
        records = Crumb(_("Old records"), reverse("desk:history", args=[self.batch.unit_id]))
        return [*way_to(self.scope, self.batch.unit_id), records, Crumb(moment(self.batch.created_at))]

    @property
    def state(self) -> str:
        return self.batch.state

    @property
    def is_busy(self) -> bool:
        return self.state in {HistoryState.COMPARING, HistoryState.APPLYING}

    @property
    def is_ready(self) -> bool:
        return self.state == HistoryState.READY

    @property
    def is_open(self) -> bool:
        """Whether its lines may be looked at: neither given up nor forgotten after its time."""
        return bool(self.batch.report) and not self.is_busy and self.state != HistoryState.DISCARDED

    @property
    def is_mine(self) -> bool:
        """A file may hold more than a reader should see: it goes back to whoever handed it in."""
        return bool(self.batch.files) and self.batch.by_id == self.account.pk

    @property
    def heading(self) -> str:
        if self.state == HistoryState.APPLIED:
            return _("What came of these old records?")
        return _("What do these old records say of {unit}?").format(unit=self.batch.unit)

    @property
    def answer(self) -> str:
        match self.state:
            case HistoryState.READY:
                return self.verdict
            case HistoryState.APPLIED:
                return _("{n} acts were recorded on {day}.").format(n=self.recorded, day=day(self.applied_on))
            case HistoryState.REVERTED:
                return _("Taken back: every act of these records is reversed.")
            case HistoryState.DISCARDED:
                return _("Discarded, or its time is over. The files and what they said are deleted.")
            case HistoryState.FAILED:
                return _("Something went wrong on our side, and nothing was written. Upload the files again.")
        return ""

    @property
    def verdict(self) -> str:
        counts = self.batch.counts
        told = [
            (_("{n} acts can be recorded"), counts["new"]),
            (_("{n} wait for an answer"), counts["open"]),
            (_("{n} must be mended in the file"), counts["wrong"]),
            (_("{n} may be recorded already"), counts["doubtful"]),
            (_("{n} were brought in before"), counts["same"]),
        ]
        found = joined([text.format(n=n) for text, n in told if n])
        return _("{found}. Nothing is recorded before you say so.").format(found=found) if found else _("No act found.")

    @cached_property
    def recorded(self) -> int:
        return self.batch.lines.exclude(act=None).count()

    @property
    def applied_on(self) -> date | None:
        return timezone.localdate(self.batch.applied_at) if self.batch.applied_at else None

    @property
    def revertible_until(self) -> date | None:
        """The last day on which it may be taken back; None if that is over or nothing was recorded."""
        if self.state != HistoryState.APPLIED or self.applied_on is None or not self.recorded:
            return None
        last = self.applied_on + timedelta(days=REVERTIBLE_DAYS)
        return last if timezone.localdate() <= last else None

    # ---- questions --------------------------------------------------------------------------------------------------

    @cached_property
    def questions(self) -> list[Question]:
        return questions_of(self.batch)

    @property
    def unanswered(self) -> list[Question]:
        """Units first: of whom a name is depends on them."""
        order = [Asked.UNIT, Asked.COLUMN]
        waiting = [one for one in self.questions if not one.meaning]
        return sorted(waiting, key=lambda one: order.index(one.kind) if one.kind in order else len(order))

    @cached_property
    def shown_questions(self) -> list[Question]:
        """The first that wait, or, if the reader wants to see them, those that are answered."""
        if self.query.get("answered"):
            answered = [one for one in self.questions if one.meaning]
            return list(page_of(answered, self.query.get("page"), QUESTIONS_AT_ONCE))
        return self.unanswered[:QUESTIONS_AT_ONCE]

    @cached_property
    def form(self) -> AnswersForm:
        """Everything that was asked may be answered; only what is shown is drawn."""
        asked = self.shown_questions if self.typed is None else [one for one in self.questions if one.key in self.typed]
        choices = Choices(self.scope, self.batch)
        return AnswersForm(self.typed, questions=asked, choices=choices, auto_id="answer-%s")

    @property
    def groups(self) -> list[Group]:
        shown = [one for one in self.questions if one.key in self.form.fields]
        return grouped(shown, self.form, self.scope) if self.is_ready else []

    @property
    def further_questions(self) -> int:
        return 0 if self.query.get("answered") else max(0, len(self.unanswered) - QUESTIONS_AT_ONCE)

    @property
    def answered(self) -> int:
        return sum(1 for one in self.questions if one.meaning)

    def everybody(self, meaning: str) -> dict[str, str]:
        """The same answer for every name that nobody knows."""
        return {one.key: meaning for one in self.unanswered if one.kind == Asked.PERSON and not one.candidates}

    @property
    def unknown_people(self) -> int:
        return len(self.everybody(LEFT_OUT))

    # ---- problems ---------------------------------------------------------------------------------------------------

    @cached_property
    def kinds(self) -> list[Kind]:
        grouped_: dict[tuple[str, str], list[Problem]] = {}
        for one in problems_of(self.batch):
            grouped_.setdefault((one.severity, said(one.text)), []).append(one)
        kinds = [Kind(severity, text, found) for (severity, text), found in grouped_.items()]
        return sorted(kinds, key=lambda kind: not kind.is_error)

    # ---- acts -------------------------------------------------------------------------------------------------------

    @cached_property
    def filters(self) -> dict[str, int]:
        return {one: n for one in FINDINGS if one != Finding.WRONG and (n := self.batch.counts.get(one, 0))}

    @cached_property
    def shown(self) -> str:
        asked = self.query.get("show", "")
        return asked if asked in self.filters else next(iter(self.filters), Finding.NEW)

    @property
    def tabs(self) -> list[Link]:
        return [
            Link(_("{label} {names}").format(label=FINDINGS[one], names=n), f"?show={one}", current=one == self.shown)
            for one, n in self.filters.items()
        ]

    @cached_property
    def numbers_page(self) -> Page[Any]:
        lines = self.batch.lines.filter(finding=self.shown).order_by("number")
        return page_of(lines, None if self.query.get("answered") else self.query.get("page"), LINES_A_PAGE)

    @cached_property
    def lines(self) -> list[Told]:
        items = items_by_code()
        names = {node.code: node.name for node in self.scope.tree.nodes.values()}
        lines = list(self.numbers_page)
        seen = set(
            Activity.objects.within(self.scope)
            .filter(pk__in=[one.act_id for one in lines])
            .values_list("pk", flat=True)
        )
        return [
            Told(
                one,
                told(document_of(one), items, names),
                reverse("desk:act", args=[one.act_id]) if one.act_id in seen else "",
            )
            for one in lines
        ]

    @property
    def may_decide_all(self) -> bool:
        return self.is_ready and self.shown in OPEN_TO_DECISION and len(self.numbers_page.object_list) > 1

    @cached_property
    def to_record(self) -> int:
        return chosen(self.batch).filter(act=None).count() if self.is_ready else 0

    @property
    def left(self) -> int:
        """What these files say and nobody has recorded yet."""
        counts: dict[str, int] = self.batch.counts
        return counts.get("acts", 0) - counts.get("same", 0) - self.recorded

    @property
    def may_bring_rest(self) -> bool:
        return self.state == HistoryState.APPLIED and self.is_mine and self.left > 0

    @property
    def may_discard(self) -> bool:
        return self.state in {HistoryState.COMPARING, HistoryState.READY, HistoryState.FAILED}

    @property
    def here(self) -> str:
        kept = {name: self.query[name] for name in ("show", "page", "answered") if self.query.get(name)}
        return urlencode(kept)


def told(document: Mapping[str, Any], items: Mapping[str, Item], names: Mapping[str, str]) -> str:
    """What an act document would record, as a sentence."""
    if not document:
        return ""
    kinds = [kind_of(part) for part in document.get("parts", [])]
    what = joined(kinds or [_("Hand-over")]) + (f"《{document['subject']}》" if document.get("subject") else "")
    people = [
        (_("{n} present"), len(document.get("present", []))),
        (_("{n} on leave"), len(document.get("absent", []))),
        (_("{n} guests"), sum(one["count"] for one in document.get("guests", []))),
    ]
    clauses = [text.format(n=n) for text, n in people if n]
    clauses += [handed(line, items) for line in document.get("received", [])]
    unit = names.get(document["unit"], document["unit"])
    head = _("{day} {unit}: {what}.").format(day=document["on"], unit=unit, what=what)
    return sentence(head, _("{said}.").format(said=joined(clauses)) if clauses else "")


def kind_of(part: Mapping[str, str]) -> str:
    meeting = part["kind"] == MEETING
    return label(TermCategory.MEETING, part["meeting"]) if meeting else label(TermCategory.PART, part["kind"])


def handed(line: Mapping[str, Any], items: Mapping[str, Item]) -> str:
    item = items[line["item"]]
    people = len(line["to"])
    text = _("{people} people received {copies} {measure} of {item} each")
    return text.format(people=people, copies=line["copies"], measure=item.measure, item=item)
