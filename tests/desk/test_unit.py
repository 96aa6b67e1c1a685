import re
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook

from qisong.org.tending import move_unit, rename_unit
from tests.desk.acts import hand_out, take
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.world import World


def cells_of(page: str) -> dict[str, list[str]]:
    """The head of each row of the first table and the words of its cells."""
    table = page.split("</table>", maxsplit=1)[0].split("<tbody>")[1]
    rows = [re.findall(r"<t[hd](?! class=\"tick).*?</t[hd]>", row, re.DOTALL) for row in table.split("<tr")[1:]]
    plain = [[" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in rows]
    return {head: cells for head, *cells in plain}


def test_row_per_child_in_tree_order_under_the_unit_itself(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.office).get(f"/units/{world.county.pk}/"))
    assert list(cells_of(page)) == ["青山县委", "东岭镇党委", "柳河镇党委", "县直机关党工委"]


def test_cells_count_people_reached_among_those_owed(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B1", "constitutions", ["东方晓", "田春禾"])
    hand_out(world, "B2", "constitutions", ["西门三", "西门四"])
    cells = cells_of(text_of(signed_in(world.clerk).get(f"/units/{world.committee.pk}/")))
    assert [row[1] for row in cells.values()] == ["4/7", "2/5", "2/2 ✓"]


def test_item_that_nobody_is_owed_shows_a_dash(signed_in: SignedIn, world: World) -> None:
    cells = cells_of(text_of(signed_in(world.recorder).get(f"/units/{world.branch.pk}/")))
    assert cells["东岭村党支部"][3] == "—"


def test_answer_names_people_without_each_item(signed_in: SignedIn, world: World) -> None:
    for item in ("badges", "constitutions", "rules"):
        hand_out(world, "B3", item, ["柳随风", "柳青禾"])
    page = text_of(signed_in(world.outsider).get(f"/units/{world.other_branch.pk}/"))
    assert "还差：2 人没有党课，1 人没有讲话，1 人没有业务。" in page


def test_cell_leads_to_the_names_and_the_row_to_the_unit(signed_in: SignedIn, world: World) -> None:
    page = unescape(text_of(signed_in(world.clerk).get(f"/units/{world.committee.pk}/?tree=now&on=2026-06-01")))
    query = "on=2026-06-01&tree=now"
    links = [f"/units/{world.branch.pk}/?{query}", f"/units/{world.branch.pk}/names/?item=rules&{query}"]
    assert [f'href="{link}"' in page for link in links] == [True, True]


def test_county_leads_to_a_name_in_four_presses(signed_in: SignedIn, world: World) -> None:
    client, page = signed_in(world.office), "/"
    for step in (f"/units/{world.county.pk}/", f"/units/{world.committee.pk}/", f"/units/{world.branch.pk}/names/"):
        links = re.findall(r'href="([^"]+)"', unescape(text_of(client.get(page))))
        page = next(link for link in links if link.startswith(step) or link == step)
        if step.endswith(f"{world.committee.pk}/"):
            page = step.replace(str(world.committee.pk), str(world.branch.pk))
            assert any(link.startswith(page) for link in re.findall(r'href="([^"]+)"', text_of(client.get(step))))
            page = step
    assert "何渺" in text_of(client.get(page.replace("names/", "names/?show=lost&").replace("&?", "&")))


def test_auditor_reads_figures_without_a_way_to_names(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.account("auditor")).get(f"/units/{world.committee.pk}/"))
    assert ("0/7" in page, "/names/" in page, "/record/" in page) == (True, False, False)


def test_then_and_now_group_by_the_tree_asked_for(signed_in: SignedIn, world: World) -> None:
    move_unit(by=None, unit=world.branch, parent=world.other_committee, on=world.scope("office").on)
    client, url = signed_in(world.office), f"/units/{world.county.pk}/?on=2026-06-01&tree="
    shown = [cells_of(text_of(client.get(url + tree))) for tree in ("then", "now")]
    assert [[row[1] for row in cells.values()] for cells in shown] == [
        ["0/10", "0/7", "0/2", "0/1"],
        ["0/10", "0/2", "0/7", "0/1"],
    ]


def test_names_of_that_day_are_shown(signed_in: SignedIn, world: World) -> None:
    on = world.scope("office").on
    rename_unit(by=None, unit=world.sibling, on=on, name="西岭新村")
    page = text_of(signed_in(world.clerk).get(f"/units/{world.committee.pk}/?on=2026-06-01"))
    assert list(cells_of(page)) == ["东岭镇党委", "东岭村党支部", "西岭村党支部"]


@pytest.mark.parametrize("query", ["tree=soon", "channel=drone", "circumstance=happy", "on=sometime", "on=2019-01-01"])
def test_unknown_choice_is_said_at_its_box_and_nothing_is_counted(
    signed_in: SignedIn, world: World, query: str
) -> None:
    page = signed_in(world.recorder).get(f"/units/{world.branch.pk}/?{query}")
    assert (page.status_code, 'role="alert"' in text_of(page), "<tbody>" in text_of(page)) == (200, True, False)


def test_copies_taken_but_not_handed_out_stand_apart(signed_in: SignedIn, world: World) -> None:
    take(world, "B1", "rules", 30)
    page = text_of(signed_in(world.clerk).get(f"/units/{world.committee.pk}/"))
    assert cells_of(page)["东岭村党支部"][2] == "0/5"
    assert cells_of(page.split("还没发到人的</caption>")[-1]) == {"东岭镇党委": ["30"], "东岭村党支部": ["30"]}


@pytest.mark.parametrize("path", ["", "names/"])
def test_unit_of_another_branch_does_not_exist(signed_in: SignedIn, world: World, path: str) -> None:
    assert signed_in(world.recorder).get(f"/units/{world.sibling.pk}/{path}").status_code == 404


def test_queries_do_not_grow_with_children_people_and_acts(signed_in: SignedIn, world: World) -> None:
    client, url = signed_in(world.office), f"/units/{world.county.pk}/"
    take(world, "B1", "rules", 30)
    hand_out(world, "B1", "rules", ["东方晓"])
    one = client.count(url)
    for unit, name in (("B3", "柳随风"), ("B4", "司农田")):
        take(world, unit, "rules", 10)
        hand_out(world, unit, "rules", [name])
    assert client.count(url) == one


def test_workbook_holds_the_same_numbers(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B1", "constitutions", ["东方晓", "田春禾"])
    answer = signed_in(world.clerk).get(f"/units/{world.committee.pk}/table.xlsx?on=2026-06-01")
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert rows[3][:6] == ("代码", "组织", "党徽：已到手", "党徽：应送", "党章：已到手", "党章：应送")
    assert [row[:6] for row in rows[4:6]] == [("D1", "东岭镇党委", 0, 7, 2, 7), ("B1", "东岭村党支部", 0, 5, 2, 5)]


def test_workbook_of_an_unreadable_choice_leads_to_the_page_that_says_why(signed_in: SignedIn, world: World) -> None:
    answer = signed_in(world.recorder).get(f"/units/{world.branch.pk}/table.xlsx?tree=soon")
    assert answer.headers["Location"] == f"/units/{world.branch.pk}/?tree=soon"
