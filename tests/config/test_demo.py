"""The demo county as it stands in the database: its figures, its gaps, and that both are counted from rows."""

from collections import Counter
from datetime import timedelta
from statistics import median

import pytest
from django.utils import timezone

from qisong.casework.counting import Asked, tallies
from qisong.casework.machines import MACHINES
from qisong.casework.models import Case, Finding, Lead, TracingCase
from qisong.casework.terms import Bucket, Kind, State
from qisong.casework.tracing import opened_lead
from qisong.casework.verifying import settle, withdraw
from qisong.config.demo import build
from qisong.coverage.checking import check
from qisong.coverage.gaps import gap_list
from qisong.coverage.terms import Lack
from qisong.ledger.models import Activity, Exemption, Receipt, Reversal
from qisong.ledger.programmes import find_items, find_programme
from qisong.ledger.reversing import reverse
from qisong.org import words
from qisong.org.accounts import must_choose
from qisong.org.appointing import end_pairing
from qisong.org.models import Account, Pairing, Post, Site, Unit, UnitEvent
from qisong.org.scope import operator_scope, scope_of
from qisong.org.tending import rename_unit
from qisong.org.terms import Right, TermCategory
from qisong.org.tree import tree_on
from qisong.reporting.figures import figure_rows, figures
from qisong.roster.models import Affiliation, Circumstance
from qisong.words.text import Refusal
from tests.demo import Demo, demo, demo_folder  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def lacking(*items: str) -> Counter[str]:
    """How many people each branch lacks."""
    today = timezone.localdate()
    gap = gap_list(Unit.objects.get(code="HX"), find_items(items, on=today), as_of=today, tree="then")
    return Counter(name.unit.code for name in gap.names)


FIGURES = {
    "rules": 3660,
    "constitutions": 4550,
    "badges": 5160,
    "flags": 51,
    "speeches": 1035,
    "lessons": 355,
    "books_by_standing_committee": 686,
    "committees": 69,
    "organisations": 537,
    "study_sessions": 1068,
    "oath_leaders": 387,
    "paired_units": 85,
    "paired_villages": 150,
    "paired_communities": 7,
    "out_of_contact": 680,
    "recontacted": 285,
    "aspects": 13,
    "findings": 243,
    "findings_closed": 158,
}
AT_LEAST = {"handbooks": 3000, "attendances": 20_000, "oath_members": 3000}
CASES = {"out_of_contact", "recontacted", "aspects", "findings", "findings_closed"}
STRUCTURE = {"committees", "organisations", "paired_units", "paired_villages", "paired_communities"}


def counted() -> dict[str, int]:
    return figures(find_programme("seven-deliveries"))


def test_figures_are_those_of_the_county() -> None:
    found = counted()
    assert {key: found[key] for key in FIGURES} == FIGURES
    assert found.keys() == FIGURES.keys() | AT_LEAST.keys()
    assert [key for key, least in AT_LEAST.items() if not least <= found[key] < least * 1.2] == []


