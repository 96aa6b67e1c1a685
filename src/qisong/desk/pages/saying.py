"""The sentence before and after: what will be recorded, and, in the past tense, what was."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qisong.desk.pages.recording import ActSheet, ItemLine
from qisong.org.terms import TermCategory
from qisong.org.words import label


def sentences(sheet: ActSheet, *, done: bool) -> list[str]:
    """What saving the sheet means, in whole sentences; ``done`` says it afterwards."""
    if not sheet.form.is_valid():
        return []
    lines = [act_sentence(sheet, done=done)]
    lines += [handing_sentence(sheet, line, done=done) for line in sheet.handed]
    lines += [taking_sentence(sheet, line, done=done) for line in sheet.took]
    return lines


def act_sentence(sheet: ActSheet, *, done: bool) -> str:
    given = sheet.form.cleaned_data
    facts = {
        "what": joined([label(TermCategory.PART, kind) for kind in given["parts"]]) or _("Hand-over"),
        "day": given["on"].isoformat(),
        "due": len(sheet.expected.due),
        "present": len(sheet.reached),
        "leave": len(sheet.leave),
        "guests": given["guests"] or 0,
    }
    said = _("Recorded: {what} on {day}.") if done else _("Will record: {what} on {day}.")
    people = _("{due} expected, {present} present, {leave} on leave.")
    if not sheet.in_person:
        people = _("{present} people received something.")
    guests = _("{guests} guests.") if facts["guests"] else ""
    return sentence(said, people, guests).format(**facts)


def sentence(*parts: str) -> str:
    gap = "" if (get_language() or "zh").startswith("zh") else " "
    return gap.join(part for part in parts if part)


def joined(words: list[str]) -> str:
    return ("、" if (get_language() or "zh").startswith("zh") else ", ").join(words)


def handing_sentence(sheet: ActSheet, line: ItemLine, *, done: bool) -> str:
    people = len(sheet.recipients_of(line))
    facts = {
        "people": people,
        "item": str(line.item),
        "each": line.each,
        "measure": line.item.measure,
        "before": line.stock,
        "after": line.stock - people * line.each,
    }
    said = (
        _("Gave {people} people {each} {measure} of {item} each")
        if done
        else _("Will give {people} people {each} {measure} of {item} each")
    )
    stock = _(", stock here {before} → {after}.") if line.source == "custody" else _(", straight from the giver.")
    return (said + stock).format(**facts)


def taking_sentence(sheet: ActSheet, line: ItemLine, *, done: bool) -> str:
    facts = {"item": str(line.item), "taken": line.taken, "measure": line.item.measure, "unit": sheet.unit.name}
    said: Callable[[str], str] = _
    if done:
        return said("{unit} took {taken} {measure} of {item}, still to be handed to people.").format(**facts)
    return said("{unit} will take {taken} {measure} of {item}, still to be handed to people.").format(**facts)
