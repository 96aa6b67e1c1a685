"""A round opens: by the county office, or by itself where a rhythm goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qisong.ledger.catalogue import is_open
from qisong.ledger.models import Audience, Item, Obligation, Programme, Round
from qisong.ledger.programmes import (
    added,
    require_free,
    require_order,
    require_same_recipients,
    require_text,
    require_turn,
)
from qisong.ledger.terms import RHYTHMS, RoundKind
from qisong.ledger.turns import turns_of
from qisong.org import journal
from qisong.org.models import Account
from qisong.words.text import Text, refuse

QUARTERS = (("一", "First"), ("二", "Second"), ("三", "Third"), ("四", "Fourth"))


@dataclass(frozen=True)
class Share:
    """What a round owes to whom."""

    item: Item
    audience: Audience
    quantity: int = 1


@dataclass(frozen=True)
class Displaced:
    """A round of one of the items that ends where the new one begins; what it lacks is carried over or lapses."""

    item: Item
    round: Round


@dataclass(frozen=True)
class RoundPlan:
    """A round as it will be, before anything is written."""

    round: Round
    shares: Sequence[Share]
    displaced: Sequence[Displaced]


def plan_round(
    *,
    programme: Programme,
    kind: RoundKind,
    starts_on: date,
    zh: str = "",
    en: str = "",
    due_on: date | None = None,
    shares: Sequence[Share] = (),
    carry_over: bool = False,
    min_interval_days: int = 0,
    continues: bool = False,
) -> RoundPlan:
    """A quarter or a year names and ends itself and is due on its last day; the others run until the next one.

    Without ``shares`` it owes what the last round of its kind owed. ``continues``: the next one opens by itself.
    """
    require_sense(kind, carry_over=carry_over, min_interval_days=min_interval_days, continues=continues)
    name, code, ends_on = name_of(kind, starts_on, zh, en), code_of(kind, starts_on), end_of(kind, starts_on)
    round_ = Round(programme=programme, code=code, zh=name.zh, en=name.en, kind=kind, starts_on=starts_on)
    round_.due_on, round_.ends_on = due_on or (ends_on and ends_on - timedelta(days=1)), ends_on
    round_.carry_over, round_.continues, round_.min_interval_days = carry_over, continues, min_interval_days
    require_order(starts_on, round_.due_on)
    require_free(round_, programme.rounds.all())
    wanted = list(shares) or shares_of(last_of(programme, kind))
    if not wanted:
        raise refuse("nothing-owed", "请选这一轮要送的内容。", "Choose what the round owes.", place="items")
    for share in wanted:
        require_turn(share.item, round_)
        require_same_recipients(share.item, round_, share.audience)
    return RoundPlan(round_, wanted, [one for share in wanted if (one := displaced_by(share.item, starts_on))])


def open_round(*, by: Account | None, plan: RoundPlan) -> Round:
    """The round as planned, with everything that it owes."""
    with journal.verb("round.opened", by=by) as entry:
        require_free(plan.round, plan.round.programme.rounds.all())
        opened = added(plan.round)
        Obligation.objects.bulk_create(
            Obligation(item=share.item, audience=share.audience, quantity=share.quantity, round=opened)
            for share in plan.shares
        )
        entry.touch_county()
    return opened


def stop_rhythm(*, by: Account | None, last: Round) -> None:
    """No further round opens by itself after this one."""
    with journal.verb("round.stopped", by=by) as entry:
        last.continues = False
        last.save(update_fields=["continues"])
        entry.touch_county()


def open_due_rounds(today: date) -> list[Round]:
    """Every round whose first day has come since the last look, however long ago that was; a second look opens none."""
    opened = []
    while plans := list(plans_due(today)):
        opened += [open_round(by=None, plan=plan) for plan in plans]
    return opened


def plans_due(today: date) -> Iterator[RoundPlan]:
    """The next round of every rhythm that goes on, if its first day has come and its programme still runs."""
    for programme in Programme.objects.all():
        for kind in RHYTHMS:
            before = last_of(programme, kind)
            starts_on = end_of(kind, before.starts_on) if before and before.continues else None
            shares = shares_of(before)
            if before and shares and starts_on and starts_on <= today and is_open(programme, starts_on):
                yield plan_round(
                    programme=programme,
                    kind=kind,
                    starts_on=starts_on,
                    shares=shares,
                    carry_over=before.carry_over,
                    continues=True,
                )


def last_of(programme: Programme, kind: RoundKind) -> Round | None:
    return programme.rounds.filter(kind=kind).order_by("starts_on").last()


def shares_of(round_: Round | None) -> list[Share]:
    if round_ is None:
        return []
    owed = round_.obligations.select_related("item", "audience").order_by("item__position", "item__code")
    return [Share(one.item, one.audience, one.quantity) for one in owed]


def displaced_by(item: Item, starts_on: date) -> Displaced | None:
    """The round of the item that runs the day the new one begins."""
    rounds = Round.objects.filter(obligations__item=item)
    running = [turn.round for turn in turns_of(rounds, starts_on) if turn.runs]
    return Displaced(item, running[-1]) if running else None


def require_sense(kind: RoundKind, *, carry_over: bool, min_interval_days: int, continues: bool) -> None:
    if continues and kind not in RHYTHMS:
        raise refuse(
            "no-rhythm", "只有季度、年度的轮次会自动接着开。", "Only quarters and years go on.", place="continues"
        )
    if min_interval_days and kind != RoundKind.DOSE:
        raise refuse(
            "no-doses", "只有按次的轮次有间隔天数。", "Only doses have days between them.", place="min_interval_days"
        )
    if carry_over and kind == RoundKind.DOSE:
        raise refuse("no-carrying", "按次的轮次不结转。", "Doses are not carried over.", place="carry_over")


def end_of(kind: RoundKind, day: date) -> date | None:
    """The first day after the quarter or year of ``day``."""
    if kind == RoundKind.YEAR:
        return date(day.year + 1, 1, 1)
    if kind == RoundKind.QUARTER:
        months = (day.month - 1) // 3 * 3 + 3
        return date(day.year + months // 12, months % 12 + 1, 1)
    return None


def code_of(kind: RoundKind, day: date) -> str:
    """One round of its kind a quarter, a year or a day."""
    if kind == RoundKind.YEAR:
        return f"{day.year}"
    return f"{day.year}-q{(day.month + 2) // 3}" if kind == RoundKind.QUARTER else f"{kind}-{day.isoformat()}"


def name_of(kind: RoundKind, day: date, zh: str, en: str) -> Text:
    """The name given; a quarter or a year has one of its own."""
    if kind in RHYTHMS and not zh.strip() and not en.strip():
        if kind == RoundKind.YEAR:
            return Text(f"{day.year}年", f"{day.year}")
        chinese, english = QUARTERS[(day.month - 1) // 3]
        return Text(f"{day.year}年第{chinese}季度", f"{english} quarter of {day.year}")
    return Text(require_text("zh", zh, 200), require_text("en", en, 200))
