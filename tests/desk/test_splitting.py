from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from qisong.org.models import Journal, Unit
from qisong.org.tree import tree_on
from qisong.roster.models import Affiliation
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.desk.test_changes import DAY, go, sure_of
from tests.world import World

ON = date(2026, 5, 19)
NAMES = {"name-1": "东岭上村党支部", "code-1": "B1a", "name-2": "东岭下村党支部", "code-2": "B1b"}
Everybody = Callable[..., dict[str, Any]]


@pytest.fixture
def everybody(world: World) -> Everybody:
    """What is sent when every one of the branch goes to new unit 1, but for those named."""

    def sent(**others: int) -> dict[str, Any]:
        ties = Affiliation.objects.reaching(world.branch, ON).select_related("member__person")
        return NAMES | {f"member-{tie.member_id}": others.get(tie.member.person.name, 1) for tie in ties}

    return sent


def url_of(unit: Unit) -> str:
    return f"/units/{unit.pk}/changes/split/"


def branch_of(world: World, name: str) -> str:
    return Affiliation.objects.formal(ON).get(member=world.member(name)).unit.code


def test_everybody_of_the_unit_is_listed(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.office).get(url_of(world.branch)))
    ties = Affiliation.objects.reaching(world.branch, ON)
    assert {f'name="member-{tie.member_id}"' in page for tie in ties} == {True}
    assert page.count('type="radio"') == 2 * ties.count()


def test_split_sends_people_where_the_sentence_says(signed_in: SignedIn, world: World, everybody: Everybody) -> None:
    number = len(Affiliation.objects.reaching(world.branch, ON))
    will = go(signed_in(world.office), world, "split", world.branch, **everybody(田守一=2))
    assert f"“东岭上村党支部”（{number - 1} 名党员" in will
    assert "“东岭下村党支部”（1 名党员" in will
    assert world.branch.pk not in tree_on(ON).nodes
    assert (branch_of(world, "田守一"), Affiliation.objects.formal(ON).filter(unit__code="B1").count()) == ("B1b", 0)


def test_looking_splits_nothing(signed_in: SignedIn, world: World, everybody: Everybody) -> None:
    before = Journal.objects.count()
    page = signed_in(world.office).post(url_of(world.branch), {"on": DAY} | everybody())
    assert sure_of(page)
    assert (Journal.objects.count(), world.branch.pk in tree_on(ON).nodes) == (before, True)


def test_units_beneath_go_where_they_are_sent(signed_in: SignedIn, world: World) -> None:
    sent = NAMES | {f"unit-{world.branch.pk}": 1, f"unit-{world.sibling.pk}": 2}
    go(signed_in(world.office), world, "split", world.committee, **sent)
    tree = tree_on(ON)
    above = [tree.nodes[tree.parents[unit.pk]].code for unit in (world.branch, world.sibling)]
    assert above == ["B1a", "B1b"]


def test_person_who_came_meanwhile_must_be_given_too(signed_in: SignedIn, world: World, everybody: Everybody) -> None:
    sent = {"on": DAY} | everybody()
    del sent[f"member-{world.member('田守一').pk}"]
    page = signed_in(world.office).post(url_of(world.branch), sent)
    assert (sure_of(page), text_of(page).count('class="field wrong"')) == ("", 1)


def test_more_parts_can_be_asked_for(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.office).get(url_of(world.branch) + "?parts=3"))
    assert [f'name="code-{part}"' in page for part in (1, 2, 3, 4)] == [True, True, True, False]


@pytest.mark.parametrize("parts", ["1", "7", "x"])
def test_number_of_parts_that_is_none_means_two(signed_in: SignedIn, world: World, parts: str) -> None:
    page = text_of(signed_in(world.office).get(f"{url_of(world.branch)}?parts={parts}"))
    assert [f'name="code-{part}"' in page for part in (2, 3)] == [True, False]


def test_same_code_twice_is_refused_at_both(signed_in: SignedIn, world: World, everybody: Everybody) -> None:
    page = signed_in(world.office).post(url_of(world.branch), {"on": DAY} | everybody() | {"code-2": "B1a"})
    assert (sure_of(page), text_of(page).count("每个组织的代码必须不同")) == ("", 2)


def test_code_that_is_taken_is_refused(signed_in: SignedIn, world: World, everybody: Everybody) -> None:
    page = signed_in(world.office).post(url_of(world.branch), {"on": DAY} | everybody() | {"code-2": "B4"})
    assert (sure_of(page), "B4”已经有了" in text_of(page)) == ("", True)


def test_clerk_does_not_split(signed_in: SignedIn, world: World) -> None:
    client: Reader = signed_in(world.account("clerk"))
    assert client.get(url_of(world.branch)).status_code == 404
