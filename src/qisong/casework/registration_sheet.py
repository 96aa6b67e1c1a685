"""The two registration forms as sheets that come in: a search for each member they name, all or nothing.

Of whom a form says when they were spoken with, that is recorded as well and waits for somebody else's word. Where a
search is under way or has come to its end already, the row is held. Whom a row means is decided as for the roster: by
identity number, else by branch, name and date of birth.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from django.utils import timezone

from qisong.casework.models import Case, Step
from qisong.casework.registration import CIRCLED
from qisong.casework.sheet_review import SheetReview
from qisong.casework.terms import ENDED, Kind, State
from qisong.casework.tracing import Loss, checked_loss, open_searches, record_found
from qisong.org import journal
from qisong.org.appointing import require_standing
from qisong.org.models import Account, Site, Unit
from qisong.org.terms import TermCategory
from qisong.org.tree import tree_on
from qisong.org.words import find_term, terms, word
from qisong.roster.branches import Branches
from qisong.roster.form import RosterForm, read_roster
from qisong.roster.holding import held_in
from qisong.roster.interpreting import Interpreter
from qisong.roster.matching import Match, Matcher
from qisong.roster.matching import Told as ToldOfMember
from qisong.roster.models import Affiliation
from qisong.roster.own_form import own_form
from qisong.roster.terms import OUT_OF_CONTACT
from qisong.sheets.columns import Column
from qisong.sheets.rows import Row
from qisong.words.dates import DateFault, PartialDate, parse_date
from qisong.words.text import Refusal, Text

WHO = ("serial", "name", "sex", "born", "identity", "branch")  # as on the roster
UNTIL = re.compile(r"[至到~～]|——?|[-–－](?=\s*\d{4}\D)")
NUMBERED = re.compile(rf"^\s*(?:([{CIRCLED}])|(\d{{1,2}})\s*[.、．]?)?\s*(.*)$", re.DOTALL)


@dataclass
class Line:
    """A row that is ready: whose search begins, or (``case``) is under way and has found them. ``since`` is the first
    day of their affiliation.
    """

    row: Row
    member: UUID
    name: str
    unit: Unit
    since: date
    loss: Loss
    spoken_on: date | None = None
    case: Case | None = None


RegisterReview = SheetReview[Line]


def incoming_form() -> RosterForm:
    """Both forms in one, under this county's own headings."""
    own = own_form()
    listed = own.by_code["branch"]
    branch = Column("branch", word("registered-branch"), (listed.title, *listed.aliases))
    who = [branch if code == "branch" else own.by_code[code] for code in WHO if code in own.by_code]
    columns = (
        *who,
        Column("establishment", word("registered-body")),
        Column("reason", word("registered-loss"), ("失联情形", "失联原因")),
        Column("since", word("registered-since"), ("失去联系时间", "失去联系日期", "失联时间", "失联日期")),
        Column("spoken", "取得联系时间", ("取得联系日期", "联系上的日期"), kind="date"),
        Column("tried", "查找经过", ("查找情况", "查找过程")),
        Column("proposal", "处理意见"),
        Column("note", "备注"),
    )
    return RosterForm("registration", word("register-found"), word("register-found"), columns)


def examine_register(*, unit: Unit, source: bytes, filename: str, on: date, today: date) -> RegisterReview:
    """What a form of ``unit`` would add; ``on`` is the day on which searches begin. Writes nothing."""
    form = incoming_form()
    reading = read_roster(source, filename, today=today, form=form)
    review = RegisterReview(form, len(reading.rows), problems=list(reading.problems))
    RegisterSheet(unit, on, form, review).look_through(reading.rows)
    review.sort()
    return review


def import_register(
    *, by: Account | None, unit: Unit, source: bytes, filename: str, on: date, today: date
) -> RegisterReview:
    """Begin every search that a form tells of and record who was found, or nothing if any row is wrong."""
    review = examine_register(unit=unit, source=source, filename=filename, on=on, today=today)
    if review.has_errors or not review.lines:
        return review
    with journal.verb("cases.imported", by=by, unit=unit):
        require_standing(unit, on)  # locked, so that the same form handed in twice at once is held the second time
        review = examine_register(unit=unit, source=source, filename=filename, on=on, today=today)
        begin_searches(by, review.lines, on)
        for line in review.lines:
            if line.spoken_on and line.case:
                day = max(line.spoken_on, line.case.opened_on, last_step_on(line.case))
                record_found(by=by, case=line.case, on=day, spoken_on=line.spoken_on)
    return review


