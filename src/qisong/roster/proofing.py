"""A review as a person reads it: rows under the form's columns, each cell with what is wrong and what would change.

Numbers are masked. Whoever is named but lies outside the reviewed part of the tree is not told of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from qisong.org.models import Unit
from qisong.roster.exporting import SEX_LABELS
from qisong.roster.form import RosterForm
from qisong.roster.holding import Held, held_by_id
from qisong.roster.keeping import after, before
from qisong.roster.models import ImportBatch, ImportLine
from qisong.roster.own_form import own_form
from qisong.roster.secrets import mask
from qisong.roster.statements import COLUMNS, State, Statement
from qisong.roster.terms import AWAY, OUT_OF_CONTACT, SUSPENDED, Secret
from qisong.sheets.columns import Column
from qisong.sheets.problems import Problem

Values = dict[str, str]  # by column of the form
Place = tuple[str, str, int | None]  # file, sheet, row

YES_OR_NO = {True: "是", False: "否"}
# Doubts that no person settles on the review page, and whose candidate the reader may have no right to know.
CLOSED_DOUBTS = frozenset({"elsewhere", "died"})


@dataclass(slots=True)
class ProofCell:
    """``said`` is what the row says or, where it says nothing new, what is held; ``before`` only of a change."""

    said: str = ""
    before: str | None = None
    problems: list[Problem] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.said or self.before or self.problems)

    @property
    def severity(self) -> str:
        """Of the worst problem here; "" if there is none."""
        if any(problem.severity == "error" for problem in self.problems):
            return "error"
        return "warning" if self.problems else ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on the roster of whom a doubtful row may speak."""

    id: UUID
    values: Values


@dataclass(slots=True)
class Proof:
    """``problems`` are those of the row as a whole."""

    line: ImportLine
    cells: dict[str, ProofCell]
    candidates: list[Candidate]
    may_be_new: bool
    problems: list[Problem]

    @property
    def name(self) -> str:
        return self.cells["name"].said if "name" in self.cells else ""


def proofs(batch: ImportBatch, lines: Sequence[ImportLine], problems: Iterable[Problem]) -> list[Proof]:
    """One proof for each line; ``problems`` may be those of the whole review."""
    contents = {line.pk: after(line) if line.after else {} for line in lines}
    wanted = {line.member_id for line in lines if line.member_id}
    wanted.update(UUID(one) for content in contents.values() for one in content.get("candidates", []))
    held = held_by_id(wanted, batch.on)
    setter = Setter(held, unit_names(held.values(), contents.values()))
    at = placed(problems)
    return [setter.proof(line, contents[line.pk], at.get(place_of(line), [])) for line in lines]


def place_of(line: ImportLine) -> Place:
    return line.file, line.sheet, line.row


def placed(problems: Iterable[Problem]) -> dict[Place, list[Problem]]:
    """Problems by row, in the words in which lines name their file and sheet."""
    found: defaultdict[Place, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.file[:200], problem.sheet[:100], problem.row].append(problem)
    return found


def unit_names(held: Iterable[Held], contents: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    said = [*(one.unit for one in held), *(content["said"]["unit"] for content in contents if content)]
    return dict(Unit.objects.filter(pk__in={unit for unit in said if unit is not None}).values_list("pk", "name"))


class Setter:
    """Sets the rows of one page."""

    def __init__(self, held: Mapping[UUID, Held], units: dict[int, str]) -> None:
        self._held, self._units = held, units
        self._form = own_form()

    def proof(self, line: ImportLine, content: Mapping[str, Any], problems: Sequence[Problem]) -> Proof:
        cells = self._cells(line, content)
        proof = Proof(line, cells, self._candidates(content), may_be_new(content), [])
        for problem in problems:
            column = self._form.by_title.get(problem.column)
            if column is None:
                proof.problems.append(problem)
            else:
                mark(cells, column, problem)
        return proof

    def _cells(self, line: ImportLine, content: Mapping[str, Any]) -> dict[str, ProofCell]:
        held = self._held.get(line.member_id) if line.member_id else None
        cells = {column: ProofCell(said) for column, said in self._held_values(held).items()}
        if not content:
            return cells
        said = Statement.from_json(content["said"])
        if not line.before:
            return {column: ProofCell(value) for column, value in self._spelled(said).items()}
        was_said = imaged(before(line))
        if held and Secret.HOUSE in said.secrets:  # a door alone tells nothing
            said.values.setdefault("address", held.values["address"])
            was_said.values.setdefault("address", held.values["address"])
        earlier = self._spelled(was_said)
        for column, value in self._spelled(said).items():
            was = earlier.get(column, "")
            changes = column in line.fields or value != was
            cells[column] = ProofCell(value, was if changes else None)
        return cells

    def _held_values(self, held: Held | None) -> Values:
        return self._spelled(stated(held)) if held else {}

    def _spelled(self, said: Statement) -> Values:
        values = dict(said.values)
        if said.unit is not None:
            values["branch"] = self._units.get(said.unit, "")
        if "sex" in values:
            values["sex"] = SEX_LABELS.get(values["sex"], "")
        if "category" in values:
            values["category"] = self._form.category_labels[values["category"]]
        masks = {kind: mask(Secret(kind), value) for kind, value in said.secrets.items()} | said.masks
        for kind, masked in masks.items():
            column = COLUMNS.get(kind, kind)
            values[column] = values.get(column, "") + masked if kind == Secret.HOUSE else masked
        return {column: value for column, value in (values | states(said, self._form)).items() if value}

    def _candidates(self, content: Mapping[str, Any]) -> list[Candidate]:
        if not content or content["doubt"] in CLOSED_DOUBTS:
            return []
        found = [self._held[one] for one in map(UUID, content["candidates"]) if one in self._held]
        return [Candidate(one.id, self._held_values(one)) for one in found]


def may_be_new(content: Mapping[str, Any]) -> bool:
    return bool(content) and bool(content["doubt"]) and content["doubt"] not in CLOSED_DOUBTS


def mark(cells: dict[str, ProofCell], column: Column, problem: Problem) -> None:
    """The cell shows what stands in the file, which may be nothing that could be read."""
    cell = cells.setdefault(column.code, ProofCell())
    cell.problems.append(problem)
    if problem.severity == "error" or not cell.said:
        cell.said = problem.value


def states(said: Statement, form: RosterForm) -> Values:
    values: Values = {}
    if form.standing_labels and (state := said.states.get(SUSPENDED)):
        values["standing"] = form.standing_labels[state.holds]
    if state := said.states.get(OUT_OF_CONTACT):
        values |= {"lost": YES_OR_NO[state.holds], "lost_since": state.since}
    if state := said.states.get(AWAY):
        values |= {"away": YES_OR_NO[state.holds], "destination": state.detail}
    return values


def stated(held: Held) -> Statement:
    """What is held, as a row would say it."""
    masks = {kind: shown for kind, (_index, shown) in held.secrets.items()}
    now = {kind: State(holds=True, since=state.since, detail=state.detail) for kind, state in held.states.items()}
    return Statement(held.unit, dict(held.values), masks=masks, states=now)


def imaged(image: Mapping[str, Any]) -> Statement:
    """What was held of all that a line changes."""
    masks = {kind: kept[2] for kind, kept in image["secrets"].items() if kept}
    then = {
        kind: State(holds=True, since=kept[1], detail=kept[2]) if kept else State(holds=False)
        for kind, kept in image["states"].items()
    }
    return Statement(image["unit"], dict(image["values"]), masks=masks, states=then)
