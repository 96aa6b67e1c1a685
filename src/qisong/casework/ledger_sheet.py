"""The rectification ledger as a sheet: a row for each problem, in and out, all or nothing.

A problem is known by its unit, its words and its aspect, so that the same ledger handed in again changes nothing, and
what is exported comes back as held already.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from qisong.casework.models import Action, Case, Finding
from qisong.casework.rectifying import Problem as Told
from qisong.casework.rectifying import finding_of, measures_of
from qisong.casework.sheet_review import SheetReview
from qisong.casework.stepping import checked_line, checked_lines
from qisong.casework.telling import Course, Turn, write
from qisong.casework.terms import LONGEST_NAME, LONGEST_TEXT, ActionKind, Kind, Move, State
from qisong.org import journal
from qisong.org.appointing import check_standing, require_standing
from qisong.org.models import Account, Person, Post, Unit
from qisong.org.succession import heirs_of_closed
from qisong.org.terms import TermCategory
from qisong.org.tree import tree_on
from qisong.org.words import find_term, terms
from qisong.roster.models import Affiliation
from qisong.sheets.columns import Column, Form
from qisong.sheets.problems import Severity
from qisong.sheets.reading import read
from qisong.sheets.rows import Row
from qisong.words.dates import DateFault, PartialDate, parse_date
from qisong.words.digits import compact, tidy_name
from qisong.words.text import Refusal, Text

TEXT = Column("text", "问题", ("存在问题", "具体问题", "问题描述", "问题内容"), required=True, width=30)
ASPECT = Column("aspect", "问题类别", ("方面",))
STANDARD = Column("standard", "整改标准", ("整改目标",), width=20)
MEASURES = Column("measures", "整改措施", width=30)
LEADER = Column("leader", "责任领导", ("牵头领导",))
BODY = Column("body", "责任单位", ("责任部门",), width=16)
IN_CHARGE = Column("in_charge", "责任人")  # as text: one name may stand in a merged cell for many rows
DUE = Column("due", "整改时限", ("完成时限", "办结时限"), kind="date", width=14)
PROGRESS = Column("progress", "整改情况", ("整改进展", "整改进度"), width=30)
CLOSED = Column("closed", "是否销号", ("销号时间",), width=14)
NOTE = Column("note", "备注", width=16)
FOUND = Column("found", "发现时间", kind="date")
PRINTED = (
    Column("serial", "序号", kind="integer", ordinal=True, width=5),
    *(TEXT, ASPECT, STANDARD, MEASURES, LEADER, BODY, IN_CHARGE, DUE, PROGRESS, CLOSED, NOTE),
)
LEDGER = Form("rectification", "整改台账", "问题整改台账", PRINTED)
READ = Form("rectification", "整改台账", "问题整改台账", (*PRINTED, FOUND))
PLACES = {column.code: column for column in READ.columns}

YES = frozenset({"是", "已销号", "已销", "销号", "y", "yes", "√", "✓", "✔", "对"})
NO = frozenset({"", "否", "未销号", "未销", "没有", "无", "n", "no", "×", "✗", "x"})
AHEAD = timedelta(days=3653)  # a deadline lies ahead; other days are held against today
NAMED = re.compile(r"(.+?)[(（](.*)[)）]")


@dataclass
class Line:
    """A row that is ready to become a case, with its first day and the day it was closed."""

    row: Row
    unit: Unit
    key: str
    told: Told
    opened_on: date
    progress: str
    in_charge: str
    due_on: date | None = None
    closed_on: date | None = None
    owner: Person | None = None


LedgerReview = SheetReview[Line]


class HeldProblem(NamedTuple):
    """A problem that is kept: ``progress`` is all that was done about it, without spaces."""

    state: str
    progress: str


def examine_ledger(*, unit: Unit, source: bytes, filename: str, on: date, today: date) -> LedgerReview:
    """What the ledger of ``unit`` would add; ``on`` is the day of whatever it does not date. Writes nothing."""
    reading = read(source, filename, READ, today=today + AHEAD)
    review = LedgerReview(READ, len(reading.rows), problems=list(reading.problems))
    LedgerSheet(unit, on, today, review).look_through(reading.rows)
    review.sort()
    return review


def import_ledger(
    *, by: Account | None, unit: Unit, source: bytes, filename: str, on: date, today: date
) -> LedgerReview:
    """Keep every new problem of a ledger, none if any row is wrong. Its steps are told by the ledger, by nobody."""
    review = examine_ledger(unit=unit, source=source, filename=filename, on=on, today=today)
    if review.has_errors or not review.lines:
        return review
    with journal.verb("cases.imported", by=by, unit=unit) as entry:
        require_standing(unit, on)  # locked, so that the same ledger handed in twice at once is held the second time
        review = examine_ledger(unit=unit, source=source, filename=filename, on=on, today=today)
        write(entry, [course_of(line) for line in review.lines])
    return review


def course_of(line: Line) -> Course:
    """The case of a row, what was to be done about it and was done, and its end if it had one."""
    case = Case(kind=Kind.FINDING, unit=line.unit, opened_on=line.opened_on, due_on=line.due_on, owner=line.owner)
    case.in_charge = "" if line.owner else line.in_charge
    finding = finding_of(case, line.told)
    finding.row = line.key
    actions = measures_of(case, line.told.measures, line.opened_on, None)
    if line.progress:
        day = line.closed_on or line.opened_on
        actions.append(Action(case=case, kind=ActionKind.PROGRESS, on=day, text=line.progress))
    return Course(case, finding, turns=[*closing(case, line.closed_on)] if line.closed_on else [], actions=actions)


def closing(case: Case, on: date) -> Iterator[Turn]:
    """The steps to the end; of a problem that nobody had, first that it was taken on."""
    if not case.owner_id and not case.in_charge:
        yield Turn(Move.ASSIGN, on)
    yield Turn(Move.REQUEST, on)
    yield Turn(Move.SETTLE, on)


def key_of(unit: int, text: str, aspect: str) -> str:
    return hashlib.sha256(f"{unit}|{compact(text)}|{aspect}".encode()).hexdigest()


class LedgerSheet:
    """The rows of a ledger beside the units, the people and the problems that are known."""

    def __init__(self, unit: Unit, on: date, today: date, review: LedgerReview) -> None:
        self.unit, self.on, self.today, self.review = unit, on, today, review
        beneath = tree_on(today).subtree(unit.pk)
        self._units = {one.pk: one for one in Unit.objects.filter(pk__in=[unit.pk, *beneath])}
        self._names = names_of(self._units.values())
        self._people = people_of(self._units, today)
        self._held = held_problems(places_of(self._units, today))
        self._seen: dict[str, int] = {}

    def look_through(self, rows: Iterable[Row]) -> None:
        wrong = self.review.wrong_rows()
        for row in rows:
            before = len(self.review.problems)
            line = self._line(row)
            if line is None:
                self.review.held += 1
            elif len(self.review.problems) == before and (row.sheet, row.number) not in wrong:
                self.review.lines.append(line)

    def _line(self, row: Row) -> Line | None:
        """The case that a row tells of; None if it is held already."""
        unit, body = self._place(row.text("body"))
        aspect = self._aspect(row)
        key = key_of(unit.pk, lines_of(row, "text"), aspect)
        if key in self._held:
            self._compare(row, self._held[key])
            return None
        self._check_once(row, key)
        told = Told(
            lines_of(row, "text"), aspect, lines_of(row, "standard"), row.text("leader"), body, row.text("note")
        )
        measures, progress, charge = lines_of(row, "measures"), lines_of(row, "progress"), row.text("in_charge")
        due, closed = self._day(row, "due"), self._closed(row)
        found = self._day(row, "found")
        opened = found or min(day for day in (self.on, due, closed) if day)
        line = Line(row, unit, key, told, opened, progress, tidy_name(charge), due, closed)
        line.told = Told(**vars(told) | {"measures": (measures,) if measures else ()})
        line.owner = self._people[unit.pk].get(line.in_charge)
        self._check(line)
        return line

    def _check(self, line: Line) -> None:
        row = line.row
        if line.due_on is None and line.closed_on is None and not row.raw.get("due"):
            text = Text(
                "没有销号的问题要写整改时限。请填日期。", "A problem that is still open needs a deadline. Give a date."
            )
            self._problem(row, DUE, "due-missing", text)
        if line.closed_on and not line.progress:
            text = Text(
                "写了已经销号，却没有整改情况。请写明做了什么，或改为“否”。",
                "Told as closed, but not what was done. Say what was done, or write 否.",
            )
            self._problem(row, PROGRESS, "nothing-done", text)
        for day, column in ((line.due_on, DUE), (line.closed_on, CLOSED)):
            if day and day < line.opened_on:
                text = Text(
                    f"早于发现时间（{line.opened_on}）。请核对两个日期。",
                    f"Before it was found ({line.opened_on}). Check both dates.",
                )
                self._problem(row, column, "before-found", text)
        for day, column in ((line.opened_on, FOUND), (line.closed_on, CLOSED)):
            if day and day > self.today:
                text = Text("日期还没有到，请核对。", "That day is still to come; check it.")
                self._problem(row, column, "day-to-come", text)
        self._check_words(line)

    def _check_words(self, line: Line) -> None:
        """What the verbs would refuse, told at its cell."""
        try:
            if line.told.text:  # else said already
                finding_of(Case(kind=Kind.FINDING, unit=line.unit), line.told)
            for text in line.told.measures:
                checked_lines(text, "measures", LONGEST_TEXT)
            checked_lines(line.progress, "progress", LONGEST_TEXT)
            checked_line(line.in_charge, "in_charge", LONGEST_NAME)
            check_standing(line.unit, line.opened_on)
        except Refusal as refusal:
            self._problem(line.row, PLACES.get(refusal.place, TEXT), refusal.code, refusal.text)

    def _compare(self, row: Row, held: HeldProblem) -> None:
        """What a row tells beyond the case is not written, but said."""
        progress, closed = compact(row.text("progress")), self._closed(row)
        if closed and held.state != State.CLOSED:
            self._problem(row, CLOSED, "held-open", HELD_OPEN, "warning")
        elif progress and progress not in held.progress:
            self._problem(row, PROGRESS, "held-progress", HELD_PROGRESS, "warning")

    def _check_once(self, row: Row, key: str) -> None:
        if key in self._seen and row.text("text"):
            first = self._seen[key]
            text = Text(
                f"与第 {first} 行是同一个问题。请合成一行，或写明不同在哪里。",
                f"The same problem as in row {first}. Make them one row, or say how they differ.",
            )
            self._problem(row, TEXT, "row-twice", text)
        self._seen.setdefault(key, row.number)

    def _place(self, given: str) -> tuple[Unit, str]:
        """The unit that a row is placed in, and the responsible body where that is no unit beneath."""
        if (unit := self._named(given)) is not None:
            return unit, ""
        if (parts := NAMED.fullmatch(given)) and (unit := self._named(parts[1])) is not None:
            return unit, parts[2]
        return self.unit, given

    def _named(self, given: str) -> Unit | None:
        found = self._names.get(compact(given), [])
        return found[0] if len(found) == 1 else None

    def _aspect(self, row: Row) -> str:
        given = row.text("aspect")
        term = find_term(TermCategory.ASPECT, given) if given else None
        if given and term is None:
            known = "、".join(one.zh for one in terms(TermCategory.ASPECT))
            text = Text(f"没有“{given}”这一类。可以填：{known}。", f"There is no “{given}”. Choose from: {known}.")
            self._problem(row, ASPECT, "unknown-aspect", text)
        return term.code if term else ""

    def _day(self, row: Row, code: str) -> date | None:
        """Of a month or a year, its last day for a deadline and its first for a beginning."""
        value = row.cells.get(code)
        if not isinstance(value, PartialDate):
            return None
        return value.first if code == "found" else value.last

    def _closed(self, row: Row) -> date | None:
        given = compact(row.text("closed")).casefold()
        if given in NO:
            return None
        if given in YES:
            return self.on
        try:
            return min(parse_date(row.raw["closed"], today=self.today).last, self.today)
        except DateFault:
            text = Text(
                "看不出是否已经销号。请填“是”“否”或销号的日期。",
                "This does not say whether it is closed. Write yes, no or the day it was closed.",
            )
            self._problem(row, CLOSED, "closed-unclear", text)
            return None

    def _problem(self, row: Row, column: Column, code: str, text: Text, severity: Severity = "error") -> None:
        self.review.problems.append(row.problem(column, code, text, severity=severity))


def lines_of(row: Row, code: str) -> str:
    """A cell with its line breaks."""
    raw = row.raw.get(code)
    if row.text(code) and isinstance(raw, str):
        return "\n".join(line.strip() for line in raw.splitlines() if line.strip())
    return row.text(code)


def names_of(units: Iterable[Unit]) -> dict[str, list[Unit]]:
    """Units by code and by name; a name that several bear finds none of them."""
    names: defaultdict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        for name in {compact(unit.code), compact(unit.name)}:
            names[name].append(unit)
    return names


def people_of(units: Iterable[int], on: date) -> defaultdict[int, dict[str, Person]]:
    """Unit → name → the one person of that name who has a post or belongs there."""
    bearers: defaultdict[int, defaultdict[str, set[Person]]] = defaultdict(lambda: defaultdict(set))
    for post in Post.objects.on(on).filter(unit__in=list(units)).select_related("person"):
        bearers[post.unit_id][post.person.name].add(post.person)
    ties = Affiliation.objects.formal(on).filter(unit__in=list(units)).select_related("member__person")
    for tie in ties:
        bearers[tie.unit_id][tie.member.person.name].add(tie.member.person)
    people: defaultdict[int, dict[str, Person]] = defaultdict(dict)
    for unit, names in bearers.items():
        people[unit] = {name: next(iter(found)) for name, found in names.items() if len(found) == 1}
    return people


def places_of(units: Collection[int], on: date) -> dict[int, int]:
    """Of these units and of those closed whose heirs they are: where the unit's cases are now."""
    closed = {one: heir for one, heir in heirs_of_closed(on).items() if heir in units}
    return closed | {one: one for one in units}


