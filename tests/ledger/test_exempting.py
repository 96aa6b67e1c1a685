from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from qisong.ledger.exempting import end_exemption, exempt
from qisong.ledger.models import Exemption, Item
from qisong.ledger.programmes import create_programme, find_programme
from qisong.org.models import Journal
from qisong.words.text import Refusal
from tests.ledger.saying import ELDER
from tests.world import World

DAY = date(2026, 5, 19)


def exempted(world: World, *, role: str = "clerk", **keys: Any) -> Exemption:
    usual = {"member": world.member(ELDER), "reason": "decision", "decided_by": "东岭镇党委", "on": DAY}
    given = {"by": world.account(role), "scope": world.scope(role), "programme": find_programme("seven-deliveries")}
    return exempt(**(given | usual | keys))


def refused(world: World, **keys: Any) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        exempted(world, **keys)
    return refusal.value.place, refusal.value.code


def rules() -> Item:
    return Item.objects.get(code="rules")


def test_exemption_is_kept_with_its_decision(world: World) -> None:
    kept = exempted(world, item=rules(), note="已在县里领取")
    assert (kept.member, kept.unit, kept.item, kept.reason) == (world.member(ELDER), None, rules(), "decision")
    assert (kept.decided_by, kept.note, kept.valid_from, kept.valid_to) == ("东岭镇党委", "已在县里领取", DAY, None)
    assert kept.recorded_by == world.clerk


def test_exemption_is_journalled_by_ids(world: World) -> None:
    kept = exempted(world)
    row = Journal.objects.order_by("seq").last()
    assert row is not None
    touched = {"exemption": [str(kept.pk)], "member": [str(world.member(ELDER).pk)], "unit": []}
    assert (row.kind, row.touched) == ("exemption.recorded", touched)


def test_exemption_of_a_unit(world: World) -> None:
    kept = exempted(world, member=None, unit=world.branch, item=Item.objects.get(code="flags"))
    assert (kept.unit, kept.member) == (world.branch, None)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"member": None}, ("member", "one-of-two")),
        ({"reason": "whim"}, ("reason", "unknown-reason")),
        ({"reason": "suspended"}, ("reason", "from-roster")),
        ({"decided_by": " "}, ("decided_by", "empty")),
        ({"on": timezone.localdate() + timedelta(days=1)}, ("on", "future")),
        ({"role": "recorder"}, ("", "not-allowed")),
        ({"role": "outsider"}, ("", "not-allowed")),
    ],
)
def test_exemption_that_cannot_stand_is_refused(world: World, keys: dict[str, Any], problem: tuple[str, str]) -> None:
    assert refused(world, **keys) == problem
    assert Exemption.objects.count() == 0


def test_exemption_is_of_one(world: World) -> None:
    assert refused(world, unit=world.branch) == ("member", "one-of-two")


def test_exemption_knows_its_programme(world: World) -> None:
    other = create_programme(by=None, code="other", zh="其他", en="Other", starts_on=DAY)
    assert refused(world, programme=other, item=rules()) == ("item", "unknown-item")


def test_exemption_is_not_recorded_twice(world: World) -> None:
    exempted(world, item=rules())
    assert refused(world, item=rules()) == ("item", "already-exempt")
    exempted(world)
    assert refused(world, item=Item.objects.get(code="badges")) == ("item", "already-exempt")


def test_exemption_ends_and_may_begin_again(world: World) -> None:
    first = exempted(world, item=rules())
    ended = end_exemption(by=world.clerk, scope=world.scope("clerk"), exemption=first, on=DAY + timedelta(days=9))
    assert (ended.holds_on(DAY + timedelta(days=8)), ended.holds_on(DAY + timedelta(days=9))) == (True, False)
    assert exempted(world, item=rules(), on=DAY + timedelta(days=9)).pk != first.pk


@pytest.mark.parametrize(("days", "code"), [(-1, "too-early"), (0, ""), (400, "")])
def test_exemption_ends_when_it_began_or_later(world: World, days: int, code: str) -> None:
    first, on = exempted(world), DAY + timedelta(days=days)
    if code:
        with pytest.raises(Refusal) as refusal:
            end_exemption(by=world.clerk, scope=world.scope("clerk"), exemption=first, on=on)
        assert refusal.value.code == code
    else:
        assert end_exemption(by=world.clerk, scope=world.scope("clerk"), exemption=first, on=on).valid_to == on


def test_exemption_ends_once_and_by_those_who_may(world: World) -> None:
    first = exempted(world)
    with pytest.raises(Refusal, match="上级"):
        end_exemption(by=world.recorder, scope=world.scope("recorder"), exemption=first, on=DAY)
    end_exemption(by=world.clerk, scope=world.scope("clerk"), exemption=first, on=DAY)
    with pytest.raises(Refusal, match="已经结束"):
        end_exemption(by=world.clerk, scope=world.scope("clerk"), exemption=first, on=DAY)


def test_exemptions_are_seen_within_the_scope(world: World) -> None:
    exempted(world)
    assert Exemption.objects.within(world.scope("recorder")).count() == 1
    assert Exemption.objects.within(world.scope("outsider")).count() == 0
