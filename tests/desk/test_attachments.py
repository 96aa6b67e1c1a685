from datetime import date
from typing import Any

import pytest

from qisong.ledger.expecting import expected
from qisong.org.models import Journal
from qisong.roster.attaching import propose_attachments
from qisong.roster.editing import attach_member, begin_circumstance
from qisong.roster.models import Proposal
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.world import BEGINNING, World

DAY = "2026-05-19"
ON = date(2026, 5, 19)


def url_of(world: World, code: str, page: str) -> str:
    return f"/units/{world.unit(code).pk}/roster/{page}/"


def cells(client: Reader, url: str, table: str) -> list[list[str]]:
    shown = getattr(client.get(url).context["page"], table)
    return [[str(cell.text) for cell in row.cells] for row in shown.rows]


def propose(client: Reader, world: World, *names: str) -> Any:
    ticked = [str(world.member(name).pk) for name in names]
    sent = {"do": "propose", "ticked": ticked, "to": world.other_branch.pk}
    return client.post(url_of(world, "B1", "away"), sent)


def answer(client: Reader, world: World, do: str, code: str = "B3", page: str = "attached") -> Any:
    ticked = [str(pk) for pk in Proposal.objects.values_list("pk", flat=True)]
    return client.post(url_of(world, code, page), {"do": do, "ticked": ticked, "on": DAY})


def attached(world: World) -> list[str]:
    return [one.member.person.name for one in expected(world.other_branch, ON).attached]


def test_home_lists_who_is_away_and_asks_the_unit_there(signed_in: SignedIn, world: World) -> None:
    client, url = signed_in(world.recorder), url_of(world, "B1", "away")
    assert cells(client, url, "people") == [["罗远帆", "外省务工", ""]]
    propose(client, world, "罗远帆")
    assert cells(client, url, "people") == [["罗远帆", "外省务工", "已向柳河村党支部提出，等答复"]]
    assert "checked" not in text_of(client.get(url))


def test_unit_there_ticks_who_is_really_there(signed_in: SignedIn, world: World) -> None:
    propose(signed_in(world.recorder), world, "罗远帆")
    there, url = signed_in(world.outsider), url_of(world, "B3", "attached")
    assert (cells(there, url, "waiting")[0][:2], attached(world)) == (["罗远帆", "东岭村党支部"], [])
    assert "checked" not in text_of(there.get(url))
    answer(there, world, "agree")
    assert (attached(world), cells(there, url, "people")) == (["罗远帆"], [["罗远帆", "2026年5月19日"]])


def test_whoever_is_not_there_comes_back_to_their_own_unit(signed_in: SignedIn, world: World) -> None:
    home, url = signed_in(world.recorder), url_of(world, "B1", "away")
    propose(home, world, "罗远帆")
    answer(signed_in(world.outsider), world, "decline")
    assert [row[:2] for row in cells(home, url, "declined")] == [["罗远帆", "柳河村党支部"]]
    answer(home, world, "note", "B1", "away")
    assert (cells(home, url, "declined"), attached(world)) == ([], [])


def test_whoever_has_gone_is_ended_by_the_unit_there(signed_in: SignedIn, world: World) -> None:
    attach_member(by=None, member=world.member("罗远帆"), unit=world.other_branch, on=BEGINNING)
    sent = {"do": "leave", "ticked": [str(world.member("罗远帆").pk)], "on": DAY}
    signed_in(world.outsider).post(url_of(world, "B3", "attached"), sent)
    assert attached(world) == []


def test_sought_member_shows_nothing_and_waits_for_the_own_unit(signed_in: SignedIn, world: World) -> None:
    there, url = signed_in(world.outsider), url_of(world, "B3", "attached")
    page = there.post(url, {"do": "seek", "name": "罗远帆", "born": "1979年4月"}, follow=True)
    assert "找到了，已送本人的组织，等它同意。" in text_of(page)
    assert ["罗远帆" in text_of(page), "东岭村" in text_of(page), attached(world)] == [False, False, []]
    home = signed_in(world.recorder)
    assert cells(home, url_of(world, "B1", "away"), "waiting")[0][:2] == ["罗远帆", "柳河村党支部"]
    answer(home, world, "agree", "B1", "away")
    assert attached(world) == ["罗远帆"]


@pytest.mark.parametrize(
    ("born", "said"), [("1979", "请写明出生的年和月"), ("1979-05", "没有找到"), ("", "请填写这一项")]
)
def test_seeking_says_what_is_missing_and_keeps_what_was_typed(
    signed_in: SignedIn, world: World, born: str, said: str
) -> None:
    sent = {"do": "seek", "name": "罗远帆", "born": born}
    page = signed_in(world.outsider).post(url_of(world, "B3", "attached"), sent)
    assert (page.status_code, said in text_of(page), 'value="罗远帆"' in text_of(page)) == (400, True, True)
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize("do", ["agree", "decline", "note", "leave"])
def test_nobody_ticked_is_said_and_nothing_happens(signed_in: SignedIn, world: World, do: str) -> None:
    attach_member(by=None, member=world.member("罗远帆"), unit=world.other_branch, on=BEGINNING)
    propose_attachments(by=None, home=world.branch, members=[world.member("何渺").pk], to=world.other_branch.pk)
    before = Journal.objects.count()
    page = signed_in(world.outsider).post(url_of(world, "B3", "attached"), {"do": do, "on": DAY})
    assert (page.status_code, Journal.objects.count()) == (400, before)


def test_recorder_answers_for_no_other_unit(signed_in: SignedIn, world: World) -> None:
    propose(signed_in(world.recorder), world, "罗远帆")
    assert answer(signed_in(world.recorder), world, "agree").status_code == 404
    assert answer(signed_in(world.recorder), world, "agree", "B1", "away").status_code == 400
    assert attached(world) == []


def test_queries_do_not_grow_with_the_people(signed_in: SignedIn, world: World) -> None:
    home, there, counts = signed_in(world.recorder), signed_in(world.outsider), []
    begin_circumstance(by=None, member=world.member("田春禾"), kind="away", on=BEGINNING)
    begin_circumstance(by=None, member=world.member("东方晓"), kind="away", on=BEGINNING)
    for name in ("罗远帆", "田春禾", "东方晓"):
        propose(home, world, name)
        counts.append((home.count(url_of(world, "B1", "away")), there.count(url_of(world, "B3", "attached"))))
    assert len(set(counts)) == 1
