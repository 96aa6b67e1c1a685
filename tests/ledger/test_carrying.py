from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from qisong.ledger.answering import answer
from qisong.ledger.models import Answer, Item
from qisong.ledger.reversing import reverse
from qisong.ledger.terms import AnswerKind
from qisong.roster.arriving import take_in
from tests.roster.letters import letter_to_us, sent, told
from tests.world import World

JUNE = date(2026, 6, 1)


def handed(world: World, put: Callable[..., Any], item: str = "rules") -> Any:
    to = [str(world.member("田守一").pk)]
    return put(parts=[{"kind": "visit"}], received=[{"item": item, "copies": 1, "to": to}])


def carried(world: World) -> list[list[str]]:
    said = told(sent(world.member("田守一"), JUNE)).carried["ledger"]
    return [one for one in said if one[1] == "rules"]


def answers() -> list[tuple[str, str, date]]:
    return list(Answer.objects.values_list("item__code", "kind", "on"))


def test_letter_says_what_was_received(world: World, put: Callable[..., Any]) -> None:
    handed(world, put)
    assert len(carried(world)) == 1


def test_letter_says_what_the_member_said_to_have(world: World) -> None:
    one, item = world.member("田守一"), Item.objects.get(code="rules")
    answer(by=None, scope=world.scope("recorder"), member=one, item=item, kind=AnswerKind.HAS, on=date(2026, 5, 20))
    assert len(carried(world)) == 1


def test_what_was_declined_is_not_asked_again(world: World) -> None:
    one, item = world.member("田守一"), Item.objects.get(code="rules")
    said = {"scope": world.scope("recorder"), "member": one, "item": item, "on": date(2026, 5, 20)}
    answer(by=None, kind=AnswerKind.DECLINED, **said)
    told_there = told(sent(one, JUNE)).carried
    newcomer = take_in(by=None, content=letter_to_us(on=JUNE, carried=told_there), unit=world.other_branch).member
    assert list(Answer.objects.filter(member=newcomer).values_list("kind", "on")) == [(AnswerKind.DECLINED, JUNE)]


def test_letter_says_nothing_of_what_was_not_received_or_reversed(world: World, put: Callable[..., Any]) -> None:
    act = handed(world, put).act
    reverse(by=None, scope=world.scope("office"), target=act, reason="误记")
    assert carried(world) == []


def test_new_county_keeps_it_as_had_already(world: World, put: Callable[..., Any]) -> None:
    handed(world, put)
    said = told(sent(world.member("田守一"), JUNE)).carried
    before = answers()
    take_in(by=None, content=letter_to_us(on=JUNE, carried=said), unit=world.other_branch)
    assert [one for one in answers() if one not in before] == [("rules", AnswerKind.HAS, JUNE)]


def test_whoever_comes_back_is_not_said_to_have_what_was_received_here(world: World, put: Callable[..., Any]) -> None:
    handed(world, put)
    said = told(sent(world.member("田守一"), JUNE)).carried
    back = letter_to_us(world.member("田守一").pk, on=JUNE, carried=said)
    take_in(by=None, content=back, unit=world.other_branch)
    assert answers() == []


@pytest.mark.parametrize("strange", [[["no", "such", "item", "has"]], ["rules"], [[1, [2]]], "rules", None])
def test_what_this_county_does_not_owe_is_left_aside(world: World, strange: Any) -> None:
    take_in(by=None, content=letter_to_us(on=JUNE, carried={"ledger": strange}), unit=world.branch)
    assert answers() == []
