from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qisong.coverage.counting import Counts, table
from qisong.ledger.models import Answer, Audience, Obligation, Round
from qisong.org.appointing import give_post
from qisong.org.tending import close_unit, merge_units, move_unit
from qisong.roster.editing import begin_circumstance, record_departure, transfer_member
from qisong.words.text import Refusal
from tests.coverage.story import DAY, LATER, START, count, exempt, give, hold_act, items, reverse, say
from tests.world import World

pytestmark = pytest.mark.postgres


def test_everyone_is_owed_and_missing_before_anything_is_delivered(world: World) -> None:
    assert count(world.branch, "badges") == Counts(owed=5, missing=5, out_of_contact=1)


def test_received_and_missing_add_up_to_owed(world: World) -> None:
    give("badges", world.member("田守一"))
    give("badges", world.member("田春禾"))
    assert count(world.branch, "badges") == Counts(owed=5, received=2, missing=3, out_of_contact=1)


def test_two_receipts_of_one_person_count_once(world: World) -> None:
    give("badges", world.member("田守一"))
    give("badges", world.member("田守一"))
    assert count(world.branch, "badges").received == 1


def test_children_stand_in_tree_order_and_add_up(world: World) -> None:
    give("rules", world.member("西门三"))
    found = table(world.committee, items("rules"), as_of=LATER, tree="then")
    assert list(found) == [world.committee.pk, world.branch.pk, world.sibling.pk]
    assert [cells["rules"].owed for cells in found.values()] == [7, 5, 2]
    assert [cells["rules"].received for cells in found.values()] == [1, 0, 1]


def test_own_members_of_a_unit_with_children_are_in_its_total_only(world: World) -> None:
    transfer_member(by=None, member=world.member("西门三"), unit=world.committee, on=DAY)
    found = table(world.committee, items("rules"), as_of=LATER, tree="then")
    assert [cells["rules"].owed for cells in found.values()] == [7, 5, 1]


def test_reversed_receipt_counts_at_no_date(world: World) -> None:
    receipt = give("badges", world.member("田守一"))
    assert count(world.branch, "badges", on=DAY).received == 1
    reverse(receipt)
    assert count(world.branch, "badges", on=DAY).received == 0


def test_reversed_act_takes_its_receipts_along(world: World) -> None:
    receipt = give("badges", world.member("田守一"))
    reverse(receipt.activity)
    assert count(world.branch, "badges").received == 0


def test_receipt_that_stands_counts_beside_a_reversed_one(world: World) -> None:
    reverse(give("badges", world.member("田守一")))
    give("badges", world.member("田守一"))
    assert count(world.branch, "badges").received == 1


def test_whole_county_leaves_reversed_receipts_out_and_keeps_the_others(world: World) -> None:
    reverse(give("badges", world.member("田守一")))
    reverse(give("badges", world.member("西门三")).activity)
    give("badges", world.member("西门三"))
    give("badges", world.member("柳青禾"))
    assert count(world.county, "badges").received == 2


def test_receipt_and_act_both_reversed_cancel_once(world: World) -> None:
    receipt = give("badges", world.member("田守一"))
    reverse(receipt)
    reverse(receipt.activity)
    give("badges", world.member("田守一"))
    assert count(world.branch, "badges").received == 1


def test_later_receipt_does_not_count_before_its_day(world: World) -> None:
    give("badges", world.member("田守一"), on=LATER)
    assert [count(world.branch, "badges", on=day).received for day in (DAY, LATER)] == [0, 1]


def test_receipt_from_before_the_round_does_not_count(world: World) -> None:
    give("badges", world.member("田守一"), on=date(2026, 1, 31))
    assert count(world.branch, "badges").received == 0


def test_quantity_needs_as_many_unreversed_copies(world: World) -> None:
    Obligation.objects.filter(item__code="badges").update(quantity=3)
    give("badges", world.member("田守一"), copies=2)
    give("badges", world.member("田春禾"), copies=2)
    wrong = give("badges", world.member("田守一"))
    give("badges", world.member("田春禾"))
    assert count(world.branch, "badges").received == 2
    reverse(wrong)
    assert count(world.branch, "badges").received == 1


def test_each_item_of_a_table_needs_its_own_quantity(world: World) -> None:
    Obligation.objects.filter(item__code="badges").update(quantity=2)
    give("badges", world.member("田守一"))
    give("rules", world.member("田守一"))
    found = table(world.county, items("badges", "rules"), as_of=LATER, tree="then")[world.county.pk]
    assert [cells.received for cells in found.values()] == [0, 1]


def test_nobody_is_owed_before_the_round_or_after_it(world: World) -> None:
    Round.objects.update(ends_on=LATER)
    days = (date(2026, 1, 31), START, date(2026, 8, 31), LATER)
    assert [count(world.branch, "badges", on=day).owed for day in days] == [0, 5, 5, 0]


def test_having_one_already_counts_as_received(world: World) -> None:
    say("badges", world.member("田守一"), "has")
    assert count(world.branch, "badges").received == 1


