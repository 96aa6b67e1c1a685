"""The difference between what a row says and what is held: nothing said, or said less exactly, changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qisong.roster.holding import Held, HeldState
from qisong.roster.secrets import index_of
from qisong.roster.statements import DATES, State, Statement
from qisong.roster.terms import Secret
from qisong.words.dates import PartialDate


def difference(said: Statement, held: Held) -> Statement:
    """A statement of what would change. A unit counts as changed for somebody who left, too."""
    return Statement(
        unit=said.unit if said.unit != held.unit else None,
        values={field: value for field, value in said.values.items() if value_differs(field, value, held.values)},
        secrets={
            kind: value
            for kind, value in said.secrets.items()
            if index_of(Secret(kind), value) != held.index(Secret(kind))
        },
        states={
            kind: changed
            for kind, state in said.states.items()
            if (changed := state_change(state, held.states.get(kind)))
        },
    )


def value_differs(field: str, value: str, held: Mapping[str, str]) -> bool:
    if field in DATES:
        return date_differs(value, held[field])
    return value != held[field]


def date_differs(said: str, held: str) -> bool:
    """A date that only leaves out the day or month that is held says nothing new."""
    return not held.startswith(said)


def dates_agree(one: str, other: str) -> bool:
    """Whether both are known and can be the same day."""
    return bool(one and other) and PartialDate.from_text(one).agrees(PartialDate.from_text(other))


def state_change(said: State, held: HeldState | None) -> State | None:
    """What to do to a circumstance: begin it, end it, or mend its beginning or detail; ``None``: nothing."""
    if held is None:
        return said if said.holds else None
    if not said.holds:
        return said
    since = said.since if said.since and date_differs(said.since, held.since) else ""
    detail = said.detail if said.detail != held.detail else ""
    return replace(said, since=since, detail=detail) if since or detail else None


def contradicts(said: Statement, held: Held) -> bool:
    """Whether the identity number, or its mask, is another one than is held."""
    kind = Secret.IDENTITY
    if kind not in held.secrets:
        return False
    if said.identity:
        return index_of(kind, said.identity) != held.index(kind)
    return said.masks.get(kind, held.mask(kind)) != held.mask(kind)


def disagreeing_masks(said: Statement, held: Held) -> list[str]:
    """Kinds whose mask is not that of what is held: such a mask stands for nothing the roster knows."""
    return [kind for kind, mask in said.masks.items() if mask != held.mask(Secret(kind))]


def corroborated(said: Statement, held: Held) -> bool:
    """Whether a row without a date of birth repeats what is held, and more of it than a name could."""
    dates = any(said.values.get(field) for field in ("joined", "became_full"))
    told = dates or bool(said.secrets) or Secret.IDENTITY in said.masks or Secret.PHONE in said.masks
    same = replace(said, unit=None)
    return told and difference(same, held).says_nothing() and not disagreeing_masks(said, held)
