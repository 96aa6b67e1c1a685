"""A post goes to somebody else: what they find when they begin, on the paper that carries their first password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.coverage.gaps import gap_list
from qisong.desk.pages.accounts import live_account, slip
from qisong.desk.pages.choosing import owed_items
from qisong.desk.pages.custody import on_hand
from qisong.desk.pages.friday import people, things
from qisong.desk.pages.ties import PersonForm
from qisong.ledger.expecting import expected
from qisong.ledger.models import Item
from qisong.org.accounts import LoginSlip, close_idle
from qisong.org.appointing import hand_over
from qisong.org.models import Account, Post, Unit
from qisong.org.scope import Scope, role_rights, scope_of_posts
from qisong.org.terms import TermCategory, TreeView
from qisong.org.todos import Todo, todos_for
from qisong.org.words import label
from qisong.roster.ways import ways_for


class SuccessorForm(PersonForm):
    """Who takes over, and from when."""

    person = forms.ChoiceField(label=gettext_lazy("Who takes over"), required=False)
    field_order = ["person", "name", "on"]


@dataclass(frozen=True)
class HandOver:
    """What goes with a post. ``home``: those who have to be seen at home, with what each lacks; of a branch only."""

    unit: Unit
    role: str
    held: Sequence[str]
    home: Sequence[str]
    things: Sequence[str]
    todos: Sequence[Todo]


def handed_over(post: Post, scope: Scope) -> HandOver:
    """As the post stands today, read with the rights that it holds."""
    own = scope_of_posts([post], scope.on)
    items = owed_items(scope.on)
    copies = on_hand([post.unit_id], scope.on)
    held = {item: copies[post.unit_id, item.pk] for item in items if copies.get((post.unit_id, item.pk), 0) > 0}
    told = [
        _("{item} {copies} {measure}").format(item=item, copies=n, measure=item.measure) for item, n in held.items()
    ]
    role = label(TermCategory.ROLE, post.role)
    home, left = branch_work(post.unit, own, items, held) if is_branch(post.unit, own) else ([], [])
    return HandOver(post.unit, role, told, home, left, todos_for(own))


def is_branch(unit: Unit, own: Scope) -> bool:
    return unit.pk in own.names and unit.pk not in own.tree.children


def branch_work(unit: Unit, own: Scope, items: Sequence[Item], held: dict[Item, int]) -> tuple[list[str], list[str]]:
    """Whom to see at home, and what else is to be done."""
    missing = {name.member: name for name in gap_list(unit, items, as_of=own.on, tree=TreeView.THEN).to_do}
    ways = ways_for([member for member in missing if member], own.on)
    home = [
        people([missing[line.member.pk]], ways) if line.member.pk in missing else line.member.person.name
        for line in expected(unit, own.on).homebound
    ]
    return home, list(things([name for name in missing.values() if name.member], held, ways))


@transaction.atomic
def carry_out(scope: Scope, by: Account, post: Post, form: SuccessorForm) -> tuple[Post, LoginSlip | None]:
    """The new post, and the slip of somebody who begins now and has no login yet. A login without any post left is
    closed."""
    to, on = form.holder(by), form.value("on")
    new = hand_over(by=by, post=post, to=to, on=on)
    if on > scope.on:
        return new, None
    close_idle(by=by, person=post.person, on=on)
    needs_slip = signs_in(post) and not live_account(to)
    return new, slip(scope, by, to) if needs_slip else None


def signs_in(post: Post) -> bool:
    """Whether the post asks for a login; an honorary one holds no right."""
    return post.role in role_rights()