def test_declining_and_postponing_stay_missing_and_apart(world: World) -> None:
    say("badges", world.member("田守一"), "declined")
    say("badges", world.member("田春禾"), "later", until=date(2026, 12, 1))
    assert count(world.branch, "badges") == Counts(owed=5, missing=5, later=1, declined=1, out_of_contact=1)


def test_postponement_ends_on_its_day(world: World) -> None:
    say("badges", world.member("田守一"), "later", until=LATER)
    assert [count(world.branch, "badges", on=day).later for day in (date(2026, 8, 31), LATER)] == [1, 0]


def test_latest_answer_holds(world: World) -> None:
    say("badges", world.member("田守一"), "has", on=DAY)
    say("badges", world.member("田守一"), "owed", on=LATER)
    assert [count(world.branch, "badges", on=day).received for day in (DAY, LATER)] == [1, 0]


def test_answer_recorded_later_the_same_day_holds(world: World) -> None:
    say("badges", world.member("田守一"), "declined")
    say("badges", world.member("田守一"), "has")
    assert count(world.branch, "badges").declined == 0


def test_answer_of_a_reversed_act_was_never_given(world: World) -> None:
    act = hold_act(world.branch)
    say("badges", world.member("田守一"), "declined", on=DAY)
    say("badges", world.member("田守一"), "has", on=LATER, activity=act)
    reverse(act)
    assert count(world.branch, "badges") == Counts(owed=5, missing=5, declined=1, out_of_contact=1)


def test_receipt_outweighs_an_earlier_refusal(world: World) -> None:
    say("badges", world.member("田守一"), "declined")
    give("badges", world.member("田守一"))
    assert count(world.branch, "badges") == Counts(owed=5, received=1, missing=4, out_of_contact=1)


def test_exemption_leaves_the_owed_between_its_dates(world: World) -> None:
    exempt(world.member("田守一"), "badges", on=DAY, until=LATER)
    days = (START, DAY, LATER)
    assert [(found.owed, found.exempt) for found in (count(world.branch, "badges", on=day) for day in days)] == [
        (5, 0),
        (4, 1),
        (5, 0),
    ]


def test_exempt_person_with_a_receipt_raises_nothing(world: World) -> None:
    exempt(world.member("田守一"), "badges")
    give("badges", world.member("田守一"))
    assert count(world.branch, "badges") == Counts(owed=4, exempt=1, missing=4, out_of_contact=1)


def test_exemption_from_the_programme_covers_every_item(world: World) -> None:
    exempt(world.member("田守一"), None)
    found = table(world.branch, items("badges", "rules"), as_of=LATER, tree="then")[world.branch.pk]
    assert [cell.exempt for cell in found.values()] == [1, 1]


def test_suspension_on_the_roster_exempts(world: World) -> None:
    begin_circumstance(by=None, member=world.member("田守一"), kind="suspended", on=DAY)
    assert count(world.branch, "badges") == Counts(owed=4, exempt=1, missing=4, out_of_contact=1)


def test_out_of_contact_stays_owed_and_is_apart_from_what_was_said(world: World) -> None:
    assert count(world.branch, "badges").out_of_contact == 1
    say("badges", world.member("何渺"), "declined")
    assert count(world.branch, "badges") == Counts(owed=5, missing=5, declined=1)


def test_departed_are_outside_the_audience(world: World) -> None:
    record_departure(by=None, member=world.member("田守一"), on=DAY)
    assert [count(world.branch, "badges", on=day).owed for day in (START, DAY)] == [5, 4]


def test_attached_members_are_not_counted(world: World) -> None:
    assert count(world.branch, "badges").owed == 5
    assert count(world.sibling, "badges").owed == 2


def test_receipt_goes_with_the_member_to_another_branch(world: World) -> None:
    give("badges", world.member("田守一"))
    transfer_member(by=None, member=world.member("田守一"), unit=world.sibling, on=LATER)
    found = [(count(unit, "badges").owed, count(unit, "badges").received) for unit in (world.branch, world.sibling)]
    assert found == [(4, 0), (3, 1)]


def test_speeches_are_owed_to_holders_of_a_post_in_their_own_unit(world: World) -> None:
    give_post(by=None, person=world.member("西门三").person, unit=world.branch, role="secretary", on=DAY)
    assert count(world.branch, "speeches").owed == 1  # the recorder, but not a secretary from elsewhere
    assert count(world.county, "speeches").owed == 2  # with the recorder of B3
    give_post(by=None, person=world.member("田守一").person, unit=world.branch, role="secretary", on=DAY)
    assert [count(world.branch, "speeches", on=day).owed for day in (START, DAY)] == [1, 2]


def test_flags_are_owed_by_chosen_units_and_those_beneath(world: World) -> None:
    Audience.objects.get(code="flagged").chosen.set([world.committee, world.other_branch])
    give("flags", world.branch)
    assert count(world.county, "flags") == Counts(owed=4, received=1, missing=3)
    assert count(world.other_branch, "flags") == Counts(owed=1, missing=1)


