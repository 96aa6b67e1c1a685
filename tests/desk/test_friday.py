from datetime import date

import pytest

from qisong.ledger.models import Item
from qisong.org.models import Unit
from qisong.org.tending import move_unit
from tests.desk.acts import hand_out, take
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.world import World

DAY = date(2026, 5, 19)
EVERYBODY = ["东方晓", "田守一", "田春禾", "罗远帆", "何渺"]


def url_of(unit: Unit) -> str:
    return f"/units/{unit.pk}/week/"


def sheets(client: Reader, unit: Unit) -> dict[str, list[str]]:
    return {sheet.unit: list(sheet.things) for sheet in client.get(url_of(unit)).context["page"].sheets}


@pytest.fixture
def only_rules(world: World) -> None:
    """Everybody of the branch has everything but the rules."""
    for item in Item.objects.exclude(code__in=["rules", "flags"]):
        hand_out(world, "B1", item.code, EVERYBODY)


def test_sheet_says_where_each_is_to_be_reached(signed_in: SignedIn, world: World, only_rules: None) -> None:
    assert sheets(signed_in(world.recorder), world.branch) == {
        "东岭村党支部": [
            "上门看望，送到家：田守一（党规）。",
            "下次开会时补上：东方晓（党规）、田春禾（党规）。",
            "联系在外的：罗远帆（党规）。",
        ]
    }


def test_what_lies_at_the_branch_is_handed_out_first(signed_in: SignedIn, world: World, only_rules: None) -> None:
    take(world, "B1", "rules", 3)
    [things] = sheets(signed_in(world.recorder), world.branch).values()
    assert things == [
        "把已领的（党规 3 册）发到人：东方晓（党规）、田守一（党规）、田春禾（党规）、罗远帆（党规）。",
        "想办法找到：何渺（党规）。",
    ]


def test_nothing_left_to_do_is_said(signed_in: SignedIn, world: World, only_rules: None) -> None:
    hand_out(world, "B1", "rules", EVERYBODY)
    client = signed_in(world.recorder)
    assert sheets(client, world.branch) == {"东岭村党支部": []}
    assert "都送到了，本周没有要补的事。" in text_of(client.get(url_of(world.branch)))


def test_committee_prints_a_sheet_a_branch_in_tree_order(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    found = sheets(client, world.committee)
    assert list(found) == ["东岭村党支部", "西岭村党支部"]
    assert {len(things) <= 3 for things in found.values()} == {True}


def test_sheets_take_as_many_queries_for_three_branches_as_for_one(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    move_unit(by=None, unit=world.sibling, parent=world.other_committee, on=DAY)
    counts = [client.count(url_of(world.committee))]
    for unit in (world.sibling, world.other_branch):
        move_unit(by=None, unit=unit, parent=world.committee, on=DAY)
        counts.append(client.count(url_of(world.committee)))
    assert counts == [counts[0]] * 3
