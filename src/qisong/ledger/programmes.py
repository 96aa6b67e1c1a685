"""Programmes and what they owe, as data: founded from the preset, then tended by the county office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from qisong.ledger.catalogue import Catalogue, is_open
from qisong.ledger.models import Audience, Item, Labelled, Obligation, Programme, Round, Title
from qisong.ledger.terms import CountedBy, Recipient, RoundKind
from qisong.org import journal

L = TypeVar("L", bound=Labelled)
CONDITIONS = ("roles", "circumstances", "categories", "traits", "kinds")


def open_items(on: date, programme: Programme | None = None) -> list[Item]:
    """The items of every programme that runs on ``on``, or of those of ``programme`` and beneath it."""
    catalogue = Catalogue.load()
    among = catalogue.beneath([programme] if programme else catalogue.programmes)
    return [item for item in catalogue.items if item.programme_id in among and is_open(item.programme, on)]


def find_programme(code: str) -> Programme:
    return Catalogue.load().programme(code)


def find_items(codes: Sequence[str], on: date, programme: Programme | str | None = None) -> list[Item]:
    """The items of these codes, in this order, each once, of ``programme`` and beneath it if one is named.

    Refuses a code that is unknown or that several programmes have.
    """
    catalogue = Catalogue.load()
    named = catalogue.programme(programme) if isinstance(programme, str) else programme
    among = catalogue.beneath([named]) if named else None
    return [catalogue.item(code, on, among) for code in dict.fromkeys(codes)]


def load_programmes(preset: Mapping[str, Any]) -> list[Programme]:
    """Every programme of a preset with its items, titles, audiences and rounds; parents stand before their children.

    An item that names an audience is owed to it in each round of its programme.
    """
    with journal.verb("programmes.loaded", by=None) as entry:
        programmes = [load_programme(source) for source in preset.get("programmes", [])]
        entry.touch_county()
    return programmes


def load_programme(source: Mapping[str, Any]) -> Programme:
    parent = Programme.objects.get(code=source["parent"]) if "parent" in source else None
    programme = added(Programme(parent=parent, **chosen(source, "code", "zh", "en", "starts_on", "ends_on")))
    rounds = [load_round(programme, one) for one in source.get("rounds", [])]
    audiences = {one["code"]: load_audience(programme, one) for one in source.get("audiences", [])}
    for one in source.get("items", []):
        item = load_item(programme, one)
        if "audience" in one:
            owed_to = {"audience": audiences[one["audience"]], "quantity": one.get("quantity", 1)}
            Obligation.objects.bulk_create(Obligation(item=item, round=round_, **owed_to) for round_ in rounds)
    return programme


def load_round(programme: Programme, source: Mapping[str, Any]) -> Round:
    fields = chosen(source, "code", "zh", "en", "starts_on", "due_on", "ends_on")
    return added(Round(programme=programme, kind=RoundKind(source["kind"]), **fields))


def load_audience(programme: Programme, source: Mapping[str, Any]) -> Audience:
    fields = chosen(source, "code", "zh", "en", "chosen_only", *CONDITIONS)
    return added(Audience(programme=programme, recipient=Recipient(source["recipient"]), **fields))


def load_item(programme: Programme, source: Mapping[str, Any]) -> Item:
    fields = chosen(source, "code", "zh", "en", "measure_zh", "measure_en", "theme", "by_presence")
    counted_by, part = CountedBy(source["counted_by"]), source.get("part", "")
    item = added(Item(programme=programme, counted_by=counted_by, part_kind=part, **fields))
    for title in source.get("titles", []):
        added(Title(item=item, **chosen(title, "code", "zh", "en")))
    return item


def chosen(source: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The entries of these names, as far as the preset gives them."""
    return {name: source[name] for name in names if name in source}


def added(one: L) -> L:
    """Saved after all others of its kind: lists keep the order in which things were named."""
    one.position = type(one).objects.count()
    one.save(force_insert=True)
    return one