@pytest.mark.parametrize(
    ("conditions", "owed"),
    [
        ({"categories": ["probationary"]}, 1),
        ({"circumstances": ["frail", "away"]}, 2),
        ({"traits": ["county-unit"]}, 1),
        ({"traits": ["village", "county-unit"], "categories": ["full"]}, 9),
        ({"kinds": ["committee"]}, 0),
    ],
)
def test_audience_meets_every_condition_it_names(world: World, conditions: dict[str, list[str]], owed: int) -> None:
    Audience.objects.filter(code="everyone").update(**conditions)
    assert count(world.county, "badges").owed == owed


def test_two_open_rounds_of_an_item_are_owed_together(world: World) -> None:
    duty = Obligation.objects.get(item__code="badges")
    second = Round.objects.create(programme=duty.round.programme, code="second", zh="二", en="2", starts_on=DAY)
    Obligation.objects.create(item=duty.item, audience=duty.audience, round=second)
    give("badges", world.member("田守一"), on=START)
    give("badges", world.member("田春禾"), on=DAY)
    say("badges", world.member("田守一"), "later", until=date(2026, 12, 1))
    Answer.objects.create(member=world.member("东方晓"), item=duty.item, round=duty.round, kind="later", on=DAY)
    assert [count(world.branch, "badges", on=day).received for day in (START, DAY)] == [1, 1]
    assert count(world.branch, "badges").later == 1  # the other still lacks the second round's


def test_channel_asks_what_came_that_way(world: World) -> None:
    give("badges", world.member("田守一"), channel="visit")
    give("badges", world.member("田春禾"), channel="gathering")
    say("badges", world.member("何渺"), "has")
    assert count(world.branch, "badges", channel="visit") == Counts(owed=5, received=1, missing=4, out_of_contact=1)


def test_circumstance_asks_about_those_it_concerns(world: World) -> None:
    give("badges", world.member("田守一"))
    assert count(world.branch, "badges", circumstance="frail") == Counts(owed=1, received=1)
    Audience.objects.get(code="flagged").chosen.set([world.branch])
    assert count(world.branch, "flags", circumstance="frail") == Counts()


def test_item_without_an_open_round_applies_to_nobody(world: World) -> None:
    assert count(world.county, "books") == Counts()
    assert not count(world.county, "books").applies


def test_percent_is_full_only_when_nobody_is_missing() -> None:
    assert Counts(owed=1000, received=999, missing=1).percent == 99
    assert Counts(owed=1000, received=1000).percent == 100
    assert Counts(exempt=3).percent is None


def test_moved_unit_is_counted_where_it_stood_or_stands(world: World) -> None:
    move_unit(by=None, unit=world.branch, parent=world.other_committee, on=LATER)
    then = table(world.county, items("badges"), as_of=DAY, tree="then")
    now = table(world.county, items("badges"), as_of=DAY, tree="now")
    committees = [world.committee.pk, world.other_committee.pk]
    assert [then[one]["badges"].owed for one in committees] == [7, 2]
    assert [now[one]["badges"].owed for one in committees] == [2, 7]
    assert then[world.county.pk] == now[world.county.pk]


def test_merged_unit_is_counted_under_its_successor(world: World) -> None:
    give("badges", world.member("西门三"))
    merge_units(by=None, unit=world.sibling, into=world.other_branch, on=LATER)
    assert count(world.other_branch, "badges", on=DAY, tree="now") == Counts(owed=4, received=1, missing=3)
    assert count(world.sibling, "badges", on=DAY, tree="then") == Counts(owed=2, received=1, missing=1)


def test_closed_unit_is_counted_under_its_last_parent(world: World) -> None:
    for name in ("西门三", "西门四"):
        transfer_member(by=None, member=world.member(name), unit=world.other_branch, on=LATER)
    close_unit(by=None, unit=world.sibling, on=LATER)
    found = table(world.committee, items("badges"), as_of=DAY, tree="now")
    assert list(found) == [world.committee.pk, world.branch.pk]
    assert found[world.committee.pk]["badges"].owed == 7


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"tree": "sideways"}, "unknown-tree"),
        ({"channel": "pigeon"}, "unknown-channel"),
        ({"circumstance": "tall"}, "unknown-circumstance"),
        ({"on": date(2019, 1, 1)}, "unit-not-standing"),
    ],
)
def test_unknown_words_are_refused(world: World, asked: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        count(world.branch, "badges", **asked)
    assert refused.value.code == code


@pytest.mark.parametrize("code", ["C0", "D1", "B1"])
def test_number_of_statements_does_not_grow(world: World, code: str) -> None:
    with CaptureQueriesContext(connection) as small:
        count(world.unit(code), "badges")
    for name in ("田守一", "何渺", "西门三"):
        give("badges", world.member(name))
        reverse(give("badges", world.member(name)))
        say("badges", world.member(name), "has")
    with CaptureQueriesContext(connection) as large:
        count(world.unit(code), "badges")
    assert len(large) == len(small)
