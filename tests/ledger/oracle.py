"""The ledger as a reader can check it by eye: plain lists, no SQL. It knows what documents say and never a row's id."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

LESSON = "lessons"
Holding = tuple[str, str, date]


@dataclass
class Line:
    """Somebody received copies of an item, or (no item) was present."""

    who: str
    item: str | None
    title: str | None = None
    copies: int = 1
    giver: str | None = None
    holder: str | None = None
    follows: bool = False
    reversed: bool = False


@dataclass
class Taken:
    unit: str
    item: str
    copies: int  # below zero: given back
    giver: str
    reversed: bool = False


@dataclass
class Said:
    who: str
    item: str
    kind: str
    on: date
    number: int


@dataclass
class Act:
    document: dict[str, Any]
    on: date
    lines: list[Line] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    reversed: bool = False

    def live_lines(self) -> list[Line]:
        return [] if self.reversed else [line for line in self.lines if not line.reversed]

    def live_taken(self) -> list[Taken]:
        return [] if self.reversed else [taken for taken in self.taken if not taken.reversed]


@dataclass
class Oracle:
    parents: dict[str, str]
    round_from: date
    round_items: set[str]
    acts: list[Act] = field(default_factory=list)
    told: list[Said] = field(default_factory=list)  # outside any act
    count: int = 0

    # ---- in ---------------------------------------------------------------------------------------------------------

    def record(self, document: dict[str, Any]) -> str:
        """The verdict; a stored act is kept."""
        for act in self.acts:
            if act.document["id"] == document["id"]:
                return "already_stored" if act.document == document else "conflict"
        corrects = document.get("corrects")
        wrong = self.acts[corrects["act"]] if corrects else None
        if not self.is_sound(document) or (wrong and wrong.reversed):
            return "rejected"
        if wrong:
            wrong.reversed = True
        self.acts.append(self.understood(document))
        return "stored"

    def is_sound(self, document: dict[str, Any]) -> bool:
        on = date.fromisoformat(document["on"])
        present, absent = document.get("present", []), document.get("absent", [])
        handed = [(who, *what) for who, *what in self.handed(document)]
        answers = document.get("answers", [])
        says = [document.get(key) for key in ("parts", "present", "received", "custody", "answers")]
        return (
            any(says)
            and max(Counter([*present, *absent]).values(), default=1) == 1
            and max(Counter(handed).values(), default=1) == 1
            and not any(line["to"] == "present" and not present for line in document.get("received", []))
            and max(Counter((one["member"], one["item"]) for one in answers).values(), default=1) == 1
            and all(one["item"] in self.round_items and on >= self.round_from for one in answers)
            and all((one["answer"] == "later") == (one.get("until", "") > document["on"]) for one in answers)
            and all(one["answer"] == "later" or "until" not in one for one in answers)
        )

    def handed(self, document: dict[str, Any]) -> list[tuple[str, str, str | None]]:
        """Whoever receives what, heard lessons included."""
        present = document.get("present", [])
        found: list[tuple[str, str, str | None]] = []
        if self.is_heard(document):
            found += [(who, LESSON, None) for who in present]
        for line in document.get("received", []):
            found += [(who, line["item"], line.get("title")) for who in recipients(line, present)]
        return found

    def is_heard(self, document: dict[str, Any]) -> bool:
        """A lesson given in an act that serves the programme of the item."""
        lines = [key for key in ("received", "custody", "answers") if document.get(key)]
        served = bool(lines) or date.fromisoformat(document["on"]) >= self.round_from
        return served and {"kind": "lesson"} in document.get("parts", [])

    def understood(self, document: dict[str, Any]) -> Act:
        act = Act(document, date.fromisoformat(document["on"]))
        self.acts.append(act)  # so that its own custody is seen by its own lines
        present = document.get("present", [])
        act.lines += [Line(who, None) for who in present]
        if self.is_heard(document):
            act.lines += [Line(who, LESSON, follows=True) for who in present]
        for taken in document.get("custody", []):
            sign = -1 if taken.get("direction") == "returned" else 1
            giver = taken.get("giver") or self.parents[document["unit"]]
            act.taken.append(Taken(document["unit"], taken["item"], sign * taken["copies"], giver))
        for line in document.get("received", []):
            act.lines += self.handed_over(document, line)
        for one in document.get("answers", []):
            act.said.append(self.saying(one["member"], one["item"], one["answer"], act.on))
        self.acts.pop()
        return act

    def handed_over(self, document: dict[str, Any], line: dict[str, Any]) -> list[Line]:
        unit, on = document["unit"], date.fromisoformat(document["on"])
        holds = self.on_hand((unit, line["item"], on)) > 0
        giver, source = line.get("giver"), line.get("source")
        if giver is None:
            out_of_hand = source == "custody" or (source is None and holds)
            giver = unit if out_of_hand else document.get("led") or unit
        if source is None:
            source = "custody" if giver == unit and holds else "giver"
        holder = unit if source == "custody" else None
        return [
            Line(who, line["item"], line.get("title"), line.get("copies", 1), giver, holder)
            for who in recipients(line, document.get("present", []))
        ]

    def saying(self, who: str, item: str, kind: str, on: date) -> Said:
        self.count += 1
        return Said(who, item, kind, on, self.count)

    def tell(self, who: str, item: str, kind: str, on: date) -> bool:
        """An answer outside any act."""
        sound = item in self.round_items and on >= self.round_from
        if sound:
            self.told.append(self.saying(who, item, kind, on))
        return sound

    # ---- back out ---------------------------------------------------------------------------------------------------

    def reverse_act(self, act: Act) -> bool:
        done = not act.reversed
        act.reversed = True
        return done

    def reverse_row(self, act: Act, row: Line | Taken) -> bool:
        if act.reversed or row.reversed:
            return False
        row.reversed = True
        if isinstance(row, Line) and row.item is None:
            for line in act.lines:
                line.reversed = line.reversed or (line.follows and line.who == row.who)
        return True

    # ---- what it comes to -------------------------------------------------------------------------------------------

    def on_hand(self, holding: Holding) -> int:
        unit, item, day = holding
        acts = [act for act in self.acts if act.on <= day]
        taken = sum(one.copies for act in acts for one in act.live_taken() if (one.unit, one.item) == (unit, item))
        gone = sum(one.copies for act in acts for one in act.live_lines() if (one.holder, one.item) == (unit, item))
        return taken - gone

    def receipts(self) -> list[tuple[Any, ...]]:
        """Every live receipt and presence."""
        return [
            (act.document["id"], act.on, line.who, line.item, line.title, line.copies, line.giver, line.holder)
            for act in self.acts
            for line in act.live_lines()
        ]

    def custody(self) -> list[tuple[Any, ...]]:
        return [
            (act.document["id"], act.on, taken.unit, taken.item, taken.copies, taken.giver)
            for act in self.acts
            for taken in act.live_taken()
        ]

    def holding_answers(self, day: date) -> dict[tuple[str, str], str]:
        """Who said what of an item, as it holds on a day."""
        said = [*self.told, *(one for act in self.acts if not act.reversed for one in act.said)]
        held = sorted((one for one in said if one.on <= day), key=lambda one: (one.on, one.number))
        return {(one.who, one.item): one.kind for one in held}


def recipients(line: dict[str, Any], present: list[str]) -> list[str]:
    return present if line["to"] == "present" else line["to"]
