"""The tree of a day and what is owed on it, in the numbers of the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from qisong.coverage.engine.columns import NONE, Ints, Mask
from qisong.coverage.engine.folding import Circle, Duty, Ground, Whom
from qisong.coverage.feed import County
from qisong.coverage.gathering import Register
from qisong.coverage.keys import Key
from qisong.coverage.placing import Placing
from qisong.ledger.models import Audience, Item, Obligation, Round
from qisong.ledger.terms import Recipient, RoundKind
from qisong.ledger.turns import Turn, turns_of
from qisong.org import words
from qisong.org.terms import TermCategory
from qisong.org.tree import Tree, tree_on


@dataclass(frozen=True)
class Claim:
    """An item owed in a round; ``carried``: the round is over and what was lacking in it stays owed; ``by_household``:
    once for those who live together, at the name of the head."""

    item: Item
    round: Round
    carried: bool
    by_household: bool = False


def duties_of(county: County, then: Tree) -> tuple[list[Claim], list[Duty]]:
    """What is owed on the day of ``then``, item by item, of each the oldest round first."""
    begun = [duty for duty in county.obligations if duty.round.starts_on <= then.on]
    begun.sort(key=lambda duty: (duty.item.position, duty.item_id, duty.round.starts_on, duty.round_id))
    rounds = defaultdict(list)
    for duty in begun:
        rounds[duty.item_id].append(duty.round)
    turns = {item: turns_of(found, then.on) for item, found in rounds.items()}
    circles = {duty.audience_id: circle_of(duty.audience, then, county.register) for duty in begun}
    claims, duties = [], []
    for one in begun:
        number = rounds[one.item_id].index(one.round)
        turn = turns[one.item_id][number]
        if turn.open:
            claims.append(Claim(one.item, one.round, turn.carried, one.audience.recipient == Recipient.HOUSEHOLD))
            duties.append(duty_of(one, number, turns[one.item_id], circles[one.audience_id]))
    return claims, duties


def duty_of(obligation: Obligation, number: int, turns: Sequence[Turn], circle: Circle) -> Duty:
    own = turns[number]
    return Duty(
        item=obligation.item_id,
        programme=obligation.item.programme_id,
        circle=circle,
        number=number,
        starts=tuple(turn.round.starts_on.toordinal() for turn in turns),
        rounds=tuple(turn.round.pk for turn in turns),
        quantity=obligation.quantity,
        bound_on=own.last_day.toordinal() if own.carried and own.last_day else None,
        apart=own.round.min_interval_days if own.round.kind == RoundKind.DOSE else None,
    )


def circle_of(audience: Audience, then: Tree, register: Register) -> Circle:
    def codes(named: Iterable[str]) -> tuple[int, ...]:
        return tuple(register.codes[one] for one in named)

    return Circle(
        Whom(audience.recipient),
        np.array(eligible_units(audience, then), np.int32),
        codes(audience.roles),
        codes(audience.circumstances),
        codes(audience.categories),
    )


def eligible_units(audience: Audience, then: Tree) -> list[int]:
    found = then.order
    if audience.chosen_only:
        beneath = {unit for chosen in audience.chosen.all() for unit in then.subtree(chosen.pk)}
        found = [unit for unit in found if unit in beneath]
    if audience.kinds:
        found = [unit for unit in found if then.nodes[unit].kind in audience.kinds]
    if audience.traits:
        found = [unit for unit in found if not then.nodes[unit].traits.isdisjoint(audience.traits)]
    return found


def exempting(register: Register) -> list[int]:
    """The circumstances that exempt from everything."""
    terms = words.terms(TermCategory.CIRCUMSTANCE)
    return [register.codes[term.code] for term in terms if term.data.get("exempt")]


def ground_of(county: County, placing: Placing, duties: Iterable[Duty]) -> Ground:
    columns, shown = county.columns, placing.shown
    size = int(max(columns.unit.max(initial=0), columns.ties.what.max(initial=0))) + 1
    home, rank = np.full(size, NONE, np.int32), np.zeros(size, np.int32)
    place = {unit: number for number, unit in enumerate(shown.order)}
    for unit, above in placing.units.items():
        home[unit], rank[unit] = unit, place[above]
    for unit, above in placing.orphaned.items():
        home[unit] = above
    ends = np.array([shown.spans[unit][1] for unit in shown.order], np.int32)
    days = {duty.bound_on for duty in duties if duty.bound_on is not None}
    standing = {day: mask_of(tree_on(date.fromordinal(day)).nodes, size) for day in days}
    elsewhere = {who: place[unit] for who, unit in torn(county, placing, home).items()}
    return Ground(home, rank, ends, elsewhere, standing)


def mask_of(units: Collection[int], size: int) -> Mask:
    mask = np.zeros(size, bool)
    mask[list(units)] = True
    return mask


def torn(county: County, placing: Placing, home: Ints) -> dict[int, int]:
    """Those of units divided since → the unit under which each by itself is shown today."""
    if not placing.divided:
        return {}
    ties = county.columns.ties.on(placing.then.on.toordinal())
    things = county.register.numbers.things
    homes = zip(ties.who, home[ties.what].tolist(), strict=True)
    of_divided: dict[Key, int] = {things[who]: unit for who, unit in homes if unit in placing.divided}
    return {county.register.numbers[key]: unit for key, unit in placing.place_divided(of_divided).items()}
