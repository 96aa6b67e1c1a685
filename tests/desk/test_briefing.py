import re
from html import unescape
from io import BytesIO

import pytest
from docx import Document

from tests.desk.acts import hand_out, put_down, take
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.desk.test_home import plain
from tests.desk.test_unit import cells_of
from tests.world import World

PERIOD = "first=2026-05-01&last=2026-06-30"


def happenings(world: World) -> None:
    present = [str(world.member(name).pk) for name in ("东方晓", "田春禾")]
    study = [{"kind": "meeting", "meeting": "study"}]
    put_down(world, "B1", on="2026-05-19", parts=study, channel="gathering", present=present, subject="读原文")
    hand_out(world, "B1", "rules", ["东方晓"])
    take(world, "B1", "rules", 30)


def links_of(client: Reader, url: str) -> dict[str, str]:
    """The words of each number of the briefing → where its rows are."""
    page = unescape(text_of(client.get(url)))
    found = re.findall(r'<a\s+href="(/rows/[^"]+)"\s*>([^<]+)</a>', page)
    return {text: link for link, text in reversed(found)}


def test_briefing_says_what_happened_and_how_far_it_reached(signed_in: SignedIn, world: World) -> None:
    happenings(world)
    page = plain(text_of(signed_in(world.recorder).get(f"/briefing/?{PERIOD}"))).replace(" ", "")
    assert [said in page for said in ("集中学习1次，参加党员2人次", "党规：应送5人，已到手1人，还差4人")] == [
        True,
        True,
    ]


def test_every_number_opens_to_its_rows(signed_in: SignedIn, world: World) -> None:
    happenings(world)
    client = signed_in(world.recorder)
    links = links_of(client, f"/briefing/?{PERIOD}")
    session, people = (cells_of(text_of(client.get(links[number]))) for number in ("1次", "2人次"))
    assert (list(session), sorted(people)) == (["读原文"], ["东方晓", "田春禾"])


def test_auditor_opens_a_number_without_reading_names(signed_in: SignedIn, world: World) -> None:
    happenings(world)
    client = signed_in(world.account("auditor"))
    page = text_of(client.get(links_of(client, f"/briefing/?unit={world.branch.pk}&{PERIOD}")["2人次"]))
    assert (page.count("您不能看名字的一条"), "东方晓" in page) == (2, False)


def test_briefing_is_taken_away_as_a_document(signed_in: SignedIn, world: World) -> None:
    happenings(world)
    answer = signed_in(world.recorder).get(f"/briefing.docx?{PERIOD}")
    text = "".join(paragraph.text for paragraph in Document(BytesIO(answer.content)).paragraphs)
    assert ("集中学习1次" in text, answer.headers["Content-Disposition"]) == (
        True,
        f'attachment; filename="briefing-{world.branch.pk}-20260501-20260630.docx"',
    )


def test_briefing_is_of_the_own_unit_and_this_year_unless_asked_otherwise(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.clerk).get("/briefing/"))
    assert ("东岭镇党委" in plain(page), 'value="2026-01-01"' in page) == (True, True)


@pytest.mark.parametrize(
    "query", ["first=2026-06-30&last=2026-05-01", "first=never", "last=2019-01-01&first=2019-01-01"]
)
def test_wrong_period_is_said_at_its_box(signed_in: SignedIn, world: World, query: str) -> None:
    client = signed_in(world.recorder)
    page = text_of(client.get(f"/briefing/?{query}"))
    assert ('role="alert"' in page, "red-head" in page) == (True, False)
    assert client.get(f"/briefing.docx?{query}").headers["Location"] == f"/briefing/?{query}"


def test_unit_of_somebody_else_cannot_be_chosen(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.recorder).get(f"/briefing/?unit={world.sibling.pk}"))
    assert ('role="alert"' in page, "red-head" in page) == (True, False)


@pytest.mark.parametrize(
    "path",
    ["sessions/{}/2026-01-01/never/", "moon/{}/2026-01-01/2026-11-01/", "sessions/{}/2026-02-01/2026-01-01/"],
)
def test_address_that_no_number_has_does_not_exist(signed_in: SignedIn, world: World, path: str) -> None:
    assert signed_in(world.office).get(f"/rows/{path.format(world.county.pk)}").status_code == 404


def test_rows_of_a_unit_of_somebody_else_do_not_exist(signed_in: SignedIn, world: World) -> None:
    url = f"/rows/sessions/{world.sibling.pk}/2026-01-01/2026-11-01/"
    assert signed_in(world.recorder).get(url).status_code == 404


def test_queries_do_not_grow_with_the_rows(signed_in: SignedIn, world: World) -> None:
    url = f"/rows/sessions/{world.county.pk}/2026-01-01/2026-11-01/"
    client, counts = signed_in(world.office), []
    for times in (1, 2):
        for _ in range(times):
            happenings(world)
        counts.append(client.count(url))
    assert counts[0] == counts[1]
