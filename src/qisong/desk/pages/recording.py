"""The sheet on which an act is recorded: what it offers, what was filled in, and what will be written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qisong.desk.forms import DayField, DeskForm, PlainField
from qisong.ledger.composing import usual_channel
from qisong.ledger.expecting import HOMEBOUND, Candidate, Expected, expected, same_as_last
from qisong.ledger.models import Item
from qisong.ledger.programmes import open_items
from qisong.ledger.stock import holdings
from qisong.ledger.terms import LESSON, MEETING, STUDY
from qisong.org.intervals import holds_on
from qisong.org.models import Person, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.org.tree import Node, Tree
from qisong.org.words import label, terms

MOST_COPIES = 9_999
SEPARATORS = re.compile(r"[\s,，、;；]+")
MOST_NAMES = 300  # more do not make a sheet that anyone could fill in


def choices(category: TermCategory) -> list[tuple[str, str]]:
    return [(term.code, str(term)) for term in terms(category)]


def part_kinds() -> list[tuple[str, str]]:
    """Kinds of parts a person names; those that follow from what was handed over are not asked for."""
    return [(term.code, str(term)) for term in terms(TermCategory.PART) if not term.data.get("by_item")]


def of_group(group: str) -> str:
    """What the county calls the circumstances of those who are found at home only."""
    kinds = [str(term) for term in terms(TermCategory.CIRCUMSTANCE) if term.data.get("group") == group]
    return gettext(", ").join(kinds)


class ActForm(DeskForm):
    """When, where, what; people and copies stand in ``ActSheet``."""

    id = forms.CharField(max_length=64, widget=forms.HiddenInput)
    parts = forms.MultipleChoiceField(
        label=_("Kind of act, several if need be"), required=False, widget=forms.CheckboxSelectMultiple
    )
    meeting = forms.ChoiceField(label=_("Kind of meeting"))
    on = DayField(label=_("Day"))
    place = PlainField(label=_("Place"), max_length=100, required=False)
    subject = PlainField(label=_("Subject"), max_length=200, required=False)
    led = forms.ChoiceField(label=_("Led by"), required=False)
    chair = PlainField(label=_("In the chair"), max_length=60, required=False)
    recorder = PlainField(label=_("Record taken by"), max_length=60, required=False)
    channel = forms.ChoiceField(label=_("How it was delivered"))
    guests = forms.IntegerField(label=_("Guests"), min_value=0, max_value=MOST_COPIES, required=False)
    whence = PlainField(label=_("Where the guests are from"), max_length=120, required=False)
    also = PlainField(label=_("Codes of other units that took part"), max_length=400, required=False)
    agenda = forms.CharField(label=_("What was said"), widget=forms.Textarea, required=False, max_length=4000)
    decisions = forms.CharField(label=_("What was decided"), widget=forms.Textarea, required=False, max_length=2000)

    def __init__(self, *args: Any, leaders: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.let_choose("parts", part_kinds())
        self.let_choose("meeting", choices(TermCategory.MEETING))
        self.let_choose("channel", choices(TermCategory.CHANNEL))
        self.let_choose("led", [("", "—"), *leaders])

    def only_lessons(self) -> None:
        self.let_choose("parts", [one for one in part_kinds() if one[0] == LESSON])
        self.initial["parts"] = [LESSON]

    def clean_also(self) -> list[str]:
        """Codes of the other units; which of them exist the ledger will say."""
        return [code for code in SEPARATORS.split(self.cleaned_data["also"]) if code]


@dataclass
class ItemLine:
    """One thing that can be handed over: copies for each person, copies taken for later, copies that lie ready."""

    item: Item
    stock: int
    each: int = 0
    title: str = ""
    source: str = ""
    taken: int = 0
    wrong: str = ""

    @property
    def titles(self) -> list[tuple[str, str]]:
        return [(title.code, str(title)) for title in self.item.titles.all()]


@dataclass(frozen=True)
class Tile:
    """A person of the grid, and what is ticked beside the name."""

    line: Candidate
    present: bool
    leave: bool

    @property
    def notes(self) -> list[str]:
        return [label(TermCategory.CIRCUMSTANCE, kind) for kind in self.line.circumstances]


@dataclass
class ActSheet:
    """The whole sheet of one unit: bound to what was sent, or fresh."""

    unit: Unit
    scope: Scope
    day: date
    sent: MultiValueDict[str, str] | None = None
    begun: Mapping[str, Any] = field(default_factory=dict)  # what a link from elsewhere has filled in already
    problems: list[str] = field(default_factory=list)

    @property
    def tree(self) -> Tree:
        return self.scope.tree

    @property
    def lessons_only(self) -> bool:
        """A trainer says which lesson was held where, and sees no names."""
        return not self.scope.allows(Right.RECORD, self.unit)

    @cached_property
    def expected(self) -> Expected:
        return Expected() if self.lessons_only else expected(self.unit, self.day)

    @property
    def everyone(self) -> list[Candidate]:
        return self.expected.everybody

    @property
    def below(self) -> list[Node]:
        """Of a unit with many people, the units beneath it, each with a sheet of its own."""
        if len(self.everyone) <= MOST_NAMES:
            return []
        return [self.tree.nodes[child] for child in self.tree.children.get(self.unit.pk, [])]

    @cached_property
    def leaders(self) -> dict[str, Person]:
        """Who looks after the unit, by id."""
        points = self.unit.contact_points.filter(holds_on(self.day)).select_related("leader__member")
        return {str(point.leader_id): point.leader for point in points}

    @cached_property
    def form(self) -> ActForm:
        initial = {
            "id": str(uuid4()),
            "parts": [MEETING],
            "meeting": STUDY,
            "on": self.day,
            "place": self.unit.name,
            "channel": usual_channel(set()),
            **self.begun,
        }
        named = [(pk, leader.name) for pk, leader in self.leaders.items()]
        form = ActForm(self.sent, initial=initial, leaders=named)
        if self.lessons_only:
            form.only_lessons()
        return form

    @cached_property
    def present(self) -> set[str]:
        if self.sent is None:
            return set(self.begun.get("present", []))
        if self.sent.get("fill") == "all":
            return {str(line.member.pk) for line in self.expected.home if not line.excused}
        if self.sent.get("fill") == "last":
            return {str(pk) for pk in same_as_last(self.unit, self.day)}
        return set(self.sent.getlist("present")) & self.known

    @cached_property
    def leave(self) -> set[str]:
        if self.sent is None:
            return set(self.begun.get("leave", []))
        return (set(self.sent.getlist("leave")) & self.known) - self.present

    @cached_property
    def known(self) -> set[str]:
        return {str(line.member.pk) for line in self.everyone}

    @property
    def groups(self) -> Iterator[tuple[str, list[Tile]]]:
        named = (
            (_("At home"), self.expected.home),
            (of_group(HOMEBOUND), self.expected.homebound),
            (_("Away"), self.expected.away),
            (_("Attached here"), self.expected.attached),
        )
        for heading, lines in named:
            if lines and not self.below:
                yield str(heading), [self.tile(line) for line in lines]

    def tile(self, line: Candidate) -> Tile:
        key = str(line.member.pk)
        return Tile(line, key in self.present, key in self.leave)

    @cached_property
    def lines(self) -> list[ItemLine]:
        if self.lessons_only:
            return []
        items = [item for item in open_items(self.day) if not item.by_presence]
        stock = holdings(self.unit, self.day)
        return [self.line(ItemLine(item, stock.get(item.pk, 0))) for item in items]

    def line(self, line: ItemLine) -> ItemLine:
        code = line.item.code
        given = self.sent if self.sent is not None else self.begun.get("items", {})
        line.title = str(given.get(f"title-{code}") or "")
        line.source = str(given.get(f"source-{code}") or ("custody" if line.stock > 0 else "giver"))
        line.each, wrong_each = copies(given.get(f"each-{code}"))
        line.taken, wrong_taken = copies(given.get(f"taken-{code}"))
        line.wrong = wrong_each or wrong_taken
        return line

    @property
    def handed(self) -> list[ItemLine]:
        return [line for line in self.lines if line.each]

    def recipients_of(self, _line: ItemLine) -> list[str]:
        return sorted(self.present)

    @property
    def reached(self) -> set[str]:
        """Everybody whom the act reached in person."""
        return self.present

    @property
    def took(self) -> list[ItemLine]:
        return [line for line in self.lines if line.taken]

    @property
    def upper(self) -> str:
        """From whom a unit takes copies: the code of the one above it, or its own at the root."""
        above = self.tree.parents.get(self.unit.pk, self.unit.pk)
        return self.tree.nodes[above].code

    def is_valid(self) -> bool:
        return self.form.is_valid() and not any(line.wrong for line in self.lines)

    @property
    def in_person(self) -> bool:
        """Whether people came together; a mere hand-over makes nobody present."""
        return bool(self.form.cleaned_data["parts"])

    @property
    def attending(self) -> list[str]:
        """Those ticked, and the leader who came, if a member too."""
        led = self.form.cleaned_data["led"]
        there = {led} if led and hasattr(self.leaders[led], "member") else set()
        return sorted(self.present | there)

    def document(self) -> dict[str, Any]:
        """The act as every door hands it in; call when the sheet is valid."""
        given = self.form.cleaned_data
        return {
            "id": given["id"],
            "on": given["on"].isoformat(),
            "unit": self.unit.code,
            "units": list(dict.fromkeys([self.unit.code, *given["also"]])),
            "place": given["place"],
            "subject": given["subject"],
            "channel": given["channel"],
            "parts": [self.part(kind) for kind in given["parts"]],
            "participants": self.participants(),
            "present": self.attending if self.in_person else [],
            "absent": [{"member": member, "reason": "leave"} for member in sorted(self.leave)],
            "guests": [{"whence": given["whence"], "count": given["guests"]}] if given["guests"] else [],
            "received": [self.hand_over(line) for line in self.handed],
            "custody": [self.custody(line) for line in self.took],
            "minutes": {key: given[key] for key in ("agenda", "decisions") if given[key]},
        }

    def part(self, kind: str) -> dict[str, str]:
        given = self.form.cleaned_data
        named = {"kind": kind, "subject": given["subject"]}
        return named | {"meeting": given["meeting"] or STUDY} if kind == MEETING else named

    def participants(self) -> list[dict[str, str]]:
        given = self.form.cleaned_data
        led = [{"task": "led", "person": given["led"]}] if given["led"] else []
        named = [{"task": task, "name": given[task]} for task in ("chair", "recorder") if given[task]]
        return [*led, *named]

    def hand_over(self, line: ItemLine) -> dict[str, Any]:
        given = self.form.cleaned_data
        document: dict[str, Any] = {"item": line.item.code, "copies": line.each, "to": self.recipients_of(line)}
        if line.title:
            document["title"] = line.title
        if line.source == "custody":
            return {**document, "giver": {"unit": self.unit.code}, "source": "custody", "holder": self.unit.code}
        if given["led"]:
            return {**document, "giver": {"person": given["led"]}, "source": "giver"}
        return {**document, "giver": {"unit": self.upper}, "source": "giver"}

    def custody(self, line: ItemLine) -> dict[str, Any]:
        document: dict[str, Any] = {
            "item": line.item.code,
            "copies": line.taken,
            "unit": self.unit.code,
            "direction": "taken",
            "giver": {"unit": self.upper},
        }
        return document | {"title": line.title} if line.title else document


def copies(typed: object) -> tuple[int, str]:
    """A number of copies as typed, and what is wrong with it."""
    text = str(typed or "0").strip()
    if text.isdecimal() and int(text) <= MOST_COPIES:
        return int(text), ""
    return 0, str(_("Write a whole number from 0 to 9999."))


def fresh_sheet(
    unit: Unit, scope: Scope, day: date | None = None, *, begun: Mapping[str, Any] | None = None
) -> ActSheet:
    """An empty sheet; ``begun`` holds what is filled in already, by the names of its boxes."""
    return ActSheet(unit, scope, day or scope.on, begun=begun or {})
