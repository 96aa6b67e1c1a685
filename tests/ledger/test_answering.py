from datetime import date, timedelta

import pytest
from django.utils import timezone

from qisong.ledger.answering import answer
from qisong.ledger.models import Answer, Item
from qisong.ledger.terms import AnswerKind
from qisong.org.models import Journal
from qisong.words.text import Refusal
from tests.ledger.saying import ELDER
from tests.world import World

DAY = date(2026, 5, 19)


def said(
    world: World,
    kind: AnswerKind = AnswerKind.HAS,
    *,
    role: str = "recorder",
    on: date = DAY,
    until: date | None = None,
    item: str = "rules",
    name: str = ELDER,
) -> Answer:
    return answer(
        by=world.account(role),
        scope=world.scope(role),
        member=world.member(name),
        item=Item.objects.get(code=item),
        kind=kind,
        on=on,
        until=until,
    )


def refused(world: World, *arguments: object, **keys: object) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        said(world, *arguments, **keys)  # type: ignore[arg-type]
    return refusal.value.place, refusal.value.code


def test_answer_is_kept_with_who_recorded_it(world: World) -> None:
    kept = said(world, AnswerKind.LATER, until=date(2026, 9, 1))
    assert (kept.member, kept.item.code, kept.round.code) == (world.member(ELDER), "rules", "once")
    assert (kept.kind, kept.on, kept.until) == ("later", DAY, date(2026, 9, 1))
    assert (kept.activity, kept.recorded_by) == (None, world.recorder)


def test_answer_is_journalled_without_what_was_said(world: World) -> None:
    said(world, AnswerKind.DECLINED)
    row = Journal.objects.order_by("seq").last()
    assert row is not None
    assert (row.kind, row.touched) == ("answer.recorded", {"member": [str(world.member(ELDER).pk)]})


def test_answer_taken_back_is_another_answer(world: World) -> None:
    said(world, AnswerKind.DECLINED)
    said(world, AnswerKind.OWED)
    assert list(Answer.objects.live().order_by("on", "id").values_list("kind", flat=True)) == ["declined", "owed"]


@pytest.mark.parametrize("until", [None, DAY, DAY - timedelta(days=1)])
def test_postponement_names_a_later_day(world: World, until: date | None) -> None:
    assert refused(world, AnswerKind.LATER, until=until) == ("until", "until-needed")


def test_other_answers_name_no_day(world: World) -> None:
    assert refused(world, AnswerKind.HAS, until=DAY + timedelta(days=9)) == ("until", "until-unneeded")


def test_answer_of_a_day_to_come_is_refused(world: World) -> None:
    assert refused(world, on=timezone.localdate() + timedelta(days=1)) == ("on", "future")


@pytest.mark.parametrize(("item", "on"), [("books", DAY), ("rules", date(2026, 1, 31))])
def test_answer_needs_an_open_round(world: World, item: str, on: date) -> None:
    assert refused(world, item=item, on=on) == ("item", "no-open-round")


@pytest.mark.parametrize(("role", "name"), [("recorder", "西门三"), ("outsider", ELDER), ("auditor", ELDER)])
def test_answer_is_recorded_for_own_members_only(world: World, role: str, name: str) -> None:
    assert refused(world, role=role, name=name) == ("member", "unknown-person")


def test_attached_members_may_answer_too(world: World) -> None:
    assert said(world, name="西门四").member == world.member("西门四")
