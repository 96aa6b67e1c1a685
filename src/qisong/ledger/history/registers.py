"""A row a person and what was handed over: rows of one day, unit, channel and giver are one act."""

from __future__ import annotations

from typing import Any

from qisong.ledger.history.cells import is_number, read_copies, read_things
from qisong.ledger.history.drafting import Draft, Drafter, place_of, welcome
from qisong.ledger.history.forms import ITEM
from qisong.ledger.history.settings import Setting
from qisong.ledger.history.words import is_left_out
from qisong.ledger.terms import GUEST, LEFT_OUT, Task
from qisong.sheets.rows import Row
from qisong.words.text import Text

Thing = tuple[str, str, int]  # item, title, copies
Handed = dict[Thing, list[tuple[str, Row]]]  # to whom, by which row


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
            draft.say("subject", "" if is_number(lesson) else lesson, row, "lesson")
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
