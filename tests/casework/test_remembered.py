"""Figures that are remembered are those that a count of this moment gives, whoever did what since."""

import threading
from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from qisong.casework.assigning import assign, assign_many, extend
from qisong.casework.counting import Asked, OwnTallies, counted, own_tallies, standing_cases, tallies
from qisong.casework.models import Case
from qisong.casework.rectifying import act, request_closure
from qisong.casework.telling import Course, Turn, tell
from qisong.casework.terms import ActionKind, Kind, Move
from qisong.casework.tracing import Decision, give_up, propose, record_found
from qisong.casework.verifying import reopen, send_back, settle, withdraw
from qisong.org.appointing import add_person
from qisong.org.models import Clock
from qisong.org.remembering import MANY
from qisong.org.tending import NewUnit, close_unit, create_units, merge_units, move_unit
from qisong.org.terms import TreeView
from qisong.roster.editing import record_death, transfer_member
from tests.casework.cases import day, fixed, lifting, problem, search, tried
from tests.casework.test_ledger_sheet import CLOSED, OPEN, take
from tests.casework.test_telling import given, repair
from tests.world import BEGINNING, World

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
Verb = Callable[[World], object]


@pytest.fixture(autouse=True)
def _lasting(transactional_db: None) -> None:
    """Inside a transaction nothing is remembered."""


def days() -> list[date]:
    return [day(0), day(4), day(6), day(40), timezone.localdate()]


def reaches(world: World) -> list[frozenset[int] | None]:
    return [None, frozenset({world.branch.pk, world.committee.pk}), frozenset({world.other_branch.pk})]


def remembered(world: World) -> list[OwnTallies]:
    return [own_tallies(on, units) for on in days() for units in reaches(world)]


def recounted(world: World) -> list[OwnTallies]:
    return [counted(on, units) for on in days() for units in reaches(world)]


def check_after(world: World, *verbs: Verb) -> None:
    """Asked before the first and after each of ``verbs``, so that every answer mends the one before."""
    remembered(world)
    for verb in verbs:
        before = recounted(world)
        verb(world)
        assert remembered(world) == recounted(world) != before


def only(kind: Kind = Kind.FINDING) -> Case:
    return Case.objects.get(kind=kind)


def done(world: World) -> None:
    act(by=world.recorder, case=only(), kind=ActionKind.PROGRESS, text="补上了", on=day(2))
    request_closure(by=world.recorder, case=only(), on=day(2))


def test_problem_is_counted_anew_with_each_of_its_steps(world: World) -> None:
    who = world.recorder.person
    check_after(
        world,
        lambda world: problem(world, owner=None, due_on=None),
        lambda world: assign(by=world.clerk, case=only(), owner=who, due_on=day(9), on=day(1)),
        lambda world: extend(by=world.clerk, case=only(), due_on=day(30), on=day(1), reason="农忙"),
        done,
        lambda world: send_back(by=world.office, case=only(), on=day(3), reason="还缺一次"),
        lambda world: request_closure(by=world.recorder, case=only(), on=day(4)),
        lambda world: settle(by=world.office, case=only(), on=day(5)),
        lambda world: reopen(by=world.office, case=only(), due_on=day(60), on=day(6), reason="又缺了"),
        lambda world: withdraw(by=world.office, case=only(), on=day(7), reason="误立"),
    )


def test_search_is_counted_anew_with_each_of_its_steps(world: World) -> None:
    told = Decision("suspend", met_on=day(6), body="东岭镇党委", approved_on=day(7))

    def decided(world: World) -> None:
        tried(only(Kind.TRACING), world)
        give_up(by=world.recorder, case=only(Kind.TRACING), on=day(5), reason="都问过了")
        propose(by=world.recorder, case=only(Kind.TRACING), on=day(7), decision=told)

    check_after(
        world,
        search,
        lambda world: record_found(by=world.recorder, case=only(Kind.TRACING), on=day(3)),
        lambda world: send_back(by=world.clerk, case=only(Kind.TRACING), on=day(4), reason="不是本人"),
        decided,
        lambda world: settle(by=world.clerk, case=only(Kind.TRACING), on=day(8)),
    )


def test_search_that_follows_its_member_is_counted_in_both_units(world: World) -> None:
    check_after(
        world,
        search,
        lambda world: transfer_member(by=world.office, member=world.member("何渺"), unit=world.other_branch, on=day(5)),
        lambda world: record_death(by=world.office, member=world.member("何渺"), on=day(9)),
    )


def test_branch_that_is_lifted_is_counted_with_each_of_its_steps(world: World) -> None:
    def done(world: World) -> None:
        act(by=world.clerk, case=only(Kind.LIFTING), kind=ActionKind.PROGRESS, text="补开了会", on=day(2))
        request_closure(by=world.clerk, case=only(Kind.LIFTING), on=day(3))

    check_after(world, lifting, done, lambda world: settle(by=world.office, case=only(Kind.LIFTING), on=day(4)))


