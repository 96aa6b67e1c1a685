"""Programmes and what they owe, as data: founded from the preset, then tended by the county office."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from qisong.ledger.catalogue import Catalogue, is_open
from qisong.ledger.models import Audience, Item, Labelled, Obligation, Programme, Round, Title
from qisong.ledger.terms import CountedBy, Recipient, RoundKind
from qisong.org import journal
from qisong.org.models import Account, Unit
from qisong.org.terms import TermCategory
from qisong.org.words import terms
from qisong.roster.terms import Category
from qisong.words.text import refuse

L = TypeVar("L", bound=Labelled)
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
# What an audience may ask for, and where the words for it stand; categories are a closed list.
CONDITIONS = {
    "roles": TermCategory.ROLE,
    "circumstances": TermCategory.CIRCUMSTANCE,
    "traits": TermCategory.TRAIT,
    "kinds": TermCategory.UNIT_KIND,
    "categories": None,
}


def open_items(on: date, programme: Programme | None = None) -> list[Item]:
    """The items of every programme that runs on ``on``, or of those of ``programme`` and beneath it."""
    catalogue = Catalogue.load()
    among = catalogue.beneath([programme] if programme else catalogue.programmes)
    return [item for item in catalogue.items if item.programme_id in among and is_open(item.programme, on)]


def owing_rounds() -> list[Round]:
    """The rounds in which anything is owed, of all programmes."""
    return list(Round.objects.filter(obligations__isnull=False).distinct())


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
    fields |= chosen(source, "carry_over", "min_interval_days", "continues")
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


# ---- tended by the county office; whether it may, Right.PROGRAMMES says ---------------------------------------------


def create_programme(
    *,
    by: Account | None,
    code: str,
    zh: str,
    en: str,
    starts_on: date,
    parent: Programme | None = None,
    ends_on: date | None = None,
) -> Programme:
    """``ends_on``: the first day on which it no longer runs."""
    require_order(starts_on, ends_on)
    programme = Programme(code=code, zh=zh, en=en, parent=parent, starts_on=starts_on, ends_on=ends_on)
    return create(programme, Programme.objects.all(), by)


def create_item(
    *,
    by: Account | None,
    programme: Programme,
    code: str,
    zh: str,
    en: str,
    measure_zh: str,
    measure_en: str,
    counted_by: CountedBy,
    theme: str = "",
    by_presence: bool = False,
    part_kind: str = "",
) -> Item:
    """Something to deliver, with its measure word. ``part_kind``: the part that goes with it; ``by_presence``:
    whoever is present at such a part has received it."""
    require_terms(TermCategory.THEME, [theme] if theme else [])
    require_terms(TermCategory.PART, [part_kind] if part_kind or by_presence else [])
    require_text("measure_zh", measure_zh, 20)
    require_text("measure_en", measure_en, 40)
    item = Item(programme=programme, code=code, zh=zh, en=en, measure_zh=measure_zh, measure_en=measure_en)
    item.counted_by, item.theme, item.by_presence, item.part_kind = counted_by, theme, by_presence, part_kind
    return create(item, programme.items.all(), by)


def create_title(*, by: Account | None, item: Item, code: str, zh: str, en: str) -> Title:
    return create(Title(item=item, code=code, zh=zh, en=en), item.titles.all(), by)


def create_audience(
    *,
    by: Account | None,
    programme: Programme,
    code: str,
    zh: str,
    en: str,
    recipient: Recipient,
    chosen_units: Sequence[Unit] | None = None,
    **conditions: list[str],
) -> Audience:
    """Who may be owed something. ``conditions``: any of ``CONDITIONS``, each a list of codes; ``chosen_units``: only
    these and whatever stands beneath them."""
    for name, codes in conditions.items():
        require_condition(name, codes)
    audience = Audience(programme=programme, code=code, zh=zh, en=en, recipient=recipient, **conditions)
    audience.chosen_only = chosen_units is not None
    with transaction.atomic():
        create(audience, programme.audiences.all(), by)
        audience.chosen.set(chosen_units or [])
    return audience


def choose_units(*, by: Account | None, audience: Audience, units: Sequence[Unit]) -> None:
    """The audience is these units, and members of them and of whatever stands beneath them."""
    with journal.verb("audience.chosen", by=by) as entry:
        audience.chosen_only = True
        audience.save(update_fields=["chosen_only"])
        audience.chosen.set(units)
        entry.touch_county()


def rename(*, by: Account | None, thing: Labelled, zh: str, en: str) -> None:
    """Another label for a programme, item, title, audience or round. Its code and what it counts stay."""
    thing.zh, thing.en = require_text("zh", zh, 200), require_text("en", en, 200)
    with journal.verb(f"{type(thing).__name__.lower()}.renamed", by=by) as entry:
        thing.save(update_fields=["zh", "en"])
        entry.touch_county()


def end(*, by: Account | None, thing: Programme | Round, on: date) -> None:
    """The programme or round runs until the day before ``on``."""
    require_order(thing.starts_on, on)
    with journal.verb(f"{type(thing).__name__.lower()}.ended", by=by) as entry:
        thing.ends_on = on
        thing.save(update_fields=["ends_on"])
        entry.touch_county()


def owe(*, by: Account | None, item: Item, round: Round, audience: Audience, quantity: int = 1) -> Obligation:  # noqa: A002
    """The audience is owed so many of the item in the round; a second call replaces the first, for all of the round."""
    if {round.programme_id, audience.programme_id} != {item.programme_id}:
        raise refuse(
            "other-programme",
            "内容、对象、轮次须属同一专项活动。",
            "Item, audience and round must be of one programme.",
            place="audience",
        )
    if quantity < 1:
        raise refuse("out-of-range", "数量至少是1。", "At least one.", place="quantity")
    require_turn(item, round)
    require_same_recipients(item, round, audience)
    with journal.verb("obligation.set", by=by) as entry:
        values = {"audience": audience, "quantity": quantity}
        obligation, _new = Obligation.objects.update_or_create(item=item, round=round, defaults=values)
        entry.touch_county()
    return obligation


def require_turn(item: Item, round_: Round) -> None:
    """Of one item one round runs at a time, and doses are not mixed with rounds that are counted otherwise."""
    others = [one for one in Round.objects.filter(obligations__item=item) if one.pk != round_.pk]
    if any(one.starts_on == round_.starts_on for one in others):
        raise refuse(
            "same-day",
            "“{item}”已有一轮从{on}开始，请换一天，或改那一轮。",
            "A round of {item} begins on {on} already; choose another day, or change that round.",
            place="starts_on",
            item=item.zh,
            on=round_.starts_on,
        )
    if any((one.kind == RoundKind.DOSE) != (round_.kind == RoundKind.DOSE) for one in others):
        raise refuse(
            "mixed-doses",
            "“{item}”不能有的轮次按次、有的轮次不按次。",
            "The rounds of {item} are either all doses or none.",
            place="kind",
            item=item.zh,
        )


def require_same_recipients(item: Item, round_: Round, audience: Audience) -> None:
    """A copy counts for one round only, so it is either a household's or a person's in all of them."""
    others = Audience.objects.filter(obligations__in=item.obligations.exclude(round=round_.pk))
    if {Recipient.HOUSEHOLD} < {*others.values_list("recipient", flat=True), audience.recipient}:
        raise refuse(
            "mixed-households",
            "“{item}”不能有的轮次按户、有的轮次不按户。",
            "The rounds of {item} are owed either all to households or none.",
            place="audience",
            item=item.zh,
        )


def lift(*, by: Account | None, obligation: Obligation) -> None:
    """Nobody is owed the item in that round any more."""
    with journal.verb("obligation.lifted", by=by) as entry:
        obligation.delete()
        entry.touch_county()


def create(one: L, siblings: QuerySet[Any], by: Account | None) -> L:
    require_code(one.code)
    require_text("zh", one.zh, 200)
    require_text("en", one.en, 200)
    with journal.verb(f"{type(one).__name__.lower()}.created", by=by) as entry:
        require_free(one, siblings)
        added(one)
        entry.touch_county()
    return one


def require_free(one: Labelled, siblings: QuerySet[Any]) -> None:
    if siblings.filter(code=one.code).exists():
        raise refuse("code-taken", "代码“{name}”已经用了。", "The code {name} is taken.", place="code", name=one.code)


def require_code(code: str) -> None:
    if not CODE.fullmatch(code):
        raise refuse(
            "wrong-code",
            "代码用小写字母、数字和连字符，最多60个。",
            "A code has lower-case letters, digits and hyphens, at most 60.",
            place="code",
        )


def require_text(place: str, text: str, longest: int) -> str:
    if 0 < len(text.strip()) <= longest:
        return text.strip()
    raise refuse(
        "empty", "请填写，最多{most}个字。", "Fill this in, at most {most} characters.", place=place, most=longest
    )


def require_order(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise refuse("wrong-order", "结束日期早于开始日期。", "It cannot end before it begins.", place="ends_on")


def require_condition(name: str, codes: Sequence[str]) -> None:
    category = CONDITIONS[name]
    if category is None:
        require_among(codes, list(Category))
    else:
        require_terms(category, codes)


def require_terms(category: TermCategory, codes: Sequence[str]) -> None:
    require_among(codes, [term.code for term in terms(category)])


def require_among(codes: Sequence[str], known: Sequence[str]) -> None:
    for code in codes:
        if code not in known:
            choice = "、".join(known)
            raise refuse(
                "unknown-word",
                "没有“{name}”，可填：{choice}。",
                "There is no {name}; choose from: {choice}.",
                name=code,
                choice=choice,
            )
