from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from qisong.org import examining
from qisong.org.health import FAILED, Condition, Finding, examine, examined, worst
from qisong.org.models import Journal, Schedule
from qisong.words.text import Text
from tests.world import World

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def finding(condition: Condition) -> Finding:
    return Finding("x", condition, Text("一", "one"))


@pytest.mark.parametrize(
    ("conditions", "verdict"),
    [
        ([], Condition.WELL),
        ([Condition.WELL, Condition.ATTENTION], Condition.ATTENTION),
        ([Condition.WRONG, Condition.WELL, Condition.ATTENTION], Condition.WRONG),
    ],
    ids=["nothing", "attention", "wrong"],
)
def test_worst_condition_counts(conditions: list[Condition], verdict: Condition) -> None:
    assert worst(map(finding, conditions)) is verdict


def test_examination_that_fails_is_a_finding_and_no_traceback() -> None:
    def fail(_now: datetime) -> Finding:
        raise ZeroDivisionError

    assert examined("x", fail, NOW) == Finding("x", Condition.WRONG, FAILED)


def test_what_takes_long_is_left_out_for_whoever_only_knocks(world: World) -> None:
    knocked = [one.code for one in examine(timezone.now(), thorough=False)]
    thorough = [one.code for one in examine(timezone.now(), thorough=True)]
    assert {"database", "disk", "clock", "serving", "regular-work", "background-tasks", "backup"} <= set(knocked)
    assert set(thorough) - set(knocked) == {"file", "chain"}


def test_changed_journal_is_told(world: World) -> None:
    assert examining.chain(NOW).condition is Condition.WELL
    Journal.objects.filter(seq=2).update(kind="unit.moved")
    told = examining.chain(NOW)
    assert (told.condition, "第 2 条" in told.text.zh) == (Condition.WRONG, True)


def test_clock_that_went_back_is_told(world: World) -> None:
    last = Journal.objects.latest("seq").at
    found = [examining.clock(last + timedelta(minutes=shift)).condition for shift in (-10, 1)]
    assert found == [Condition.WRONG, Condition.WELL]


def test_work_that_is_late_is_named(world: World) -> None:
    Schedule.objects.create(code="x.night", every_minutes=60, next_at=NOW - timedelta(hours=2))
    Schedule.objects.create(code="x.soon", every_minutes=60, next_at=NOW - timedelta(minutes=2))
    told = examining.regular_work(NOW)
    assert (told.condition, "x.night" in told.text.en, "x.soon" in told.text.en) == (Condition.ATTENTION, True, False)


def test_heartbeat_tells_whether_anything_runs(world: World) -> None:
    heartbeat = settings.DATA_DIR / "heartbeat"
    heartbeat.unlink(missing_ok=True)
    before = examining.serving(NOW).condition
    heartbeat.write_text("1")
    after = examining.serving(NOW).condition
    heartbeat.unlink()
    assert (before, after) == (Condition.ATTENTION, Condition.WELL)


def test_database_and_disk_are_well(world: World) -> None:
    assert [part(NOW).condition for part in (examining.database, examining.file)] == [Condition.WELL] * 2
    assert examining.disk(NOW).code == "disk"


def test_mail_is_told_by_its_server_and_without_a_password(world: World, settings: Any) -> None:
    assert "QISONG_SMTP" in examining.mail(NOW).text.zh
    settings.SMTP = {"host": "mail.example", "password": "geheim"}
    told = examining.mail(NOW)
    assert (told.condition, "mail.example" in told.text.en, "geheim" in told.text.both) == (Condition.WELL, True, False)


def test_holidays_that_nobody_has_announced_are_told_two_months_before() -> None:
    days = [
        datetime(2026, 11, 1, 12, tzinfo=UTC),
        datetime(2098, 11, 1, 12, tzinfo=UTC),
        datetime(2098, 11, 2, 12, tzinfo=UTC),
    ]
    told = [examining.holidays(day) for day in days]
    assert [one.condition for one in told] == [Condition.WELL, Condition.ATTENTION, Condition.ATTENTION]
    assert ["2098" in one.text.zh for one in told] == [False, True, False]
    assert ("2099" in told[2].text.zh, "chinesecalendar" in told[2].text.en) == (True, True)
