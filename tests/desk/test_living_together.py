"""Those who live together on the pages of one member, of who is missing and of a programme."""

from datetime import date

import pytest

from qisong.ledger.models import Audience
from qisong.roster.households import household_of, join_household
from qisong.roster.models import Household
from tests.coverage.story import owe_households
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.world import World

DAY = date(2026, 5, 19)


def url_of(world: World, name: str, verb: str = "") -> str:
    return f"/members/{world.member(name).pk}/{verb}"


def together(world: World, name: str) -> list[str]:
    return [one.person.name for one in household_of(world.member(name), DAY).everybody]


@pytest.fixture
def home(world: World) -> World:
    """田守一 heads a household with 田春禾 of the same branch and 西门三 of another."""
    for name in ("田春禾", "西门三"):
        join_household(by=None, member=world.member(name), head=world.member("田守一"), on=date(2026, 3, 1))
    return world


def test_somebody_joins_by_the_form_and_leaves_again(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    sent = {"head": str(world.member("田守一").pk), "on": "2026-05-19"}
    client.post(url_of(world, "田春禾", "together/"), sent)
    assert together(world, "田春禾") == ["田守一", "田春禾"]
    client.post(url_of(world, "田春禾", "apart/"), {"on": "2026-06-01"})
    assert Household.objects.get().valid_to == date(2026, 6, 1)


def test_head_of_another_unit_is_found_by_name_where_the_roster_is_kept(signed_in: SignedIn, world: World) -> None:
    sent = {"other": "西门三", "on": "2026-05-19"}
    refused = signed_in(world.recorder).post(url_of(world, "田春禾", "together/"), sent)
    assert "请选一个人" in text_of(refused)
    signed_in(world.clerk).post(url_of(world, "田春禾", "together/"), sent)
    assert together(world, "田春禾") == ["西门三", "田春禾"]


def test_another_becomes_the_head(signed_in: SignedIn, home: World) -> None:
    signed_in(home.recorder).post(url_of(home, "田春禾", "head/"), {"on": "2026-05-19"})
    assert together(home, "田守一") == ["田春禾", "田守一", "西门三"]


def test_page_names_those_the_reader_may_know(signed_in: SignedIn, home: World) -> None:
    seen = [text_of(signed_in(one).get(url_of(home, "田守一"))) for one in (home.recorder, home.clerk)]
    assert [("同住一户" in page, "户主" in page, "西门三" in page, "另有1人" in page) for page in seen] == [
        (True, True, False, True),
        (True, True, True, False),
    ]


def test_verbs_are_those_that_make_sense(signed_in: SignedIn, home: World) -> None:
    client = signed_in(home.recorder)

    def offered(name: str) -> list[str]:
        page = client.get(url_of(home, name)).content.decode()
        return [verb for verb in ("together", "apart", "head") if url_of(home, name, f"{verb}/") in page]

    assert [offered(name) for name in ("罗远帆", "田守一", "田春禾")] == [["together"], [], ["apart", "head"]]


def test_names_stand_beside_the_head_within_the_scope(signed_in: SignedIn, home: World) -> None:
    owe_households("constitutions")
    page = text_of(signed_in(home.recorder).get(f"/units/{home.branch.pk}/names/?item=constitutions"))
    assert "一户：田春禾、另有1人" in page
    assert "西门三" not in page


def test_list_of_names_asks_as_much_for_one_household_as_for_three(signed_in: SignedIn, world: World) -> None:
    owe_households("constitutions")
    client, url = signed_in(world.clerk), f"/units/{world.committee.pk}/names/?item=constitutions"
    join_household(by=None, member=world.member("田春禾"), head=world.member("田守一"), on=DAY)
    one = client.count(url)
    for name, head in (("罗远帆", "何渺"), ("西门三", "西门四")):
        join_household(by=None, member=world.member(name), head=world.member(head), on=DAY)
    assert client.count(url) == one


def test_page_of_a_unit_counts_households(signed_in: SignedIn, home: World) -> None:
    owe_households("constitutions")
    assert "4 个住户没有党章" in text_of(signed_in(home.recorder).get(f"/units/{home.branch.pk}/"))


def test_audience_of_households_is_added_on_the_page_of_a_programme(signed_in: SignedIn, world: World) -> None:
    url = "/programmes/seven-deliveries/new/audience/"
    sent = {"recipient": "household", "code": "homes", "zh": "各户", "en": "Households"}
    answered = signed_in(world.office).post(url, sent, follow=True)
    assert Audience.objects.get(code="homes").recipient == "household"
    assert "住户" in text_of(answered)
