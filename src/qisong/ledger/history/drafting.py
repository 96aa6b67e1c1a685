"""Old records as act documents: what every shape has in common."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from qisong.ledger.history.cells import day_in, read_names, read_names_apart
from qisong.ledger.history.people import People, is_still_there
from qisong.ledger.history.places import Places
from qisong.ledger.history.settings import Setting, label_of_sheet
from qisong.ledger.history.words import Lexicon, Question
from qisong.ledger.terms import GUEST, LEFT_OUT, Asked, Task
from qisong.seals.chain import canonical
from qisong.sheets.problems import Problem, Severity
from qisong.sheets.rows import Row
from qisong.words.dates import PartialDate
from qisong.words.digits import compact, tidy
from qisong.words.text import Text

NOT_CONTENT = frozenset({"serial", "on", "unit"})


@dataclass
class Draft:
    """One act as an old record tells it. ``places`` tells where in the sheet a part of the document comes from."""

    shape: str
    file: str
    sheet: str
    rows: list[int]
    unit: int | None = None
    on: date | None = None
    document: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[Row, str]] = field(default_factory=dict)
    content: list[str] = field(default_factory=list)
    is_open: bool = False
    is_wrong: bool = False
    client_id: str = ""

    def add(self, key: str, value: Any, row: Row, code: str) -> None:
        """One more entry of a list of the document."""
        entries = self.document.setdefault(key, [])
        self.places[f"{key}[{len(entries)}]"] = (row, code)
        entries.append(value)

    def say(self, key: str, value: str, row: Row, code: str) -> None:
        if value:
            self.document[key] = value
            self.places[key] = (row, code)


@dataclass
class Drafter:
    """What all drafts of one batch share. ``home`` is the unit under which the files were handed in."""

    lexicon: Lexicon
    places: Places
    people: People
    home: int
    today: date
    problems: list[Problem] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)

    # ---- problems ---------------------------------------------------------------------------------------------------

    def tell(
        self, setting: Setting, row: Row, code: str, what: tuple[str, Text], *, severity: Severity = "error"
    ) -> None:
        kebab, text = what
        column = setting.sheet.form.by_code.get(code)
        if column is None:
            self.problems.append(Problem(row.file, row.sheet, "", row.number, "", "", kebab, severity, text))
        else:
            self.problems.append(row.problem(column, kebab, text, severity=severity))

    def wrong(self, draft: Draft, setting: Setting, row: Row, code: str, what: tuple[str, Text]) -> None:
        draft.is_wrong = True
        self.tell(setting, row, code, what)

    # ---- which unit, which day --------------------------------------------------------------------------------------

    def begin(self, setting: Setting, row: Row) -> Draft:
        draft = Draft(setting.sheet.form.code, setting.file, setting.sheet.grid.name, [row.number])
        self.drafts.append(draft)
        draft.unit = self.unit_of(setting, row)
        draft.is_open = draft.unit is None
        draft.on = self.day_of(draft, setting, row)
        draft.content = content_of(setting, row)
        return draft

    def unit_of(self, setting: Setting, row: Row | None) -> int | None:
        written = row.text("unit") if row else ""
        if written and row:
            found = self.places.find(written) or self.places.within(written)
            return found or self.answered_unit(Question(Asked.UNIT, compact(written)), place_of(row, "unit"))
        if setting.unit:
            return setting.unit
        if len(self.places.tree.subtree(self.home)) <= 1 and self.home in self.places.units:
            return self.home
        # What a file or a sheet is called tells nothing of other files.
        question = Question(Asked.UNIT, label_of_sheet(setting), lasting=False)
        return self.answered_unit(question, f"{setting.file} {setting.sheet.grid.name}")

    def answered_unit(self, question: Question, place: str) -> int | None:
        meaning = self.lexicon.ask(question, place)
        found = self.places.find(meaning) if meaning else None
        if meaning and found is None:
            self.lexicon.withdraw(question)
        return found

    def day_of(self, draft: Draft, setting: Setting, row: Row) -> date | None:
        """The day of the row, perhaps with the year that the sheet is about; its problem is then none."""
        read = row.cells.get("on")
        if read is None:
            read = day_in(row.raw.get("on"), setting.year, self.today)
            self.say_of_day(setting, row, is_found=read is not None)
        if not isinstance(read, PartialDate):
            draft.is_wrong = True  # the reading has said why
            return None
        if not read.is_full:
            self.wrong(draft, setting, row, "on", NO_DAY)
            return None
        return read.first

    def say_of_day(self, setting: Setting, row: Row, *, is_found: bool) -> None:
        """What the reading says of the cell: nothing if the day was found, else what an act needs."""
        cell, problems = row.address("on"), setting.sheet.reading.problems
        of_cell = [one for one in problems if one.cell == cell and one.row == row.number]
        for one in of_cell:
            problems.remove(one)
            if not is_found:
                problems.append(replace(one, text=WHOLE_DAY) if one.code == "date-unreadable" else one)

    def day_in(self, cell: object, year: int | None) -> PartialDate | None:
        return day_in(cell, year, self.today)

    # ---- people -----------------------------------------------------------------------------------------------------

    def person(self, draft: Draft, name: str, place: str, unit: int | None = None) -> str:
        """The id of the member meant, ``guest`` or ``leave``; "" while nobody has said."""
        home = unit or draft.unit
        if home is None or draft.on is None:
            return ""
        found = self.people.find(home, name, draft.on)
        if len(found) == 1:
            return found[0]
        # Which of several namesakes is meant may be another one in the next file.
        question = Question(Asked.PERSON, name, unit=home, lasting=not found, candidates=found)
        meaning = self.lexicon.ask(question, place)
        if meaning not in {"", GUEST, LEFT_OUT} and not is_still_there(meaning):
            self.lexicon.withdraw(question)
            meaning = ""
        draft.is_open = draft.is_open or not meaning
        return meaning

    def be_present(self, draft: Draft, name: str, row: Row, code: str, unit: int | None = None) -> bool:
        """Whether that is somebody who counts, as a member or as a guest."""
        who = self.person(draft, name, place_of(row, code), unit)
        if who == GUEST:
            welcome(draft, "", 1)
        elif who and who != LEFT_OUT and who not in draft.document.setdefault("present", []):
            draft.add("present", who, row, code)
        return who != LEFT_OUT

    def be_absent(self, draft: Draft, name: str, row: Row, code: str, *notes: str) -> None:
        who = self.person(draft, name, place_of(row, code))
        if who in {"", GUEST, LEFT_OUT} or any(one["member"] == who for one in draft.document.get("absent", [])):
            return
        reason = self.lexicon.absence(*notes)
        draft.add("absent", {"member": who} | ({"reason": reason} if reason else {}), row, code)

    def take_part(self, draft: Draft, task: Task, row: Row, code: str, cell: object) -> None:
        """Who led, chaired or took the record: somebody known here, or a name."""
        unit = draft.unit
        if unit is None or draft.on is None:
            return
        for name in read_names_apart(cell, lambda one: self.people.knows(unit, one)):
            found = self.people.find(unit, name, draft.on)
            known = found[0] if len(found) == 1 else "" if found else self.people.holder(unit, name)
            entry = {"task": task} | ({"person": known} if known else {"name": name[:60]})
            if entry not in draft.document.get("participants", []):
                draft.add("participants", entry, row, code)

    def names_in(self, draft: Draft, cell: object) -> Any:
        unit = draft.unit
        return read_names(cell, lambda one: unit is not None and self.people.knows(unit, one))

    # ---- the end ----------------------------------------------------------------------------------------------------

    def finish(self, draft: Draft) -> None:
        """A document without a unit or a day is none yet."""
        if draft.unit is None or draft.on is None:
            draft.document = {}
            return
        draft.document |= {"on": draft.on.isoformat(), "unit": self.places.units[draft.unit].code}
        draft.client_id = client_id_of(draft)


def welcome(draft: Draft, whence: str, count: int) -> None:
    """Guests from one place are one entry."""
    guests = draft.document.setdefault("guests", [])
    for entry in guests:
        if entry.get("whence", "") == whence:
            entry["count"] += count
            return
    guests.append({"count": count} | ({"whence": whence} if whence else {}))


def place_of(row: Row, code: str) -> str:
    return " ".join(part for part in (row.file, row.sheet, row.address(code)) if part)


def content_of(setting: Setting, row: Row) -> list[str]:
    """What a row says, wherever it stands and whatever its columns are called: by this it is known again."""
    sheet = setting.sheet
    left = {place for place, column in sheet.heading.columns.items() if column.code in NOT_CONTENT}
    marks = set(sheet.heading.unknown) - set(sheet.unknown)
    cells = sheet.grid.rows.get(row.number, [])
    said = [compact(cell) for place, cell in enumerate(cells, start=1) if place not in left | marks]
    return [text for text in said if text]


def client_id_of(draft: Draft, generation: int = 0) -> str:
    """An id that the same record gets in any file, at any time."""
    told = {key: draft.document[key] for key in ("unit", "on")} | {"shape": draft.shape, "content": draft.content}
    digest = hashlib.sha256(canonical(told)).hexdigest()[:40]
    return f"history-{digest}" + (f".{generation}" if generation else "")


def subject_of(*texts: str) -> str:
    """Several titles as one, none twice."""
    said = list(dict.fromkeys(tidy(text) for text in texts if tidy(text)))
    return " ".join(one for one in said if not any(one != other and one in other for other in said))


def problem_at(draft: Draft, place: str, code: str, text: Text) -> Problem:
    """A problem of the document, told where the sheet says so."""
    key = place
    while key and key not in draft.places:
        cut = max(key.rfind("."), key.rfind("["))
        key = key[:cut] if cut > 0 else ""
    if key:
        row, column = draft.places[key]
        return Problem(draft.file, draft.sheet, row.address(column), row.number, "", "", code, "error", text)
    return Problem(draft.file, draft.sheet, "", draft.rows[0], "", "", code, "error", text)


WHOLE_DAY = Text(
    "看不出这是哪一天。请写全年月日，例如“2025年3月5日”；整张表是同一年的，也可以把年份写进标题或工作表名。",
    "This cannot be read as a day. Write year, month and day, such as 2025-03-05; where a whole sheet is of one year, "
    "its title or name may say so.",
)
NO_DAY = (
    "day-needed",
    Text("这里只有年月，没有哪一天。请对照原件补上。", "Only the month is given here. Add the day from the original."),
)
