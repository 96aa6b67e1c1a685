"""A sheet that came back: who signed, who got what, typed by row numbers or ticked row by row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.pages.paper import KINDS, lines_of
from qisong.desk.pages.recording import ActForm, ActSheet, ItemLine
from qisong.ledger.models import PaperSheet, SheetLine
from qisong.ledger.stock import holdings
from qisong.ledger.terms import MEETING, STUDY, SheetKind
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.words.digits import clean, tidy_name

PRESENT, LEAVE = "present", "leave"
# What a kind of sheet says happened, unless the recorder says otherwise.
BEGUN: dict[str, dict[str, object]] = {
    SheetKind.ATTENDANCE: {"parts": [MEETING], "channel": "gathering"},
    SheetKind.HAND_OUT: {"parts": [], "channel": "gathering"},
    SheetKind.VISIT: {"parts": ["visit"], "channel": "visit"},
}
SEPARATORS = re.compile(r"[\s,，、;；.。]+")
RANGE = re.compile(r"([0-9]{1,3})(?:[-~—–至到]([0-9]{1,3}))?")
MOST_STRANGERS, LONGEST_NAME = 50, 60
MOST_PRINTED = 30


@dataclass(frozen=True)
class Mark:
    """One box of a row."""

    column: str
    label: str
    ticked: bool


@dataclass(frozen=True)
class TypedRow:
    position: int
    key: str
    name: str
    marks: Sequence[Mark]


@dataclass
class Tally:
    """One column of the paper: row numbers as typed, and the rows they and the ticks come to."""

    code: str
    label: str | Promise
    typed: str = ""
    rows: set[int] = field(default_factory=set)
    wrong: str = ""


@dataclass
class TypedSheet(ActSheet):
    """The act that a sheet of paper tells of."""

    paper: PaperSheet = field(kw_only=True)
    go: int = field(kw_only=True)

    @property
    def title(self) -> str | Promise:
        return KINDS[self.paper.kind]

    @cached_property
    def listed(self) -> list[SheetLine]:
        return lines_of(self.paper)

    @cached_property
    def form(self) -> ActForm:
        paper = self.paper
        planned = {"id": f"paper-{paper.number}-{self.go}", "on": paper.on or "", "meeting": STUDY}
        initial = {**planned, "place": paper.place or self.unit.name, "subject": paper.subject, **BEGUN[paper.kind]}
        form = ActForm(self.sent, initial=initial, leaders=[(pk, one.name) for pk, one in self.leaders.items()])
        form.fields["on"].widget.attrs["autofocus"] = not paper.on
        return form

    @cached_property
    def tallies(self) -> list[Tally]:
        """The columns in the order of the paper; one who got something on a hand-out register was not at a meeting."""
        there: Sequence[tuple[str, str | Promise]] = {
            SheetKind.ATTENDANCE: [(PRESENT, gettext_lazy("Signed")), (LEAVE, gettext_lazy("On leave"))],
            SheetKind.VISIT: [(PRESENT, gettext_lazy("Seen at home"))],
        }.get(SheetKind(self.paper.kind), [])
        named = [*there, *((line.item.code, str(line.item)) for line in self.lines)]
        return [self.tally(code, label) for code, label in named]

    def tally(self, code: str, label: str | Promise) -> Tally:
        if self.sent is None:
            return Tally(code, label)
        typed = self.sent.get(f"rows-{code}", "")
        rows, wrong = rows_named(typed, len(self.listed))
        ticked = set(self.sent.getlist(f"tick-{code}"))
        return Tally(
            code, label, typed, rows | {one.position for one in self.listed if str(one.position) in ticked}, wrong
        )

    @property
    def rows(self) -> list[TypedRow]:
        return [
            TypedRow(
                line.position,
                str(line.member_id),
                line.member.person.name,
                [Mark(one.code, str(one.label), line.position in one.rows) for one in self.tallies],
            )
            for line in self.listed
        ]

    def people(self, code: str) -> set[str]:
        """The members whose row is marked in a column."""
        rows = next((tally.rows for tally in self.tallies if tally.code == code), set())
        return {str(line.member_id) for line in self.listed if line.position in rows}

    @cached_property
    def present(self) -> set[str]:
        if self.paper.kind == SheetKind.VISIT:
            return self.people(PRESENT).union(*(self.people(line.item.code) for line in self.lines))
        return self.people(PRESENT)

    @cached_property
    def leave(self) -> set[str]:
        return self.people(LEAVE) - self.present

    @property
    def reached(self) -> set[str]:
        return self.present.union(*(self.people(line.item.code) for line in self.lines))

    @cached_property
    def lines(self) -> list[ItemLine]:
        stock = holdings(self.unit, self.day)
        return [self.line(ItemLine(item, stock.get(item.pk, 0))) for item in self.paper.items.all()]

    def line(self, line: ItemLine) -> ItemLine:
        line = super().line(line)
        if self.sent is None:
            line.each = 1
        return line

    def recipients_of(self, line: ItemLine) -> list[str]:
        return sorted(self.people(line.item.code))

    @property
    def handed(self) -> list[ItemLine]:
        return [line for line in self.lines if line.each and self.recipients_of(line)]

    @property
    def in_person(self) -> bool:
        return bool(self.present) and super().in_person

    @property
    def written_in(self) -> str:
        return self.sent.get("strangers", "") if self.sent is not None else ""

    @property
    def strangers(self) -> list[str]:
        """Names at the foot of the paper that it did not list."""
        names = (tidy_name(line)[:LONGEST_NAME] for line in re.split(r"[\n、，,；;]", self.written_in))
        return list(dict.fromkeys(name for name in names if name))[:MOST_STRANGERS]

    def is_valid(self) -> bool:
        return super().is_valid() and not any(tally.wrong for tally in self.tallies) and self.says_something()

    def says_something(self) -> bool:
        given = self.form.cleaned_data
        if self.reached or self.leave or given["guests"] or (self.strangers and given["parts"]):
            return True
        if self.strangers:
            said = _("Only names that are not listed are written: mark a row as well, or choose the kind of act.")
        else:
            said = _("Nobody is marked yet: type the row numbers, such as 1-12 15, or tick the rows.")
        self.problems = [said]
        return False


def rows_named(typed: str, most: int) -> tuple[set[int], str]:
    """The rows that ``1-12 14、16`` names among ``most``, and what is wrong with it."""
    found: set[int] = set()
    for piece in filter(None, SEPARATORS.split(clean(typed))):
        match = RANGE.fullmatch(piece)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= most:
            said = _("“{piece}” is no row of this sheet: write numbers from 1 to {most}, such as 1-12 15.")
            return found, said.format(piece=piece, most=most)
        found.update(range(first, last + 1))
    return found, ""


@dataclass(frozen=True)
class Printed:
    """A sheet that went out, and what came back of it."""

    sheet: PaperSheet
    title: str | Promise
    names: int
    acts: Sequence[UUID | None]  # for each typing the act it came to; a survey comes to none


def printed_lately(scope: Scope) -> list[Printed]:
    """The sheets last printed within reach, newest first."""
    reach = PaperSheet.objects.within(scope).filter(scope.among(scope.units(Right.RECORD)))
    sheets = list(reach.select_related("unit").prefetch_related("returns")[:MOST_PRINTED])
    names = reach.lengths(sheets)
    return [
        Printed(sheet, KINDS[sheet.kind], names.get(sheet.pk, 0), [one.activity_id for one in sheet.returns.all()])
        for sheet in sheets
    ]
