from datetime import date
from typing import Any

import pytest

from qisong.ledger.models import Audience, Item, Obligation, Programme, Round
from qisong.ledger.opening import Share, open_due_rounds, open_round, plan_round, stop_rhythm
from qisong.ledger.programmes import end, find_programme, owe
from qisong.ledger.terms import RoundKind
from qisong.org.models import Journal
from qisong.words.text import Refusal
from tests.world import World

pytestmark = pytest.mark.postgres
JULY = date(2026, 7, 1)


@pytest.fixture
def programme(world: World) -> Programme:
    return find_programme("seven-deliveries")


def share(code: str, quantity: int = 1) -> Share:
    return Share(Item.objects.get(code=code), Audience.objects.get(code="everyone"), quantity)


def quarter(programme: Programme, on: date = JULY, **keys: Any) -> Round:
    keys = {"kind": RoundKind.QUARTER, "shares": [share("lessons")], "continues": True} | keys
    return open_round(by=None, plan=plan_round(programme=programme, starts_on=on, **keys))


def refused(programme: Programme, **keys: Any) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        quarter(programme, **keys)
    return refusal.value.place, refusal.value.code


@pytest.mark.parametrize(
    ("kind", "on", "names", "ends_on"),
    [
        ("quarter", date(2026, 11, 22), ("2026-q4", "2026年第四季度", "Fourth quarter of 2026"), date(2027, 1, 1)),
        ("quarter", date(2026, 6, 30), ("2026-q2", "2026年第二季度", "Second quarter of 2026"), date(2026, 7, 1)),
        ("year", date(2026, 3, 1), ("2026", "2026年", "2026"), date(2027, 1, 1)),
    ],
)
def test_calendar_names_and_ends_a_round(
    programme: Programme, kind: str, on: date, names: tuple[str, ...], ends_on: date
) -> None:
    made = quarter(programme, on, kind=RoundKind(kind))
    assert ((made.code, made.zh, made.en), made.starts_on, made.ends_on) == (names, on, ends_on)
    assert (made.ends_on - made.due_on).days == 1


def test_plan_writes_nothing_and_says_which_rounds_it_ends(programme: Programme) -> None:
    plan = plan_round(
        programme=programme, kind=RoundKind.EDITION, zh="新版", en="New", starts_on=JULY, shares=[share("rules", 2)]
    )
    assert [(one.item.code, one.round.code) for one in plan.displaced] == [("rules", "once")]
    assert (Round.objects.count(), plan.round.ends_on, plan.shares[0].quantity) == (1, None, 2)


def test_opened_round_is_journalled_with_what_it_owes(programme: Programme) -> None:
    made = quarter(programme)
    row = Journal.objects.order_by("seq").last()
    assert row is not None
    assert (row.kind, row.touched) == ("round.opened", {"county": True})
    owed = Obligation.objects.filter(round=made).values_list("item__code", "audience__code", "quantity")
    assert list(owed) == [("lessons", "everyone", 1)]


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"shares": []}, ("items", "nothing-owed")),
        ({"kind": RoundKind.EDITION, "continues": False}, ("zh", "empty")),
        ({"kind": RoundKind.ONCE, "zh": "二", "en": "2"}, ("continues", "no-rhythm")),
        ({"min_interval_days": 30}, ("min_interval_days", "no-doses")),
        ({"kind": RoundKind.DOSE, "carry_over": True, "continues": False}, ("carry_over", "no-carrying")),
        ({"kind": RoundKind.DOSE, "zh": "针", "en": "Dose", "continues": False}, ("kind", "mixed-doses")),
        ({"on": date(2026, 2, 1)}, ("starts_on", "same-day")),
        ({"due_on": date(2026, 6, 30)}, ("ends_on", "wrong-order")),
    ],
)
def test_round_that_makes_no_sense_is_refused(
    programme: Programme, keys: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert refused(programme, **keys) == problem
    assert Round.objects.count() == 1


def test_quarter_opens_once(programme: Programme) -> None:
    quarter(programme)
    assert refused(programme, on=date(2026, 8, 1)) == ("code", "code-taken")


def test_owe_keeps_rounds_of_an_item_apart(programme: Programme) -> None:
    made = quarter(programme, date(2026, 2, 1), shares=[share("books")])
    with pytest.raises(Refusal) as refusal:
        owe(by=None, item=Item.objects.get(code="rules"), round=made, audience=Audience.objects.get(code="everyone"))
    assert (refusal.value.place, refusal.value.code) == ("starts_on", "same-day")


def test_next_quarter_opens_by_itself_and_owes_the_same(programme: Programme) -> None:
    quarter(programme, date(2026, 8, 20), shares=[share("lessons", 3), share("rules")], carry_over=True)
    assert open_due_rounds(date(2026, 9, 30)) == []
    (opened,) = open_due_rounds(date(2026, 10, 1))
    assert (opened.zh, opened.starts_on, opened.carry_over) == ("2026年第四季度", date(2026, 10, 1), True)
    owed = Obligation.objects.filter(round=opened).values_list("item__code", "quantity")
    assert set(owed) == {("lessons", 3), ("rules", 1)}


def test_weeks_of_downtime_are_caught_up_and_a_second_look_opens_none(programme: Programme) -> None:
    quarter(programme)
    found = [one.code for one in open_due_rounds(date(2027, 5, 9))]
    assert (found, open_due_rounds(date(2027, 5, 9))) == (["2026-q4", "2027-q1", "2027-q2"], [])


def test_stopped_rhythm_and_ended_programme_open_nothing(programme: Programme) -> None:
    made = quarter(programme)
    end(by=None, thing=programme, on=date(2026, 9, 1))
    assert open_due_rounds(date(2027, 5, 9)) == []
    end(by=None, thing=programme, on=date(2028, 1, 1))
    stop_rhythm(by=None, last=made)
    row = Journal.objects.order_by("seq").last()
    assert (open_due_rounds(date(2027, 5, 9)), row and row.kind) == ([], "round.stopped")
