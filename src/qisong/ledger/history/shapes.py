"""The three shapes of old records, each as drafts of acts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qisong.ledger.history.cells import is_away, read_copies, read_things, times_in
from qisong.ledger.history.drafting import Draft, Drafter, place_of, subject_of, welcome
from qisong.ledger.history.forms import MEETINGS, REGISTER, SIGN_IN
from qisong.ledger.history.settings import Setting, own_title
from qisong.ledger.history.words import is_left_out
from qisong.ledger.terms import GUEST, LEFT_OUT, LESSON, MEETING, STUDY, Task
from qisong.org.terms import TermCategory
from qisong.org.words import label
from qisong.sheets.columns import is_null
from qisong.sheets.problems import Problem
from qisong.sheets.rows import Row
from qisong.words.dates import DateFault, PartialDate, parse_date
from qisong.words.digits import plain, tidy
from qisong.words.text import Text

ITEM = "item:"  # code of a column that counts one item
TASKS = {"chair": Task.CHAIR, "recorder": Task.RECORDER, "led": Task.LED}
Thing = tuple[str, str, int]  # item, title, copies
Handed = dict[Thing, list[tuple[str, Row]]]  # to whom, by which row


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


# ---- a row a meeting --------------------------------------------------------------------------------------------------


def draft_meeting(drafter: Drafter, setting: Setting, row: Row) -> None:
    draft = drafter.begin(setting, row)
    if draft.unit is not None and draft.on is not None:
        draft.say("subject", subject_of(row.text("subject"), row.text("title")), row, "subject")
        draft.say("place", row.text("place"), row, "place")
        consist(drafter, setting, draft, row)
        attend(drafter, setting, draft, row)
        for code, task in TASKS.items():
            drafter.take_part(draft, task, row, code, row.raw.get(code))
        minute(draft, row)
    drafter.finish(draft)


def consist(drafter: Drafter, setting: Setting, draft: Draft, row: Row) -> None:
    """The kinds of a meeting, by its own column, else by its titles."""
    written = row.text("meeting")
    if written:
        kinds = drafter.lexicon.meeting(written, place_of(row, "meeting"))
        draft.is_open = draft.is_open or not kinds
    else:
        kinds = drafter.lexicon.kinds(draft.document.get("subject", "")) or named_kinds(drafter, setting)
    lesson = row.text("lesson")
    be_of_kinds(drafter, draft, [kind for kind in kinds if not is_left_out(kind)], lesson)
    if not written and not kinds and not lesson:
        drafter.tell(setting, row, "meeting", kind_not_said(), severity="warning")


def named_kinds(drafter: Drafter, setting: Setting) -> list[str]:
    return next((found for text in setting.names if (found := drafter.lexicon.kinds(text))), [])


def be_of_kinds(drafter: Drafter, draft: Draft, kinds: list[str], lesson: str) -> None:
    if lesson and f"part/{LESSON}" not in kinds:
        kinds = [*kinds, f"part/{LESSON}"]
    for kind in kinds or [f"{MEETING}/{STUDY}"]:
        category, code = kind.split("/")
        part = {"kind": MEETING, "meeting": code} if category == MEETING else {"kind": code}
        if code == LESSON and lesson and read_tick(lesson) is None:
            part["subject"] = lesson
        draft.document.setdefault("parts", []).append(part)


def read_tick(text: str) -> int | None:
    """A title of a lesson that is only a number or a tick is no title."""
    try:
        return read_copies(text)
    except ValueError:
        return None


def attend(drafter: Drafter, setting: Setting, draft: Draft, row: Row) -> None:
    named = drafter.names_in(draft, row.raw.get("present"))
    counted = sum(drafter.be_present(draft, name, row, "present") for name in named.present)
    for name, note in named.absent:
        drafter.be_absent(draft, name, row, "present", note)
    observe(drafter, draft, row, "present", named.observers)
    for whence, count in named.guests:
        welcome(draft, whence, count)
    for code in ("leave", "absent"):
        for name, note in absentees(drafter, draft, row, code):
            drafter.be_absent(draft, name, row, code, note, setting.sheet.form.by_code[code].title)
    listening = drafter.names_in(draft, row.raw.get("observers"))
    observe(drafter, draft, row, "observers", listening.everyone)
    for whence, count in listening.guests:
        welcome(draft, whence, count)
    check_count(drafter, setting, row, counted, named)


def absentees(drafter: Drafter, draft: Draft, row: Row, code: str) -> list[tuple[str, str]]:
    found = drafter.names_in(draft, row.raw.get(code))
    return [*((name, found.notes[name]) for name in [*found.present, *found.observers]), *found.absent]


def observe(drafter: Drafter, draft: Draft, row: Row, code: str, names: Iterable[str]) -> None:
    """Whoever only listened and is a member was there; anybody else was a guest, and needs no question."""
    for name in names:
        found = drafter.people.find(draft.unit, name, draft.on) if draft.unit and draft.on else []
        if len(found) == 1:
            drafter.be_present(draft, name, row, code)
        else:
            welcome(draft, "", 1)


def check_count(drafter: Drafter, setting: Setting, row: Row, counted: int, named: Any) -> None:
    came = row.cells.get("came")
    found = counted + sum(count for _whence, count in named.guests)
    if isinstance(came, int) and came != found:
        drafter.tell(setting, row, "came", other_count(came, found), severity="warning")
    if named.others:
        drafter.tell(setting, row, "present", AND_OTHERS, severity="warning")


def minute(draft: Draft, row: Row) -> None:
    lines = [tidy_lines(row.raw.get(code)) for code in ("topics", "agenda", "record")]
    starts, ends = times_in(row.raw.get("on"))
    minutes = {
        "agenda": "\n".join(dict.fromkeys(line for line in lines if line)),
        "decisions": tidy_lines(row.raw.get("decisions")),
        "starts": starts,
        "ends": ends,
    }
    if any(minutes.values()):
        draft.document["minutes"] = {key: value for key, value in minutes.items() if value}
        draft.places["minutes.agenda"] = (row, "agenda")
        draft.places["minutes.decisions"] = (row, "decisions")


def tidy_lines(cell: object) -> str:
    text = plain(cell).strip()
    return "" if is_null(text) else "\n".join(tidy(line) for line in text.splitlines())


# ---- a row a person and what was handed over --------------------------------------------------------------------------


def draft_register(drafter: Drafter, setting: Setting, rows: list[Row]) -> None:
    """Rows of one day, unit, channel, giver and lesson are one act."""
    acts: dict[tuple[Any, ...], tuple[Draft, Handed]] = {}
    for row in rows:
        draft = drafter.begin(setting, row)
        if draft.unit is None or draft.on is None:
            drafter.finish(draft)
            continue
        channel, giver, lesson = channel_of(drafter, draft, row), row.text("giver"), row.text("lesson")
        key = (draft.unit, draft.on, channel, giver, lesson)
        if key in acts:
            drafter.drafts.pop()  # the row goes into an act that is there
            joined, handed = acts[key]
            join(joined, draft)
        else:
            handed = {}
            acts[key] = (draft, handed)
            joined = draft
            drafter.take_part(draft, Task.LED, row, "giver", row.raw.get("giver"))
            draft.say("channel", channel, row, "channel")
            draft.say("subject", "" if read_tick(lesson) else lesson, row, "lesson")
        hand(drafter, setting, joined, row, handed)
    for draft, handed in acts.values():
        receive(draft, handed)
        drafter.finish(draft)


def join(act: Draft, row: Draft) -> None:
    act.rows += row.rows
    act.content += row.content
    act.is_open = act.is_open or row.is_open
    act.is_wrong = act.is_wrong or row.is_wrong


def channel_of(drafter: Drafter, draft: Draft, row: Row) -> str:
    written = row.text("channel")
    channel = drafter.lexicon.channel(written, place_of(row, "channel")) if written else ""
    draft.is_open = draft.is_open or (bool(written) and not channel)
    return "" if is_left_out(channel) else channel


def hand(
    drafter: Drafter,
    setting: Setting,
    draft: Draft,
    row: Row,
    handed: Handed,
) -> None:
    things = things_of(drafter, setting, draft, row)
    who = drafter.person(draft, row.text("name"), place_of(row, "name")) if row.text("name") else ""
    if who == GUEST:
        welcome(draft, "", 1)
    elif who and who != LEFT_OUT:
        for thing in things:
            handed.setdefault(thing, []).append((who, row))


def things_of(drafter: Drafter, setting: Setting, draft: Draft, row: Row) -> list[Thing]:
    things = [*things_in_cell(drafter, setting, draft, row), *things_in_columns(drafter, setting, draft, row)]
    lesson = row.text("lesson")
    if lesson and (item := drafter.lexicon.lesson_item):
        things.append((item, "", 1))
    if not things and not draft.is_open and not draft.is_wrong:
        drafter.wrong(draft, setting, row, "item", NOTHING_HANDED)
    return list(dict.fromkeys(things))


def things_in_cell(drafter: Drafter, setting: Setting, draft: Draft, row: Row) -> list[Thing]:
    named = read_things(row.raw.get("item"))
    try:
        said = read_copies(row.raw.get("copies"))
    except ValueError:
        drafter.wrong(draft, setting, row, "copies", NO_NUMBER)
        return []
    unsaid = [word for word, copies in named if copies is None]
    if said and len(unsaid) > 1 and said != len(unsaid):
        drafter.wrong(draft, setting, row, "copies", HOW_MANY_OF_EACH)
        return []
    each = said if said and len(unsaid) == 1 else 1
    return [
        thing
        for word, copies in named
        if (thing := thing_of(drafter, draft, word, copies or each, place_of(row, "item")))
    ]


def thing_of(drafter: Drafter, draft: Draft, word: str, copies: int, place: str) -> Thing | None:
    meaning = drafter.lexicon.item(word, place)
    draft.is_open = draft.is_open or not meaning
    if not meaning or is_left_out(meaning):
        return None
    item, _slash, title = meaning.partition("/")
    return item, title, copies


def things_in_columns(drafter: Drafter, setting: Setting, draft: Draft, row: Row) -> list[Thing]:
    things = []
    for code in row.cells:
        if not code.startswith(ITEM):
            continue
        try:
            copies = read_copies(row.raw.get(code))
        except ValueError:
            drafter.wrong(draft, setting, row, code, NO_NUMBER)
            continue
        item, _slash, title = code.removeprefix(ITEM).partition("/")
        if copies:
            things.append((item, title, copies))
    return things


def receive(draft: Draft, handed: Handed) -> None:
    for number, ((item, title, copies), people) in enumerate(handed.items()):
        draft.places[f"received[{number}]"] = (people[0][1], "item")
        draft.places |= {f"received[{number}].to[{n}]": (row, "name") for n, (_who, row) in enumerate(people)}
        entry: dict[str, Any] = {"item": item, "to": [who for who, _row in people], "copies": copies}
        draft.document.setdefault("received", []).append(entry | ({"title": title} if title else {}))


# ---- a sheet a meeting ------------------------------------------------------------------------------------------------


def draft_sign_in(drafter: Drafter, setting: Setting, rows: list[Row]) -> None:
    first = rows[0]
    draft = Draft(SIGN_IN, setting.file, setting.sheet.grid.name, [row.number for row in rows])
    drafter.drafts.append(draft)
    draft.unit = drafter.unit_of(setting, None)
    draft.is_open = draft.unit is None
    draft.on = day_above(drafter, setting, draft, first)
    if draft.unit is not None and draft.on is not None:
        title = own_title(setting, drafter.places)
        subject = subject_of(setting.text("subject"), setting.text("title")) or title
        draft.say("subject", subject, first, "")
        draft.say("place", setting.text("place"), first, "")
        kinds = drafter.lexicon.kinds(setting.text("meeting")) or drafter.lexicon.kinds(f"{subject} {title}")
        be_of_kinds(drafter, draft, kinds or named_kinds(drafter, setting), setting.text("lesson"))
        for code, task in TASKS.items():
            drafter.take_part(draft, task, first, code, setting.said.get(code))
        for row in rows:
            sign(drafter, draft, row)
    draft.content = [*(plain(cell) for code, cell in sorted(setting.said.items()) if code != "on"), *signed_rows(rows)]
    drafter.finish(draft)


def signed_rows(rows: list[Row]) -> list[str]:
    return ["/".join(plain(row.raw.get(code)).strip() for code in ("name", "signed", "remark")) for row in rows]


def day_above(drafter: Drafter, setting: Setting, draft: Draft, first: Row) -> Any:
    said = setting.said.get("on")
    try:
        read = parse_date(said, epoch1904=setting.sheet.grid.epoch1904, today=drafter.today) if said else None
    except DateFault:
        read = None
    read = read or next(
        (found for text in (said, *setting.names) if (found := drafter.day_in(text, setting.year))), None
    )
    if isinstance(read, PartialDate) and read.is_full:
        return read.first
    drafter.wrong(draft, setting, first, "", NO_DAY_ABOVE)
    return None


def sign(drafter: Drafter, draft: Draft, row: Row) -> None:
    """Anything written as a signature means that this person was there, unless it says the contrary."""
    name, signed, remark = row.text("name"), row.text("signed"), row.text("remark")
    unit = drafter.places.find(row.text("unit")) if row.text("unit") else None
    if not name:
        return
    if is_away(signed) or (not signed and is_away(remark)):
        drafter.be_absent(draft, name, row, "name", signed, remark)
    elif signed:
        drafter.be_present(draft, name, row, "name", unit)


# ---- what is said ------------------------------------------------------------------------------------------------------


def kind_not_said() -> tuple[str, Text]:
    text = Text(
        "没有写是什么会，按“{kind}”记。不对的话，请在表里补上会议类型。",
        "The kind of meeting is not given; it is taken as {kind}. If that is wrong, add the kind to the sheet.",
    )
    return "kind-not-said", text.format(kind=label(TermCategory.MEETING, STUDY))


def other_count(said: int, found: int) -> tuple[str, Text]:
    text = Text(
        "写的是到了 {said} 人，数名字是 {found} 人。按名字记；请核对有没有漏写。",
        "{said} are said to have come, {found} are named. The names are recorded; see whether one is missing.",
    )
    return "other-count", text.format(said=said, found=found)


AND_OTHERS = (
    "and-others",
    Text(
        "这里写着“等”，没有写出所有人。只能记写出了名字的。",
        "Not everybody is named here. Only those who are can be recorded.",
    ),
)
NO_NUMBER = (
    "number-needed",
    Text(
        "这里要填数，例如 2 或“2本”。没有发的请空着。", "A number is wanted here, such as 2. Leave it empty for none."
    ),
)
HOW_MANY_OF_EACH = (
    "how-many-of-each",
    Text(
        "这一行有几样东西，看不出各是多少。请分别写明，例如“手册1本、读本2本”。",
        "Several things stand in this row, and not how many of each. Write the number beside each.",
    ),
)
NOTHING_HANDED = (
    "nothing-handed",
    Text(
        "这一行没有写发了什么。请补上物品，或删去这一行。",
        "This row does not say what was handed over. Add it, or delete the row.",
    ),
)
NO_DAY_ABOVE = (
    "day-needed",
    Text(
        "看不出是哪一天。请在表格上方写上，例如“时间：2025年3月5日”。",
        "The day is not to be seen. Write it above the table, such as 时间：2025年3月5日.",
    ),
)


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
