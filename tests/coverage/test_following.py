"""The county followed through the journal against SQL, after every verb of a long story."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qisong.coverage import feed, index
from qisong.coverage.asking import Question, ask
from qisong.coverage.counting import own_table, table
from qisong.coverage.feed import touched_between
from qisong.coverage.gaps import gap_list
from qisong.coverage.oracle.tally import own_table as by_sql
from qisong.ledger.answering import answer
from qisong.ledger.exempting import end_exemption, exempt
from qisong.ledger.models import Activity, Audience, Exemption, Item, Programme, Round
from qisong.ledger.recording import record
from qisong.ledger.reversing import reverse
from qisong.ledger.terms import AnswerKind
from qisong.org.appointing import give_post
from qisong.org.journal import position, verb
from qisong.org.models import Clock
from qisong.org.scope import operator_scope
from qisong.org.tending import merge_units, move_unit
from qisong.roster.editing import begin_circumstance, end_circumstance, record_departure, transfer_member
from qisong.roster.households import change_head, join_household, leave_household
from qisong.roster.models import Circumstance, Household, Member
from qisong.words.text import Refusal
from tests.counts import count as repetitions
from tests.coverage.story import open_round, owe_households
from tests.world import World, make_world

DAY = date(2026, 10, 1)
CODES = ["badges", "rules", "speeches", "flags", "lessons", "constitutions"]
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def county() -> Iterator[World]:
    index.forget()
    world = make_world()
    Audience.objects.get(code="flagged").chosen.set([world.branch, world.sibling])
    let_rounds_follow()
    owe_households("constitutions")
    yield world
    index.forget()


def let_rounds_follow() -> None:
    """On ``DAY`` one round of badges ends and another begins; those before it left something owed."""
    Round.objects.update(carry_over=True)
    open_round("badges", date(2026, 6, 1), DAY, carry_over=True, quantity=2)
    open_round("badges", DAY)
    open_round("speeches", date(2026, 3, 1), kind="dose", quantity=2, min_interval_days=60)


def question(day: date = DAY) -> Question:
    return ask([Item.objects.get(code=code) for code in CODES], day, "then", None, None)


def act(number: int | str, unit: str, on: date, **parts: Any) -> dict[str, Any]:
    return {"id": f"act-{number}", "on": on.isoformat(), "unit": unit, **parts}


class Story:
    """Draws one verb after another; what does not fit is refused and left out."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.draw, self.number = world, Random(seed), 0
        self.scope = operator_scope()

    def step(self) -> None:
        self.number += 1
        usual = [self.deliver, self.deliver, self.hear, self.reverse, self.say, self.exempt, self.ail, self.move]
        try:
            self.draw.choice([*usual, self.live_together, self.live_together, self.restructure])()
        except Refusal:
            return

    def member(self) -> Member:
        return self.draw.choice(list(self.world.members.values()))

    def unit(self) -> str:
        return self.draw.choice(["B1", "B2", "B3", "B4"])

    def day(self) -> date:
        return date(2026, self.draw.randint(1, 11), 1)

    def deliver(self) -> None:
        to: Any = [str(self.member().pk)]
        code = self.draw.choice([*CODES[:4], "constitutions"])
        if code == "flags":
            to = {"units": [self.draw.choice(["B1", "B2"])]}
        line = {"item": code, "to": to, "giver": {"unit": "D1"}, "source": "giver"}
        record(act(self.number, self.unit(), self.day(), received=[line]), by=None, scope=self.scope, door="test")

    def hear(self) -> None:
        present = sorted({str(self.member().pk) for _ in range(3)})
        document = act(self.number, self.unit(), self.day(), parts=[{"kind": "lesson"}], present=present)
        record(document, by=None, scope=self.scope, door="test")

    def reverse(self) -> None:
        found = list(Activity.objects.live().order_by("pk"))
        if found:
            reverse(by=None, scope=self.scope, target=self.draw.choice(found).pk, reason="记错了")

    def say(self) -> None:
        kind = self.draw.choice([AnswerKind.HAS, AnswerKind.DECLINED, AnswerKind.OWED])
        item = Item.objects.get(code=self.draw.choice(CODES[:2]))
        answer(by=None, scope=self.scope, member=self.member(), item=item, kind=kind, on=self.day())

    def exempt(self) -> None:
        running = list(Exemption.objects.filter(valid_to=None))
        if running and self.draw.random() < 0.5:
            end_exemption(by=None, scope=self.scope, exemption=self.draw.choice(running), on=self.day())
            return
        exempt(
            by=None,
            scope=self.scope,
            programme=Programme.objects.get(code="seven-deliveries"),
            member=self.member(),
            reason="decision",
            decided_by="县委",
            on=self.day(),
        )

    def ail(self) -> None:
        running = list(Circumstance.objects.filter(valid_to=None))
        if running and self.draw.random() < 0.5:
            end_circumstance(by=None, circumstance=self.draw.choice(running), on=self.day())
            return
        kind = self.draw.choice(["suspended", "out-of-contact", "frail"])
        begin_circumstance(by=None, member=self.member(), kind=kind, on=self.day())

    def move(self) -> None:
        if self.draw.random() < 0.2:
            record_departure(by=None, member=self.member(), on=self.day())
        else:
            transfer_member(by=None, member=self.member(), unit=self.world.unit(self.unit()), on=self.day())

    def live_together(self) -> None:
        standing = list(Household.objects.filter(valid_to=None))
        if not standing or self.draw.random() < 0.6:
            join_household(by=None, member=self.member(), head=self.member(), on=self.day())
            return
        row = self.draw.choice(standing)
        if self.draw.random() < 0.5:
            leave_household(by=None, member=row.member, on=self.day())
        else:
            change_head(by=None, head=row.head, to=row.member, on=self.day())

    def restructure(self) -> None:
        """A post, or a change of the tree."""
        unit = self.world.unit(self.unit())
        if self.draw.random() < 0.5:
            give_post(by=None, person=self.member().person, unit=unit, role="secretary", on=self.day())
        elif self.draw.random() < 0.8:
            move_unit(by=None, unit=unit, parent=self.world.other_committee, on=self.day())
        else:
            merge_units(by=None, unit=self.world.other_branch, into=self.world.sibling, on=self.day())


