"""Random histories, back-dated and reversed at will: by the engine, by SQL, and by a plain recount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from qisong.coverage.asking import Question, ask
from qisong.coverage.counting import Counts, own_table, table
from qisong.coverage.gaps import gap_list
from qisong.coverage.oracle.tally import own_table as by_sql
from qisong.coverage.placing import place_units
from qisong.ledger.models import Audience, Obligation, Receipt, Round
from qisong.org.models import Unit
from qisong.org.tending import NewUnit, close_unit, merge_units, move_unit, reopen_unit, split_unit
from qisong.org.terms import TreeView
from qisong.roster.editing import (
    begin_circumstance,
    end_circumstance,
    record_departure,
    split_members,
    transfer_member,
)
from qisong.roster.households import change_head, join_household, leave_household
from qisong.roster.models import Affiliation, Circumstance, Household, Member
from qisong.words.text import Refusal
from tests.coverage import story
from tests.coverage.recounting import Recount
from tests.world import World

DAYS = [date(2026, month, 1) for month in (1, 2, 3, 5, 7, 9, 11)]
CODES = ["badges", "rules", "speeches", "flags", "constitutions"]
GIVEN = [
    "badges",
    "badges",
    "badges",
    "rules",
    "speeches",
    "flags",
    "constitutions",
]  # most often what is owed in most rounds
numbers = st.integers(min_value=0, max_value=11)
days = st.sampled_from(DAYS)
# Long histories, in which a step may be left out: short ones seldom hold two steps that have to do with each other.
LENGTH = 16
KINDS = [
    *("rest", "give", "give", "give", "give", "give", "reverse", "reverse", "say", "say", "exempt", "circumstance"),
    *("turn", "turn", "join", "join", "leave", "head"),
    *("transfer", "transfer", "move", "merge", "split", "split", "close", "reopen"),
]
# What rounds do to each other shows only where much is given and said.
DENSE = ["hand", "hand", "hand", "settle", "settle", "turn", "reverse", "transfer", "exempt", "give", "say"]

# What is owed once for those who live together: few people, much coming and going.
HOMELY = ["bring", "bring", "bring", "join", "join", "leave", "head", "reverse", "transfer", "settle", "exempt", "turn"]


def lists_of(kinds: list[str]) -> st.SearchStrategy[list[tuple[str, int, int, int, date]]]:
    return st.lists(
        st.tuples(st.sampled_from(kinds), numbers, numbers, numbers, days), min_size=LENGTH, max_size=LENGTH
    )


histories = st.one_of(lists_of(KINDS), lists_of(DENSE), lists_of(HOMELY))
questions = st.tuples(
    st.sampled_from([*DAYS, *(day - timedelta(days=1) for day in DAYS)]),  # also the last days of rounds
    numbers,
    st.sets(st.sampled_from(CODES), min_size=1),
    st.sampled_from([(None, None), (None, None), ("visit", None), (None, "frail")]),
)


asked = st.lists(questions, min_size=1, max_size=2)
History = list[tuple[str, int, int, int, date]]
Asked = list[tuple[date, int, set[str], tuple[str | None, str | None]]]


def pick(rows: Any, number: int) -> Any:
    found = list(rows.order_by("pk"))
    return found[number % len(found)] if found else None


def members() -> Any:
    return Member.objects.all()


def someone(number: int) -> Any:
    """The same few again and again: only then have the steps of a history to do with each other."""
    return pick(members(), number % 4)


def rest(*_: object) -> None:
    """Nothing happens."""


def give(a: int, b: int, c: int, on: date) -> None:
    code = GIVEN[a % len(GIVEN)]
    to = pick(Unit.objects, b) if code == "flags" else someone(b)
    story.give(code, to, on, copies=1 + c % 2, channel=["visit", "gathering"][c % 2])


def say(a: int, b: int, c: int, on: date) -> None:
    """In any round at all: the verb knows better, but numbers must not depend on that."""
    kind = ["has", "declined", "later", "owed"][c % 4]
    until = DAYS[(a + b) % len(DAYS)] if kind == "later" else None
    act = story.hold_act(pick(Unit.objects, b), on) if a % 2 else None
    code = GIVEN[a % 4]
    round_ = pick(Round.objects.filter(obligations__item__code=code), a + c)
    story.say(code, someone(b), kind, on, until=until, activity=act, round=round_)


def hand(a: int, b: int, c: int, on: date) -> None:
    story.give("badges", pick(members(), b % 2), on, copies=1 + (a + c) % 2)


def settle(a: int, b: int, c: int, on: date) -> None:
    round_ = pick(Round.objects.filter(obligations__item__code="badges"), a % 2)
    story.say("badges", pick(members(), b % 2), ["has", "declined"][c % 2], on, round=round_)


def bring(a: int, b: int, c: int, on: date) -> None:
    story.give("constitutions", someone(b), on, copies=1 + (a + c) % 2)


def join(a: int, b: int, c: int, on: date) -> None:
    join_household(by=None, member=someone(a), head=someone(b), on=on)


def leave(a: int, b: int, c: int, on: date) -> None:
    leave_household(by=None, member=someone(a), on=on)


def head(a: int, b: int, c: int, on: date) -> None:
    row = pick(Household.objects.filter(valid_to=None), a)
    if row is not None:
        change_head(by=None, head=row.head, to=row.member, on=on)


def turn(a: int, b: int, c: int, on: date) -> None:
    """A round ends on another day, goes on without end, or begins or ceases to leave something owed behind."""
    found = pick(Round.objects, a)
    if c % 3 == 0:
        found.carry_over = not found.carry_over
    else:
        found.ends_on = on if c % 3 == 1 and on >= found.starts_on else None
    found.save()


def exempt(a: int, b: int, c: int, on: date) -> None:
    until = DAYS[c % len(DAYS)]
    story.exempt(pick(members(), b), CODES[a % 3] if a % 4 else None, on, until if until >= on else None)


def circumstance(a: int, b: int, c: int, on: date) -> None:
    kind = ["suspended", "out-of-contact", "frail", "away"][a % 4]
    running = Circumstance.objects.filter(valid_to=None)
    if c % 3 == 0 and running.exists():
        end_circumstance(by=None, circumstance=pick(running, b), on=on)
    else:
        begin_circumstance(by=None, member=pick(members(), b), kind=kind, on=on)


def transfer(a: int, b: int, c: int, on: date) -> None:
    member = pick(members(), b)
    if c % 6 == 0:
        record_departure(by=None, member=member, on=on)
    else:
        transfer_member(by=None, member=member, unit=pick(Unit.objects, a), on=on)


def branch(number: int) -> Unit:
    found: Unit = pick(Unit.objects.filter(kind="branch"), number)
    return found


def move(a: int, b: int, c: int, on: date) -> None:
    move_unit(by=None, unit=pick(Unit.objects, a), parent=pick(Unit.objects, b), on=on)


def merge(a: int, b: int, c: int, on: date) -> None:
    merge_units(by=None, unit=branch(a), into=branch(b), on=on)


def close(a: int, b: int, c: int, on: date) -> None:
    close_unit(by=None, unit=branch(a), on=on)


def reopen(a: int, b: int, c: int, on: date) -> None:
    reopen_unit(by=None, unit=branch(a), parent=pick(Unit.objects, b), on=on)


def split(a: int, b: int, c: int, on: date) -> None:
    """Into two; three times in four the members are told at once where to go, half of them to each part."""
    code, unit = f"N{Unit.objects.count()}", branch(a)
    plans = [NewUnit(f"{code}{side}", f"新{side}", "branch", ("organisation",), None) for side in "ab"]
    parts = split_unit(by=None, unit=unit, into=plans, on=on)
    if b % 4:
        ties = Affiliation.objects.reaching(unit, on).filter(bond="formal").order_by("member")
        where = {tie.member_id: parts[n % 2] for n, tie in enumerate(ties)}
        split_members(by=None, unit=unit, assignment=where, on=on)


def reverse(a: int, b: int, c: int, on: date) -> None:
    receipt = pick(Receipt.objects.filter(reversal=None, activity__reversal=None), a)
    if receipt is not None:
        story.reverse(receipt if b % 2 else receipt.activity)


STEPS: dict[str, Callable[[int, int, int, date], None]] = {
    "rest": rest,
    "give": give,
    "say": say,
    "exempt": exempt,
    "circumstance": circumstance,
    "transfer": transfer,
    "move": move,
    "merge": merge,
    "split": split,
    "close": close,
    "reopen": reopen,
    "reverse": reverse,
    "turn": turn,
    "hand": hand,
    "settle": settle,
    "bring": bring,
    "join": join,
    "leave": leave,
    "head": head,
}


def burden(world: World) -> None:
    """More than the preset asks: several rounds of an item, and audiences with conditions.

    Badges are owed by what comes round and is carried over, rules by edition, speeches by dose, flags by units twice,
    constitutions by households twice.
    """
    programme = Round.objects.get().programme
    Round.objects.update(carry_over=True)
    story.open_round("badges", DAYS[3], DAYS[5], quantity=2, carry_over=True)
    story.open_round("badges", DAYS[5], DAYS[6])
    story.open_round("rules", DAYS[4], kind="edition")
    story.open_round("flags", DAYS[4], DAYS[5], carry_over=True)
    story.open_round("speeches", DAYS[2], DAYS[6], quantity=2, kind="dose", min_interval_days=60)
    full = Audience.objects.create(
        programme=programme,
        code="full",
        zh="正式",
        en="full",
        recipient="member",
        categories=["full"],
        traits=["village"],
        chosen_only=True,
    )
    full.chosen.set([world.committee, world.other_branch])
    Obligation.objects.filter(item__code="badges", round__starts_on=DAYS[3]).update(audience=full)
    story.owe_households("constitutions")
    story.open_round("constitutions", DAYS[3], DAYS[6], quantity=2, carry_over=True)
    Audience.objects.get(code="flagged").chosen.set([world.committee, world.other_branch])


def compare(history: History, asked: Asked, view: TreeView) -> None:
    """Let everything of ``history`` happen that the verbs allow, ask, and leave no trace."""
    with transaction.atomic():
        for kind, a, b, c, on in history:
            with suppress(Refusal), transaction.atomic():
                STEPS[kind](a, b, c, on)
        recount = Recount()
        for day, number, codes, filters in asked:
            question = ask([story.item(code) for code in CODES], day, view, *filters)
            compare_counts(recount, question, number)
            together = tuple(item for item in question.items if item.code in codes)
            compare_names(recount, replace(question, items=together), number)
            compare_trees(question)
        transaction.set_rollback(True)


def compare_trees(question: Question) -> None:
    """The county's totals are the same in the tree of then and in that of now."""
    county = Unit.objects.order_by("pk")[0]
    then, now = (rows_of(county, replace(question, tree=view))[county.pk] for view in TreeView)
    assert then == now


