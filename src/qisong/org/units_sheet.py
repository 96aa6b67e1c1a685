"""The whole tree in one sheet: a row per unit, parents and children in any order, all or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from qisong.org.chronicle import read_history
from qisong.org.models import Account, Unit
from qisong.org.replaying import History
from qisong.org.tending import CODE_LENGTH, NAME_LENGTH, NewUnit, create_units, is_root_kind
from qisong.org.terms import TermCategory
from qisong.org.tree import Tree, tree_on
from qisong.org.words import find_term, terms
from qisong.sheets.columns import Column, Form
from qisong.sheets.problems import Problem
from qisong.sheets.reading import read
from qisong.sheets.rows import Reading, Row
from qisong.words.dates import PartialDate
from qisong.words.digits import compact
from qisong.words.text import Text

CODE = Column("code", "组织代码", ("代码", "组织编码", "编码", "code"), required=True)
NAME = Column("name", "组织名称", ("名称", "组织全称", "name"), required=True, width=30)
PARENT = Column("parent", "上级组织代码", ("上级代码", "上级组织", "上级组织编码", "parent"))
KIND = Column("kind", "组织类别", ("类别", "组织类型", "kind"), required=True)
TRAITS = Column("traits", "特征", ("组织特征", "traits"), width=20)
FOUNDED = Column("founded", "成立日期", ("建立日期", "设立日期", "成立时间", "founded"), kind="date")
UNITS_FORM = Form("units", "组织", "组织情况表", (CODE, NAME, PARENT, KIND, TRAITS, FOUNDED))

_BETWEEN = re.compile("[、,，;；]")


@dataclass
class UnitsReport:
    """``rows`` data rows, of them ``created`` (0 if any is wrong) and ``same``: known already and not different."""

    rows: int
    created: int = 0
    same: int = 0
    problems: list[Problem] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        problems = [problem.as_json() for problem in self.problems]
        return {"rows": self.rows, "created": self.created, "same": self.same, "problems": problems}


def import_units(*, by: Account | None, source: bytes, filename: str, today: date) -> UnitsReport:
    """Create the units of a sheet that do not exist yet. Nothing is written if any row has an error.

    A unit without a date stands from its parent's first day on. An existing unit is never changed by a sheet: a row
    that differs from it is an error, except that the county's own row only has to name its code.
    """
    sheet = UnitsSheet(read(source, filename, UNITS_FORM, today=today), today)
    plans = sheet.plans()
    report = UnitsReport(rows=len(sheet.rows), same=sheet.same, problems=sheet.problems)
    if plans and not any(problem.severity == "error" for problem in report.problems):
        report.created = len(create_units(by=by, plans=plans))
    return report


class UnitsSheet:
    """The rows of a sheet beside the units that stand today."""

    def __init__(self, reading: Reading, today: date) -> None:
        self.rows = reading.rows
        self.problems = list(reading.problems)
        self.same = 0
        self._tree: Tree = tree_on(today)
        self._since = standing_since(read_history())
        self._known = {unit.code: unit for unit in Unit.objects.all()}
        self._new: dict[str, Row] = {}
        self._days: dict[str, date | None] = {}

    def plans(self) -> list[NewUnit]:
        """The units to create; what is wrong goes to ``problems``."""
        self._sort_rows()
        plans = [plan for code, row in self._new.items() if (plan := self._plan(code, row))]
        self.problems.sort(key=lambda problem: problem.row or 0)
        return plans

    def _sort_rows(self) -> None:
        """Tell new units from known ones; the first row of a code counts."""
        seen: dict[str, int] = {}
        for row in self.rows:
            code = compact(row.text("code"))
            if not code:  # said already
                continue
            if code in seen:
                text = Text(
                    f"第 {seen[code]} 行已经用了这个组织代码。每个组织的代码必须不同。",
                    f"Row {seen[code]} has this code already. Every unit needs a code of its own.",
                )
                self._problem(row, CODE, "code-twice", text)
            elif code in self._known:
                self._compare(row, self._known[code])
            else:
                self._new[code] = row
            seen.setdefault(code, row.number)

    def _compare(self, row: Row, unit: Unit) -> None:
        if unit.pk in self._tree.roots:
            differing = [PARENT] if row.text("parent") else []
        else:
            differing = list(self._differences(row, unit))
        for column in differing:
            text = Text(
                f"“{unit.name}”已经有了，这一栏与现有的不同。导入只新建组织；要改动请到组织页面办理变更或划转。",
                f"{unit.name} exists and differs here. A sheet only creates units; change or move it on its page.",
            )
            self._problem(row, column, "unit-differs", text)
        self.same += not differing

    def _differences(self, row: Row, unit: Unit) -> Iterator[Column]:
        """The columns that say something else than the tree of today; a closed unit differs in its code."""
        node = self._tree.nodes.get(unit.pk)
        if node is None:
            yield CODE
            return
        if row.text("name") not in {"", node.name}:
            yield NAME
        if compact(row.text("parent")) != self._tree.nodes[self._tree.parents[unit.pk]].code:
            yield PARENT
        if self._kind(row) not in {"", node.kind}:
            yield KIND
        if "traits" in row.cells and frozenset(self._traits(row)) != node.traits:
            yield TRAITS
        founded = row.cells.get("founded")
        if isinstance(founded, PartialDate) and not founded.agrees(PartialDate.of(self._since[unit.pk])):
            yield FOUNDED

    def _plan(self, code: str, row: Row) -> NewUnit | None:
        before = len(self.problems)
        self._check_length(row, CODE, code, CODE_LENGTH)
        self._check_length(row, NAME, row.text("name"), NAME_LENGTH)
        kind, traits, parent = self._kind(row), self._traits(row), self._parent(row)
        on = self._day(code)
        if len(self.problems) > before or on is None:
            return None
        return NewUnit(code, row.text("name"), kind, tuple(traits), parent, on)

    def _check_length(self, row: Row, column: Column, value: str, most: int) -> None:
        if len(value) > most:
            text = Text(f"太长了，最多 {most} 个字。", f"This is too long; at most {most} characters.")
            self._problem(row, column, "too-long", text)

    def _kind(self, row: Row) -> str:
        given = row.text("kind")
        term = find_term(TermCategory.UNIT_KIND, given) if given else None
        if given and term is None:
            self._problem(row, KIND, "unknown-kind", unknown(given, TermCategory.UNIT_KIND))
        elif term and is_root_kind(term.code):
            text = Text(
                f"“{term.zh}”只有一个，就是建站时的那个。请改填别的类别。",
                f"There is one {term.en}, the one this site was founded with. Give another kind.",
            )
            self._problem(row, KIND, "root-kind", text)
        return term.code if term else ""

    def _traits(self, row: Row) -> list[str]:
        found = []
        for part in parts_of(row.text("traits")):
            term = find_term(TermCategory.TRAIT, part)
            if term is None:
                self._problem(row, TRAITS, "unknown-trait", unknown(part, TermCategory.TRAIT))
            else:
                found.append(term.code)
        return sorted(set(found))

    def _parent(self, row: Row) -> str | None:
        code = compact(row.text("parent"))
        if not code:
            text = Text(
                "没有填上级组织代码。只有县一级可以没有上级。",
                "There is no parent code. Only the county has no parent.",
            )
            self._problem(row, PARENT, "parent-empty", text)
        elif code not in self._new and (code not in self._known or self._known[code].pk not in self._tree.nodes):
            text = Text(
                "表里和系统里都没有这个代码的组织，或者它已经撤销。请核对上级组织代码。",
                "No unit of the sheet or of the tree has this code (or it is closed). Check the parent's code.",
            )
            self._problem(row, PARENT, "unknown-parent", text)
        elif self._is_looped(code):
            text = Text(
                "上级组织绕了一圈又回到自己。请核对上级组织代码。",
                "The parents go round in a circle. Check the parent's code.",
            )
            self._problem(row, PARENT, "parent-loop", text)
        return code or None

    def _is_looped(self, code: str) -> bool:
        """Whether going up from a unit comes back to where one has been."""
        passed = set()
        while code in self._new:
            if code in passed:
                return True
            passed.add(code)
            code = compact(self._new[code].text("parent"))
        return False

    def _day(self, code: str) -> date | None:
        """The first day of a unit, known or new; ``None`` where an error elsewhere leaves it open."""
        if code in self._known:
            return self._since.get(self._known[code].pk)
        if code not in self._new:
            return None
        if code not in self._days:
            self._days[code] = None  # a circle of parents ends here
            self._days[code] = self._founded(self._new[code])
        return self._days[code]

    def _founded(self, row: Row) -> date | None:
        """Its own date, of which an unknown month or day is the earliest that the parent allows."""
        parent = self._day(compact(row.text("parent")))
        founded = row.cells.get("founded")
        if parent is None or not isinstance(founded, PartialDate):
            return parent
        if founded.last < parent:
            text = Text(
                f"早于上级组织的成立日期（{parent}）。请核对两个组织的日期。",
                f"This is before its parent's first day ({parent}). Check both dates.",
            )
            self._problem(row, FOUNDED, "before-parent", text)
        return max(founded.first, parent)

    def _problem(self, row: Row, column: Column, code: str, text: Text) -> None:
        self.problems.append(row.problem(column, code, text))


def standing_since(history: History) -> dict[int, date]:
    """The first day of every standing unit since it last opened."""
    since: dict[int, date] = {}
    for unit, course in history.states.items():
        for start, value in course.steps:
            if value is None:
                since.pop(unit, None)
            else:
                since.setdefault(unit, start)
    return since


def parts_of(text: str) -> Iterator[str]:
    """What is listed, apart: by 、 , or ; and by spaces too, unless the words with their spaces are one label."""
    for part in _BETWEEN.split(text):
        if find_term(TermCategory.TRAIT, part):
            yield part
        else:
            yield from part.split()


def unknown(given: str, category: TermCategory) -> Text:
    known = "、".join(term.zh for term in terms(category) if not term.data.get("root"))
    return Text(f"没有“{given}”这一种。可以填：{known}。", f"There is no “{given}”. Choose from: {known}.")
