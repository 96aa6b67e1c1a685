"""The only place that says what a post may see and do.

A door asks ``scope_of(account)`` once a request and finds objects with ``Model.objects.within(scope)``; what is
not found there does not exist for the reader (404).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone

from qisong.org.models import Account, ContactPoint, Pairing, Post, Unit
from qisong.org.terms import Right, TermCategory
from qisong.org.tree import Tree, tree_on
from qisong.org.words import terms

OVER = ("county", "subtree")  # the reaches of those who answer for others' units


@dataclass
class Scope:
    """The rights of one account on one day: for each right the ids of the units in which it holds."""

    account: Account | None
    on: date
    granted: dict[Right, frozenset[int]] = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)
    county: frozenset[int] | None = None  # every unit there is, once somebody's reach has asked for them

    @cached_property
    def tree(self) -> Tree:
        """The tree of the scope's day; read only if somebody asks, for a branch's own recorder never does."""
        return tree_on(self.on)

    def units(self, right: Right) -> frozenset[int]:
        return self.granted.get(right, frozenset())

    def grant(self, right: Right, units: frozenset[int]) -> None:
        self.granted[right] = self.granted.get(right, frozenset()) | units

    def among(self, units: frozenset[int], path: str = "unit") -> Q:
        """Rows whose ``path`` is one of ``units``. To name hundreds costs a statement more than it takes to run, so of
        a reach of nearly the whole county only the units are named that are not in it."""
        if self.county is None or len(units) <= len(left := self.county - units):
            return Q(**{f"{path}__in": units})
        some = Q(**{f"{path}__isnull": False})
        return some & ~Q(**{f"{path}__in": left}) if left else some

    def everywhere(self) -> frozenset[int]:
        if self.county is None:
            self.county = frozenset(Unit.objects.values_list("pk", flat=True))
        return self.county

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
    def reads_whole_journal(self) -> bool:
        """Also the verbs that concern no single unit."""
        return bool(self.journal_units) and self.journal_units.issuperset(self.tree.roots)

    @cached_property
    def hears_everybody(self) -> bool:
        """Also suggestions that concern no single unit."""
        return self.units(Right.SUGGESTIONS).issuperset(self.tree.roots) and bool(self.tree.roots)

    @cached_property
    def confidential(self) -> frozenset[int]:
        """Units whose confidential traits may be told: those beneath an office or committee of the reader's own."""
        if self.account is None:
            return self.everywhere()
        over = [post.unit_id for post in self.posts if role_rights()[post.role].get("reach") in OVER]
        return frozenset(unit for post in over for unit in self.tree.subtree(post)[1:]) & self.visible

    @cached_property
    def home(self) -> Unit | None:
        """The unit that this account's first post belongs to."""
        return self.posts[0].unit if self.posts else None


def scope_of(account: Account, on: date | None = None) -> Scope:
    """What ``account`` may see and do on ``on`` (default: today)."""
    day = on or timezone.localdate()
    held = Post.objects.on(day).filter(person_id=account.person_id, role__in=role_rights())
    return scope_of_posts(list(held.select_related("unit").order_by("valid_from", "id")), day, account)


def scope_of_posts(posts: list[Post], on: date, account: Account | None = None) -> Scope:
    """What these posts let their holder see and do, whoever that is."""
    rights, scope = role_rights(), Scope(account=account, on=on, posts=posts)
    for post in posts:
        reach = reach_of(post, scope)
        held = rights.get(post.role, {})
        for right in held.get("rights", []):
            scope.grant(Right(right), reach)
        for right in held.get("below", []):
            scope.grant(Right(right), reach - {post.unit_id})
    return scope


def operator_scope(on: date | None = None) -> Scope:
    """Everything: for commands run by whoever holds the machine itself."""
    day = on or timezone.localdate()
    scope = Scope(account=None, on=day)
    scope.granted = dict.fromkeys(Right, scope.everywhere())
    return scope


def role_rights() -> dict[str, dict[str, Any]]:
    """The rights and the reach of every role, as the preset has them; honorary roles hold none and are left out."""
    return {term.code: term.data for term in terms(TermCategory.ROLE) if term.data.get("rights")}


def reach_of(post: Post, scope: Scope) -> frozenset[int]:
    """The units a post's rights extend to, by ``scope``'s day: its own, its subtree, the county, or its errands."""
    match role_rights().get(post.role, {}).get("reach", "unit"):
        case "county":
            return scope.everywhere()
        case "subtree":
            return frozenset(scope.tree.subtree(post.unit_id))
        case "errands":
            led = ContactPoint.objects.on(scope.on).filter(leader_id=post.person_id).values_list("unit_id", flat=True)
            paired = Pairing.objects.on(scope.on).filter(partner_id=post.unit_id).values_list("unit_id", flat=True)
            return frozenset(led) | frozenset(paired)
        case _:
            return frozenset([post.unit_id])
