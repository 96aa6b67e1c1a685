"""The two registration forms of searches: members spoken with again, and those who could not be found.

Of the official forms the kind of body, how contact was lost and since when are known, with their numbered labels; the
columns beside them are ours. Whom anybody asked stands in neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet

from qisong.casework.models import Case
from qisong.casework.reach import case_units
from qisong.casework.terms import Kind, State
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import TermCategory
from qisong.org.words import label, term_of, terms, word
from qisong.roster.secrets import mask_of
from qisong.roster.terms import Secret, Sex
from qisong.sheets.writing import EMPTY, Cell, Table, write_table
from qisong.words.dates import PartialDate

SEXES = {Sex.MALE: "男", Sex.FEMALE: "女"}
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
WIDTHS = (5, 10, 6, 14, 22, 22, 16, 20, 26, 16, 20, 20)


class Register(StrEnum):
    FOUND = "found"
    LOST = "lost"


@dataclass(frozen=True)
class Row:
    """One search as a row of either form."""

    case: Case

    def cells(self, number: int, register: Register) -> Iterator[Cell]:
        member, told = self.case.member, self.case.tracing
        assert member is not None
        yield number
        yield member.person.name
        yield SEXES.get(Sex(member.sex), EMPTY)
        yield PartialDate.from_text(member.born).chinese if member.born else EMPTY
        yield mask_of(member, Secret.IDENTITY) or EMPTY
        yield self.case.unit.name
        yield numbered(TermCategory.ESTABLISHMENT, told.establishment)
        yield numbered(TermCategory.LOSS, told.reason)
        yield self.lost_for()
        yield self.spoken() if register is Register.FOUND else self.tried()
        yield label(TermCategory.PROPOSAL, told.proposal) if told.proposal else EMPTY
        yield told.note or EMPTY

    def lost_for(self) -> str:
        """From when contact was lost until the search ended, as far as either is known."""
        told = self.case.tracing
        since = PartialDate.from_text(told.lost_since).chinese if told.lost_since else ""
        end = told.spoken_on or self.case.ended_on
        until = PartialDate.of(end).chinese if end else ""
        return f"{since}至{until}" if since and until else since or EMPTY

    def spoken(self) -> str:
        on = self.case.tracing.spoken_on
        return PartialDate.of(on).chinese if on else EMPTY

    def tried(self) -> str:
        """How often by which way; nobody who was asked is named."""
        ways = Counter(one.channel for one in self.case.attempts.all())
        told = [f"{label(TermCategory.CHANNEL, way)}{n}次" for way, n in sorted(ways.items())]
        return "、".join(told) or EMPTY


def numbered(category: TermCategory, code: str) -> str:
    """A label with its number in the list of the form."""
    if term_of(category, code) is None:
        return EMPTY
    place = [one.code for one in terms(category)].index(code)
    return f"{CIRCLED[place] if place < len(CIRCLED) else ''}{label(category, code)}"


def searches(scope: Scope, unit: Unit, register: Register) -> QuerySet[Case]:
    """The searches that belong on a form, of ``unit`` and those beneath whose cases the reader handles, in the order of
    the day on which they were opened.
    """
    here = case_units(scope) & case_units(scope, scope.tree.subtree(unit.pk))
    cases = Case.objects.within(scope).filter(kind=Kind.TRACING, unit__in=here)
    spoken = Q(tracing__spoken_on__isnull=False)
    vain = Q(state=State.LOST) | Q(state__in=(State.PROPOSED, State.CLOSED))
    found = cases.filter(spoken) if register is Register.FOUND else cases.filter(vain).exclude(spoken)
    parts = found.exclude(state=State.WITHDRAWN).select_related("unit", "member__person", "tracing")
    return parts.prefetch_related("attempts", "member__sealed").order_by("opened_on", "pk")


def write_register(scope: Scope, unit: Unit, register: Register) -> bytes:
    """An XLSX of the form, its signatures in the line above the headings."""
    rows = (list(Row(case).cells(n, register)) for n, case in enumerate(searches(scope, unit, register), 1))
    outcome = "取得联系时间" if register is Register.FOUND else "查找经过"
    headings = (
        *("序号", "姓名", "性别", "出生年月", "公民身份号码", word("registered-branch"), word("registered-body")),
        *(word("registered-loss"), word("registered-since"), outcome, "处理意见", "备注"),
    )
    table = Table(
        title=word(f"register-{register}"),
        headings=headings,
        rows=rows,
        unit=f"填报单位：{unit.name}",
        day=PartialDate.of(scope.on).chinese,
        note=word("register-signatures"),
        sheet_name=word(f"register-{register}")[:31],
        widths=WIDTHS,
        text_columns=frozenset({4}),
    )
    return write_table(table)