def begin_searches(by: Account | None, lines: Iterable[Line], on: date) -> None:
    """Of somebody found already, the search began when they were found, or when they came onto the roster."""
    days: defaultdict[date, list[Line]] = defaultdict(list)
    for line in lines:
        if line.case is None:
            days[max(line.spoken_on, line.since) if line.spoken_on else on].append(line)
    for day, begun in sorted(days.items()):
        cases = open_searches(by=by, losses={line.member: line.loss for line in begun}, on=day)
        for line, case in zip(begun, cases, strict=True):
            line.case = case


def last_step_on(case: Case) -> date:
    return Step.objects.get(case=case, until=None).on


class RegisterSheet:
    """The rows of a form beside the roster and the searches that are known."""

    def __init__(self, unit: Unit, on: date, form: RosterForm, review: RegisterReview) -> None:
        self.unit, self.on, self.form, self.review = unit, on, form, review
        self._branches = Branches(tree_on(on), unit.pk)
        self._held = held_in(self._branches.within, on)
        self._named: dict[UUID, Row] = {}
        self._nowhere: set[tuple[str, int]] = set()  # rows that name a unit nobody knows, which is said there
        self._wrong: set[tuple[str, int]] = set()

    def look_through(self, rows: Sequence[Row]) -> None:
        matches = self._matches(rows)
        self._wrong |= self.review.wrong_rows()
        meant = {match.member for match in matches if match.member}
        searches, ties = latest_searches(meant), ties_of(meant, self.on)
        for row, match in zip(rows, matches, strict=True):
            member, loss, spoken_on = self._meant(row, match), self._loss(row), self._spoken_on(row)
            self._check_loss(row, loss, spoken_on)
            if member is None:
                continue
            tie, latest = ties[member], searches.get(member)
            line = Line(row, member, row.text("name"), tie.unit, tie.valid_from, loss, spoken_on)
            if latest is not None and is_held(line, latest, self._out_since(member)):
                self.review.held += 1
            elif (row.sheet, row.number) not in self._wrong:
                line.case = latest if latest is not None and not latest.ended else None
                self.review.lines.append(line)

    def _matches(self, rows: Sequence[Row]) -> list[Match]:
        interpreter = Interpreter(self._branches, Site.current().keeps, self.form)
        told = []
        for number, row in enumerate(rows):
            said, problems = interpreter.read(row)
            self.review.problems += problems
            if nowhere := said.unit is None and bool(row.text("branch")):
                self._nowhere.add((row.sheet, row.number))
            told.append(ToldOfMember(number, said, row.text("identity"), nowhere))
        return Matcher(self.unit.pk, self._held, {}).match(told)

    def _meant(self, row: Row, match: Match) -> UUID | None:
        if match.member is None:
            if row.text("name") and (row.sheet, row.number) not in self._nowhere:
                code = f"doubtful-{match.doubt}" if match.doubt else "not-on-roster"
                self._problem(row, "name", code, DOUBTS.get(match.doubt, UNCLEAR).format(unit=self.unit.name))
            return None
        first = self._named.setdefault(match.member, row)
        if first is not row:
            self._problem(row, "name", "row-twice", TWICE.format(row=first.number))
        return match.member

    def _spoken_on(self, row: Row) -> date | None:
        spoken = row.cells.get("spoken")
        if isinstance(spoken, PartialDate):
            return min(spoken.last, timezone.localdate())  # of a month, its last day as far as it has come
        if "spoken" in row.cells and "tried" not in row.cells and not row.raw.get("spoken"):
            self._problem(row, "spoken", "day-missing", DAY_MISSING)
        return None

    def _check_loss(self, row: Row, loss: Loss, spoken_on: date | None) -> None:
        try:
            lost = checked_loss(loss)
            if lost.since and PartialDate.from_text(lost.since).first > (spoken_on or self.on):
                self._problem(row, "since", "lost-too-late", TOO_LATE)
        except Refusal as refusal:
            self._problem(row, refusal.place, refusal.code, refusal.text)

    def _loss(self, row: Row) -> Loss:
        reason = self._term(row, "reason", TermCategory.LOSS)
        establishment = self._term(row, "establishment", TermCategory.ESTABLISHMENT)
        return Loss(self._since(row), reason, establishment, "；".join(self._notes(row)))

    def _term(self, row: Row, code: str, category: TermCategory) -> str:
        """A label, its number on the form, or both."""
        given = row.text(code)
        if not given:
            return ""
        listed = terms(category)
        circled, number, told = cast("re.Match[str]", NUMBERED.match(given)).groups()
        place = CIRCLED.index(circled) if circled else int(number) - 1 if number else -1
        term = find_term(category, told or given) if told or place < 0 else None
        if term is None and not told and 0 <= place < len(listed):
            term = listed[place]
        if term is None:
            known = "、".join(f"{CIRCLED[n]}{one.zh}" for n, one in enumerate(listed))
            self._problem(row, code, "unknown-term", UNKNOWN_TERM.format(given=given, known=known))
        return term.code if term else ""

    def _since(self, row: Row) -> str:
        """The form gives a time from … to …; its beginning is when contact was lost."""
        raw = row.raw.get("since")
        if not row.text("since"):
            return ""
        begun = UNTIL.split(raw)[0] if isinstance(raw, str) else raw
        try:
            return str(parse_date(begun, today=self.on))
        except DateFault as fault:
            self._problem(row, "since", fault.code, fault.text)
            return ""

    def _notes(self, row: Row) -> Iterator[str]:
        """What no field of a search holds."""
        if row.text("note"):
            yield row.text("note")
        for code in ("tried", "proposal"):
            if row.text(code):
                yield f"{self.form.title_of(code)}：{row.text(code)}"

    def _out_since(self, member: UUID) -> date | None:
        state = self._held[member].states.get(OUT_OF_CONTACT)
        return state.valid_from if state else None

    def _problem(self, row: Row, place: str, code: str, text: Text) -> None:
        self.review.problems.append(self.form.problem(row, place, code, text))
        self._wrong.add((row.sheet, row.number))