def compare_counts(recount: Recount, question: Question, number: int) -> None:
    """Every unit by itself, and the table of one unit and its children."""
    placing = place_units(question.as_of, question.tree)
    own = placing.shown.order
    counted = own_table(question)
    assert counted == by_sql(question)
    plain = {}
    for item in question.items:
        found = recount.counts(replace(question, items=(item,)), placing.shown.on)
        plain[item.code] = {place: Counts(**numbers) for place, numbers in found.items()}
        assert {unit: cells[item.code] for unit, cells in counted.items()} == own_counts(plain[item.code], own)
    unit = Unit.objects.get(pk=placing.shown.order[number % len(own)])
    for row, cells in rows_of(unit, question).items():
        beneath = set(placing.shown.subtree(row))
        for code, counts in cells.items():
            assert counts == sum((one for place, one in plain[code].items() if place in beneath), Counts())


def own_counts(plain: dict[int | None, Counts], own: list[int]) -> dict[int, Counts]:
    """Nobody of the recount may stand outside the tree."""
    assert plain.keys() <= set(own)
    return {unit: plain.get(unit, Counts()) for unit in own}


def rows_of(unit: Unit, question: Question) -> dict[int, dict[str, Counts]]:
    return table(
        unit,
        question.items,
        as_of=question.as_of,
        tree=question.tree,
        channel=question.channel,
        circumstance=question.circumstance,
    )