def held_problems(places: Mapping[int, int]) -> dict[str, HeldProblem]:
    """The problems of these units by what they are known by: as a ledger told them, and as they read today."""
    progress: defaultdict[UUID, str] = defaultdict(str)
    done = Action.objects.filter(kind=ActionKind.PROGRESS, case__kind=Kind.FINDING, case__unit__in=places)
    for case, text in done.order_by("pk").values_list("case", "text"):
        progress[case] += compact(text)
    known = Finding.objects.filter(case__kind=Kind.FINDING, case__unit__in=places)
    held: dict[str, HeldProblem] = {}
    told = known.values_list("row", "case__unit", "case__subject", "aspect", "case", "case__state")
    for row, unit, text, aspect, case, state in told:
        one = HeldProblem(state, progress[case])
        held |= {key: one for key in (row, key_of(places[unit], text, aspect)) if key}
    return held


HELD_OPEN = Text(
    "这个问题系统里已有，还没有销号；台账不改动它。请在“办理事项”里打开它，申请销号。",
    "This problem is held and still open; a ledger does not change it. Open it among the cases and ask for its end.",
)
HELD_PROGRESS = Text(
    "这个问题系统里已有，没有这次写的整改情况；台账不改动它。请在“办理事项”里打开它，登记进展。",
    "This problem is held without that progress; a ledger does not change it. Open it among the cases and record it.",
)
