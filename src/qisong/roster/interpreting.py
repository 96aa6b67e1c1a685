"""Turns a row of the form into a statement about a member, and says what in it the roster cannot take."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qisong.org.words import worded
from qisong.roster.addresses import split_address
from qisong.roster.branches import Branches, UnknownBranchError
from qisong.roster.checking import LIMITS, says_too_much
from qisong.roster.form import EXPELLED, RETAINED, ROSTER_FORM, RosterForm
from qisong.roster.secrets import HOUSE_MASK
from qisong.roster.statements import COLUMNS, DATES, State, Statement
from qisong.roster.terms import AWAY, KEPT_FOR, OUT_OF_CONTACT, SUSPENDED, Secret, Sex
from qisong.sheets.columns import is_null
from qisong.sheets.problems import Problem, Severity
from qisong.sheets.rows import Row
from qisong.words.digits import clean
from qisong.words.identity import eighteen_from_fifteen, is_mask
from qisong.words.text import Text

SEXES = {"男": Sex.MALE, "女": Sex.FEMALE}
TEXTS = ("name", "job", "ethnicity", "education")
NUMBERS = (Secret.IDENTITY, Secret.PHONE, Secret.LANDLINE)


class Interpreter:
    """Reads rows for one part of the tree and one county's choice of what is kept."""

    def __init__(self, branches: Branches, keep: Callable[[str], bool], form: RosterForm = ROSTER_FORM) -> None:
        self._form = form
        self._branches = branches
        self._dropped = {field for field, column in KEPT_FOR.items() if not keep(column)}
        self._problems: list[Problem] = []

    def read(self, row: Row) -> tuple[Statement, list[Problem]]:
        self._problems = []
        statement = Statement(unit=self._branch(row))
        statement.values = dict(self._values(row))
        statement.states = dict(self._states(row))
        self._read_numbers(row, statement)
        self._read_address(row, statement)
        return statement, self._problems

    def _branch(self, row: Row) -> int | None:
        written = row.text("branch")
        if not written:
            return None
        try:
            return self._branches.find(written)
        except UnknownBranchError as unknown:
            self._note(row, "branch", unknown.code, unknown.text)
            return None

    def _values(self, row: Row) -> Iterator[tuple[str, str]]:
        for field in (*TEXTS, *DATES):
            if field not in self._dropped and (value := self._bounded(row, field, row.text(field))):
                yield field, value
        if sex := SEXES.get(row.text("sex")):
            yield "sex", sex
        if written := row.text("category"):
            if written in self._form.categories:
                yield "category", self._form.categories[written]
            else:
                self._note(
                    row, "category", "not-a-member", worded(*NOT_A_MEMBER, full="full", probationary="probationary")
                )

    def _bounded(self, row: Row, field: str, value: str) -> str:
        limit = LIMITS.get(field, 60)
        if len(value) <= limit:
            return value
        self._note(row, field, "too-long", TOO_LONG.format(limit=limit))
        return ""

    def _read_numbers(self, row: Row, statement: Statement) -> None:
        for kind in NUMBERS:
            value = row.text(COLUMNS.get(kind, kind))
            if not value or kind in self._dropped:
                continue
            if is_mask(value):
                statement.masks[kind] = value
            elif bounded := self._bounded(row, COLUMNS.get(kind, kind), value):
                old = kind == Secret.IDENTITY and len(value) == 15 and value.isdigit()
                statement.secrets[kind] = eighteen_from_fifteen(value) if old else bounded

    def _read_address(self, row: Row, statement: Statement) -> None:
        written = self._bounded(row, "address", row.text("address"))
        place, door = split_address(written)
        masked = written.endswith(HOUSE_MASK)
        if masked:
            place, door = written.removesuffix(HOUSE_MASK), ""
        if place:
            statement.values["address"] = place
        if Secret.HOUSE in self._dropped:
            return
        if masked:
            statement.masks[Secret.HOUSE] = HOUSE_MASK
        elif door and self._bounded(row, "address", door):
            statement.secrets[Secret.HOUSE] = door

    def _states(self, row: Row) -> Iterator[tuple[str, State]]:
        standing = row.text("standing")
        if standing in self._form.suspends:
            yield SUSPENDED, State(self._form.suspends[standing])
        if standing == RETAINED:
            self._note(row, "standing", "standing-as-usual", AS_USUAL, "warning")
        if standing == EXPELLED:
            self._note(row, "standing", "expelled", NO_LONGER)
        if isinstance(lost := row.cells.get("lost"), bool):
            yield OUT_OF_CONTACT, State(lost, since=row.text("lost_since"))
        if isinstance(away := row.cells.get("away"), bool):
            yield AWAY, State(away, detail=self._destination(row))

    def _destination(self, row: Row) -> str:
        written = row.text("destination")
        if written and says_too_much(written):
            self._note(row, "destination", "health-or-faith", HEALTH_OR_FAITH, "warning")
            return ""
        return self._bounded(row, "destination", written)

    def _note(self, row: Row, column: str, code: str, text: Text, severity: Severity = "error") -> None:
        self._problems.append(self._form.problem(row, column, code, text, severity=severity))


def says_none(row: Row, column: str) -> bool:
    """Whether the cell says 无 or the like, rather than nothing at all."""
    if column not in row.cells or row.cells[column] is not None:
        return False
    raw = row.raw.get(column)
    return isinstance(raw, str) and bool(text := clean(raw)) and is_null(text)


TOO_LONG = Text("太长了，最多 {limit} 个字。请缩短。", "Too long; at most {limit} characters. Shorten it.")
NOT_A_MEMBER = (
    "名册只收{full}和{probationary}。请删去这一行，或改正类别。",
    "The roster has room for: {full}, {probationary}. Delete the row, or mend the category.",
)
AS_USUAL = Text("这种状态按“正常”记。请看一眼对不对。", "This standing is recorded as normal. See whether it is right.")
NO_LONGER = Text(
    "已被开除的人不在名册上。请删去这一行；原来在名册上的，在系统里办理离开。",
    "Somebody expelled is not on the roster. Delete the row; if they still are, record their departure.",
)
HEALTH_OR_FAITH = Text(
    "外出流向里像是写了病情或信仰，没有导入。这里只写去向。",
    "The destination seems to tell of an illness or a faith and was not imported. Write only where to.",
)
