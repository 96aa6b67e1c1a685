"""Puts members back to what they were before an import, unless what it changed was changed again since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Model

from qisong.org.models import Person
from qisong.roster.amending import Rows, beginning, check_versions
from qisong.roster.holding import chunks
from qisong.roster.models import Affiliation, Circumstance, Member
from qisong.roster.own_form import own_form
from qisong.roster.rewriting import Rewriting
from qisong.roster.secrets import index_of
from qisong.roster.statements import COLUMNS, Statement
from qisong.roster.terms import Bond, Leaving, Secret


@dataclass(frozen=True, slots=True)
class Change:
    """What an import did to a member: ``change`` on ``on``; ``image`` is what had been held."""

    member: UUID
    on: date
    change: Statement
    image: dict[str, Any]


class Restoring:
    """Looks at every change with ``take``, outside the lock; if nothing is in ``edited``, ``write`` puts all back."""

    def __init__(self) -> None:
        self.edited: list[str] = []  # names and columns, to tell the person who asked
        self._versions: dict[UUID, int] = {}
        self._rewriting = Rewriting()
        self._unwanted: defaultdict[type[Model], list[int]] = defaultdict(list)

    def take(self, changes: Iterable[Change]) -> None:
        for chunk in chunks(changes):
            rows = Rows.of([one.member for one in chunk])
            past = Past.of(chunk)
            for one in chunk:
                self._take(one, rows, past)

    def write(self) -> None:
        """Refuses ``stale`` when somebody was faster than this."""
        check_versions(self._versions)
        for model, ids in self._unwanted.items():
            for chunk in chunks(ids):
                model._base_manager.filter(pk__in=chunk).delete()  # noqa: SLF001 - documented by Django
        self._rewriting.write()

    def _take(self, one: Change, rows: Rows, past: Past) -> None:
        member = rows.members[one.member]
        self._versions[member.pk] = member.version
        name = member.person.name
        fields = [field for field in one.change.values if not self._restore_value(one, member, field)]
        fields += [kind for kind in one.change.secrets if not self._restore_secret(one, rows, kind)]
        fields += [kind for kind in one.change.states if not self._restore_state(one, rows, past, kind)]
        if one.change.unit is not None and not self._restore_tie(one, rows, past):
            fields.append("unit")
        if fields:
            form = own_form()
            titles = dict.fromkeys(form.title_of(COLUMNS.get(field, field)) for field in fields)
            self.edited.append(f"{name}（{'、'.join(title for title in titles if title)}）")
        member.version += 1
        self._rewriting.add([member], *(field for field in one.change.values if field != "name"), "version")

    def _restore_value(self, one: Change, member: Member, field: str) -> bool:
        holder: Member | Person = member.person if field == "name" else member
        if getattr(holder, field) != one.change.values[field]:
            return False
        setattr(holder, field, one.image["values"][field])
        if field == "name":
            self._rewriting.add([holder], field)
        return True

    def _restore_secret(self, one: Change, rows: Rows, kind: str) -> bool:
        row = rows.secrets.get((one.member, kind))
        if row is None or row.index != index_of(Secret(kind), one.change.secrets[kind]):
            return False
        if one.image["secrets"][kind] is None:
            self._unwanted[type(row)].append(row.pk)
        else:
            row.sealed, row.index, row.mask = one.image["secrets"][kind]
            self._rewriting.add([row], "sealed", "index", "mask")
        return True

    def _restore_state(self, one: Change, rows: Rows, past: Past, kind: str) -> bool:
        now, image = rows.states.get((one.member, kind)), one.image["states"][kind]
        row = now if image is None else past.states.get(image[0])
        if row is None or not is_as_left(row, now, one, kind):
            return False
        if image is None:
            self._unwanted[type(row)].append(row.pk)
        else:
            row.valid_to, row.since, row.detail = None, image[1], image[2]
            row.valid_from = date.fromisoformat(image[3])
            self._rewriting.add([row], "valid_to", "since", "detail", "valid_from")
        return True

    def _restore_tie(self, one: Change, rows: Rows, past: Past) -> bool:
        now = next((tie for tie in rows.ties[one.member] if tie.bond == Bond.FORMAL), None)
        if now is None or (now.unit_id, now.valid_from) != (one.change.unit, one.on):
            return False
        self._unwanted[Affiliation].append(now.pk)
        for tie in past.ties[one.member]:
            if tie.pk == one.image["tie"] or (tie.bond == Bond.ATTACHED and tie.unit_id == one.change.unit):
                tie.valid_to, tie.left_by = None, ""
                self._rewriting.add([tie], "valid_to", "left_by")
        return True


@dataclass(slots=True)
class Past:
    """Circumstances that the import found, and affiliations that it ended."""

    states: dict[int, Circumstance]
    ties: dict[UUID, list[Affiliation]]

    @classmethod
    def of(cls, changes: list[Change]) -> Past:
        states = [state[0] for one in changes for state in one.image["states"].values() if state]
        past = cls(Circumstance.objects.in_bulk(states), {one.member: [] for one in changes})
        days = {one.on for one in changes}
        ended = Affiliation.objects.filter(member__in=past.ties, valid_to__in=days, left_by=Leaving.TRANSFER)
        for tie in ended:
            past.ties[tie.member_id].append(tie)
        return past


def is_as_left(row: Circumstance, now: Circumstance | None, one: Change, kind: str) -> bool:
    """Whether a circumstance is still what the import made of it: begun, ended or mended."""
    state, image = one.change.states[kind], one.image["states"][kind]
    if not state.holds:
        return now is None and row.valid_to == max(one.on, row.valid_from)
    begun = beginning(kind, state, one.on)
    if image is None:
        return (row.since, row.detail, row.valid_from) == (begun.since, begun.detail, begun.on)
    expected = (state.since or image[1], state.detail or image[2], None)
    return (row.since, row.detail, row.valid_to) == expected
