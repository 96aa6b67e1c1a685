"""The only place that says what a post may see and do.

A door asks ``scope_of(account)`` once a request and finds objects with ``Model.objects.within(scope)``; what is
not found there does not exist for the reader (404).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone

from qisong.org.models import Account, ContactPoint, Pairing, Post, Term, Unit
from qisong.org.terms import Right, TermCategory
from qisong.org.tree import Tree, tree_on


@dataclass
class Scope:
    """The rights of one account on one day: for each right the ids of the units in which it holds."""

    account: Account | None
    on: date
    tree: Tree
    granted: dict[Right, frozenset[int]] = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)

    def units(self, right: Right) -> frozenset[int]:
        return self.granted.get(right, frozenset())

    def grant(self, right: Right, units: frozenset[int]) -> None:
        self.granted[right] = self.granted.get(right, frozenset()) | units

    def allows(self, right: Right, unit: Unit | int | None = None) -> bool:
        """Whether the right is held in ``unit``, or anywhere at all when no unit is named."""
        held = self.units(right)
        if unit is None:
            return bool(held)
        return (unit if isinstance(unit, int) else unit.pk) in held

    @cached_property
    def visible(self) -> frozenset[int]:
        """Units whose page may be opened: those of any business right."""
        business = (Right.FIGURES, Right.NAMES, Right.RECORD, Right.LESSONS, Right.ACCOUNTS, Right.POSTS)
        return frozenset().union(*(self.units(right) for right in business))

    @cached_property
    def names(self) -> frozenset[int]:
        return self.units(Right.NAMES)

    @cached_property
    def lesson_units(self) -> frozenset[int]:
        return self.units(Right.LESSONS)

    @cached_property
    def import_units(self) -> frozenset[int]:
        return self.units(Right.IMPORT)

    @cached_property
    def journal_units(self) -> frozenset[int]:
        return self.units(Right.JOURNAL)

    @cached_property
    def home(self) -> Unit | None:
        """The unit that this account's first post belongs to."""
        return self.posts[0].unit if self.posts else None


def scope_of(account: Account, on: date | None = None) -> Scope:
    """What ``account`` may see and do on ``on`` (default: today)."""
    day = on or timezone.localdate()
    tree = tree_on(day)
    posts = list(
        Post.objects.on(day).filter(person_id=account.person_id).select_related("unit").order_by("valid_from", "id")
    )
    rights = role_rights()
    scope = Scope(account=account, on=day, tree=tree, posts=[post for post in posts if post.role in rights])
    for post in scope.posts:
        reach = reach_of(post, rights[post.role].get("reach", "unit"), tree, day)
        for right in rights[post.role].get("rights", []):
            scope.grant(Right(right), reach)
        for right in rights[post.role].get("below", []):
            scope.grant(Right(right), reach - {post.unit_id})
    return scope


def operator_scope(on: date | None = None) -> Scope:
    """Everything: for commands run by whoever holds the machine itself."""
    day = on or timezone.localdate()
    everything = frozenset(Unit.objects.values_list("pk", flat=True))
    return Scope(account=None, on=day, tree=tree_on(day), granted=dict.fromkeys(Right, everything))


def role_rights() -> dict[str, dict[str, Any]]:
    """The rights and the reach of every role, as the preset has them; honorary roles hold none."""
    roles = Term.objects.filter(category=TermCategory.ROLE)
    return {term.code: term.data for term in roles if term.data.get("rights")}


def reach_of(post: Post, reach: str, tree: Tree, day: date) -> frozenset[int]:
    """The units a post's rights extend to: its own, its subtree, the county, or where its holder visits."""
    if reach == "county":
        return frozenset(tree.order) | frozenset(Unit.objects.values_list("pk", flat=True))
    if reach == "subtree":
        return frozenset(tree.subtree(post.unit_id))
    if reach == "errands":
        led = ContactPoint.objects.on(day).filter(leader_id=post.person_id).values_list("unit_id", flat=True)
        paired = Pairing.objects.on(day).filter(partner_id=post.unit_id).values_list("unit_id", flat=True)
        return frozenset(led) | frozenset(paired)
    return frozenset([post.unit_id])
