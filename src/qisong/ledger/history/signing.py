"""A sheet a meeting: whoever signed was there; the title and the notes above say when and what about."""

from __future__ import annotations

from datetime import date

from qisong.ledger.history.cells import is_away
from qisong.ledger.history.drafting import Draft, Drafter, subject_of
from qisong.ledger.history.forms import SIGN_IN
from qisong.ledger.history.meetings import TASKS, be_of_kinds, named_kinds
from qisong.ledger.history.settings import Setting, own_title
from qisong.sheets.rows import Row
from qisong.words.dates import DateFault, PartialDate, parse_date
from qisong.words.digits import plain
from qisong.words.text import Text


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
        be_of_kinds(draft, kinds or named_kinds(drafter, setting), setting.text("lesson"))
        for code, task in TASKS.items():
            drafter.take_part(draft, task, first, code, setting.said.get(code))
        for row in rows:
            sign(drafter, draft, row)
    draft.content = [*(plain(cell) for code, cell in sorted(setting.said.items()) if code != "on"), *signed_rows(rows)]
    drafter.finish(draft)


def signed_rows(rows: list[Row]) -> list[str]:
    return ["/".join(plain(row.raw.get(code)).strip() for code in ("name", "signed", "remark")) for row in rows]


def day_above(drafter: Drafter, setting: Setting, draft: Draft, first: Row) -> date | None:
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


NO_DAY_ABOVE = (
    "day-needed",
    Text(
        "看不出是哪一天。请在表格上方写上，例如“时间：2025年3月5日”。",
        "The day is not to be seen. Write it above the table, such as 时间：2025年3月5日.",
    ),
)
