import re
from datetime import date
from html import unescape

import pytest
from django.http import HttpResponse
from django.utils import timezone

from qisong.org.models import Journal, Unit
from qisong.org.tending import merge_units
from qisong.org.tree import tree_on
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.world import World

DAY = "2026-05-19"


def sure_of(page: HttpResponse) -> str:
    found = re.search(r'name="sure" value="([^"]*)"', text_of(page))
    return unescape(found[1]) if found else ""


def go(client: Reader, world: World, verb: str, unit: Unit, **sent: object) -> str:
    """Look, then do; the sentence that was said before."""
    url = f"/units/{unit.pk}/changes/{verb}/"
    will = sure_of(client.post(url, {"on": DAY} | sent))
    client.post(url, {"on": DAY, "sure": will} | sent)
    return will


def test_verbs_of_a_unit_are_offered(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.office).get(f"/units/{world.branch.pk}/changes/"))
    assert page.count(f'href="/units/{world.branch.pk}/changes/') == 6


def test_root_stays_where_it_is(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.office).get(f"/units/{world.county.pk}/changes/"))
    offered = re.findall(rf'href="/units/{world.county.pk}/changes/(\w+)/"', page)
    assert offered == ["rename", "create"]


def test_looking_changes_nothing(signed_in: SignedIn, world: World) -> None:
    before = Journal.objects.count()
    url = f"/units/{world.branch.pk}/changes/move/"
    page = signed_in(world.office).post(url, {"on": DAY, "parent": world.other_committee.pk})
    assert "柳河镇党委" in sure_of(page)
    assert (Journal.objects.count(), tree_on(timezone.localdate()).parents[world.branch.pk]) == (
        before,
        world.committee.pk,
    )


def test_move_does_what_the_sentence_said(signed_in: SignedIn, world: World) -> None:
    will = go(signed_in(world.office), world, "move", world.branch, parent=world.other_committee.pk)
    assert "东岭村党支部" in will
    parents = [tree_on(day).parents[world.branch.pk] for day in (date(2026, 5, 18), date(2026, 5, 19))]
    assert parents == [world.committee.pk, world.other_committee.pk]


def test_rename_keeps_the_earlier_name_earlier(signed_in: SignedIn, world: World) -> None:
    go(signed_in(world.office), world, "rename", world.branch, name="东岭新村", kind="joint-branch", traits=["village"])
    nodes = [tree_on(day).nodes[world.branch.pk] for day in (date(2026, 5, 18), date(2026, 5, 19))]
    assert [(node.name, node.kind) for node in nodes] == [("东岭村党支部", "branch"), ("东岭新村", "joint-branch")]


def test_merge_closes_the_one_that_goes(signed_in: SignedIn, world: World) -> None:
    go(signed_in(world.office), world, "merge", world.branch, into=world.sibling.pk)
    assert world.branch.pk not in tree_on(date(2026, 5, 19)).nodes


def test_close_ends_a_unit_without_people(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.office)
    go(client, world, "create", world.committee, on="2021-01-01", code="B9", name="新岭村", kind="branch", traits=[])
    unit = Unit.objects.get(code="B9")
    go(client, world, "close", unit)
    days = (date(2026, 5, 18), date(2026, 5, 19))
    assert [unit.pk in tree_on(day).nodes for day in days] == [True, False]


def test_closed_unit_stands_again_where_it_is_reopened(signed_in: SignedIn, world: World) -> None:
    merge_units(by=None, unit=world.branch, into=world.other_branch, on=date(2026, 3, 1))
    client = signed_in(world.office)
    verbs = text_of(client.get(f"/units/{world.other_committee.pk}/changes/"))
    assert f'href="/units/{world.other_committee.pk}/changes/reopen/"' in verbs
    will = go(client, world, "reopen", world.other_committee, closed=world.branch.pk)
    assert "“东岭村党支部”将恢复" in will
    assert tree_on(date(2026, 5, 19)).parents[world.branch.pk] == world.other_committee.pk


def test_nothing_is_reopened_where_nothing_closed(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.office).post(
        f"/units/{world.committee.pk}/changes/reopen/", {"on": DAY, "closed": world.sibling.pk}
    )
    assert (sure_of(page), 'aria-invalid="true"' in text_of(page)) == ("", True)


def test_unit_with_people_is_not_closed(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.office).post(f"/units/{world.branch.pk}/changes/close/", {"on": DAY})
    assert (sure_of(page), "不能撤销" in text_of(page)) == ("", True)


def test_new_unit_stands_beneath(signed_in: SignedIn, world: World) -> None:
    go(signed_in(world.office), world, "create", world.committee, code="B9", name="新岭村", kind="branch", traits=[])
    unit = Unit.objects.get(code="B9")
    assert tree_on(date(2026, 5, 19)).parents[unit.pk] == world.committee.pk


def test_sentence_of_other_values_is_not_enough(signed_in: SignedIn, world: World) -> None:
    client, url = signed_in(world.office), f"/units/{world.branch.pk}/changes/move/"
    will = sure_of(client.post(url, {"on": DAY, "parent": world.other_committee.pk}))
    page = client.post(url, {"on": "2026-05-20", "parent": world.other_committee.pk, "sure": will})
    assert (page.status_code, sure_of(page) not in {"", will}) == (200, True)


@pytest.mark.parametrize(("verb", "field"), [("move", "parent"), ("merge", "into")])
def test_refusal_stands_at_its_field_and_keeps_the_rest(
    signed_in: SignedIn, world: World, verb: str, field: str
) -> None:
    url = f"/units/{world.branch.pk}/changes/{verb}/"
    page = signed_in(world.office).post(url, {"on": "2019-01-01", field: world.other_committee.pk})
    assert (page.status_code, sure_of(page), 'value="2019-01-01"' in text_of(page)) == (200, "", True)
    assert 'role="alert"' in text_of(page)


def test_unit_cannot_be_moved_beneath_itself(signed_in: SignedIn, world: World) -> None:
    url = f"/units/{world.committee.pk}/changes/move/"
    page = signed_in(world.office).post(url, {"on": DAY, "parent": world.branch.pk})
    assert (sure_of(page), 'aria-invalid="true"' in text_of(page)) == ("", True)


def test_unknown_verb_does_not_exist(signed_in: SignedIn, world: World) -> None:
    assert signed_in(world.office).get(f"/units/{world.branch.pk}/changes/burn/").status_code == 404