def compare_names(recount: Recount, question: Question, number: int) -> None:
    """The names of one unit and all beneath it, who lacks any of the items, since when, in order."""
    shown = place_units(question.as_of, question.tree).shown
    unit = Unit.objects.get(pk=shown.order[number % len(shown.order)])
    found = gap_list(
        unit,
        question.items,
        as_of=question.as_of,
        tree=question.tree,
        channel=question.channel,
        circumstance=question.circumstance,
    )
    rank = {place: position for position, place in enumerate(shown.order)}
    beneath = set(shown.subtree(unit.pk))
    verdicts = [
        (person.key[0], place, verdict)
        for person, place, verdict in recount.verdicts(question, shown.on)
        if place in beneath
    ]
    lacking = Counter((rank[place], min(one.since), member) for member, place, one in verdicts if one.lacks)
    assert Counter((rank[gap.unit.id], gap.since, gap.member) for gap in found.names) == lacking
    order = [(rank[gap.unit.id], gap.since) for gap in found.names]
    assert order == sorted(order)
    assert (found.owed, found.exempt, found.missing, found.received) == (
        sum(one.owed for *_, one in verdicts),
        sum(one.exempt and not one.owed for *_, one in verdicts),
        sum(bool(one.lacks) for *_, one in verdicts),
        sum(one.owed and not one.lacks for *_, one in verdicts),
    )
