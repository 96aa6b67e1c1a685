"""Where the tree's events stand in the database, and what follows from them is kept in step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import models

from qisong.org.models import Site, Unit, UnitEdge, UnitEvent, UnitState
from qisong.org.replaying import Contradiction, Event, History, replay
from qisong.org.terms import Verb
from qisong.words.text import Refusal, Text, refuse

# What stands in the way of an event: {unit} is what it is about, {other} what it meets.
FAULTS = {
    "second-root": Text("只能有一个最上级组织。", "There can be only one topmost unit."),
    "already-created": Text("“{unit}”已经建立过。", "{unit} has been created already."),
    "not-standing": Text(
        "“{unit}”在{on}还没有成立或已经撤销。", "{unit} was not yet created, or already closed, on {on}."
    ),
    "parent-not-standing": Text(
        "上级“{other}”在{on}还没有成立或已经撤销。",
        "The parent {other} was not yet created, or already closed, on {on}.",
    ),
    "counterpart-not-standing": Text(
        "“{other}”在{on}还没有成立或已经撤销。", "{other} was not yet created, or already closed, on {on}."
    ),
    "root-stays": Text(
        "“{unit}”是最上级组织，不能划转、合并、拆分或撤销。",
        "{unit} is the topmost unit; it cannot be moved, merged, split or closed.",
    ),
    "loop": Text("“{other}”在“{unit}”之下，不能作它的上级。", "{other} is beneath {unit} and cannot be its parent."),
    "into-itself": Text("“{unit}”不能并入自己。", "{unit} cannot merge into itself."),
    "open-children": Text(
        "“{unit}”下面还有“{other}”，请先划转或撤销。", "{other} still stands beneath {unit}; move or close it first."
    ),
    "still-standing": Text("“{unit}”在{on}并没有撤销。", "{unit} was not closed on {on}."),
}
# The field of a verb's form that each fault is shown at.
PLACES = {
    "parent-not-standing": "parent",
    "loop": "parent",
    "second-root": "parent",
    "counterpart-not-standing": "into",
    "into-itself": "into",
    "not-standing": "on",
}
VERBS = {
    Verb.CREATE: Text("成立", "creation of"),
    Verb.RENAME: Text("变更", "change of"),
    Verb.MOVE: Text("划转", "move of"),
    Verb.MERGE: Text("合并", "merger of"),
    Verb.SPLIT: Text("拆分", "split of"),
    Verb.CLOSE: Text("撤销", "closing of"),
    Verb.REOPEN: Text("恢复", "reopening of"),
}


def read_history() -> History:
    """The whole history as it is recorded."""
    return replay(read_events())


def read_events() -> list[Event]:
    columns = ("id", "on", "verb", "unit_id", "parent_id", "counterpart_id", "name", "kind", "traits")
    return [
        Event(number, on, Verb(verb), unit, parent, counterpart, name, kind, None if traits is None else tuple(traits))
        for number, on, verb, unit, parent, counterpart, name, kind, traits in UnitEvent.objects.values_list(*columns)
    ]


def lock() -> None:
    """Let one tree verb work at a time: two that fit the tree each may not fit together."""
    Site.objects.select_for_update().first()


def enact(events: Sequence[UnitEvent]) -> History:
    """Record new events and bring states, edges and units in step; refuses what does not fit the whole history.

    Call after ``lock`` inside the transaction of the verb.
    """
    before = UnitEvent.objects.aggregate(last=models.Max("id"))["last"] or 0
    UnitEvent.objects.bulk_create(events)
    try:
        history = read_history()
    except Contradiction as contradiction:
        raise refusal_of(contradiction, is_new=contradiction.event.number > before) from contradiction
    rewrite(history)
    return history


def rewrite(history: History) -> None:
    """Write what differs between the derived tables and the history."""
    rewrite_states(history)
    rewrite_edges(history)
    rewrite_units(history)


def rewrite_states(history: History) -> None:
    wanted = {
        (unit, start, stop, state.name, state.kind, state.traits)
        for unit, course in history.states.items()
        for start, stop, state in course.spans()
    }
    rows = UnitState.objects.values_list("pk", "unit_id", "valid_from", "valid_to", "name", "kind", "traits")
    kept = {(*row[1:6], tuple(row[6])): row[0] for row in rows}
    UnitState.objects.filter(pk__in=[pk for key, pk in kept.items() if key not in wanted]).delete()
    UnitState.objects.bulk_create(
        UnitState(unit_id=unit, valid_from=start, valid_to=stop, name=name, kind=kind, traits=list(traits))
        for unit, start, stop, name, kind, traits in sorted(wanted - kept.keys(), key=beginning)
    )


def rewrite_edges(history: History) -> None:
    wanted = {
        (child, start, stop, parent)
        for child, course in history.parents.items()
        for start, stop, parent in course.spans()
    }
    rows = UnitEdge.objects.values_list("pk", "child_id", "valid_from", "valid_to", "parent_id")
    kept = {row[1:]: row[0] for row in rows}
    UnitEdge.objects.filter(pk__in=[pk for key, pk in kept.items() if key not in wanted]).delete()
    UnitEdge.objects.bulk_create(
        UnitEdge(child_id=child, valid_from=start, valid_to=stop, parent_id=parent)
        for child, start, stop, parent in sorted(wanted - kept.keys(), key=beginning)
    )


def beginning(row: tuple[int, date, *tuple[object, ...]]) -> tuple[int, date]:
    return row[:2]


def rewrite_units(history: History) -> None:
    kept = {row[0]: row[1:] for row in Unit.objects.values_list("pk", "name", "kind", "traits")}
    wanted = {unit: (state.name, state.kind, list(state.traits)) for unit, state in history.latest.items()}
    Unit.objects.bulk_update(
        [
            Unit(pk=unit, name=name, kind=kind, traits=traits)
            for unit, (name, kind, traits) in wanted.items()
            if kept[unit] != (name, kind, traits)
        ],
        ["name", "kind", "traits"],
        batch_size=200,
    )


def refusal_of(contradiction: Contradiction, *, is_new: bool) -> Refusal:
    """The fault of a new event as it is; of an event recorded before, as a conflict that names it."""
    event, fault = contradiction.event, contradiction.fault
    names = dict(Unit.objects.filter(pk__in=[event.unit, contradiction.other or 0]).values_list("pk", "name"))
    what = {"unit": names.get(event.unit, ""), "other": names.get(contradiction.other or 0, ""), "on": event.on}
    why = FAULTS[fault].format(**what)
    if is_new:
        return Refusal(fault, why, PLACES.get(fault, "unit"))
    verb = VERBS[event.verb]
    return refuse(
        "later-event",
        "这与后来记下的事冲突：{on}{verb_zh}“{unit}”——{why_zh}请先处理那件事，或者换一个日期。",
        "This conflicts with what was recorded later: {verb_en} {unit} on {on}. {why_en} Settle that first, "
        "or choose another date.",
        place="on",
        on=event.on,
        unit=what["unit"],
        verb_zh=verb.zh,
        verb_en=verb.en,
        why_zh=why.zh,
        why_en=why.en,
    )