@pytest.mark.gate
@pytest.mark.parametrize("seed", range(repetitions(ci=2, full=60)))
def test_followed_county_equals_sql(county: World, seed: int) -> None:
    story = Story(county, seed)
    for _ in range(40):
        story.step()
        for day in (DAY - timedelta(days=1), DAY):
            assert own_table(question(day)) == by_sql(question(day)), (story.number, day)


def deliver(county: World, name: str, code: str = "badges") -> None:
    line = {"item": code, "to": [str(county.member(name).pk)], "giver": {"unit": "D1"}, "source": "giver"}
    record(act(f"{name}-{code}", "B1", DAY, received=[line]), by=None, scope=operator_scope(), door="test")


def test_act_is_followed_without_reading_the_county(county: World) -> None:
    own_table(question())
    before = position()
    deliver(county, "田守一")
    touched = touched_between(before, position())
    assert touched is not None
    assert touched.members == {county.member("田守一").pk}
    assert own_table(question()) == by_sql(question())


def test_copy_for_one_of_a_household_changes_the_line_of_its_head(county: World) -> None:
    head, other = county.member("田守一"), county.member("西门三")
    join_household(by=None, member=other, head=head, on=date(2026, 3, 1))
    items, told = [Item.objects.get(code="constitutions")], {"as_of": DAY, "tree": "then"}
    before = {gap.member for gap in gap_list(county.county, items, **told).names}
    deliver(county, "西门三", "constitutions")
    assert before - {gap.member for gap in gap_list(county.county, items, **told).names} == {head.pk}


def test_structure_is_read_again_whole(county: World) -> None:
    before = position()
    move_unit(by=None, unit=county.branch, parent=county.other_committee, on=DAY)
    assert touched_between(before, position()) is None


def test_nothing_new_costs_two_looks_at_the_clock(county: World) -> None:
    known = feed.county()
    with CaptureQueriesContext(connection) as looked:
        assert feed.county() is known
    assert len(looked) == 2


def test_row_that_touches_nobody_leaves_the_columns_and_what_was_folded(county: World) -> None:
    known = index.view_of(question()).index
    with verb("word.changed", by=None) as entry:
        entry.touch("account", [1])
    assert index.view_of(question()).index is known
    assert feed.county().seq == position()


@pytest.mark.parametrize("clock", [{"store_epoch": "6f1c1f3a-0000-4000-8000-000000000000"}, {"seq": 1}])
def test_other_store_and_clock_that_stands_behind_are_read_whole(county: World, clock: dict[str, Any]) -> None:
    first = feed.county()
    Clock.objects.update(**clock)
    assert feed.county().register is not first.register


def test_part_is_answered_from_memory(county: World) -> None:
    items, told = [Item.objects.get(code=code) for code in CODES], {"as_of": DAY, "tree": "then"}
    own_table(question())
    with CaptureQueriesContext(connection) as looked:
        table(county.committee, items, **told)
        gap_list(county.committee, items, **told)
    assert not any("ledger_receipt" in one["sql"] for one in looked.captured_queries)


def test_several_readers_at_once_see_every_commit(county: World) -> None:
    """Each thread asks as soon as a copy is handed over; none may be told what was true before."""
    wrong: list[object] = []

    def read() -> None:
        try:
            if own_table(question()) != by_sql(question()):
                wrong.append("differs")
        except Exception as failure:  # noqa: BLE001 - a thread must not die unheard
            wrong.append(failure)
        finally:
            connection.close()

    for name in ("田守一", "西门三"):
        deliver(county, name)
        readers = [Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    assert wrong == []
