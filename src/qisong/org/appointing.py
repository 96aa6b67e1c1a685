"""Who holds which post where, who looks after which unit, and which unit is paired with which."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from qisong.org import journal
from qisong.org.models import Account, ContactPoint, Pairing, Person, Post, Unit, UnitState
from qisong.org.scope import Scope, reach_of, role_rights
from qisong.org.terms import Right, TermCategory
from qisong.org.words import term_of
from qisong.words.digits import tidy_name
from qisong.words.text import refuse


def add_person(*, by: Account | None, name: str) -> Person:
    """Somebody who is on no roster here, such as a leader or an administrator."""
    name = tidy_name(name)
    if not 0 < len(name) <= 60:
        raise refuse("bad-name", "姓名要有1到60个字。", "A name has 1 to 60 characters.", place="name")
    with journal.verb("person.added", by=by) as entry:
        person = Person.objects.create(name=name)
        entry.touch("person", [person.pk])
    return person


def give_post(*, by: Account | None, person: Person, unit: Unit, role: str, on: date) -> Post:
    """``person`` holds ``role`` at ``unit`` from ``on``. Whether ``by`` may give it, ``may_give`` says."""
    if term_of(TermCategory.ROLE, role) is None:
        raise refuse(
            "unknown-role", "没有“{role}”这种职务。", "There is no role called {role}.", place="role", role=role
        )
    with journal.verb("post.given", by=by, unit=unit) as entry:
        require_standing(unit, on)
        refuse_twice(Post.objects.filter(person=person, unit=unit, role=role), on)
        post = Post.objects.create(person=person, unit=unit, role=role, valid_from=on)
        entry.touch("post", [post.pk])
        entry.touch("person", [person.pk])
    return post


def end_post(*, by: Account | None, post: Post, on: date) -> None:
    """The post is held until the day before ``on``."""
    with journal.verb("post.ended", by=by, unit=post.unit) as entry:
        end(post, on)
        entry.touch("post", [post.pk])
        entry.touch("person", [post.person_id])


def hand_over(*, by: Account | None, post: Post, to: Person, on: date) -> Post:
    """``to`` holds the post from ``on``, and whoever held it until the day before."""
    if to.pk == post.person_id:
        raise refuse("same-person", "接任的还是同一个人。", "It is the same person who takes over.", place="person")
    with transaction.atomic():
        end_post(by=by, post=post, on=on)
        return give_post(by=by, person=to, unit=post.unit, role=post.role, on=on)


def may_give(scope: Scope, unit: Unit, role: str) -> bool:
    """Whether the scope may give or end this role there: nobody hands out a reach or a right beyond their own.

    So auditors and the three administrators, who hold what no office holds, are appointed at the command line.
    """
    reach = {unit.pk, *reach_of(Post(person=Person(), unit=unit, role=role), scope)}
    data = role_rights().get(role, {})
    return all(
        (
            reach <= scope.units(Right.POSTS),
            *(reach <= scope.units(Right(right)) for right in data.get("rights", [])),
            *(reach - {unit.pk} <= scope.units(Right(right)) for right in data.get("below", [])),
        )
    )


def name_contact_point(*, by: Account | None, leader: Person, unit: Unit, on: date) -> ContactPoint:
    """``leader`` looks after ``unit`` from ``on``."""
    with journal.verb("contact-point.named", by=by, unit=unit) as entry:
        require_standing(unit, on)
        refuse_twice(ContactPoint.objects.filter(leader=leader, unit=unit), on)
        point = ContactPoint.objects.create(leader=leader, unit=unit, valid_from=on)
        entry.touch("contact-point", [point.pk])
        entry.touch("person", [leader.pk])
    return point


def end_contact_point(*, by: Account | None, point: ContactPoint, on: date) -> None:
    with journal.verb("contact-point.ended", by=by, unit=point.unit) as entry:
        end(point, on)
        entry.touch("contact-point", [point.pk])
        entry.touch("person", [point.leader_id])


def pair_units(*, by: Account | None, partner: Unit, unit: Unit, on: date) -> Pairing:
    """``partner`` brings lessons to ``unit`` from ``on``."""
    if partner.pk == unit.pk:
        raise refuse(
            "paired-with-itself", "组织不能与自己结对。", "A unit cannot be paired with itself.", place="partner"
        )
    with journal.verb("units.paired", by=by, unit=unit) as entry:
        require_standing(partner, on, "partner")
        require_standing(unit, on)
        refuse_twice(Pairing.objects.filter(partner=partner, unit=unit), on)
        pairing = Pairing.objects.create(partner=partner, unit=unit, valid_from=on)
        entry.touch("pairing", [pairing.pk])
        entry.touch("unit", [partner.pk, unit.pk])
    return pairing


def end_pairing(*, by: Account | None, pairing: Pairing, on: date) -> None:
    with journal.verb("pairing.ended", by=by, unit=pairing.unit) as entry:
        end(pairing, on)
        entry.touch("pairing", [pairing.pk])
        entry.touch("unit", [pairing.partner_id, pairing.unit_id])


Tie = TypeVar("Tie", Post, ContactPoint, Pairing)


def end(tie: Post | ContactPoint | Pairing, on: date) -> None:
    """Let it end the day before ``on``; ended on its first day, it was never held."""
    if tie.valid_to is not None:
        raise refuse(
            "already-ended", "这一条在{on}已经结束。", "This already ended on {on}.", place="on", on=tie.valid_to
        )
    if on < tie.valid_from:
        raise refuse(
            "ends-before-start",
            "结束日期不能早于开始日期{on}。",
            "It cannot end before it began on {on}.",
            place="on",
            on=tie.valid_from,
        )
    tie.valid_to = on
    tie.save(update_fields=["valid_to"])


def require_standing(unit: Unit, on: date, place: str = "unit") -> None:
    """As ``check_standing``; the unit's row stays locked, so that two people do not do this at once."""
    Unit.objects.select_for_update().get(pk=unit.pk)
    check_standing(unit, on, place)


def check_standing(unit: Unit, on: date, place: str = "unit") -> None:
    """Refuse a unit that does not stand on ``on``."""
    if not UnitState.objects.on(on).filter(unit=unit).exists():
        raise refuse(
            "not-standing",
            "“{unit}”在{on}还没有成立或已经撤销。",
            "{unit} was not yet created, or already closed, on {on}.",
            place=place,
            unit=unit.name,
            on=on,
        )


def refuse_twice(same: QuerySet[Tie], on: date) -> None:
    """The same tie may be made again only after it has ended."""
    if same.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).exists():
        raise refuse("already-so", "已经有这一条了，不用再加。", "This is already so; nothing needs adding.")
