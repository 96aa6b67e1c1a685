"""One recorded act: what happened, to whom, and what may be done about it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from qisong.desk.pages.recording import part_kinds
from qisong.ledger.composing import usual_channel
from qisong.ledger.expecting import expected
from qisong.ledger.models import Activity, Custody, Guests, Part, Receipt, Reversal
from qisong.ledger.terms import Task
from qisong.org.models import Site
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.org.words import label

FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Line:
    """One reversible row, as a person reads it."""

    id: str
    text: str
    reversed_for: str
    member: str = ""


@dataclass
class ActPage:
    """An act with everything that hangs on it, read with a fixed number of queries."""

    act: Activity
    scope: Scope

    @cached_property
    def reversal(self) -> Reversal | None:
        found: Reversal | None = getattr(self.act, "reversal", None)
        return found

    @cached_property
    def replaced_by(self) -> Activity | None:
        return self.act.corrected_by.first()

    @property
    def may_change(self) -> bool:
        return self.reversal is None and self.scope.allows(Right.RECORD, self.act.unit_id)

    @property
    def title(self) -> str:
        return " · ".join(self.kinds) or _("Hand-over")

    @cached_property
    def kinds(self) -> list[str]:
        return [kind_of(part) for part in self.act.parts.all()]

    @property
    def channel(self) -> str:
        return self.channel_of(self.receipts[0]) if self.receipts else ""

    def channel_of(self, one: Receipt) -> str:
        return label(TermCategory.CHANNEL, one.channel)

    @cached_property
    def receipts(self) -> list[Receipt]:
        rows = self.act.receipts.select_related(
            "member__person", "unit", "item", "title", "giver_person", "giver_unit", "reversal"
        )
        return list(rows.order_by("item__position", "member__person__name", "id"))

    @cached_property
    def custody(self) -> list[Custody]:
        return list(self.act.custody.select_related("unit", "item", "title", "giver_unit", "giver_person", "reversal"))

    @cached_property
    def people(self) -> dict[str, list[str]]:
        """Task → names: who led, chaired, took the record."""
        named: dict[str, list[str]] = defaultdict(list)
        for one in self.act.participants.select_related("person"):
            named[one.task].append(one.person.name if one.person else one.name)
        return named

    @property
    def led(self) -> str:
        return "、".join(self.people[Task.LED])

    @cached_property
    def present(self) -> list[Receipt]:
        return [one for one in self.receipts if one.item_id is None and not reversed_for(one)]

    @cached_property
    def absent(self) -> list[str]:
        return [one.member.person.name for one in self.act.absences.select_related("member__person")]

    @cached_property
    def guests(self) -> list[Guests]:
        return list(self.act.guests.all())

    @cached_property
    def due(self) -> int:
        return len(expected(self.act.unit, self.act.on).due)

    @property
    def handed(self) -> list[tuple[str, list[Line]]]:
        """What was received, item by item; presence first."""
        grouped: dict[str, list[Line]] = defaultdict(list)
        for one in self.receipts:
            grouped[self.heading(one)].append(self.line(one))
        return list(grouped.items())

    def heading(self, one: Receipt) -> str:
        return str(one.item) if one.item else _("Present")

    def line(self, one: Receipt) -> Line:
        who = one.member.person.name if one.member else str(one.unit)
        many = f" {one.copies} {one.item.measure}" if one.item and not one.item.by_presence else ""
        title = f"《{one.title}》" if one.title else ""
        return Line(str(one.pk), f"{who}{many}{title}", reversed_for(one), str(one.member_id or ""))

    def find(self, row: str) -> Line | None:
        """The reversible row of this id, if the act has it and nobody has reversed it."""
        lines = [line for _heading, lines in self.handed for line in lines] + self.taken
        return next((line for line in lines if line.id == row and not line.reversed_for), None)

    @property
    def taken(self) -> list[Line]:
        return [
            Line(str(one.pk), f"{one.unit} {one.item} {one.copies} {one.item.measure}", reversed_for(one))
            for one in self.custody
        ]

    @cached_property
    def platform(self) -> str:
        """The act in the upper platform's field order, by the county's own template."""
        facts = self.facts
        # Not str.format: a template that people may edit must reach these words and nothing behind them.
        return FIELD.sub(lambda field: str(facts.get(field[1], "")), Site.current().platform_template)

    @property
    def facts(self) -> dict[str, object]:
        minutes = self.act.minutes
        return {
            "meeting": "、".join(self.kinds),
            "subject": self.act.subject,
            "on": self.act.on.isoformat(),
            "place": self.act.place,
            "chair": "、".join(self.people[Task.CHAIR]),
            "recorder": "、".join(self.people[Task.RECORDER]),
            "led": self.led,
            "expected": self.due,
            "present": len(self.present),
            "names": "、".join(one.member.person.name for one in self.present if one.member),
            "absent": "、".join(self.absent) or _("none"),
            "guests": "、".join(f"{one.whence} {one.count}人".strip() for one in self.guests) or "无",
            "agenda": minutes.get("agenda", ""),
            "decisions": minutes.get("decisions", ""),
        }


def kind_of(part: Part) -> str:
    """What a part is called: a meeting by its own kind."""
    if part.meeting:
        return label(TermCategory.MEETING, part.meeting)
    return label(TermCategory.PART, part.kind)


def reversed_for(one: Receipt | Custody) -> str:
    reversal = getattr(one, "reversal", None)
    return reversal.reason if reversal else ""


def begun_from(act: Activity, scope: Scope) -> dict[str, Any]:
    """A fresh sheet filled as ``act`` was, for its correction."""
    page = ActPage(act, scope)
    live = [one for one in page.receipts if not reversed_for(one)]
    led = act.participants.filter(task=Task.LED, person__isnull=False).first()
    asked = {code for code, _label in part_kinds()}
    parts = [part for part in act.parts.all() if part.kind in asked]
    return {
        "parts": [part.kind for part in parts],
        "meeting": next((part.meeting for part in parts if part.meeting), ""),
        "place": act.place,
        "subject": act.subject,
        "led": str(led.person_id) if led else "",
        "chair": "、".join(page.people[Task.CHAIR]),
        "recorder": "、".join(page.people[Task.RECORDER]),
        "channel": next((one.channel for one in live), usual_channel(set())),
        "present": [str(one.member_id) for one in live if one.member_id],
        "leave": [str(pk) for pk in act.absences.values_list("member_id", flat=True)],
        "guests": sum(one.count for one in page.guests) or None,
        "whence": "、".join(one.whence for one in page.guests if one.whence),
        "uneven": uneven(live),
        "items": begun_items(live, page.custody),
        **{key: act.minutes.get(key, "") for key in ("agenda", "decisions")},
    }


def begun_items(receipts: list[Receipt], custody: list[Custody]) -> dict[str, object]:
    """Copies for each person as most of them got, and copies taken for later."""
    filled: dict[str, object] = {}
    for one in receipts:
        if one.item and not one.item.by_presence and one.member_id:
            code = one.item.code
            filled[f"each-{code}"] = one.copies
            filled[f"source-{code}"] = one.source
            filled[f"title-{code}"] = one.title.code if one.title else ""
    for row in custody:
        if not reversed_for(row):
            filled[f"taken-{row.item.code}"] = row.copies
    return filled


def uneven(receipts: list[Receipt]) -> bool:
    """Whether people got different numbers of copies, which one sheet cannot say."""
    copies = {(one.item_id, one.copies) for one in receipts if one.member_id and one.item_id}
    return len(copies) != len({item for item, _copies in copies})
