from collections.abc import Callable
from datetime import timedelta

import pytest

from qisong.coverage.checking import Discrepancy, also_check, check, coverage_differs
from qisong.ledger.models import Activity, Answer, Receipt
from qisong.ledger.recording import record
from qisong.ledger.reversing import reverse
from qisong.org.models import Journal, Unit, UnitEdge, UnitState
from qisong.org.scope import operator_scope
from qisong.org.tending import merge_units
from qisong.roster.editing import record_death, transfer_member
from qisong.roster.models import Affiliation
from qisong.words.text import Text
from tests.coverage.story import DAY, LATER, exempt, item, say
from tests.world import World, make_world


def lived_in(world: World) -> World:
    """A year of the usual: delivered, answered, reversed, moved."""
    visit = {
        "id": "visit-1",
        "on": "2026-06-01",
        "unit": "B1",
        "parts": [{"kind": "visit"}, {"kind": "lesson"}],
        "present": [str(world.member(name).pk) for name in ("东方晓", "田春禾")],
        "custody": [{"item": "rules", "copies": 5, "unit": "B1", "direction": "taken", "giver": {"unit": "D1"}}],
        "received": [
            {
                "item": "rules",
                "to": [str(world.member("田守一").pk)],
                "giver": {"unit": "B1"},
                "source": "custody",
                "holder": "B1",
            }
        ],
    }
    answer = record(visit, by=None, scope=operator_scope(), door="test")
    assert answer.problems == ()
    lesson = Receipt.objects.get(member=world.member("东方晓"), item=None)
    reverse(by=None, scope=operator_scope(), target=lesson.pk, reason="没有来")
    transfer_member(by=None, member=world.member("田春禾"), unit=world.sibling, on=LATER)
    merge_units(by=None, unit=world.other_branch, into=world.sibling, on=LATER)
    say("badges", world.member("田守一"), "declined")
    exempt(world.member("何渺"), None)
    return world


def codes() -> list[str]:
    return sorted({one.code for one in check()})


def test_everything_agrees_after_a_year_of_the_usual(world: World) -> None:
    lived_in(world)
    assert check() == []


def rename_silently(_world: World) -> None:
    Unit.objects.filter(code="B1").update(name="无名")


def lose_a_state(world: World) -> None:
    UnitState.objects.filter(unit=world.sibling).delete()


def lose_an_edge(world: World) -> None:
    UnitEdge.objects.filter(child=world.committee).delete()


def shift_an_act(_world: World) -> None:
    Activity.objects.update(on=DAY + timedelta(1))


def shift_an_answer(_world: World) -> None:
    Answer.objects.update(activity=Activity.objects.earliest("pk"), on=DAY + timedelta(1))


def belong_twice(world: World) -> None:
    Affiliation.objects.create(
        member=world.member("田守一"), unit=world.sibling, valid_from=DAY, valid_to=DAY + timedelta(1)
    )


def live_after_death(world: World) -> None:
    record_death(by=None, member=world.member("田守一"), on=LATER)
    Affiliation.objects.filter(member=world.member("田守一")).update(valid_to=None)


def forge_the_journal(_world: World) -> None:
    Journal.objects.filter(seq=3).update(reason="改过")


def keep_what_followed(world: World) -> None:
    lesson = Receipt.objects.get(member=world.member("东方晓"), item__code="lessons")
    lesson.reversal.delete()


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (rename_silently, ["unit-latest"]),
        (lose_an_edge, ["unit-edges"]),
        (shift_an_act, ["custody-day", "receipt-day"]),
        (shift_an_answer, ["answer-day"]),
        (belong_twice, ["two-affiliations"]),
        (live_after_death, ["affiliated-after-death"]),
        (forge_the_journal, ["journal-broken"]),
        (keep_what_followed, ["receipt-without-presence"]),
    ],
)
def test_damage_is_found_and_named(world: World, damage: Callable[[World], None], found: list[str]) -> None:
    damage(lived_in(world))
    assert [code for code in codes() if code != "coverage"] == found


def test_coverage_that_differs_is_named(world: World) -> None:
    found = coverage_differs(item("badges"), DAY, [world.branch.pk])
    assert (found.code, found.ids) == ("coverage", (str(world.branch.pk),))
    assert found.text.zh == "badges 2026-06-01：1 个组织的覆盖数对不上。"


@pytest.mark.django_db(transaction=True)
def test_row_changed_behind_the_journal_is_found_once_and_read_again() -> None:
    lived_in(make_world())
    assert codes() == []
    standing = Receipt.objects.live().filter(item__code="rules").values_list("pk", flat=True)
    Receipt.objects.filter(pk__in=[*standing]).update(copies=0)
    assert codes() == ["coverage-kept"]
    assert codes() == []


def test_discrepancy_names_ids_and_speaks_both_languages(world: World) -> None:
    rename_silently(lived_in(world))
    (one,) = check()
    assert one.as_json() == {
        "code": "unit-latest",
        "zh": "1 个组织的沿革与记下的变动不符。",
        "en": "The course of 1 units differs from their recorded events.",
        "ids": [str(world.branch.pk)],
    }


def test_rooms_above_join_in(world: World) -> None:
    found = Discrepancy("of-a-room-above", Text("有误。", "Wrong."))
    asked: list[Discrepancy] = []

    def further() -> list[Discrepancy]:
        return asked

    also_check(further)
    also_check(further)
    asked.append(found)
    assert [one for one in check() if one.code == "of-a-room-above"] == [found]
    asked.clear()
