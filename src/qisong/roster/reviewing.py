"""Reads the files of one import and compares them with the roster; writes nothing.

Every data row is one ``Line``, and so is every member of the unit whom no row names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from qisong.org import journal
from qisong.org.models import Site, Unit
from qisong.org.tree import Tree, tree_on
from qisong.roster.branches import Branches
from qisong.roster.differing import difference, disagreeing_masks
from qisong.roster.doubts import Doubts
from qisong.roster.form import check_file, read_roster
from qisong.roster.holding import Held, held_by_id, held_in, holders
from qisong.roster.interpreting import Interpreter
from qisong.roster.matching import Match, Matcher, Told
from qisong.roster.own_form import own_form
from qisong.roster.secrets import index_of
from qisong.roster.statements import Statement
from qisong.roster.terms import Outcome, Secret
from qisong.sheets.problems import Problem
from qisong.sheets.rows import Row
from qisong.words.text import Refusal, refuse

OF_ROWS = (Outcome.NEW, Outcome.CHANGED, Outcome.MOVED, Outcome.DOUBTFUL, Outcome.SAME)
Progress = Callable[[int], None]


@dataclass(slots=True)
class Line:
    """``said`` is all that a new or doubtful row says, and of a changed or moved one what would change of ``held``."""

    row: Row | None
    outcome: Outcome
    said: Statement
    held: Held | None = None
    candidates: list[UUID] = field(default_factory=list)
    doubt: str = ""
    has_error: bool = False


@dataclass(slots=True)
class Review:
    """``seq`` is the journal as it stood before anything was read."""

    unit: Unit
    on: date
    seq: int
    files: list[tuple[str, bytes]]
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """``rows``, and how many of each outcome."""
        found = Counter(line.outcome for line in self.lines)
        rows = sum(found[outcome] for outcome in OF_ROWS)
        return {"rows": rows} | {outcome.value: found[outcome] for outcome in (*OF_ROWS, Outcome.MISSING)}


def examine(
    *, unit: Unit, files: Sequence[tuple[str, bytes]], today: date, progress: Progress = lambda _: None
) -> Review:
    """Compare rosters with what is held of ``unit`` and all beneath it on ``today``.

    ``files``: (name, content). A file that cannot be read is a problem like any other. ``progress`` is told per cents.
    """
    tree = tree_on(today)
    if unit.pk not in tree.nodes:
        raise refuse(
            "unit-closed", "“{unit}”今天已不存在。", "{unit} does not stand today.", place="unit", unit=unit.name
        )
    review = Review(unit, today, journal.position(), told_apart(files))
    rows = read_all(review, progress)
    comparison = Comparison(review, tree, rows)
    progress(75)
    comparison.compare()
    mark_errors(review)
    progress(85)
    return review


def told_apart(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Two files of one name are told apart by a number, since problems name their file."""
    seen: Counter[str] = Counter()
    named = []
    for name, content in files:
        seen[name] += 1
        named.append((name if seen[name] == 1 else f"{name} ({seen[name]})", content))
    return named


def read_all(review: Review, progress: Progress) -> list[Row]:
    rows: list[Row] = []
    form = own_form()
    for number, (name, content) in enumerate(review.files, start=1):
        try:
            reading = read_roster(content, name, today=review.on, form=form)
        except Refusal as refusal:
            review.problems.append(Problem(name, "", "", None, "", "", refusal.code, "error", refusal.text))
            continue
        rows += reading.rows
        review.problems += reading.problems
        progress(70 * number // len(review.files))
    if len(review.files) > 1:
        # Told again with the rows of all files, so that each names the other.
        review.problems = [problem for problem in review.problems if problem.code != "identity-twice"]
        review.problems += [problem for problem in check_file(rows, form) if problem.code == "identity-twice"]
    return rows


def mark_errors(review: Review) -> None:
    """Problems in the order of the files; a line knows whether its row has an error."""
    files = {name: number for number, (name, _) in enumerate(review.files)}
    sheets: dict[tuple[str, str], int] = {}
    for problem in review.problems:
        sheets.setdefault((problem.file, problem.sheet), len(sheets))
    review.problems.sort(key=lambda one: (files.get(one.file, 0), sheets[one.file, one.sheet], one.row or 0))
    wrong = {(one.file, one.sheet, one.row) for one in review.problems if one.severity == "error" and one.row}
    for line in review.lines:
        if line.row is not None:
            line.has_error = (line.row.file, line.row.sheet, line.row.number) in wrong


class Comparison:
    """The rows of one review against what is held."""

    def __init__(self, review: Review, tree: Tree, rows: list[Row]) -> None:
        self._review, self._rows = review, rows
        self._branches = Branches(tree, review.unit.pk)
        # At the top of the tree nobody is elsewhere, not even those left behind in a unit that stands no more.
        is_top = review.unit.pk not in tree.parents
        units = list(Unit.objects.values_list("pk", flat=True)) if is_top else self._branches.within
        self._held = held_in(units, review.on)
        self._doubts = Doubts(self._branches, own_form())

    def compare(self) -> None:
        told = self._interpret()
        strangers = self._strangers(told)
        matches = Matcher(self._review.unit.pk, self._held, strangers).match(told)
        everybody = self._held | strangers
        for row, one, match in zip(self._rows, told, matches, strict=True):
            self._review.lines.append(self._line(row, one, match, everybody))
        self._review.problems += self._doubts.problems
        self._review.lines += self._missing()

    def _interpret(self) -> list[Told]:
        site = Site.current()
        interpreter = Interpreter(self._branches, site.keeps, own_form())
        told = []
        for number, row in enumerate(self._rows):
            said, problems = interpreter.read(row)
            self._review.problems += problems
            lost = said.unit is None and bool(row.text("branch"))
            told.append(Told(number, said, row.text("identity"), lost))
        return told

    def _strangers(self, told: Iterable[Told]) -> dict[UUID, Held]:
        """Holders of the identity numbers given who do not belong here."""
        known = {one.index(Secret.IDENTITY) for one in self._held.values()}
        given = {index_of(Secret.IDENTITY, one.said.identity) for one in told if one.said.identity}
        return held_by_id(holders(given - known).values(), self._review.on)

    def _line(self, row: Row, told: Told, match: Match, everybody: dict[UUID, Held]) -> Line:
        said = told.said
        if match.doubt:
            self._doubts.tell(row, match, self._rows)
            self._doubts.complete(row, told)
            return Line(row, Outcome.DOUBTFUL, said, candidates=match.candidates, doubt=match.doubt)
        if match.member is None:
            self._doubts.complete(row, told)
            return Line(row, Outcome.NEW, said)
        held = everybody[match.member]
        self._doubts.check_masks(row, disagreeing_masks(said, held))
        self._doubts.check_none(row, held)
        change = difference(said, held)
        return Line(row, outcome_of(change), change, held)

    def _missing(self) -> list[Line]:
        named = {line.held.id for line in self._review.lines if line.held}
        named.update(one for line in self._review.lines for one in line.candidates)
        return [Line(None, Outcome.MISSING, Statement(), held) for pk, held in self._held.items() if pk not in named]


def outcome_of(change: Statement) -> Outcome:
    if change.unit is not None:
        return Outcome.MOVED
    return Outcome.SAME if change.says_nothing() else Outcome.CHANGED
