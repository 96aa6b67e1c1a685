from datetime import date
from typing import Any

from qisong.org.models import Journal
from qisong.roster.editing import record_departure, transfer_member
from qisong.roster.models import Affiliation
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.desk.test_changes import sure_of
from tests.world import World

DAY = "2026-05-19"
ON = date(2026, 5, 19)


def sent(world: World, *names: str, to: str = "B2", on: str = DAY) -> dict[str, Any]:
    return {"ticked": [str(world.member(name).pk) for name in names], "unit": world.unit(to).pk, "on": on}


def url_of(world: World) -> str:
    return f"/units/{world.branch.pk}/roster/transfer/"


def look(client: Reader, world: World, *names: str, to: str = "B2") -> str:
    return sure_of(client.post(url_of(world), sent(world, *names, to=to)))


def branch_of(world: World, name: str, on: date = ON) -> str:
    return Affiliation.objects.formal(on).get(member=world.member(name)).unit.code


def test_clerk_ticks_on_the_roster_and_recorder_of_one_branch_does_not(signed_in: SignedIn, world: World) -> None:
    pages = [text_of(signed_in(one).get(f"/units/{world.branch.pk}/roster/")) for one in (world.clerk, world.recorder)]
    assert [page.count('name="ticked"') for page in pages] == [5, 0]


def test_begin_shows_those_who_were_ticked(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.clerk).post(url_of(world), sent(world, "田守一", "何渺") | {"begin": "yes"}))
    assert (page.count("checked"), "田守一" in page, "何渺" in page, "罗远帆" in page) == (2, True, True, False)


def test_nobody_ticked_leads_back_with_a_word(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.clerk).post(url_of(world), {"begin": "yes"}, follow=True)
    assert response.redirect_chain == [(f"/units/{world.branch.pk}/roster/", 302)]
    assert "请先在名单上勾选要转的人。" in text_of(response)


def test_looking_says_what_will_happen_and_changes_nothing(signed_in: SignedIn, world: World) -> None:
    before = Journal.objects.count()
    page = signed_in(world.clerk).post(url_of(world), sent(world, "田守一", "何渺"))
    assert sure_of(page) == "2 人将自2026年5月19日起转入“西岭村党支部”。这一天以前已经报过的数不变。"
    rows = [[str(cell.text) for cell in row.cells] for row in page.context["shown"].table.rows]
    assert [str(column.label) for column in page.context["shown"].table.columns] == ["组织", "2026年5月19日", "今天"]
    assert rows == [["东岭村党支部", "5 → 3", "5 → 3"], ["西岭村党支部", "2 → 4", "2 → 4"]]
    assert (Journal.objects.count(), branch_of(world, "何渺")) == (before, "B1")


def test_the_sentence_sent_back_makes_it_happen(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    will = look(client, world, "田守一", "何渺")
    client.post(url_of(world), sent(world, "田守一", "何渺") | {"sure": will})
    assert [branch_of(world, name) for name in ("田守一", "何渺", "罗远帆")] == ["B2", "B2", "B1"]


def test_whoever_left_stays_and_is_named(signed_in: SignedIn, world: World) -> None:
    record_departure(by=None, member=world.member("何渺"), on=date(2026, 4, 1))
    client = signed_in(world.clerk)
    will = look(client, world, "田守一", "何渺")
    assert "1 人将自" in will
    assert will.endswith("另有 1 人不动：何渺（2026-04-01已离开）。")
    client.post(url_of(world), sent(world, "田守一", "何渺") | {"sure": will})
    assert branch_of(world, "田守一") == "B2"


def test_what_changed_meanwhile_is_said_again_before_anything_happens(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    will = look(client, world, "田守一", "何渺")
    record_departure(by=None, member=world.member("何渺"), on=date(2026, 4, 1))
    page = client.post(url_of(world), sent(world, "田守一", "何渺") | {"sure": will})
    assert "另有 1 人不动" in sure_of(page)
    assert branch_of(world, "田守一") == "B1"


def test_nobody_left_to_move_is_said_at_the_names(signed_in: SignedIn, world: World) -> None:
    record_departure(by=None, member=world.member("何渺"), on=date(2026, 4, 1))
    page = signed_in(world.clerk).post(url_of(world), sent(world, "何渺"))
    assert (page.status_code, sure_of(page)) == (400, "")
    assert "这一天没有可以转的人。另有 1 人不动：何渺（2026-04-01已离开）。" in text_of(page)


def test_day_that_the_verb_refuses_is_told_at_the_day(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.clerk).post(url_of(world), sent(world, "田守一", on="2019-12-31"))
    assert (page.status_code, sure_of(page)) == (400, "")
    assert branch_of(world, "田守一") == "B1"


def test_clerk_moves_nobody_out_of_or_into_another_committee(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    transfer_member(by=None, member=world.member("何渺"), unit=world.other_branch, on=ON)
    gone = client.post(url_of(world), sent(world, "何渺"))
    into = client.post(url_of(world), sent(world, "田守一", to="B3"))
    assert (sure_of(gone), sure_of(into)) == ("", "")
    assert [branch_of(world, name) for name in ("何渺", "田守一")] == ["B3", "B1"]


def test_an_id_that_is_none_names_nobody(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.clerk).post(url_of(world), {"ticked": ["x"], "unit": world.sibling.pk, "on": DAY})
    assert (page.status_code, sure_of(page)) == (400, "")
