"""What the demo county is to be, before any row is written."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import pytest

from qisong.casework.machines import MACHINES
from qisong.casework.terms import Kind, Move, State
from qisong.config.demo.acts import Act
from qisong.config.demo.cases import PlannedCase
from qisong.config.demo.chance import apportion, chance, poisson
from qisong.config.demo.handing import FROM_COMMITTEES
from qisong.config.demo.lacking import EVERYONE
from qisong.config.demo.members import NO_PROBATION, day_of_becoming_full
from qisong.config.demo.period import period_until
from qisong.config.demo.plan import Plan, plan
from qisong.words.identity import identity_fault, sex

STARTS_ON = date(2026, 2, 1)
TODAY = date(2026, 11, 22)


@cache
def planned(today: date = TODAY) -> Plan:
    return plan(today=today, starts_on=STARTS_ON)


@pytest.fixture
def whole() -> Plan:
    return planned()


def documents(whole: Plan) -> list[dict[str, object]]:
    refs = {member.number: str(member.number) for member in whole.county.members}
    return [act.document(refs) for act in whole.acts]


# ---- chance ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("total", [0, 1, 7, 100, 3660])
def test_apportion_gives_out_exactly_the_total(total: int) -> None:
    assert sum(apportion(total, [0.2, 1, 3.5, 7])) == total


def test_apportion_follows_weights() -> None:
    assert apportion(12, [1, 2, 3]) == [2, 4, 6]


def test_apportion_keeps_to_least_and_caps() -> None:
    assert apportion(20, [1, 1, 100], least=2, caps=[9, 9, 6]) == [7, 7, 6]


@pytest.mark.parametrize(("total", "least", "caps"), [(10, 0, [3, 3]), (3, 2, [9, 9])])
def test_apportion_of_what_cannot_be_shared_is_an_error(total: int, least: int, caps: list[int]) -> None:
    with pytest.raises(ValueError, match="cannot be shared"):
        apportion(total, [1, 1], least=least, caps=caps)


def test_chance_is_the_same_for_the_same_topic_only() -> None:
    draws = [chance(topic).random() for topic in ("people", "people", "tree")]
    assert draws[0] == draws[1] != draws[2]


def test_poisson_has_its_mean() -> None:
    stream = chance("test")
    assert sum(poisson(stream, 2.5) for _ in range(4000)) / 4000 == pytest.approx(2.5, abs=0.1)


# ---- the whole -------------------------------------------------------------------------------------------------------


def test_plan_is_the_same_for_the_same_day(whole: Plan) -> None:
    again = plan(today=TODAY, starts_on=STARTS_ON)
    assert documents(again) == documents(whole)
    assert [repr(one) for one in again.county.members] == [repr(one) for one in whole.county.members]
    assert again.county.tree == whole.county.tree
    assert again.county.offices.posts == whole.county.offices.posts


@pytest.mark.parametrize("today", [TODAY, date(2026, 5, 20), date(2028, 2, 29)])
def test_plan_has_the_same_totals_on_any_day(today: date) -> None:
    whole = planned(today)
    taken = Counter[str]()
    for row in (row for act in whole.acts for row in act.custody if row.item != "books"):
        taken[row.item] += row.copies
    assert dict(taken) == FROM_COMMITTEES
    assert sum(act.has("lesson") for act in whole.acts) == 355
    assert sum(act.has("meeting", "study") for act in whole.acts) == 1068


@pytest.mark.parametrize("today", [TODAY, date(2026, 5, 20), date(2026, 2, 3), date(2028, 2, 29)])
def test_acts_lie_between_the_start_and_today(today: date) -> None:
    whole = planned(today)
    assert whole.county.period.start <= min(act.on for act in whole.acts)
    assert max(act.on for act in whole.acts) <= today


def test_period_starts_earlier_when_the_programme_has_hardly_begun() -> None:
    assert period_until(TODAY, STARTS_ON).start == STARTS_ON
    assert period_until(date(2026, 2, 10), STARTS_ON).start == date(2026, 2, 10) - timedelta(days=180)


# ---- the tree --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trait", "count"),
    [("committee", 69), ("organisation", 537), ("village", 150), ("community", 7), ("county-unit", 85), ("lax", 20)],
)
def test_tree_has_so_many_units_of_a_trait(whole: Plan, trait: str, count: int) -> None:
    assert len(whole.county.tree.with_trait(trait)) == count


def test_tree_has_names_and_codes_that_differ(whole: Plan) -> None:
    units = whole.county.tree.units
    assert len({unit.name for unit in units}) == len({unit.code for unit in units}) == len(units) == 609


def test_tree_changes_keep_what_stands(whole: Plan) -> None:
    tree = whole.county.tree
    verbs = Counter(change.verb for change in tree.changes)
    assert verbs == {"rename": 3, "merge": 2, "move": 2, "close": 1}
    moved = next(change for change in tree.changes if change.verb == "move")
    day = timedelta(days=1)
    assert tree.committee_of(moved.unit, moved.on) == moved.to != tree.committee_of(moved.unit, moved.on - day)


def test_general_branches_have_no_people_of_their_own(whole: Plan) -> None:
    general = [unit for unit in whole.county.tree.units if unit.kind == "general-branch"]
    assert (len(general), {unit.profile for unit in general}) == (14, {""})


# ---- people ----------------------------------------------------------------------------------------------------------


def test_identity_numbers_are_well_formed_and_nobody_has_two(whole: Plan) -> None:
    members = whole.county.members
    assert [one.number for one in members if identity_fault(one.identity, today=TODAY)] == []
    assert len({one.identity for one in members}) == len(members)
    assert {one.identity[:2] for one in members} == {"99"}
    assert all({"男": "male", "女": "female"}[sex(one.identity)] == one.sex for one in members)


def test_branches_are_small_and_large(whole: Plan) -> None:
    sizes = Counter(one.home for one in whole.county.members if one.still_here)
    assert len(sizes) == 523
    assert 5 <= min(sizes.values()) <= 9
    assert 60 <= max(sizes.values()) <= 80
    assert 12_300 <= sum(sizes.values()) <= 12_500


def test_members_of_the_years_without_probation_became_full_at_once(whole: Plan) -> None:
    then = [one for one in whole.county.members if NO_PROBATION[0] <= one.joined <= NO_PROBATION[1]]
    assert len(then) > 200
    assert all(one.became_full == one.joined for one in then)


@pytest.mark.parametrize(
    ("joined", "full"),
    [
        (date(1969, 3, 31), date(1970, 3, 31)),
        (date(1969, 4, 1), date(1969, 4, 1)),
        (date(1977, 8, 11), date(1977, 8, 11)),
        (date(1977, 8, 12), date(1978, 8, 12)),
        (date(2025, 12, 1), None),
    ],
)
def test_day_of_becoming_full_follows_the_rules_of_its_time(joined: date, full: date | None) -> None:
    assert day_of_becoming_full(joined, STARTS_ON) == full


def test_members_belong_to_one_branch_at_a_time(whole: Plan) -> None:
    for member in whole.county.members:
        for before, after in zip(member.stays, member.stays[1:], strict=False):
            assert before.until == after.since


# ---- posts -----------------------------------------------------------------------------------------------------------


def test_every_branch_has_a_secretary_and_a_recorder_of_its_own(whole: Plan) -> None:
    county = whole.county
    for unit in county.branches:
        for holder in (county.secretary(unit.code, TODAY), county.recorder(unit.code, TODAY)):
            assert holder is not None
            assert county.by_number[holder].is_in(unit.code, TODAY)


def test_pairings_join_all_county_units_with_all_villages_and_communities(whole: Plan) -> None:
    pairings, tree = whole.county.offices.pairings, whole.county.tree
    places = {unit.code for trait in ("village", "community") for unit in tree.with_trait(trait)}
    assert {one.partner for one in pairings} == {unit.code for unit in tree.with_trait("county-unit")}
    assert sorted(one.unit for one in pairings) == sorted(places)


def test_leaders_have_one_contact_point_each_elsewhere(whole: Plan) -> None:
    points, county = whole.county.offices.contact_points, whole.county
    assert len({point.leader for point in points}) == len(points) == 387
    assert all(county.by_number[point.leader].home != point.unit for point in points)


# ---- acts ------------------------------------------------------------------------------------------------------------


def receipts(acts: list[Act]) -> Iterator[tuple[Act, str, int]]:
    for act in acts:
        for line in act.received:
            yield from ((act, line.item, one) for one in line.to if isinstance(one, int))


def test_branches_never_hand_out_more_than_they_hold(whole: Plan) -> None:
    moved: dict[tuple[str, str], list[tuple[date, int, int]]] = defaultdict(list)
    for act in whole.acts:
        for row in act.custody:
            moved[row.unit, row.item].append((act.on, 0, -row.copies if row.returned else row.copies))
        for line in act.received:
            if line.holder:
                moved[line.holder, line.item].append((act.on, 1, -len(line.to)))
    for movements in moved.values():
        held = 0
        for _on, _order, copies in sorted(movements):
            held += copies
            assert held >= 0


def test_people_take_part_only_while_they_belong(whole: Plan) -> None:
    county = whole.county
    leaders = {point.leader for point in county.offices.contact_points}
    strangers = [
        (act.key, number)
        for act in whole.acts
        if act.has("meeting")
        for number in act.present
        if not county.by_number[number].is_in(act.unit, act.on)
        and not any(stay.unit == act.unit and stay.holds_on(act.on) for stay in county.by_number[number].attached)
    ]
    assert strangers == []
    assert all(county.by_number[number].still_here for number in leaders)


def test_who_lacks_an_item_never_got_it(whole: Plan) -> None:
    mistaken = {(one.key, one.member, one.item) for one in whole.mistakes.receipts}
    got = {(number, item) for act, item, number in receipts(whole.acts) if (act.key, number, item) not in mistaken}
    got |= {(number, "lessons") for act in whole.acts if act.has("lesson") for number in act.present}
    assert [pair for item in EVERYONE for pair in got if pair[1] == item and pair[0] in whole.lacking.of[item]] == []


def test_home_visits_reach_those_who_cannot_come(whole: Plan) -> None:
    channels = Counter(line.channel for act in whole.acts for line in act.received)
    assert set(channels) == {"visit", "gathering", "disc", "usb", "wechat", "online", "phone", "post"}


def test_one_scene_has_a_visit_an_oath_badges_and_books(whole: Plan) -> None:
    scene = next(act for act in whole.acts if act.has("oath") and {line.item for line in act.received} >= {"books"})
    assert {line.item for line in scene.received} == {"badges", "constitutions", "rules", "books"}
    assert {line.giver for line in scene.received} == {scene.present[0]}
    assert "village" in whole.county.tree.by_code[scene.unit].traits


# ---- cases -----------------------------------------------------------------------------------------------------------

DAYS = [TODAY, date(2026, 5, 20), date(2026, 2, 3), date(2028, 2, 29)]


@pytest.mark.parametrize("today", DAYS)
def test_cases_have_the_same_totals_on_any_day(today: date) -> None:
    whole = planned(today)
    states = {kind: Counter(state_of(one) for one in whole.cases if one.kind == kind) for kind in Kind}
    searches, problems = states[Kind.TRACING], states[Kind.FINDING]
    assert searches.total() - searches[State.WITHDRAWN] == 680
    spoken = [one for one in whole.cases if state_of(one) == State.CLOSED and one.turns[-2].move == Move.FIND]
    assert len(spoken) == 285
    assert problems.total() - problems[State.WITHDRAWN] == 243
    assert len({one.problem.aspect for one in whole.cases if one.kind == Kind.FINDING}) == 13
    assert states[Kind.LIFTING].total() == 4


def state_of(case: PlannedCase) -> State:
    state = State.WORKING if case.owner else State.OPEN
    for turn in case.turns:
        _transition, state = MACHINES[case.kind].take(state, turn.move)
    return state


@pytest.mark.parametrize("today", DAYS)
def test_cases_go_on_day_by_day_until_today(today: date) -> None:
    whole = planned(today)
    for case in whole.cases:
        days = [case.opened_on, *(turn.on for turn in case.turns)]
        assert days == sorted(days)
        assert whole.county.period.start <= days[0] <= days[-1] <= today
        assert all(turn.due_on is None or turn.due_on >= turn.on for turn in case.turns)
        assert all(case.opened_on <= one.on <= today for one in (*case.attempts, *case.actions))


@pytest.mark.parametrize("today", DAYS)
def test_somebody_is_looked_for_where_they_belong(today: date) -> None:
    county = planned(today).county
    for case in planned(today).cases:
        if case.member is not None:
            units = [(case.opened_on, case.unit), *((turn.on, turn.unit) for turn in case.turns if turn.unit)]
            assert all(county.by_number[case.member].is_in(unit, on) for on, unit in units)
