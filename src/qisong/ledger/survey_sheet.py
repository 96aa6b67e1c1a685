"""The survey as a workbook: the members listed with what is known, and what comes back when it has been filled in.

A column holds each row's id and the mark of what was prefilled, so that a row nobody touched changes nothing, even if
more has become known meanwhile.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from qisong.ledger.models import Item
from qisong.ledger.surveying import Line, Surveyed
from qisong.ledger.terms import Standing
from qisong.org.models import Term
from qisong.org.terms import TermCategory
from qisong.org.words import find_term, terms, word
from qisong.roster.contacts import Contact
from qisong.roster.replies import Reply, is_temporary, wished
from qisong.seals.chain import canonical
from qisong.sheets.columns import Column, Form
from qisong.sheets.problems import Problem
from qisong.sheets.reading import read
from qisong.sheets.rows import Row, Value
from qisong.sheets.writing import write_form
from qisong.words.dates import PartialDate
from qisong.words.digits import compact
from qisong.words.text import Text

TICK, NO, NOT_OWED = "✓", "否", "—"
STANDINGS = {Standing.HELD: "已有", Standing.LATER: "暂缓", Standing.DECLINED: "婉拒"}
TOLD_ELSEWHERE = {STANDINGS[Standing.LATER], STANDINGS[Standing.DECLINED]}
TICKS = dict.fromkeys(("√", "✔", "对", "是", "有", "y", "yes", "1"), TICK)
NOS = dict.fromkeys(("×", "✗", "x", "没有", "n", "no", "0"), NO)
TEN_YEARS = timedelta(days=3653)
BETWEEN = re.compile(r"[、，,；;/ ]+")
ID = re.compile(r"([0-9a-f]{32})-([0-9a-f]{8})")
NOTE = "说明：问过了的，在“问过了”打 ✓，或填任何一格；没问的整行不动。写着“已有”的不用再问。最后一列请勿改动。"
# The field of a reply → the column that tells of it; needs and items have columns of their own.
COLUMNS = {"member": "name", "ways": "ways", "topics": "topics", "contact": "contact"}


def survey_form(items: Sequence[Item]) -> Form:
    needs = [column for term in terms(TermCategory.NEED) for column in need_columns(term)]
    return Form(
        "survey",
        word("survey")[:31],
        word("survey"),
        (
            Column("serial", "序号", kind="integer", ordinal=True, width=5),
            Column("name", "姓名", kind="name", width=10),
            Column("born", "出生年月", width=11),
            Column("asked", "问过了", kind="choice", choices=(TICK, NO), synonyms=TICKS | NOS, width=7),
            *(item_column(item) for item in items),
            *needs,
            Column("ways", "希望怎么送", width=20),
            Column("topics", "想学什么", width=16),
            Column("contact", word("contact-person"), kind="name", width=10),
            Column("relation", "是什么关系", width=11),
            Column("phone", f"{word('contact-person')}电话", kind="phone", width=14),
            Column("id", "编号", required=True, width=8),
        ),
    )


def item_column(item: Item) -> Column:
    choices = (TICK, NO, *STANDINGS.values())
    return Column(f"item-{item.pk}", f"有{item.zh}", kind="choice", choices=choices, synonyms=TICKS | NOS, width=8)


def need_columns(term: Term) -> Iterator[Column]:
    choices = {"choices": (TICK, NO), "synonyms": TICKS | NOS}
    yield Column(f"need-{term.code}", term.zh, kind="choice", width=8, **choices)  # type: ignore[arg-type]
    if term.data.get("temporary"):
        yield Column(f"until-{term.code}", f"{term.zh}到哪天", kind="date", width=13)


def write_survey(people: Iterable[Surveyed], items: Sequence[Item], *, unit: str, on: date) -> bytes:
    rows = (row_of(number, one, items) for number, one in enumerate(people, start=1))
    day = PartialDate.of(on).chinese
    return write_form(survey_form(items), rows, unit=f"填报单位：{unit}", day=day, note=NOTE, empty="")


def row_of(number: int, one: Surveyed, items: Sequence[Item]) -> dict[str, Value]:
    row: dict[str, Value] = {"serial": number, "name": one.member.person.name, "born": born_month(one.member.born)}
    row |= {f"item-{item.pk}": shown_standing(one.items.get(item.pk)) for item in items}
    for kind, until in one.known.needs.items():
        row[f"need-{kind}"] = TICK
        row[f"until-{kind}"] = PartialDate.of(until) if until else None
    contact = one.known.contact
    row |= {"ways": "、".join(wish_labels(one.known.ways)), "topics": one.known.topics}
    row |= {"contact": contact.name, "relation": contact.relation, "phone": contact.phone}
    return row | {"id": f"{one.member.pk.hex}-{one.known.mark}"}


def submission_id(lines: Sequence[Line], on: date) -> str:
    """The same answers of the same day are one submission, however often and wherever they are handed in."""
    told = canonical({"lines": [line.as_json() for line in lines]})
    return f"{hashlib.sha256(told).hexdigest()[:40]}-{on:%Y%m%d}"


def born_month(born: str) -> str:
    """Year and month: enough to tell namesakes apart."""
    return PartialDate.from_text(born[:7]).chinese if born else ""


def shown_standing(standing: Standing | None) -> str:
    if standing is None:
        return NOT_OWED
    return STANDINGS.get(standing, "")


def wish_labels(ways: Iterable[str]) -> list[str]:
    known = {term.code: term.zh for term in terms(TermCategory.WAY)}
    return [known.get(code, code) for code in ways]


@dataclass
class SurveyReading:
    """A filled workbook: lines of those who answered, how many rows were left alone, and everything to mend."""

    lines: list[Line] = field(default_factory=list)
    untouched: int = 0
    problems: list[Problem] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)  # by the place of a line
    form: Form = field(default_factory=lambda: survey_form([]))

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    def note(self, place: str, code: str, text: Text) -> None:
        """A problem of a line, at the cell that it is about; one of the whole file at none."""
        number, _, about = place.partition(".")
        row = self.rows.get(number)
        if row is None:
            self.problems.append(Problem("", "", "", None, "", "", code, "error", text))
            return
        column = next((one for one in self.form.columns if one.code == column_code(about, row)), self.form.columns[1])
        self.problems.append(row.problem(column, code, text))


def column_code(about: str, row: Row) -> str:
    """Where a row speaks of a field of the reply; of several cells the first that is filled."""
    if about in {"until", "needs", "has"}:
        prefix = {"until": "until-", "needs": "need-", "has": "item-"}[about]
        return next((code for code, value in row.cells.items() if code.startswith(prefix) and value is not None), "")
    return COLUMNS.get(about, about)


def read_survey(
    source: bytes, filename: str, *, people: Sequence[Surveyed], items: Sequence[Item], today: date
) -> SurveyReading:
    """What a workbook says of ``people``, the members of the unit; all problems are named with their cells."""
    form = survey_form(items)
    read_in = read(source, filename, form, today=today + TEN_YEARS)
    found = SurveyReading(problems=list(read_in.problems), form=form)
    by_id = {one.member.pk: one for one in people}
    for row in read_in.rows:
        found.rows[str(row.number)] = row
        reader = RowReader(row, form, found.problems)
        one, mark = reader.person(by_id)
        if one is None:
            continue
        reply, has = reader.reply(), frozenset(reader.has(one, items))
        if row.cells.get("asked") == TICK or has or reply.mark != mark:
            found.lines.append(Line(one.member.pk, reply, has, str(row.number)))
        else:
            found.untouched += 1
    return found


@dataclass
class RowReader:
    row: Row
    form: Form
    problems: list[Problem]

    def wrong(self, code: str, name: str, zh: str, en: str) -> None:
        self.problems.append(self.row.problem(self.form.by_code[code], name, Text(zh, en)))

    def person(self, people: Mapping[UUID, Surveyed]) -> tuple[Surveyed | None, str]:
        given = ID.fullmatch(compact(self.row.text("id")).lower())
        one = people.get(UUID(given[1])) if given else None
        if one is None:
            if self.row.cells.get("id") is not None:
                self.wrong(
                    "id",
                    "unknown-person",
                    "这个组织的名册上没有这个编号。请重新下载表格，或把这一行删去。",
                    "This unit's roster has nobody of this id. Download the sheet again, or delete the row.",
                )
            return None, ""
        if self.row.text("name") not in {"", one.member.person.name}:
            self.wrong(
                "name",
                "other-name",
                f"编号是“{one.member.person.name}”的。请核对这一行是不是错位了。",
                f"The id is that of {one.member.person.name}. Has this row slipped?",
            )
        return one, given[2] if given else ""

    def reply(self) -> Reply:
        needs = {term.code: self.until(term.code) for term in terms(TermCategory.NEED) if self.ticked(term)}
        contact = Contact(self.row.text("contact"), self.row.text("relation"), self.row.text("phone"))
        return Reply(needs, wished([*self.ways()]), self.row.text("topics"), contact)

    def ticked(self, term: Term) -> bool:
        ticked = self.row.cells.get(f"need-{term.code}") == TICK
        if not ticked and self.row.cells.get(f"until-{term.code}") is not None:
            self.wrong(
                f"until-{term.code}",
                "until-without-need",
                f"填了到哪天，但“{term.zh}”没有打 ✓。请补上，或把日期删去。",
                f"There is a day, but no tick for {term.en}. Tick it, or delete the day.",
            )
        return ticked

    def until(self, kind: str) -> date | None:
        value = self.row.cells.get(f"until-{kind}") if is_temporary(kind) else None
        if not isinstance(value, PartialDate):
            return None
        if not value.is_full:
            self.wrong(
                f"until-{kind}",
                "date-partial",
                "请写明年月日，例如 2026年5月19日。",
                "Name the whole date, such as 2026-05-19.",
            )
            return None
        return value.first

    def ways(self) -> Iterator[str]:
        for label in filter(None, BETWEEN.split(self.row.text("ways"))):
            term = find_term(TermCategory.WAY, label)
            if term and term.data.get("wish"):
                yield term.code
            else:
                offered = [one for one in terms(TermCategory.WAY) if one.data.get("wish")]
                zh, en = "、".join(one.zh for one in offered), ", ".join(one.en for one in offered)
                self.wrong(
                    "ways",
                    "unknown-way",
                    f"没有“{label}”这种方式。可以填：{zh}；几种用顿号隔开。",
                    f"There is no way “{label}”. Choose from: {en}.",
                )

    def has(self, one: Surveyed, items: Sequence[Item]) -> Iterator[int]:
        """Ticked items that are not known to be held; a state may only be left as it was written."""
        for item in items:
            said, standing = self.row.cells.get(f"item-{item.pk}"), one.items.get(item.pk)
            if said == TICK and standing is None:
                self.wrong(f"item-{item.pk}", "not-owed", "这一项不用问这位成员。", "This person is not asked for it.")
            elif said == TICK and standing is not Standing.HELD:
                yield item.pk
            elif said in TOLD_ELSEWHERE and said != shown_standing(standing):
                self.wrong(
                    f"item-{item.pk}",
                    "state-written",
                    "这里只填 ✓（本人已有）。婉拒、暂缓请在成员的页面上记。",
                    "Only ✓ (has one already) is written here. The rest is recorded on the member's page.",
                )
