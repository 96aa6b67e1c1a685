"""The roster of a unit: who sees what, looking for a name, adding, and the national form out."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from qisong.org.models import Journal
from qisong.roster.editing import add_member, record_departure
from qisong.roster.models import Member
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.world import BEGINNING, World


def names_on(response: object) -> list[str]:
    page = response.context["page"]  # type: ignore[attr-defined]
    return [str(row.cells[0].text) for row in page.table.rows]


def joining(**changes: str) -> dict[str, str]:
    return {"name": "云中客", "sex": "male", "born": "1977-07-07", "category": "full", "on": "2026-03-01"} | changes


def test_roster_lists_everybody_of_a_branch_by_name(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.recorder).get(f"/units/{world.branch.pk}/roster/")
    assert names_on(response) == sorted(["东方晓", "田守一", "田春禾", "罗远帆", "何渺", "西门四"])
    assert response.context["page"].answer == "5 人，另有挂靠 1 人"


def test_roster_of_a_committee_goes_branch_by_branch(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.clerk).get(f"/units/{world.committee.pk}/roster/").context["page"]
    units = [str(row.cells[1].text) for row in page.table.rows]
    assert units == ["东岭村党支部"] * 6 + ["西岭村党支部"] * 2


def test_roster_shows_a_visitor_names_without_particulars(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.account("visitor")).get(f"/units/{world.branch.pk}/roster/").context["page"]
    assert [str(column.label) for column in page.table.columns] == ["姓名", "情形"]
    assert (page.act, page.links) == (None, [])


def test_looking_for_a_name_keeps_it_out_of_the_address(signed_in: SignedIn, world: World) -> None:
    url = f"/units/{world.branch.pk}/roster/"
    response = signed_in(world.recorder).post(url, {"name": "田"})
    assert names_on(response) == ["田守一", "田春禾"]
    assert names_on(signed_in(world.recorder).get(f"{url}?name=田")) != ["田守一", "田春禾"]


def test_clerk_imports_and_recorder_does_not(signed_in: SignedIn, world: World) -> None:
    url = f"/units/{world.branch.pk}/roster/"
    acts = [signed_in(account).get(url).context["page"].act.label for account in (world.clerk, world.recorder)]
    assert acts == ["导入名册", "增加一人"]


def test_roster_queries_do_not_grow(signed_in: SignedIn, world: World) -> None:
    client, counts = signed_in(world.clerk), []
    for name in ("甲一", "乙二", "丙三"):
        add_member(by=None, unit=world.sibling, on=BEGINNING, name=name, sex="male", category="full")
        counts.append(client.count(f"/units/{world.sibling.pk}/roster/"))
    assert len(set(counts)) == 1


def test_add_puts_somebody_on_the_roster(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.recorder).post(f"/units/{world.branch.pk}/roster/add/", joining())
    added = Member.objects.get(person__name="云中客")
    assert (response.status_code, response["Location"]) == (302, f"/members/{added.pk}/")
    assert added.affiliations.get().unit == world.branch


@pytest.mark.parametrize(
    ("box", "typed"), [("name", ""), ("born", "去年"), ("identity", "123"), ("on", "2026-13-01"), ("joined", "解放前")]
)
def test_add_says_at_the_box_what_is_wrong_and_keeps_the_rest(
    signed_in: SignedIn, world: World, box: str, typed: str
) -> None:
    response = signed_in(world.recorder).post(f"/units/{world.branch.pk}/roster/add/", joining(**{box: typed}))
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [box]
    assert 'value="1977-07-07"' in text_of(response) or box == "born"


def test_add_asks_only_for_columns_that_the_county_keeps(signed_in: SignedIn, world: World) -> None:
    form = signed_in(world.recorder).get(f"/units/{world.branch.pk}/roster/add/").context["form"]
    assert ["identity" in form.fields, "ethnicity" in form.fields, "house" in form.fields] == [True, False, False]


def test_export_is_masked_and_journalled(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.recorder).post(f"/units/{world.branch.pk}/roster/export/", {"reason": ""})
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert ("138****34" in cells, "13800001234" in cells) == (True, False)
    assert Journal.objects.filter(kind="roster.exported").count() == 1


def test_export_of_whole_numbers_without_reason_is_refused_at_its_box(signed_in: SignedIn, world: World) -> None:
    url = f"/units/{world.branch.pk}/roster/export/"
    response = signed_in(world.recorder).post(url, {"unmask": "on", "reason": " "})
    assert (response.status_code, list(response.context["form"].errors)) == (400, ["reason"])


def test_roster_elsewhere_is_not_found(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    pages = ("", "add/", "export/")
    assert {client.get(f"/units/{world.sibling.pk}/roster/{page}").status_code for page in pages} == {404}


def test_list_of_those_who_left_takes_as_many_queries_for_three_as_for_one(signed_in: SignedIn, world: World) -> None:
    client, url, counts = signed_in(world.recorder), f"/units/{world.branch.pk}/roster/left/", []
    for name in ("田守一", "东方晓", "田春禾"):
        record_departure(by=None, member=world.member(name), on=BEGINNING)
        counts.append(client.count(url))
    assert counts == [counts[0]] * 3


def test_person_who_left_by_mistake_is_found_and_taken_back(signed_in: SignedIn, world: World) -> None:
    client, one = signed_in(world.recorder), world.member("田守一")
    client.post(f"/members/{one.pk}/death/", {"on": "2026-05-01"})
    assert client.get(f"/members/{one.pk}/").status_code == 404
    assert "田守一" in text_of(client.get(f"/units/{world.branch.pk}/roster/left/"))
    tie = one.affiliations.get(bond="formal")
    assert client.post(f"/units/left/{tie.pk}/", {"reason": ""}).status_code == 400
    assert client.post(f"/units/left/{tie.pk}/", {"reason": "记错了人"}).status_code == 302
    assert client.get(f"/members/{one.pk}/").status_code == 200
    assert "田守一" not in text_of(client.get(f"/units/{world.branch.pk}/roster/left/"))
