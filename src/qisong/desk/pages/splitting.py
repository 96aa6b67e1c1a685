"""A unit splits: the new units are named, and everything beneath it and everybody in it is given to one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from qisong.desk.forms import PLAIN_WORDS, PlainField, posted_day
from qisong.desk.pages.changes import ChangeForm
from qisong.org.models import Account, Unit
from qisong.org.tending import NewUnit
from qisong.org.words import word
from qisong.roster.dividing import divide_unit
from qisong.roster.models import Affiliation
from qisong.roster.terms import Bond

FEWEST, MOST = 2, 6


class SplitForm(ChangeForm):
    """``?parts=3`` asks for three new units. Everybody is given to the first until another is chosen; the sentence
    says how many go where before anything is done."""

    template_name = "desk/split.html"
    parts = forms.TypedChoiceField(
        choices=[(n, n) for n in range(FEWEST, MOST + 1)], coerce=int, required=False, widget=forms.HiddenInput
    )

    def prepare(self) -> None:
        asked = str(self.data.get("parts") or self.initial.get("parts", ""))
        self.count = int(asked) if asked in map(str, range(FEWEST, MOST + 1)) else FEWEST
        self.initial["parts"] = self.count
        for part in self.numbers:
            self.add(f"name-{part}", PlainField(label=_("Name of new unit {n}").format(n=part), max_length=100))
            self.add(f"code-{part}", PlainField(label=_("Code of new unit {n}").format(n=part), max_length=40))
        self.beneath = [Unit.objects.within(self.scope).get(pk=child) for child in self.children()]
        self.ties = self.belonging()
        for child in self.beneath:
            self.add(f"unit-{child.pk}", self.goes_to(child.name))
        for tie in self.ties:
            self.add(f"member-{tie.member_id}", self.goes_to(called(tie)))

    @property
    def numbers(self) -> range:
        return range(1, self.count + 1)

    @property
    def counts(self) -> list[int]:
        return list(range(FEWEST, MOST + 1))

    def children(self) -> Sequence[int]:
        return self.scope.tree.children.get(self.unit.pk, [])

    def belonging(self) -> list[Affiliation]:
        """Everybody who belongs to the unit on the day typed or later."""
        day = posted_day(self.data.get("on"), self.scope.on)
        ties = Affiliation.objects.within(self.scope).reaching(self.unit, day).select_related("member__person")
        return list(ties.order_by("-bond", "member__person__name", "pk"))

    def add(self, name: str, field: forms.Field) -> None:
        field.error_messages = {**field.error_messages, **PLAIN_WORDS}
        self.fields[name] = field

    def goes_to(self, label: str) -> forms.TypedChoiceField:
        choices = [(part, str(part)) for part in self.numbers]
        return forms.TypedChoiceField(label=label, choices=choices, coerce=int, initial=1, widget=forms.RadioSelect)

    def new_units(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"name-{part}"], self[f"code-{part}"]) for part in self.numbers]

    def given(self) -> list[tuple[Any, list[BoundField]]]:
        """Headed groups of what has to be given to one of the new units."""
        groups = [
            (word("units"), [self[f"unit-{child.pk}"] for child in self.beneath]),
            (word("members"), [self[f"member-{tie.member_id}"] for tie in self.ties]),
        ]
        return [(heading, fields) for heading, fields in groups if fields]

    def clean(self) -> None:
        codes = Counter(self.cleaned_data.get(f"code-{part}") for part in self.numbers)
        for part in self.numbers:
            if codes[self.cleaned_data.get(f"code-{part}")] > 1 and not self.has_error(f"code-{part}"):
                self.add_error(f"code-{part}", _("Every unit needs a code of its own."))

    def members(self) -> dict[UUID, int]:
        return {tie.member_id: self.value(f"member-{tie.member_id}") - 1 for tie in self.ties}

    def plans(self) -> list[NewUnit]:
        return [
            NewUnit(
                self.value(f"code-{part}"),
                self.value(f"name-{part}"),
                self.unit.kind,
                tuple(self.unit.traits),
                children=tuple(child for child in self.beneath if self.value(f"unit-{child.pk}") == part),
            )
            for part in self.numbers
        ]

    def make(self, by: Account) -> None:
        divide_unit(by=by, unit=self.unit, into=self.plans(), members=self.members(), on=self.value("on"))

    def sentence(self, *, done: bool) -> str:
        people = Counter(self.members().values())
        new = _("; ").join(
            _("{name} with {people} {members} and {units} units beneath it").format(
                name=plan.name, people=people[number], units=len(plan.children), members=word("members")
            )
            for number, plan in enumerate(self.plans())
        )
        before = _(
            "From {day} on, {unit} will be no more; in its place will stand {new}. They are of its kind and have its "
            "traits; its posts, contacts and pairings will end."
        )
        after = _("On {day} {unit} was split: {new}.")
        return self.filled(after if done else before, new=new)


def called(tie: Affiliation) -> str:
    name = tie.member.person.name
    return _("{name} (attached)").format(name=name) if tie.bond == Bond.ATTACHED else name
