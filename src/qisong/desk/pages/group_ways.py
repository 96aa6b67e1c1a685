"""How each group of people is usually reached: data of the county, changed here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qisong.desk.forms import DeskForm
from qisong.org.models import Account, Term
from qisong.org.terms import TermCategory
from qisong.org.words import label, terms
from qisong.roster.ways import set_ways


class GroupWaysForm(DeskForm):
    """A set of boxes for each group, named by its code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(way.code, str(way)) for way in terms(TermCategory.WAY)]
        for group in terms(TermCategory.GROUP):
            self.fields[group.code] = forms.MultipleChoiceField(
                label=str(group),
                required=False,
                choices=choices,
                initial=group.data["ways"],
                widget=forms.CheckboxSelectMultiple(attrs={"class": "inline"}),
                help_text=_(", ").join(who(group)),
            )

    def change(self, by: Account) -> int:
        """Every group whose ticks have changed; how many they are."""
        changed = [one for one in terms(TermCategory.GROUP) if set(self.value(one.code)) != set(one.data["ways"])]
        with transaction.atomic():
            for group in changed:
                set_ways(by=by, group=group.code, ways=self.value(group.code))
        return len(changed)


def who(group: Term) -> Iterator[str]:
    """Any one of what makes somebody belong to the group."""
    said = group.data
    yield from (label(TermCategory.CIRCUMSTANCE, code) for code in said.get("circumstances", []))
    yield from (label(TermCategory.TRAIT, code) for code in said.get("traits", []))
    for code in said.get("roles", []):
        role, days = label(TermCategory.ROLE, code), said.get("within_days")
        yield (
            ngettext("{role} for less than {n} day", "{role} for less than {n} days", days).format(role=role, n=days)
            if days
            else role
        )
    if years := said.get("age"):
        yield ngettext("{n} year old and more", "{n} years old and more", years).format(n=years)
    if years := said.get("joined_years"):
        yield ngettext("joined {n} year ago or longer", "joined {n} years ago or longer", years).format(n=years)
