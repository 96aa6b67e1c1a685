import json
import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.desk.acts import hand_out
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.desk.test_unit import cells_of
from tests.world import World


def crossed(signed_in: SignedIn, world: World, query: str = "", unit: str = "D1") -> str:
    return text_of(signed_in(world.clerk).get(f"/units/{world.unit(unit).pk}/crossed/?{query}"))


def test_ways_cross_items_at_first(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B1", "constitutions", ["东方晓", "田春禾"])
    cells = cells_of(crossed(signed_in, world))
    assert (cells["各种方式"][1], cells["集中"][1], cells["上门"][1]) == ("2/7 还差 5", "0/7 还差 7", "2/7 还差 5")


def test_figure_leads_to_the_names_behind_it(signed_in: SignedIn, world: World) -> None:
    page = unescape(crossed(signed_in, world, "rows=circumstance&columns=level&item=badges&on=2026-06-01"))
    link = f"/units/{world.branch.pk}/names/?item=badges&on=2026-06-01&circumstance=away"
    assert f'href="{link}"' in page
    assert signed_in(world.clerk).get(link).status_code == 200


def test_same_thing_for_rows_and_columns_is_refused_at_its_box(signed_in: SignedIn, world: World) -> None:
    page = crossed(signed_in, world, "rows=item&columns=item")
    assert "行和列请选不同的。" in page
    assert "<tbody>" not in page


@pytest.mark.parametrize(
    "query", ["rows=merit", "columns=points", "channel=pigeon", "item=gold", "on=soon", "tree=palm"]
)
def test_what_is_unknown_is_told_and_nothing_breaks(signed_in: SignedIn, world: World, query: str) -> None:
    page = crossed(signed_in, world, query)
    assert 'class="errors' in page
    assert "<tbody>" not in page


def test_workbook_holds_what_the_page_shows(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B1", "badges", ["东方晓"])
    path = f"/units/{world.committee.pk}/crossed.xlsx?rows=level&columns=item&item=badges"
    sheet = load_workbook(BytesIO(signed_in(world.clerk).get(path).content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["东岭镇党委", 1, 7, 6] in rows
    assert signed_in(world.clerk).get(path.replace("columns=item", "columns=level")).status_code == 302


def test_file_for_programs_holds_what_the_page_shows(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B1", "badges", ["东方晓"])
    path = f"/units/{world.committee.pk}/crossed.json?rows=level&columns=item&item=badges"
    answer = signed_in(world.clerk).get(path)
    said = json.loads(answer.content)
    assert (said["unit"], said["items"], said["rows"][0]) == ("D1", ["badges"], "东岭镇党委")
    assert said["cells"][0] == [{"owed": 7, "received": 1, "missing": 6, "exempt": 0}]
    again = signed_in(world.clerk).get(path.replace("columns=item", "columns=level"))
    assert again.headers["Location"].startswith(f"/units/{world.committee.pk}/crossed/?")


def test_own_address_leads_to_the_unit_of_the_first_post(signed_in: SignedIn, world: World) -> None:
    answer = signed_in(world.clerk).get("/crossed/")
    assert answer.headers["Location"] == f"/units/{world.committee.pk}/crossed/"


def test_more_rows_cost_no_more_statements(signed_in: SignedIn, world: World) -> None:
    client, spent = signed_in(world.office), []
    for unit in (world.branch, world.county):
        path = f"/units/{unit.pk}/crossed/?rows=level&columns=item"
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        spent.append(len(asked))
    assert spent[0] == spent[1]


def test_day_of_the_slider_is_that_day_s_figure(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B1", "badges", ["东方晓"])
    client = signed_in(world.clerk)
    first = date(2026, 2, 1)
    for on in (first, first + timedelta(days=30)):
        page = unescape(text_of(client.get(f"/units/{world.committee.pk}/days/?item=badges&after={(on - first).days}")))
        unit = cells_of(text_of(client.get(f"/units/{world.committee.pk}/?on={on.isoformat()}")))
        shown = f"{on.year}年{on.month}月{on.day}日"
        assert cells_of(page)[shown][0] == unit["东岭镇党委"][0]
        assert re.search(r'name="after"[^>]*value="(\d+)"', page, re.DOTALL).group(1) == str((on - first).days)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "query", ["after=99999", "after=999999999999", "after=-3", "after=x", "item=gold", "on=1900-01-01"]
)
def test_odd_days_are_answered(signed_in: SignedIn, world: World, query: str) -> None:
    assert signed_in(world.clerk).get(f"/units/{world.committee.pk}/days/?{query}").status_code == 200


def test_days_show_nothing_in_order_of_figures(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B1", "badges", ["东方晓"])
    days = list(cells_of(text_of(signed_in(world.clerk).get(f"/units/{world.committee.pk}/days/"))))
    told = [tuple(map(int, re.findall(r"\d+", day))) for day in days]
    assert told == sorted(told, reverse=True)


def test_day_before_the_first_round_has_no_place_on_the_slider(signed_in: SignedIn, world: World) -> None:
    url = f"/units/{world.committee.pk}/days/?on="
    shown = ['type="range"' in text_of(signed_in(world.clerk).get(url + day)) for day in ("2026-01-15", "2026-02-01")]
    assert shown == [False, True]