@pytest.mark.parametrize("key", sorted((FIGURES.keys() | AT_LEAST.keys()) - STRUCTURE - CASES))
def test_figure_falls_when_a_row_behind_it_is_reversed(key: str) -> None:
    rows = figure_rows(find_programme("seven-deliveries"), key).as_json()["rows"]
    before = counted()[key]
    reverse(by=None, scope=operator_scope(), target=rows[len(rows) // 2]["id"], reason="试")
    assert counted()[key] < before


@pytest.mark.parametrize(("trait", "key"), [("village", "paired_villages"), ("community", "paired_communities")])
def test_figure_falls_when_a_pairing_ends(trait: str, key: str) -> None:
    place = tree_on(timezone.localdate()).with_trait(trait)[0]
    end_pairing(by=None, pairing=Pairing.objects.get(unit=place), on=timezone.localdate())
    assert counted() == counted() | {key: FIGURES[key] - 1}


def test_figure_falls_when_a_committee_is_one_no_more() -> None:
    committee = Unit.objects.get(code="HX69")
    rename_unit(by=None, unit=committee, on=timezone.localdate(), traits=[])
    assert counted()["committees"] == FIGURES["committees"] - 1


@pytest.mark.parametrize("key", sorted(CASES))
def test_figure_of_cases_is_as_many_as_its_rows(key: str) -> None:
    found = figure_rows(find_programme("seven-deliveries"), key)
    assert len(found.rows) == (FIGURES["findings"] if key == "aspects" else FIGURES[key])


def test_figures_of_cases_follow_what_becomes_of_them() -> None:
    today = timezone.localdate()
    searches, problems = (Case.objects.filter(kind=kind) for kind in (Kind.TRACING, Kind.FINDING))
    settle(by=None, case=searches.filter(state=State.FOUND)[0], on=today)
    withdraw(by=None, case=searches.filter(state=State.OPEN)[0], on=today, reason="试")
    settle(by=None, case=problems.filter(state=State.FIXED)[0], on=today)
    withdraw(by=None, case=problems.filter(state=State.OPEN)[0], on=today, reason="试")
    changed = {"out_of_contact": 679, "recontacted": 286, "findings": 242, "findings_closed": 159}
    assert counted() == counted() | changed


@pytest.mark.parametrize("kind", [Kind.TRACING, Kind.FINDING])
def test_cases_stand_in_every_state_and_every_bucket(kind: Kind) -> None:
    root = Unit.objects.get(code="HX").pk
    [tally] = tallies(operator_scope(), Asked(kind, timezone.localdate()), [root]).values()
    assert min(tally.buckets[bucket] for bucket in Bucket) > 5
    states = {state for one in MACHINES[kind].transitions.values() for state in one.targets.values()}
    assert set(Case.objects.filter(kind=kind).values_list("state", flat=True)) == states


def test_cases_name_every_aspect_and_every_way_of_losing_contact() -> None:
    aspects = set(Finding.objects.filter(case__kind=Kind.FINDING).values_list("aspect", flat=True))
    assert aspects == {term.code for term in words.terms(TermCategory.ASPECT)}
    losses = set(TracingCase.objects.values_list("reason", flat=True))
    assert losses == {term.code for term in words.terms(TermCategory.LOSS)}


def test_some_branches_are_being_lifted_and_some_people_look_at_themselves() -> None:
    kinds = Counter(Case.objects.values_list("kind", flat=True))
    assert (kinds[Kind.LIFTING], kinds[Kind.PERSONAL]) == (4, 5)


def test_who_is_out_of_contact_is_looked_for_and_who_was_found_is_not() -> None:
    lost = Circumstance.objects.filter(kind="out-of-contact", valid_to=None).values_list("member_id", flat=True)
    searches = Case.objects.filter(kind=Kind.TRACING)
    found = searches.filter(state=State.CLOSED, tracing__spoken_on__isnull=False).values_list("member_id", flat=True)
    looked_for = set(searches.exclude(state=State.WITHDRAWN).values_list("member_id", flat=True))
    assert (len(lost), set(lost) - looked_for, set(lost) & set(found)) == (390, set(), set())


def test_who_is_out_of_contact_is_still_owed_and_missing() -> None:
    today = timezone.localdate()
    lost = set(Circumstance.objects.filter(kind="out-of-contact", valid_to=None).values_list("member_id", flat=True))
    for item in ("badges", "lessons"):
        gap = gap_list(Unit.objects.get(code="HX"), find_items([item], on=today), as_of=today, tree="then")
        assert {name.member for name in gap.names if name.out_of_contact} == lost


def test_leads_are_sealed_and_gone_from_what_has_ended() -> None:
    ended = Lead.objects.filter(case__ended_on__isnull=False)
    told = [opened_lead(lead) for lead in Lead.objects.filter(case__ended_on=None)]
    assert ended.count() > 100 < len(told)
    assert not ended.exclude(sealed="").exists()
    assert all(one and one.name for one in told)


def test_recorders_have_cases_and_know_of_no_lifting() -> None:
    for name in ("recorder", "recorder-2"):
        scope = scope_of(Account.objects.get(username=name))
        kinds = Counter(Case.objects.within(scope).values_list("kind", flat=True))
        assert (kinds[Kind.FINDING] > 4, kinds[Kind.LIFTING], kinds[Kind.PERSONAL] > 0) == (True, 0, True)


def test_county_stands_with_607_units() -> None:
    tree = tree_on(timezone.localdate())
    traits = Counter(trait for unit in tree.order for trait in tree.nodes[unit].traits)
    assert len(tree.order) == 607
    assert [len(tree.with_trait(trait)) for trait in ("committee", "organisation", "village")] == [69, 537, 150]
    assert (traits["community"], traits["county-unit"], traits["two-new"]) == (7, 85, 58)


def test_merger_of_the_year_took_its_people_along() -> None:
    merger = UnitEvent.objects.filter(verb="merge").latest("on")
    eve = merger.on - timedelta(days=1)
    before, after = tree_on(eve), tree_on(merger.on)
    assert (merger.unit_id in before.nodes, merger.unit_id in after.nodes) == (True, False)
    people = Affiliation.objects.formal(eve).filter(unit=merger.unit).values("member")
    went = Affiliation.objects.formal(merger.on).filter(member__in=people).values_list("unit_id", flat=True)
    assert len(went) > 5
    assert set(went) == {merger.counterpart_id}


def test_moved_branch_stood_elsewhere_before() -> None:
    for move in UnitEvent.objects.filter(verb="move"):
        before, after = tree_on(move.on - timedelta(days=1)), tree_on(move.on)
        assert before.parents[move.unit_id] != after.parents[move.unit_id] == move.parent_id


def test_unit_renamed_in_the_year_keeps_its_old_name_before() -> None:
    renaming = UnitEvent.objects.filter(verb="rename").latest("on")
    before = tree_on(renaming.on - timedelta(days=1)).nodes[renaming.unit_id].name
    assert (before, renaming.unit.name) == ("招商局党组", "投资促进局党组")


@pytest.mark.parametrize("item", ["badges", "constitutions", "rules", "lessons"])
def test_typical_branch_lacks_a_few_people(item: str) -> None:
    counts = lacking(item)
    branches = [counts[code] for code in Unit.objects.filter(kind__contains="branch").values_list("code", flat=True)]
    assert median(branches) in {1, 2, 3}
    assert sum(count == 0 for count in branches) > 80
    assert sum(count <= 6 for count in branches) > 0.95 * len(branches)
    assert 7 <= max(branches) < 30


def test_speeches_are_owed_to_secretaries_and_recorders() -> None:
    today = timezone.localdate()
    gap = gap_list(Unit.objects.get(code="HX"), find_items(["speeches"], on=today), as_of=today, tree="then")
    posts = Post.objects.standing(today, "secretary", "recorder")
    holders = {(post.person_id, post.unit_id) for post in posts}
    own = set(Affiliation.objects.formal(today).values_list("member_id", "unit_id"))
    assert gap.owed == len({person for person, _unit in holders & own})
    assert 0 < gap.missing < 80


def test_some_decline_some_wait_some_are_out_of_contact() -> None:
    today = timezone.localdate()
    items = find_items(["badges", "constitutions", "rules", "lessons"], on=today)
    gap = gap_list(Unit.objects.get(code="HX"), items, as_of=today, tree="then")
    states = Counter(lack for name in gap.names for lack in name.lacks.values())
    assert min(states[Lack.LATER], states[Lack.DECLINED]) > 40
    assert sum(name.out_of_contact for name in gap.names) > 100
    assert gap.exempt > 10


def test_seven_organisations_still_wait_for_a_flag() -> None:
    assert lacking("flags").total() == 7


def test_ledger_has_been_set_right_in_places() -> None:
    assert Activity.objects.exclude(corrects=None).count() == 8
    assert Reversal.objects.exclude(receipt=None).count() > 5
    assert Reversal.objects.exclude(custody=None).count() == 3
    assert Exemption.objects.count() == 9


def test_items_reach_people_in_every_way() -> None:
    ways = set(Receipt.objects.exclude(item=None).values_list("channel", flat=True))
    assert ways == {"visit", "gathering", "disc", "usb", "wechat", "online", "phone", "post"}


def test_every_derived_number_agrees() -> None:
    assert check() == []


def test_every_role_has_a_login(demo: Demo) -> None:  # noqa: F811
    for slip in demo.slips:
        account = Account.objects.get(username=slip.username)
        assert account.check_password(slip.password)
        assert must_choose(account)
    roles = Post.objects.filter(person__accounts__isnull=False).values_list("role", flat=True)
    rights = {"office", "clerk", "recorder", "visitor", "trainer", "auditor"}
    administrators = {f"{kind}-administrator" for kind in ("system", "security", "audit")}
    assert rights | administrators <= set(roles)


def test_visiting_leader_may_record_at_the_contact_point() -> None:
    scope = scope_of(Account.objects.get(username="leader"))
    branch = scope_of(Account.objects.get(username="recorder")).home
    assert branch is not None
    assert scope.units(Right.RECORD) == {branch.pk}


def test_county_keeps_identity_numbers_only() -> None:
    assert list(Site.current().keep) == ["identity"]


def test_second_county_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        build(today=timezone.localdate())
    assert refusal.value.code == "already-founded"


def test_county_is_built_within_a_minute(demo: Demo) -> None:  # noqa: F811
    assert demo.seconds < 60
