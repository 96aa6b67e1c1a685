from datetime import timedelta

from pytest_django import DjangoAssertNumQueries

from qisong.org.todos import Todo
from qisong.roster.importing import apply_batch, decide, discard_batch, revert_batch
from qisong.roster.waiting import imports_waiting
from tests.roster.forms import TODAY, compared, person
from tests.roster.people import member
from tests.world import World


def waiting(world: World, role: str = "clerk") -> list[Todo]:
    return list(imports_waiting(world.scope(role)))


def test_compared_roster_waits_to_be_applied(world: World) -> None:
    batch = compared(world.branch, person(1))
    [todo] = waiting(world)
    assert (todo.text.zh, todo.url_name, todo.url_args) == (
        "核对好的名册等着写入：东岭村党支部",
        "desk:import",
        (batch.pk,),
    )
    assert todo.due == batch.expires_on - timedelta(days=1)


def test_only_who_may_import_there_is_asked(world: World) -> None:
    compared(world.other_branch, person(1, branch=None))
    assert [len(waiting(world, role)) for role in ("office", "clerk", "recorder", "auditor")] == [1, 0, 0, 0]


def test_applied_roster_waits_for_its_decisions(world: World) -> None:
    member(world.branch, "田走远")
    batch = apply_batch(by=None, batch=compared(world.branch, person(1)))
    assert [todo.text.zh for todo in waiting(world)] == ["名册里还有 1 行要您决定：东岭村党支部"]
    decide(by=None, line=batch.lines.get(outcome="missing"), decision="keep")
    assert waiting(world) == []


def test_latest_import_of_a_unit_asks_alone(world: World) -> None:
    compared(world.branch, person(1))
    latest = compared(world.branch, person(1))
    assert [todo.url_args for todo in waiting(world)] == [(latest.pk,)]


def test_what_is_given_up_or_taken_back_waits_no_more(world: World) -> None:
    discard_batch(by=None, batch=compared(world.branch, person(1)))
    member(world.sibling, "西门三")
    applied = apply_batch(by=None, batch=compared(world.sibling, person(2, branch=None), today=TODAY))
    revert_batch(by=None, batch=applied, reason="装错了文件")
    assert waiting(world) == []


def test_asking_takes_one_query_however_many_wait(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scope = world.scope("office")
    for unit in (world.branch, world.sibling, world.other_branch):
        compared(unit, person(1, branch=None))
    with django_assert_num_queries(1):
        assert len(list(imports_waiting(scope))) == 3
