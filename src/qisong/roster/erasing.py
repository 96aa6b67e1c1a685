"""Removes members as if they had never been on the roster, if nothing else in the county speaks of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import F, ForeignObjectRel

from qisong.org.models import Person
from qisong.roster.holding import chunks
from qisong.roster.models import (
    Affiliation,
    Circumstance,
    ContactPerson,
    ImportLine,
    Member,
    Need,
    SealedIdentity,
    SurveyReply,
    Wish,
)
from qisong.roster.signals import belonging_changed
from qisong.roster.terms import Leaving

# What belongs to a member's own entry, or is only a note of an import.
OWN = (Member, Affiliation, Circumstance, SealedIdentity, ImportLine, Need, Wish, ContactPerson, SurveyReply)


def erase_members(ids: Iterable[UUID]) -> list[UUID]:
    """Those that other rooms speak of lose their affiliation, as if it had never held, and stay; they are returned."""
    kept: list[UUID] = []
    for chunk in chunks(ids):
        spoken_of = set(referred_to(chunk))
        kept += spoken_of
        Circumstance.objects.filter(member__in=chunk).delete()
        ties = Affiliation.objects.filter(member__in=spoken_of)
        ties.update(valid_to=F("valid_from"), left_by=Leaving.REVERTED)
        Member.objects.filter(pk__in=spoken_of).update(version=F("version") + 1)
        gone = [pk for pk in chunk if pk not in spoken_of]
        Affiliation.objects.filter(member__in=gone).delete()
        SealedIdentity.objects.filter(member__in=gone).delete()
        for rows in (Need.objects, Wish.objects, ContactPerson.objects, SurveyReply.objects):
            rows.filter(member__in=gone).delete()
        Member.objects.filter(pk__in=gone).delete()
        Person.objects.filter(pk__in=gone).delete()
    belonging_changed.send(Member, members=kept)
    return kept


def referred_to(ids: list[UUID]) -> Iterator[UUID]:
    """Whom of ``ids`` any room speaks of. A member has the id of the person, so one list serves both."""
    for relation in relations():
        name = relation.field.name
        found = relation.related_model._base_manager.filter(**{f"{name}__in": ids})  # noqa: SLF001 - as Django's own deletion
        yield from found.values_list(name, flat=True)


def relations() -> Iterator[Any]:
    for model in (Member, Person):
        relation: ForeignObjectRel
        for relation in model._meta.related_objects:  # noqa: SLF001 - documented by Django
            if relation.related_model not in OWN or relation.field.name == "helper":
                yield relation
