"""The review of one import: the sheet with its problems, their list by kind, and what would be applied."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.pages.imports import OUTCOMES, summary
from qisong.desk.pages.review_lines import DecisionForm, Remedy, ReviewLine, ReviewSheet
from qisong.desk.refusing import said
from qisong.desk.tables import Link, page_of
from qisong.desk.templatetags.desk import day, moment
from qisong.org.models import Account
from qisong.org.scope import Scope
from qisong.roster.deciding import DEPARTED, KEEP, NEW, SAME
from qisong.roster.importing import problems_of
from qisong.roster.models import ImportBatch, ImportLine
from qisong.roster.own_form import own_form
from qisong.roster.proofing import Place, Proof, placed, proofs
from qisong.roster.reverting import REVERTIBLE_DAYS
from qisong.roster.terms import BatchState, Outcome
from qisong.sheets.problems import Problem, Severity

LINES_A_PAGE = 25
FATES: dict[str, str | Promise] = {
    BatchState.APPLIED: gettext_lazy("Applied on {day}: {changes}."),
    BatchState.REVERTED: gettext_lazy("Taken back: everything is as it was before."),
    BatchState.DISCARDED: gettext_lazy("Discarded, or its time is over. The files and what they said are deleted."),
    BatchState.FAILED: gettext_lazy(
        "Something went wrong on our side, and nothing was written. Upload the files again."
    ),
}
SENTENCE = re.compile(r"。|\. |\.$")
CLAUSE = re.compile(r"[：，；（]|[:,;] | \(")
LONGEST_GIST = 30
ASKED = (Outcome.DOUBTFUL, Outcome.MISSING)
SEVERITIES: tuple[Severity, ...] = ("error", "warning")


@dataclass(frozen=True)
class Kind:
    """Problems of one kind in one column."""

    severity: Severity
    code: str
    column: str
    problems: Sequence[Problem]
    rows: int  # of people; a problem of a whole sheet has none
    url: str = ""
    current: bool = False

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    @property
    def gist(self) -> str:
        """What they have in common: the sentence said at all the cells, or its first clause."""
        first, *others = [SENTENCE.split(said(problem.text), maxsplit=1)[0] for problem in self.problems]
        same = all(other == first for other in others)
        return first if same and len(first) <= LONGEST_GIST else CLAUSE.split(first, maxsplit=1)[0]

    @property
    def count(self) -> int:
        return len(self.problems)


@dataclass
class ReviewPage:
    """``wrong`` is the line whose decision was refused, with what was typed."""

    batch: ImportBatch
    scope: Scope
    account: Account
    query: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[int, DecisionForm] | None = None
    refusal: str = ""
    remedy_form: DecisionForm = field(default_factory=partial(DecisionForm, auto_id="all-%s"))

    @property
    def crumbs(self) -> Sequence[Crumb]:
        imports = Crumb(_("Import a roster"), reverse("desk:imports", args=[self.batch.unit_id]))
        return [*way_to(self.scope, self.batch.unit_id), imports, Crumb(moment(self.batch.created_at))]

    @property
    def state(self) -> str:
        return self.batch.state

    @property
    def is_open(self) -> bool:
        """Whether its lines may be looked at: neither given up nor forgotten after its time."""
        return bool(self.batch.report) and self.state in {BatchState.READY, BatchState.APPLIED, BatchState.REVERTED}

    @property
    def is_ready(self) -> bool:
        return self.state == BatchState.READY

    @property
    def is_mine(self) -> bool:
        """The file itself shows whole numbers: it goes back to nobody but whoever handed it in."""
        return bool(self.batch.files) and self.batch.by_id == self.account.pk

    @property
    def heading(self) -> str:
        match self.state:
            case BatchState.COMPARING:
                return _("Is the roster compared yet?")
            case BatchState.READY if self.errors:
                return _("What must be mended in this roster?")
            case BatchState.READY:
                return _("What would this roster change in {unit}?").format(unit=self.batch.unit)
            case BatchState.APPLIED | BatchState.REVERTED:
                return _("What did this roster change in {unit}?").format(unit=self.batch.unit)
            case _:
                return _("What became of this roster?")

    @property
    def answer(self) -> str:
        if self.state == BatchState.READY:
            return self.verdict
        changes = self.changes if self.state == BatchState.APPLIED else ""
        return str(FATES.get(self.state, "")).format(day=day(self.applied_on), changes=changes)

    @property
    def verdict(self) -> str:
        """What the comparison found wrong."""
        if self.errors:
            text = _(
                "{errors} errors, {warnings} warnings. Mend the errors in the file and upload it again; as long as "
                "there are any, not a single row is applied."
            )
            return text.format(errors=self.errors, warnings=self.warnings)
        if self.warnings:
            return _("No errors. {warnings} warnings to look at.").format(warnings=self.warnings)
        return _("No errors.")

    @property
    def applied_on(self) -> date | None:
        return timezone.localdate(self.batch.applied_at) if self.batch.applied_at else None

    @property
    def revertible_until(self) -> date | None:
        """The last day on which it may be taken back; None if that is over or it was never applied."""
        if self.state != BatchState.APPLIED or not self.batch.report or self.applied_on is None:
            return None
        last = self.applied_on + timedelta(days=REVERTIBLE_DAYS)
        return last if timezone.localdate() <= last else None

    @cached_property
    def problems(self) -> list[Problem]:
        return problems_of(self.batch)

    @cached_property
    def severities(self) -> Counter[str]:
        return Counter(problem.severity for problem in self.problems)

    @property
    def errors(self) -> int:
        return self.severities["error"]

    @property
    def warnings(self) -> int:
        return self.severities["warning"]

    @cached_property
    def numbers(self) -> dict[Place, int]:
        """The line of each data row."""
        rows = self.batch.lines.exclude(row=None).values_list("file", "sheet", "row", "number")
        return {(file, sheet, row): number for file, sheet, row, number in rows}

    @cached_property
    def kinds(self) -> list[Kind]:
        """Errors first, each severity in the order of the files."""
        grouped: dict[tuple[str, str, str], list[Problem]] = {}
        for problem in self.problems:
            grouped.setdefault((problem.severity, problem.code, problem.column), []).append(problem)
        return [
            self.kind(severity, code, column, problems)
            for severity in SEVERITIES
            for (of, code, column), problems in grouped.items()
            if of == severity
        ]

    def kind(self, severity: Severity, code: str, column: str, problems: Sequence[Problem]) -> Kind:
        known = own_form().by_title.get(column)
        key = f"{code}.{known.code}" if known else code
        rows = len(self.lines_with(problems))
        url = f"?{urlencode({'problem': key})}" if rows else ""
        return Kind(severity, code, column, problems, rows, url, current=self.query.get("problem") == key)

    @property
    def of_whole_sheets(self) -> list[Problem]:
        """Errors at no person's row: of a file that cannot be read, or of a heading."""
        if not self.is_ready:
            return []
        return [one for kind in self.kinds if kind.is_error and not kind.rows for one in kind.problems]

    def lines_with(self, problems: Iterable[Problem]) -> list[int]:
        return sorted(self.numbers[place] for place in placed(problems) if place in self.numbers)

    @property
    def problem_kind(self) -> Kind | None:
        return next((kind for kind in self.kinds if kind.current), None)

    @cached_property
    def shown(self) -> str:
        """The filter in use: a severity or an outcome."""
        asked = self.query.get("show", "")
        return asked if asked in self.filters else next(iter(self.filters), Outcome.SAME)

    @cached_property
    def filters(self) -> dict[str, int]:
        """Each filter that shows anything, with the number of its rows; of problems while they can be mended."""
        with_problems = {
            severity: len(self.lines_with(one for one in self.problems if one.severity == severity))
            for severity in SEVERITIES
            if self.is_ready
        }
        return {name: rows for name, rows in (with_problems | self.outcomes).items() if rows}

    @property
    def is_focused(self) -> bool:
        """Whether each row is shown for the sake of some of its cells."""
        return self.problem_kind is not None or self.shown in {*SEVERITIES, Outcome.CHANGED, Outcome.MOVED}

    @property
    def outcomes(self) -> dict[str, int]:
        return {outcome: self.batch.counts.get(outcome, 0) for outcome in OUTCOMES}

    @property
    def tabs(self) -> list[Link]:
        labels = {"error": _("To be mended"), "warning": _("To be looked at"), **OUTCOMES}
        chosen = None if self.problem_kind else self.shown
        return [
            Link(_("{label} {names}").format(label=labels[name], names=rows), f"?show={name}", current=name == chosen)
            for name, rows in self.filters.items()
        ]

    @cached_property
    def numbers_page(self) -> Page[Any]:
        return page_of(self.chosen, self.query.get("page"), LINES_A_PAGE)

    @property
    def chosen(self) -> Any:
        """The lines, or their numbers, that the filter lets through."""
        if kind := self.problem_kind:
            return self.lines_with(kind.problems)
        if self.shown in SEVERITIES:
            return self.lines_with(one for one in self.problems if one.severity == self.shown)
        return self.batch.lines.filter(outcome=self.shown).order_by("number").values_list("number", flat=True)

    @cached_property
    def sheets(self) -> list[ReviewSheet]:
        lines = list(self.batch.lines.filter(number__in=list(self.numbers_page)).order_by("number"))
        set_ = proofs(self.batch, lines, self.problems)
        return [self.sheet(list(part)) for _place, part in groupby(set_, lambda one: (one.line.file, one.line.sheet))]

    def sheet(self, part: Sequence[Proof]) -> ReviewSheet:
        columns = [
            column
            for column in own_form().columns
            if column.code not in {"serial", "name"} and any(proof.cells.get(column.code) for proof in part)
        ]
        first = part[0].line
        return ReviewSheet(
            first.file, first.sheet, columns, [ReviewLine(proof, columns, self.form_of(proof.line)) for proof in part]
        )

    def form_of(self, line: ImportLine) -> DecisionForm | None:
        """The box to decide a line, where there is something to decide that is not done yet."""
        asked = line.outcome in ASKED and not line.applied
        if not (asked and self.is_lasting):
            return None
        if self.wrong and self.wrong[0] == line.number:
            return self.wrong[1]
        return DecisionForm(auto_id=f"line-{line.number}-%s")

    @property
    def is_lasting(self) -> bool:
        """Whether a decision will not be lost with a file that must be mended first."""
        return self.state == BatchState.APPLIED or (self.is_ready and not self.errors)

    @cached_property
    def undecided(self) -> list[ImportLine]:
        """Of the lines that the filter lets through, on whatever page, those that ask for a decision."""
        if not self.is_lasting:
            return []
        asked = self.batch.lines.filter(outcome__in=ASKED, decision="", applied=False).order_by("number")
        chosen = set(self.chosen) if asked else set()
        return [line for line in asked if line.number in chosen]

    @property
    def remedy(self) -> Remedy | None:
        """What may be said of all of them at once."""
        return Remedy(self.undecided, self.remedy_form) if len(self.undecided) > 1 else None

    @cached_property
    def decided(self) -> dict[str, int]:
        """How many lines were decided, and how many wait."""
        is_ = {
            "same": Q(decision__startswith=SAME),
            "new": Q(decision=NEW),
            "departed": Q(decision__startswith=DEPARTED),
            "doubtful": Q(outcome=Outcome.DOUBTFUL, decision=""),
            "missing": Q(outcome=Outcome.MISSING, decision__in=["", KEEP]),
        }
        return self.batch.lines.aggregate(**{name: Count("pk", filter=condition) for name, condition in is_.items()})

    @property
    def summary(self) -> str:
        return summary(self.batch.counts)

    @property
    def changes(self) -> str:
        """What is applied, in words; "" when nothing is."""
        counts, decided = self.batch.counts, self.decided
        said = [
            (_("{n} new"), counts.get("new", 0) + decided["new"]),
            (_("{n} changed"), counts.get("changed", 0) + decided["same"]),
            (_("{n} moved here"), counts.get("moved", 0)),
            (_("{n} left"), decided["departed"]),
        ]
        return _(", ").join(text.format(n=n) for text, n in said if n)

    @property
    def waiting(self) -> str:
        """What is left as it is until somebody decides."""
        decided = self.decided
        said = [
            (_("{n} doubtful"), decided["doubtful"]),
            (_("{n} not in the file"), decided["missing"]),
        ]
        return _(", ").join(text.format(n=n) for text, n in said if n)

    @property
    def may_apply(self) -> bool:
        return self.is_ready and not self.errors and bool(self.changes)

    @property
    def may_discard(self) -> bool:
        return self.state in {BatchState.COMPARING, BatchState.READY, BatchState.FAILED}

    @property
    def here(self) -> str:
        """The filter and the page, for coming back to the same place."""
        kept = {name: self.query[name] for name in ("show", "problem", "page") if self.query.get(name)}
        return urlencode(kept)
