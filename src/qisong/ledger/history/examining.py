"""Reads old records and says of each act in them what would become of it; writes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from qisong.ledger.history.drafting import Draft, Drafter, client_id_of, problem_at
from qisong.ledger.history.forms import FORMS, ITEM, MEETINGS, REGISTER, SIGN_IN, fitted, heading_key
from qisong.ledger.history.meetings import draft_meeting
from qisong.ledger.history.people import People
from qisong.ledger.history.places import Places
from qisong.ledger.history.registers import draft_register
from qisong.ledger.history.settings import Setting, setting_of
from qisong.ledger.history.signing import draft_sign_in
from qisong.ledger.history.words import Lexicon, Question, all_titles, items_by_code
from qisong.ledger.models import Activity, ActivityUnit, HistoryBatch, HistoryLine, Submission
from qisong.ledger.recording import rehearse
from qisong.ledger.terms import Asked, Finding, HistoryState, Verdict
from qisong.org.models import Account, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.org.tree import tree_on
from qisong.roster.holding import chunks
from qisong.sheets.columns import Column, Form
from qisong.sheets.problems import Problem, Severity, shown
from qisong.sheets.rows import Row
from qisong.sheets.sorting import SortedSheet, read_sorted
from qisong.words.text import Refusal, Text, refuse

Progress = Callable[[int], None]
REHEARSED_AT_ONCE = 100
ASKED_INSTEAD = "columns-unknown"


@dataclass(slots=True)
class Found:
    """An act of an old record, and what would become of it."""

    draft: Draft
    finding: Finding


@dataclass(slots=True)
class Review:
    unit: Unit
    files: list[tuple[str, bytes]]
    lines: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(line.finding for line in self.lines)
        unanswered = sum(not question.meaning for question in self.questions)
        return {"acts": len(self.lines)} | {one.value: found[one] for one in Finding} | {"questions": unanswered}


def examine(
    *,
    by: Account | None,
    scope: Scope,
    unit: Unit,
    files: Sequence[tuple[str, bytes]],
    batch: HistoryBatch | None = None,
    progress: Progress = lambda _: None,
) -> Review:
    """What these files, each a (name, content), say of ``unit`` and all beneath it that ``scope`` may record.

    The answers given in ``batch`` hold, and all that were given for the county. ``progress`` is told per cents.
    """
    tree = tree_on(scope.on)
    if unit.pk not in tree.nodes:
        raise refuse(
            "unit-closed", "“{unit}”今天已不存在。", "{unit} does not stand today.", place="unit", unit=unit.name
        )
    # At the top of the tree also what stands no more: its records are the oldest.
    within = scope.units(Right.RECORD)
    allowed = within if unit.pk in tree.roots else within & set(tree.subtree(unit.pk))
    drafter = Drafter(Lexicon(batch), Places(tree, allowed), People(tree), unit.pk, scope.on)
    review = Review(unit, list(files))
    forms = fitted_forms(drafter.lexicon)
    for number, (name, content) in enumerate(review.files, start=1):
        read_file(drafter, review, forms, (name, content))
        progress(60 * number // len(review.files))
    review.problems += drafter.problems
    mark_wrong(drafter.drafts, review.problems)
    review.lines = judged(drafter.drafts, by, scope, review.problems, progress)
    review.questions = list(drafter.lexicon.questions.values())
    in_order(review)
    return review


def fitted_forms(lexicon: Lexicon) -> list[Form]:
    """The forms with a column for each item, and with the headings that somebody has explained."""
    items = [Column(f"{ITEM}{code}", one.zh, (one.en,)) for code, one in items_by_code().items()]
    items += [Column(f"{ITEM}{one.item.code}/{one.code}", one.zh, (one.en,)) for one in all_titles()]
    return [fitted(form, lexicon.headings(shape), items if shape == REGISTER else ()) for shape, form in FORMS.items()]


def read_file(drafter: Drafter, review: Review, forms: Sequence[Form], file: tuple[str, bytes]) -> None:
    name, content = file
    try:
        sheets, strange = read_sorted(content, name, forms, today=drafter.today)
    except Refusal as refusal:
        review.problems.append(Problem(name, "", "", None, "", "", refusal.code, "error", refusal.text))
        return
    for _whole, blocks in groupby(sheets, key=lambda sheet: id(sheet.whole)):
        read_blocks(drafter, review, name, list(blocks))
    for grid in strange:
        if not sheets or len(grid.rows) > 1:
            severity: Severity = "warning" if sheets else "error"
            review.problems.append(Problem(name, grid.name, "", None, "", "", "heading-missing", severity, NO_HEADING))


def read_blocks(drafter: Drafter, review: Review, file: str, blocks: Sequence[SortedSheet]) -> None:
    """One sheet; the names of one meeting may stand in several blocks of it."""
    rows = [row for sheet in blocks if sheet.complete for row in sheet.reading.rows]
    for sheet in blocks:
        recall_headings(drafter.lexicon, sheet, file)
        ask_headings(drafter.lexicon, sheet, file)
    if rows:
        draft_rows(drafter, setting_of(blocks[0], file, drafter.places), rows)
    for sheet in blocks:
        review.problems += [one for one in sheet.reading.problems if one.code != ASKED_INSTEAD]


def draft_rows(drafter: Drafter, setting: Setting, rows: list[Row]) -> None:
    """The acts that the rows of a sheet tell of."""
    shape = setting.sheet.form.code
    if shape == MEETINGS:
        for row in rows:
            draft_meeting(drafter, setting, row)
    elif shape == REGISTER:
        draft_register(drafter, setting, rows)
    else:
        draft_sign_in(drafter, setting, rows)


def ask_headings(lexicon: Lexicon, sheet: SortedSheet, file: str) -> None:
    """Headings that nobody has explained, with a few of the values beneath."""
    for place, title in sheet.unknown.items():
        question = Question(Asked.COLUMN, heading_key(title), about=sheet.form.code)
        if not question.word or lexicon.meaning(question):
            continue
        question.samples = [shown(cell) for cell in sheet.samples(place)]
        lexicon.ask(question, f"{file} {sheet.grid.name} {sheet.address(place)}")


def recall_headings(lexicon: Lexicon, sheet: SortedSheet, file: str) -> None:
    """Headings that somebody explained earlier stay among the questions, so that the answer can be changed."""
    explained = {word for words in lexicon.headings(sheet.form.code).values() for word in words}
    for number in range(sheet.heading.top, sheet.heading.bottom + 1):
        for place, cell in enumerate(sheet.grid.rows.get(number, ()), start=1):
            if isinstance(cell, str) and (word := heading_key(cell)) in explained:
                question = Question(Asked.COLUMN, word, about=sheet.form.code)
                question.samples = [shown(one) for one in sheet.samples(place)]
                lexicon.ask(question, f"{file} {sheet.grid.name} {sheet.address(place)}")


def mark_wrong(drafts: Sequence[Draft], problems: Sequence[Problem]) -> None:
    """An act is wrong if one of its rows is, or if its sheet has two columns of one kind."""
    rows: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    sheets: set[tuple[str, str]] = set()
    for one in problems:
        if one.severity == "error" and one.row:
            rows[one.file, one.sheet].add(one.row)
        if one.code == "column-twice":
            sheets.add((one.file, one.sheet))
    for draft in drafts:
        sheet = draft.file, draft.sheet
        draft.is_wrong = draft.is_wrong or sheet in sheets or not rows[sheet].isdisjoint(draft.rows)


def judged(
    drafts: Sequence[Draft], by: Account | None, scope: Scope, problems: list[Problem], progress: Progress
) -> list[Found]:
    """What becomes of each draft: known, recorded otherwise on that day, wrong, waiting, or new."""
    whole = [draft for draft in drafts if draft.client_id and not (draft.is_wrong or draft.is_open)]
    known = same_as_before(whole)
    progress(70)
    fresh = [draft for draft in whole if id(draft) not in known]
    for done, some in enumerate(chunks(fresh, REHEARSED_AT_ONCE), start=1):
        check(some, by, scope, problems)
        progress(70 + min(20, 20 * done * REHEARSED_AT_ONCE // len(fresh)))
    taken = days_taken(fresh, drafts)
    return [Found(draft, finding_of(draft, known, taken)) for draft in drafts]


def check(drafts: Sequence[Draft], by: Account | None, scope: Scope, problems: list[Problem]) -> None:
    """What recording would say is said now, at the cells."""
    documents = [draft.document | {"id": draft.client_id} for draft in drafts]
    for draft, found in zip(drafts, rehearse(documents, by=by, scope=scope), strict=True):
        for one in found:
            draft.is_wrong = True
            problems.append(problem_at(draft, one.place, one.code, one.text))


def finding_of(draft: Draft, known: set[int], taken: set[int]) -> Finding:
    if draft.is_wrong:
        return Finding.WRONG
    if draft.is_open:
        return Finding.OPEN
    if id(draft) in known:
        return Finding.SAME
    return Finding.DOUBTFUL if id(draft) in taken else Finding.NEW


def same_as_before(drafts: Sequence[Draft]) -> set[int]:
    """Which drafts were brought in before, or stand in these files twice. One whose whole batch was taken back gets a
    fresh id, and is new.
    """
    first: dict[str, Draft] = {}
    same = {id(draft) for draft in drafts if first.setdefault(draft.client_id, draft) is not draft}
    waiting, generation = first, 0
    while waiting:
        stored = acts_behind(waiting)
        reverted = taken_back(stored.values())
        same |= {id(waiting[one]) for one, act in stored.items() if act not in reverted}
        generation += 1
        again = [waiting[one] for one, act in stored.items() if act in reverted]
        for draft in again:
            draft.client_id = client_id_of(draft, generation)
        waiting = {draft.client_id: draft for draft in again}
    return same


def acts_behind(ids: Iterable[str]) -> dict[str, UUID]:
    found = Submission.objects.filter(client_id__in=list(ids), verdict=Verdict.STORED)
    return dict(found.values_list("client_id", "act"))


def taken_back(acts: Iterable[UUID]) -> set[UUID]:
    """Those of these acts that were reversed together with the batch that brought them in."""
    lines = HistoryLine.objects.filter(act__in=list(acts), batch__state=HistoryState.REVERTED)
    return set(lines.filter(act__reversal__isnull=False).values_list("act", flat=True))


def days_taken(drafts: Sequence[Draft], everything: Sequence[Draft]) -> set[int]:
    """Drafts on whose day their unit has an act already, and sign-in sheets of a meeting that is told as well."""
    days = {draft.on for draft in drafts if draft.on}
    acts = Activity.objects.live().filter(on__in=days)
    recorded = set(acts.values_list("unit", "on"))
    recorded |= set(ActivityUnit.objects.filter(activity__in=acts).values_list("unit", "activity__on"))
    met = {(draft.unit, draft.on) for draft in everything if draft.shape == MEETINGS}
    return {
        id(draft)
        for draft in drafts
        if (draft.unit, draft.on) in recorded or (draft.shape == SIGN_IN and (draft.unit, draft.on) in met)
    }


def in_order(review: Review) -> None:
    """Problems in the order of the files and their rows."""
    files = {name: number for number, (name, _content) in enumerate(review.files)}
    sheets: dict[tuple[str, str], int] = {}
    for one in review.problems:
        sheets.setdefault((one.file, one.sheet), len(sheets))
    review.problems.sort(key=lambda one: (files.get(one.file, 0), sheets[one.file, one.sheet], one.row or 0))


NO_HEADING = Text(
    "没有找到认得的表头，没有读。会议记录要有日期和主题等列，发放登记要有日期、姓名和物品，签到册要有姓名和签名。",
    "No known heading was found, so this was not read. Records of meetings need a day, a subject and so on, registers "
    "a day, a name and an item, sign-in sheets a name and a signature.",
)