def test_what_was_told_and_assigned_together_is_counted(world: World) -> None:
    who = world.recorder.person

    def together(world: World) -> None:
        assign_many(by=world.clerk, cases=Case.objects.exclude(state="closed"), owner=who, due_on=day(50), on=day(3))

    ended = (given(world), Turn(Move.REQUEST, day(3)), Turn(Move.SETTLE, day(4)))
    check_after(world, lambda world: tell([repair(world, *ended), repair(world)]), together)


def test_more_cases_than_are_followed_one_by_one_are_counted(world: World) -> None:
    def many() -> list[Course]:
        return [repair(world, given(world)) for _ in range(MANY + 1)]

    check_after(world, lambda world: tell(many()))


def test_cases_of_a_ledger_are_counted(world: World) -> None:
    check_after(world, lambda world: take(world, OPEN, CLOSED))


@pytest.mark.parametrize("view", TreeView)
def test_figures_follow_units_that_merge_move_and_close(world: World, view: TreeView) -> None:
    (empty,) = create_units(by=None, plans=[NewUnit("B9", "山口党支部", "branch", ("organisation",), "D1", BEGINNING)])
    for unit in (world.branch, world.sibling, world.other_branch, empty):
        problem(world, unit=unit)
    lifting(world, unit=world.sibling)
    verbs: list[Verb] = [
        lambda world: None,
        lambda world: merge_units(by=world.office, unit=world.sibling, into=world.other_branch, on=day(5)),
        lambda world: move_unit(by=world.office, unit=world.branch, parent=world.other_committee, on=day(20)),
        lambda world: close_unit(by=world.office, unit=empty, on=day(30)),
    ]
    for verb in verbs:
        verb(world)
        for kind in (Kind.FINDING, Kind.LIFTING):
            check_lists(world, kind, view)


def check_lists(world: World, kind: Kind, view: TreeView) -> None:
    """What remembered figures say is as many as lists name, to each of two who read them."""
    for role in ("office", "clerk"):
        scope = world.scope(role)
        for on in (day(0), day(10), day(25), day(40)):
            asked = Asked(kind, on, view)
            units = [world.county.pk, world.committee.pk, world.other_committee.pk]
            listed = {unit: standing_cases(scope, asked, unit).count() for unit in units}
            assert {unit: tally.opened for unit, tally in tallies(scope, asked, units).items()} == listed


def test_verb_about_something_else_leaves_the_figures_as_they_are(world: World) -> None:
    problem(world)
    first = own_tallies(day(5), None)
    add_person(by=None, name="云中客")
    with CaptureQueriesContext(connection) as asked:
        assert own_tallies(day(5), None) is first
    assert [("casework_step" in query["sql"]) for query in asked] == [False] * len(asked)


def test_no_more_is_asked_to_mend_the_figures_of_one_case_than_of_three(world: World) -> None:
    def queries(units: list[object]) -> int:
        own_tallies(day(5), None)
        for unit in units:
            problem(world, unit=unit)
        with CaptureQueriesContext(connection) as asked:
            own_tallies(day(5), None)
        return len(asked)

    assert queries([world.branch]) == queries([world.branch, world.sibling, world.other_branch])


def test_figures_seen_in_a_transaction_are_kept_by_nobody(world: World) -> None:
    case = fixed(world)
    own_tallies(day(9), None)
    with transaction.atomic():
        settle(by=world.clerk, case=case, on=day(5))
        assert own_tallies(day(9), None)[Kind.FINDING][world.branch.pk].closed == 1
        transaction.set_rollback(True)
    problem(world, unit=world.sibling)  # under the number that the undone verb had
    assert own_tallies(day(9), None) == counted(day(9), None)


def test_what_another_connection_has_not_committed_is_not_counted(world: World) -> None:
    """And what it has committed is."""
    case, told = fixed(world), own_tallies(day(9), None)
    written, asked = threading.Event(), threading.Event()

    def settle_slowly() -> None:
        try:
            with transaction.atomic():
                settle(by=world.clerk, case=case, on=day(5))
                written.set()
                asked.wait(20)
        finally:
            connection.close()

    other = threading.Thread(target=settle_slowly)
    other.start()
    written.wait(20)
    try:
        assert own_tallies(day(9), None) == told
    finally:
        asked.set()
        other.join()
    assert own_tallies(day(9), None)[Kind.FINDING][world.branch.pk].closed == 1


def test_figures_of_another_store_are_counted_anew(world: World) -> None:
    problem(world)
    first = own_tallies(day(5), None)
    Clock.objects.update(store_epoch=uuid4())
    assert own_tallies(day(5), None) is not first