def is_held(line: Line, latest: Case, out_since: date | None) -> bool:
    """Whether the member's latest search tells already what the row tells. ``out_since``: by the roster of today."""
    if latest.ended_on is None:
        return line.spoken_on is None or latest.tracing.spoken_on is not None
    said = PartialDate.from_text(line.loss.since).first if line.loss.since else None
    return all(day is None or day <= latest.ended_on for day in (line.spoken_on or said, out_since))


def latest_searches(members: Iterable[UUID]) -> dict[UUID, Case]:
    """Member → the search under way, or else the last that came to its end."""
    searches = Case.objects.filter(kind=Kind.TRACING, member__in=members).exclude(state=State.WITHDRAWN)
    found = searches.select_related("unit", "tracing").order_by("opened_on", "pk")
    return {case.member_id: case for case in sorted(found, key=lambda one: one.state not in ENDED) if case.member_id}


def ties_of(members: Iterable[UUID], on: date) -> dict[UUID, Affiliation]:
    ties = Affiliation.objects.formal(on).filter(member__in=members).select_related("unit")
    return {tie.member_id: tie for tie in ties}


UNCLEAR = Text(
    "“{unit}”及下级的名册上没有这个人。请核对姓名、证号、出生日期和组织；还不在名册上的，先登记进名册。",
    "The roster of {unit} and those beneath it knows nobody like this. Check name, number, date of birth and unit; "
    "whoever is not on the roster yet is put there first.",
)
SEVERAL = Text(
    "同名、同出生日期的不止一位，分不清是哪一位。请填完整的证号。",
    "Several have this name and date of birth. Give the whole identity number.",
)
DOUBTS = {
    "another-number": Text(
        "有同名、同出生日期的人，证号却不同。请核对证号。",
        "Somebody has this name and date of birth but another identity number. Check the number.",
    ),
    "several": SEVERAL,
    "namesakes": SEVERAL,
    "other-branch": Text(
        "这个组织没有这个人，另一个组织有同名、同出生日期的人。请改写所在的组织，或填完整的证号。",
        "Nobody like this is in the unit, but another unit has somebody of this name and date of birth. Write that "
        "unit, or give the whole identity number.",
    ),
    "no-birth-date": Text(
        "有同名的人，缺出生日期，分不清是不是同一个人。请补上出生日期，或填完整的证号。",
        "There is somebody of this name; without a date of birth nobody can tell. Give it, or the whole number.",
    ),
}
TWICE = Text("与第 {row} 行是同一个人。请只留一行。", "The same member as in row {row}. Keep one of them.")
DAY_MISSING = Text(
    "没有写哪天取得了联系。请填日期；还没有联系上的，写进查找无果的那张表。",
    "It does not say when they were spoken with. Give the day; whoever was not, belongs on the other form.",
)
TOO_LATE = Text("失去联系的时间晚于取得联系或立案的日期。请核对。", "Contact was lost later than that. Check both.")
UNKNOWN_TERM = Text("没有“{given}”这一项。可以填：{known}。", "There is no “{given}”. Choose from: {known}.")
