"""A row a meeting: who came, what was about, what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qisong.ledger.history.cells import is_number, times_in
from qisong.ledger.history.drafting import Draft, Drafter, place_of, subject_of, welcome
from qisong.ledger.history.settings import Setting
from qisong.ledger.history.words import is_left_out
from qisong.ledger.terms import LESSON, MEETING, STUDY, Task
from qisong.org.terms import TermCategory
from qisong.org.words import label
from qisong.sheets.columns import is_null
from qisong.sheets.rows import Row
from qisong.words.digits import plain, tidy
from qisong.words.text import Text

TASKS = {"chair": Task.CHAIR, "recorder": Task.RECORDER, "led": Task.LED}


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
    be_of_kinds(draft, [kind for kind in kinds if not is_left_out(kind)], lesson)
    if not written and not kinds and not lesson:
        drafter.tell(setting, row, "meeting", kind_not_said(), severity="warning")


def named_kinds(drafter: Drafter, setting: Setting) -> list[str]:
    return next((found for text in setting.names if (found := drafter.lexicon.kinds(text))), [])


def be_of_kinds(draft: Draft, kinds: list[str], lesson: str) -> None:
    if lesson and f"part/{LESSON}" not in kinds:
        kinds = [*kinds, f"part/{LESSON}"]
    for kind in kinds or [f"{MEETING}/{STUDY}"]:
        category, code = kind.split("/")
        part = {"kind": MEETING, "meeting": code} if category == MEETING else {"kind": code}
        if code == LESSON and lesson and not is_number(lesson):
            part["subject"] = lesson
        draft.document.setdefault("parts", []).append(part)


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
        "ends": ends or times_in(row.raw.get("ends"))[0],
    }
    if any(minutes.values()):
        draft.document["minutes"] = {key: value for key, value in minutes.items() if value}
        draft.places |= {f"minutes.{code}": (row, code) for code in ("agenda", "decisions")}


def tidy_lines(cell: object) -> str:
    text = plain(cell).strip()
    return "" if is_null(text) else "\n".join(tidy(line) for line in text.splitlines())


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
