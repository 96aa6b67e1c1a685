from datetime import date

from qisong.coverage.terms import Lack
from qisong.ledger.models import Audience
from qisong.org.tending import merge_units, rename_unit, reopen_unit
from qisong.roster.editing import transfer_member
from tests.coverage.story import DAY, LATER, START, count, exempt, gaps, give, item, names, say
from tests.world import World


def test_names_follow_the_tree_and_within_a_branch_the_longest_wait(world: World) -> None:
    transfer_member(by=None, member=world.member("柳青禾"), unit=world.sibling, on=DAY)
    found = gaps(world.county, "badges")
    assert [gap.unit.code for gap in found.names] == ["B1"] * 5 + ["B2"] * 3 + ["B3", "B4"]
    assert names(found)[5:8] == ["西门三", "西门四", "柳青禾"]


def test_since_is_the_later_of_round_and_arrival(world: World) -> None:
    transfer_member(by=None, member=world.member("柳青禾"), unit=world.sibling, on=DAY)
    assert [(gap.name, gap.since) for gap in gaps(world.sibling, "badges").names] == [
        ("西门三", START),
        ("西门四", START),
        ("柳青禾", DAY),
    ]


def test_gap_closes_when_the_item_arrives(world: World) -> None:
    give("badges", world.member("西门三"))
    found = gaps(world.sibling, "badges")
    assert (found.owed, found.received, found.missing, names(found)) == (2, 1, 1, ["西门四"])


def test_several_items_are_lacked_together(world: World) -> None:
    give("badges", world.member("西门三"))
    give("badges", world.member("西门四"))
    give("rules", world.member("西门四"))
    found = gaps(world.sibling, ["badges", "rules"])
    assert (found.owed, found.received, found.missing) == (2, 1, 1)
    assert [(gap.name, gap.items) for gap in found.names] == [("西门三", [item("rules")])]


def test_exempt_from_one_of_several_is_exempt_only_if_owed_none(world: World) -> None:
    exempt(world.member("西门三"), "badges")
    exempt(world.member("西门四"), None)
    found = gaps(world.sibling, ["badges", "rules"])
    assert (found.owed, found.exempt, names(found)) == (1, 1, ["西门三"])
    assert found.names[0].items == [item("rules")]


def test_postponed_and_declined_stand_apart_from_what_is_to_do(world: World) -> None:
    say("badges", world.member("西门三"), "declined")
    say("badges", world.member("西门四"), "later", until=date(2026, 12, 1))
    found = gaps(world.committee, "badges")
    assert [[gap.name for gap in part] for part in (found.later, found.declined)] == [["西门四"], ["西门三"]]
    assert len(found.to_do) == 5
    assert found.missing == 7


def test_state_of_a_person_is_the_most_open_of_the_items(world: World) -> None:
    say("badges", world.member("西门三"), "declined")
    first = gaps(world.sibling, ["badges", "rules"]).names[0]
    assert dict(first.lacks) == {item("badges"): Lack.DECLINED, item("rules"): Lack.MISSING}
    assert first.state is Lack.MISSING


def test_out_of_contact_is_said_of_the_name(world: World) -> None:
    lost = [gap.name for gap in gaps(world.branch, "badges").names if gap.out_of_contact]
    assert lost == ["何渺"]


def test_unit_that_lacks_its_flag_is_named_by_itself(world: World) -> None:
    Audience.objects.get(code="flagged").chosen.set([world.branch, world.sibling])
    rename_unit(by=None, unit=world.sibling, name="西岭新村党支部", on=LATER)
    give("flags", world.branch)
    (gap,) = gaps(world.county, "flags", on=DAY).names
    assert (gap.unit.code, gap.member, gap.name, gap.since) == ("B2", None, "西岭村党支部", START)


def test_unit_that_stood_again_waits_since_then(world: World) -> None:
    Audience.objects.get(code="flagged").chosen.set([world.sibling])
    merge_units(by=None, unit=world.sibling, into=world.branch, on=date(2026, 3, 1))
    reopen_unit(by=None, unit=world.sibling, parent=world.committee, on=DAY)
    rename_unit(by=None, unit=world.sibling, name="西岭新村党支部", on=date(2026, 7, 1))
    assert [gap.since for gap in gaps(world.county, "flags").names] == [DAY]


def test_json_says_exactly_what_is_described(world: World) -> None:
    give("badges", world.member("西门三"))
    assert gaps(world.sibling, "badges").as_json() == {
        "owed": 2,
        "received": 1,
        "exempt": 0,
        "missing": 1,
        "names": [
            {
                "unit": "B2",
                "member": str(world.member("西门四").pk),
                "name": "西门四",
                "items": ["badges"],
                "since": "2026-02-01",
            }
        ],
    }


def test_names_and_counts_agree(world: World) -> None:
    give("badges", world.member("西门三"), channel="visit")
    give("badges", world.member("田守一"))
    for filters in ({}, {"channel": "visit"}, {"circumstance": "frail"}):
        found, counted = gaps(world.committee, "badges", **filters), count(world.committee, "badges", **filters)
        assert (found.owed, found.received, found.missing) == (counted.owed, counted.received, counted.missing)
        assert len(found.names) == counted.missing


def test_item_nobody_is_owed_has_an_empty_list(world: World) -> None:
    assert gaps(world.county, "books").as_json() == {"owed": 0, "received": 0, "exempt": 0, "missing": 0, "names": []}
