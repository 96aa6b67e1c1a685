import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from qisong.org import schedule
from qisong.org.models import Schedule
from qisong.org.schedule import LEASE, claim, due, enrol, register, run_due, tick

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _works() -> Iterator[None]:
    others = dict(schedule._works)
    schedule._works.clear()
    yield
    schedule._works.clear()
    schedule._works.update(others)


@pytest.fixture
def done(db: None) -> list[datetime]:
    """The times at which the registered work ran."""
    times: list[datetime] = []
    register("sweep", 60, times.append)
    return times


def test_new_work_is_done_at_once_and_then_comes_round(done: list[datetime]) -> None:
    assert [run_due(NOW), run_due(NOW), run_due(NOW + HOUR - timedelta(seconds=1)), run_due(NOW + HOUR)] == [
        ["sweep"],
        [],
        [],
        ["sweep"],
    ]
    assert done == [NOW, NOW + HOUR]


def test_work_done_late_comes_a_whole_interval_later(done: list[datetime]) -> None:
    run_due(NOW)
    run_due(NOW + 5 * HOUR)
    assert Schedule.objects.get().next_at == NOW + 6 * HOUR
    assert Schedule.objects.get().done_at == NOW + 5 * HOUR


def test_work_without_a_time_given_runs_now(done: list[datetime]) -> None:
    assert (run_due(), run_due()) == (["sweep"], [])


def test_longest_overdue_comes_first(db: None) -> None:
    for code, late in (("a", 1), ("b", 3), ("c", 2), ("d", -1)):
        Schedule.objects.create(code=code, every_minutes=60, next_at=NOW - late * HOUR)
    assert [row.code for row in due(NOW)] == ["b", "c", "a"]


def test_claimed_work_is_nobody_elses(done: list[datetime]) -> None:
    enrol(NOW)
    assert (claim("sweep", NOW), claim("sweep", NOW), due(NOW), run_due(NOW)) == (True, False, [], [])


def test_claim_of_a_dead_worker_runs_out(done: list[datetime]) -> None:
    enrol(NOW)
    claim("sweep", NOW)
    assert (run_due(NOW + LEASE - timedelta(seconds=1)), run_due(NOW + LEASE)) == ([], ["sweep"])


def test_ticked_work_is_free_again(done: list[datetime]) -> None:
    enrol(NOW)
    claim("sweep", NOW)
    tick("sweep", NOW)
    assert [claim("sweep", NOW), claim("sweep", NOW + HOUR)] == [False, True]


def test_failing_work_stops_no_other_and_is_tried_again(done: list[datetime], caplog: pytest.LogCaptureFixture) -> None:
    def fail(now: datetime) -> None:
        raise ZeroDivisionError(now)

    register("a-failing", 60, fail)
    assert run_due(NOW) == ["sweep"]
    assert [record.getMessage() for record in caplog.records] == ["scheduled work a-failing failed"]
    assert [row.code for row in due(NOW + LEASE)] == ["a-failing"]


def test_interval_follows_what_is_registered(done: list[datetime]) -> None:
    run_due(NOW)
    register("sweep", 30, done.append)
    enrol(NOW)
    row = Schedule.objects.get()
    assert (row.every_minutes, row.next_at) == (30, NOW + HOUR)


def test_work_that_is_registered_no_more_is_forgotten(done: list[datetime]) -> None:
    Schedule.objects.create(code="old", every_minutes=5, next_at=NOW)
    assert (run_due(NOW), Schedule.objects.get().code) == (["sweep"], "sweep")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_never_claim_the_same() -> None:
    codes = [f"work-{number}" for number in range(20)]
    for code in codes:
        Schedule.objects.create(code=code, every_minutes=60, next_at=NOW)
    won: list[list[str]] = [[], [], []]
    start = threading.Barrier(len(won))

    def work(mine: list[str]) -> None:
        start.wait()
        mine.extend(code for code in codes if claim(code, NOW))
        connection.close()

    threads = [threading.Thread(target=work, args=(mine,)) for mine in won]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(code for mine in won for code in mine) == sorted(codes)
