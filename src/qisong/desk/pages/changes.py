"""What may happen to one unit: each on a day, each said in a sentence before it is done and after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.forms import DayField, DeskForm, PlainField, UnitField
from qisong.desk.templatetags.desk import day
from qisong.org.models import Account, Unit
from qisong.org.scope import Scope
from qisong.org.succession import closed_within
from qisong.org.tending import close_unit, create_unit, merge_units, move_unit, rename_unit, reopen_unit
from qisong.org.terms import TermCategory
from qisong.org.words import label, terms, word
from qisong.roster.models import Affiliation


class ChangeForm(DeskForm):
    """``make`` does it; ``sentence`` says it, ``done`` in the past tense."""

    template_name = "desk/change.html"
    on = DayField(label=gettext_lazy("From"), ahead=True)

    def __init__(self, *args: Any, unit: Unit, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit, self.scope = unit, scope
        self.fields["on"].initial = scope.on
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices."""

    def make(self, by: Account) -> None:
        raise NotImplementedError

    def sentence(self, *, done: bool) -> str:
        raise NotImplementedError

    def filled(self, text: str, **more: object) -> str:
        tree = self.scope.tree
        return text.format(
            unit=self.unit.name,
            day=day(self.value("on")),
            beneath=max(len(tree.subtree(self.unit.pk)) - 1, 0),
            people=Affiliation.objects.within(self.scope).formal(self.scope.on).filter(unit=self.unit).count(),
            members=word("members"),
            **more,
        )

    def offer(self, name: str, units: Iterable[int]) -> None:
        field = self.fields[name]
        assert isinstance(field, UnitField)
        field.offer(self.scope, [one for one in units if one in self.scope.visible])

    def others(self) -> list[int]:
        """Every unit but this one and those beneath it."""
        own = set(self.scope.tree.subtree(self.unit.pk))
        return [one for one in self.scope.tree.order if one not in own]


class KindForm(ChangeForm):
    name = PlainField(label=gettext_lazy("Name"), max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    traits = forms.MultipleChoiceField(
        label=gettext_lazy("Traits"), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ["name", "kind", "traits", "on"]

    def prepare(self) -> None:
        root = self.scope.tree.parents.get(self.unit.pk) is None
        kinds = [
            kind for kind in terms(TermCategory.UNIT_KIND) if self.fits(root=kind.data.get("root", False), at=root)
        ]
        self.let_choose("kind", [(kind.code, str(kind)) for kind in kinds])
        traits = [(trait.code, str(trait)) for trait in terms(TermCategory.TRAIT)]
        self.let_choose("traits", traits)

    def fits(self, *, root: bool, at: bool) -> bool:
        return root == at


class RenameForm(KindForm):
    def prepare(self) -> None:
        super().prepare()
        self.initial.update(name=self.unit.name, kind=self.unit.kind, traits=self.unit.traits)

    def make(self, by: Account) -> None:
        rename_unit(
            by=by,
            unit=self.unit,
            on=self.value("on"),
            name=self.value("name"),
            kind=self.value("kind"),
            traits=self.value("traits"),
        )

    def sentence(self, *, done: bool) -> str:
        before = _("From {day} on, {unit} will be called {name} ({kind}). Earlier pages keep the earlier name.")
        after = _("From {day} on, {unit} is called {name} ({kind}).")
        kind = label(TermCategory.UNIT_KIND, self.value("kind"))
        return self.filled(after if done else before, name=self.value("name"), kind=kind)


class MoveForm(ChangeForm):
    parent = UnitField(label=gettext_lazy("New place: under"))
    field_order = ["parent", "on"]

    def prepare(self) -> None:
        self.offer("parent", self.others())

    def make(self, by: Account) -> None:
        move_unit(by=by, unit=self.unit, parent=self.value("parent"), on=self.value("on"))

    def sentence(self, *, done: bool) -> str:
        before = _(
            "From {day} on, {unit} with {beneath} units beneath it and its own {people} {members} will stand under "
            "{parent}. What was reported before that day does not change."
        )
        after = _("From {day} on, {unit} stands under {parent}, with {beneath} units beneath it.")
        return self.filled(after if done else before, parent=self.value("parent"))


class MergeForm(ChangeForm):
    into = UnitField(label=gettext_lazy("Merge into"))
    field_order = ["into", "on"]

    def prepare(self) -> None:
        self.offer("into", self.others())

    def make(self, by: Account) -> None:
        merge_units(by=by, unit=self.unit, into=self.value("into"), on=self.value("on"))

    def sentence(self, *, done: bool) -> str:
        before = _(
            "From {day} on, {unit} will be no more; its {people} {members} and {beneath} units beneath it will belong "
            "to {into}. Posts, contacts and pairings of {unit} will end."
        )
        after = _("On {day} {unit} was merged into {into}.")
        return self.filled(after if done else before, into=self.value("into"))


class CloseForm(ChangeForm):
    def make(self, by: Account) -> None:
        close_unit(by=by, unit=self.unit, on=self.value("on"))

    def sentence(self, *, done: bool) -> str:
        before = _("From {day} on, {unit} will be no more. Its acts stay as they were recorded.")
        after = _("{unit} was closed on {day}.")
        return self.filled(after if done else before)


class ReopenForm(ChangeForm):
    """Any unit that closed and whose people are now looked for somewhere in this one, itself included."""

    closed = forms.ChoiceField(label=gettext_lazy("Which unit"))
    field_order = ["closed", "on"]

    def prepare(self) -> None:
        gone = closed_within(self.scope.tree, self.unit.pk)
        closed = Unit.objects.within(self.scope).filter(pk__in=gone).order_by("position", "code")
        self.gone = {str(unit.pk): unit for unit in closed}
        self.let_choose("closed", [(pk, unit.name) for pk, unit in self.gone.items()])

    def make(self, by: Account) -> None:
        reopen_unit(by=by, unit=self.gone[self.value("closed")], parent=self.unit, on=self.value("on"))

    def sentence(self, *, done: bool) -> str:
        before = _(
            "From {day} on, {closed} will stand again, under {unit}. Its people and posts do not come back by "
            "themselves."
        )
        after = _("From {day} on, {closed} stands again, under {unit}.")
        return self.filled(after if done else before, closed=self.gone[self.value("closed")].name)


class CreateForm(KindForm):
    code = PlainField(label=gettext_lazy("Code"), max_length=40)
    field_order = ["code", "name", "kind", "traits", "on"]

    def fits(self, *, root: bool, at: bool) -> bool:  # noqa: ARG002 - nothing beneath another is a root
        return not root

    def make(self, by: Account) -> None:
        create_unit(
            by=by,
            code=self.value("code"),
            name=self.value("name"),
            kind=self.value("kind"),
            traits=self.value("traits"),
            parent=self.unit,
            on=self.value("on"),
        )

    def sentence(self, *, done: bool) -> str:
        before = _("From {day} on, {name} ({kind}) will stand under {unit}.")
        after = _("From {day} on, {name} ({kind}) stands under {unit}.")
        kind = label(TermCategory.UNIT_KIND, self.value("kind"))
        return self.filled(after if done else before, name=self.value("name"), kind=kind)
