"""The demo county as it stands in the database: its figures, its gaps, and that both are counted from rows."""

from collections import Counter
from statistics import median

import pytest
from django.utils import timezone

from qisong.config.demo import build
from qisong.coverage.checking import check
from qisong.coverage.gaps import gap_list
from qisong.coverage.terms import Lack
from qisong.ledger.models import Activity, Exemption, Receipt, Reversal
from qisong.ledger.programmes import find_items
from qisong.org.accounts import must_choose
from qisong.org.models import Account, Post, Site, Unit, UnitEvent
from qisong.org.scope import scope_of
from qisong.org.terms import Right
from qisong.org.tree import tree_on
from qisong.roster.models import Affiliation
from qisong.words.text import Refusal
from tests.demo import Demo, demo, demo_folder  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.xdist_group("demo")]


def lacking(*items: str) -> Counter[str]:
    """How many people each branch lacks."""
    today = timezone.localdate()
    gap = gap_list(Unit.objects.get(code="HX"), find_items(items, on=today), as_of=today, tree="then")
    return Counter(name.unit.code for name in gap.names)


def test_county_stands_with_607_units() -> None:
    tree = tree_on(timezone.localdate())
    traits = Counter(trait for unit in tree.order for trait in tree.nodes[unit].traits)
    assert len(tree.order) == 607
    assert [len(tree.with_trait(trait)) for trait in ("committee", "organisation", "village")] == [69, 537, 150]
    assert (traits["community"], traits["county-unit"], traits["two-new"]) == (7, 85, 58)


def test_county_remembers_what_its_tree_was() -> None:
    assert {"rename", "move", "merge", "close"} <= set(UnitEvent.objects.values_list("verb", flat=True))
    start = tree_on(timezone.localdate().replace(month=1, day=1))
    assert len(start.order) > 607 - 1


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
