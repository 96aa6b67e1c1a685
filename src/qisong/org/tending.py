"""The verbs of the unit tree: each dated, each an event, each refused unless the whole history stays consistent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q

from qisong.org import journal, signals
from qisong.org.chronicle import enact, lock, refusal_of
from qisong.org.journal import Entry
from qisong.org.models import Account, ContactPoint, Pairing, Post, Unit, UnitEvent
from qisong.org.replaying import Contradiction, Event, Fault
from qisong.org.terms import TermCategory, Verb
from qisong.org.tree import Tree, tree_on
from qisong.org.words import term_of
from qisong.words.digits import compact, tidy
from qisong.words.text import refuse

CODE_LENGTH, NAME_LENGTH = 40, 100


@dataclass(frozen=True)
class NewUnit:
    """A unit to be created, standing from ``on``; ``parent`` is a code, of another new unit or of one that stands.

    In a split its parent and day are those of the split, and ``children`` are units that go beneath it.
    """

    code: str
    name: str
    kind: str
    traits: tuple[str, ...] = ()
    parent: str | None = None
    on: date | None = None
    position: int | None = None
    children: tuple[Unit, ...] = ()


def create_unit(
    *,
    by: Account | None,
    code: str,
    name: str,
    kind: str,
    traits: Sequence[str],
    parent: Unit | None,
    on: date,
    position: int | None = None,
) -> Unit:
    """A new unit beneath ``parent``; without a parent it is the root, of which there is one.

    ``position`` places it among its siblings; the default is after all others.
    """
    new = NewUnit(code, name, kind, tuple(traits), parent.code if parent else None, on, position)
    with journal.verb("unit.created", by=by) as entry:
        lock()
        [unit] = create(entry, [new])
        entry.unit = unit
    return unit


def create_units(*, by: Account | None, plans: Sequence[NewUnit]) -> list[Unit]:
    """Many new units in one verb, parents and children in any order."""
    with journal.verb("units.imported", by=by) as entry:
        lock()
        return create(entry, plans)


def rename_unit(
    *,
    by: Account | None,
    unit: Unit,
    on: date,
    name: str | None = None,
    kind: str | None = None,
    traits: Sequence[str] | None = None,
) -> None:
    """A new name, a new kind or new traits from ``on``; what is ``None`` stays. ``unit`` is brought up to date."""
    with journal.verb("unit.renamed", by=by, unit=unit) as entry:
        lock()
        node = standing(tree_on(on), unit).nodes[unit.pk]
        name = node.name if name is None else checked_name(name)
        kind = node.kind if kind is None else checked_kind(kind, root=is_root_kind(node.kind))
        traits = sorted(node.traits) if traits is None else checked_traits(traits)
        if (name, kind, traits) == (node.name, node.kind, sorted(node.traits)):
            raise refuse("nothing-changed", "没有要变更的内容。", "There is nothing to change.", place="name")
        happen(entry, UnitEvent(unit=unit, verb=Verb.RENAME, on=on, name=name, kind=kind, traits=traits))
    unit.refresh_from_db()


def move_unit(*, by: Account | None, unit: Unit, parent: Unit, on: date) -> None:
    """``unit`` and all beneath it stand under ``parent`` from ``on``."""
    with journal.verb("unit.moved", by=by, unit=unit) as entry:
        lock()
        if standing(tree_on(on), unit).parents.get(unit.pk) == parent.pk:
            raise refuse(
                "same-parent",
                "“{unit}”在{on}已经在“{parent}”之下。",
                "{unit} already stood beneath {parent} on {on}.",
                place="parent",
                unit=unit.name,
                parent=parent.name,
                on=on,
            )
        happen(entry, UnitEvent(unit=unit, verb=Verb.MOVE, on=on, parent=parent))


def merge_units(*, by: Account | None, unit: Unit, into: Unit, on: date) -> None:
    """``unit`` closes; its people and the units beneath it go to ``into``."""
    with journal.verb("unit.merged", by=by, unit=unit) as entry:
        lock()
        tree = standing(tree_on(on), unit)
        if into.pk in tree.subtree(unit.pk):
            raise refuse(
                "into-itself",
                "“{unit}”不能并入自己或自己的下级。",
                "{unit} cannot merge into itself or into a unit beneath it.",
                place="into",
                unit=unit.name,
            )
        moves = [
            UnitEvent(unit_id=child, verb=Verb.MOVE, on=on, parent=into) for child in tree.children.get(unit.pk, [])
        ]
        happen(entry, *moves, UnitEvent(unit=unit, verb=Verb.MERGE, on=on, counterpart=into))
        end_ties(entry, unit, on)
        entry.touch("unit", [into.pk])
        signals.units_merged.send(Unit, unit=unit, into=into, on=on, by=by, entry=entry)


def split_unit(*, by: Account | None, unit: Unit, into: Sequence[NewUnit], on: date) -> list[Unit]:
    """``unit`` closes and the new units of ``into`` take its place under its parent; every child must be given one.

    Whoever calls moves the members to the new units in the same transaction.
    """
    with journal.verb("unit.split", by=by, unit=unit) as entry:
        lock()
        tree = standing(tree_on(on), unit)
        if unit.pk not in tree.parents:
            raise impossible(unit, on, "root-stays")
        if len(into) < 2:
            raise refuse(
                "too-few-parts", "拆分后至少要有两个组织。", "A split needs at least two new units.", place="into"
            )
        parent = tree.nodes[tree.parents[unit.pk]].code
        plans = [NewUnit(new.code, new.name, new.kind, new.traits, parent, on, new.position) for new in into]
        units = create(entry, plans, split_from=unit)
        moves = [
            UnitEvent(unit=child, verb=Verb.MOVE, on=on, parent=above)
            for above, new in zip(units, into, strict=True)
            for child in new.children
        ]
        happen(entry, *moves, UnitEvent(unit=unit, verb=Verb.SPLIT, on=on))
        end_ties(entry, unit, on)
        signals.unit_split.send(Unit, unit=unit, into=units, on=on, by=by, entry=entry)
    return units


def close_unit(*, by: Account | None, unit: Unit, on: date) -> None:
    """``unit`` stands no more from ``on``; refused while units or people belong to it."""
    with journal.verb("unit.closed", by=by, unit=unit) as entry:
        lock()
        happen(entry, UnitEvent(unit=unit, verb=Verb.CLOSE, on=on))
        end_ties(entry, unit, on)
        signals.unit_closed.send(Unit, unit=unit, on=on, by=by, entry=entry)


def reopen_unit(*, by: Account | None, unit: Unit, parent: Unit, on: date) -> None:
    """A closed unit stands again, as it last was; its people and posts do not come back by themselves."""
    with journal.verb("unit.reopened", by=by, unit=unit) as entry:
        lock()
        happen(entry, UnitEvent(unit=unit, verb=Verb.REOPEN, on=on, parent=parent))


def create(entry: Entry, plans: Sequence[NewUnit], split_from: Unit | None = None) -> list[Unit]:
    """Write units and their events in one go."""
    refuse_known_codes(plans)
    first = (Unit.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    units = Unit.objects.bulk_create(planned(plan, first + n) for n, plan in enumerate(plans))
    by_code = Unit.objects.in_bulk([compact(plan.parent) for plan in plans if plan.parent], field_name="code")
    events = [
        UnitEvent(
            unit=unit,
            verb=Verb.CREATE,
            on=first_day(plan),
            parent=found(by_code, compact(plan.parent)) if plan.parent else None,
            counterpart=split_from,
            name=unit.name,
            kind=unit.kind,
            traits=unit.traits,
        )
        for unit, plan in zip(units, plans, strict=True)
    ]
    happen(entry, *parents_first(events))
    return units


def first_day(plan: NewUnit) -> date:
    if plan.on is None:
        raise ValueError("a new unit needs its first day")
    return plan.on


def planned(plan: NewUnit, position: int) -> Unit:
    return Unit(
        code=checked_code(plan.code),
        name=checked_name(plan.name),
        kind=checked_kind(plan.kind, root=plan.parent is None),
        traits=checked_traits(plan.traits),
        position=position if plan.position is None else plan.position,
    )


def parents_first(events: list[UnitEvent]) -> list[UnitEvent]:
    """New units in an order in which each finds its parent; those in a loop are left for the replay to refuse."""
    waiting: dict[int | None, list[UnitEvent]] = {}
    new = {event.unit_id for event in events}
    for event in events:
        waiting.setdefault(event.parent_id if event.parent_id in new else None, []).append(event)
    ordered = waiting.pop(None, [])
    for event in ordered:
        ordered.extend(waiting.pop(event.unit_id, []))
    return ordered + [event for events in waiting.values() for event in events]


def happen(entry: Entry, *events: UnitEvent) -> None:
    """Let events become history; they are structural, so readers of the journal reload the county."""
    enact(events)
    entry.touch("unit", dict.fromkeys(event.unit_id for event in events))
    entry.touch_county()


def end_ties(entry: Entry, unit: Unit, on: date) -> None:
    """Nobody holds a post at a closed unit, looks after it or is paired with it."""
    open_then = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    ties: list[tuple[str, list[Post] | list[ContactPoint] | list[Pairing]]] = [
        ("post", list(Post.objects.filter(open_then, unit=unit))),
        ("contact-point", list(ContactPoint.objects.filter(open_then, unit=unit))),
        ("pairing", list(Pairing.objects.filter(open_then, Q(unit=unit) | Q(partner=unit)))),
    ]
    for thing, rows in ties:
        for row in rows:
            row.valid_to = max(row.valid_from, on)
            row.save(update_fields=["valid_to"])
        if rows:
            entry.touch(thing, [row.pk for row in rows])


def standing(tree: Tree, unit: Unit) -> Tree:
    """The tree, if ``unit`` stands in it."""
    if unit.pk not in tree.nodes:
        raise impossible(unit, tree.on, "not-standing")
    return tree


def impossible(unit: Unit, on: date, fault: Fault) -> Exception:
    return refusal_of(Contradiction(Event(0, on, Verb.RENAME, unit.pk), fault), is_new=True)


def found(by_code: dict[str, Unit], code: str) -> Unit:
    if code not in by_code:
        raise refuse(
            "unknown-parent",
            "没有组织代码为“{given}”的上级组织。",
            "There is no parent unit with the code {given}.",
            place="parent",
            given=code,
        )
    return by_code[code]


def refuse_known_codes(plans: Sequence[NewUnit]) -> None:
    codes = Counter(compact(plan.code) for plan in plans)
    known = Unit.objects.filter(code__in=codes).values_list("code", flat=True).first()
    [(commonest, times)] = codes.most_common(1)
    if twice := commonest if times > 1 else known:
        raise refuse(
            "duplicate-code",
            "组织代码“{taken}”已经有了，每个组织的代码必须不同。",
            "The code {taken} is taken; every unit needs a code of its own.",
            place="code",
            taken=twice,
        )


def checked_code(code: str) -> str:
    code = compact(code)
    if not 0 < len(code) <= CODE_LENGTH:
        raise refuse(
            "bad-code",
            "组织代码要有1到{most}个字符。",
            "A code has 1 to {most} characters.",
            place="code",
            most=CODE_LENGTH,
        )
    return code


def checked_name(name: str) -> str:
    name = tidy(name)
    if not 0 < len(name) <= NAME_LENGTH:
        raise refuse(
            "bad-name",
            "组织名称要有1到{most}个字。",
            "A name has 1 to {most} characters.",
            place="name",
            most=NAME_LENGTH,
        )
    return name


def is_root_kind(kind: str) -> bool:
    term = term_of(TermCategory.UNIT_KIND, kind)
    return bool(term and term.data.get("root"))


def checked_kind(kind: str, *, root: bool) -> str:
    if term_of(TermCategory.UNIT_KIND, kind) is None:
        raise refuse(
            "unknown-kind",
            "没有“{kind}”这种组织类别。",
            "There is no kind of unit called {kind}.",
            place="kind",
            kind=kind,
        )
    if is_root_kind(kind) is not root:
        raise refuse(
            "root-kind",
            "最上级组织只有一个，它的类别不能给别的组织，也不能换成别的类别。",
            "There is one topmost unit; its kind is its own and stays.",
            place="kind",
        )
    return kind


def checked_traits(traits: Sequence[str]) -> list[str]:
    for trait in traits:
        if term_of(TermCategory.TRAIT, trait) is None:
            raise refuse(
                "unknown-trait",
                "没有“{trait}”这种特征。",
                "There is no trait called {trait}.",
                place="traits",
                trait=trait,
            )
    return sorted(set(traits))
