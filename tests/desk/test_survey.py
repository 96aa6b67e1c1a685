import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from qisong.ledger.models import Answer, Item
from qisong.org.models import Unit
from qisong.roster.models import ContactPerson, Need, SurveyReply
from qisong.roster.replies import Known, Reply
from tests.desk.acts import hand_out
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.world import World

ASKED = "2026-05-19"


def url_of(unit: Unit, further: str = "") -> str:
    return f"/units/{unit.pk}/survey/{further}"


def rows_of(client: Reader, unit: Unit) -> dict[str, Any]:
    return {row.one.member.person.name: row for row in client.get(url_of(unit)).context["page"].rows}


def who(row: Any) -> str:
    return f"{row.number}-{row.one.member.pk.hex}-{row.mark}"


def sent(rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A page handed in as it came, with the boxes ``more``."""
    return {"id": "page-1", "on": ASKED, "who": [who(row) for row in rows.values()], **more}


def known(world: World, name: str) -> Reply:
    pk = world.member(name).pk
    return Known.load([pk], date.fromisoformat(ASKED)).reply(pk)


def test_page_asks_only_for_what_nobody_knows(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B1", "rules", ["田守一"])
    page = text_of(signed_in(world.recorder).get(url_of(world.branch)))
    row = next(part for part in page.split("<tr") if "田守一" in part)
    assert "✓ 党规" in row
    assert re.findall(r'name=h\d+ value="\d+">([^<]+)<', row) == ["党徽", "党章"]


def test_a_row_left_alone_changes_nothing(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    number = rows_of(client, world.branch)["田守一"].number
    client.post(url_of(world.branch), sent(rows_of(client, world.branch), **{f"n{number}": ["audio"]}))
    again = rows_of(client, world.branch)
    client.post(url_of(world.branch), sent(again, **{f"n{number}": ["audio"], "id": "page-2", "asked": []}))
    assert list(SurveyReply.objects.values_list("member__person__name", flat=True)) == ["田守一"]
    assert known(world, "田守一") == Reply({"audio": None})


def test_several_rows_are_typed_back_in_one_go(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    rows = rows_of(client, world.branch)
    one, two, rules = rows["田守一"].number, rows["田春禾"].number, Item.objects.get(code="rules").pk
    boxes = {f"n{one}": ["visit"], f"u-visit-{one}": "2026-12-01", f"w{one}": ["phone", "visit"], f"t{one}": "养蜂"}
    boxes |= {f"c{one}": "田小妹", f"r{one}": "女儿", f"p{one}": "13900002222", f"h{two}": [str(rules)]}
    answer = client.post(url_of(world.branch), sent(rows, asked=[str(rows["何渺"].number)], **boxes), follow=True)
    assert "已记下 3 人的答复。" in text_of(answer)
    reply = known(world, "田守一")
    assert (reply.needs, reply.ways, reply.topics) == ({"visit": date(2026, 12, 1)}, ("visit", "phone"), "养蜂")
    assert [ContactPerson.objects.get().name, Answer.objects.get().member] == ["田小妹", world.member("田春禾")]
    assert SurveyReply.objects.count() == 3


def test_an_unticked_need_ends_on_the_day_of_the_reply(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    number = rows_of(client, world.branch)["田守一"].number
    client.post(url_of(world.branch), sent(rows_of(client, world.branch), **{f"n{number}": ["audio"]}))
    client.post(url_of(world.branch), sent(rows_of(client, world.branch), id="page-2", on="2026-06-01"))
    need = Need.objects.get()
    assert (need.valid_from, need.valid_to) == (date(2026, 5, 19), date(2026, 6, 1))


def test_wrong_rows_keep_everything_typed_and_nothing_is_written(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    rows = rows_of(client, world.branch)
    one, two = rows["田守一"].number, rows["田春禾"].number
    boxes = {f"n{one}": ["visit"], f"u-visit-{one}": "2026-05-01", f"t{two}": "果树修剪"}
    answer = client.post(url_of(world.branch), sent(rows, **boxes))
    page = text_of(answer)
    assert (answer.status_code, SurveyReply.objects.count()) == (400, 0)
    assert "应当晚于询问的日期" in page
    assert 'value="果树修剪"' in page


def test_a_subset_of_members_may_be_sent(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    row = rows_of(client, world.branch)["何渺"]
    client.post(url_of(world.branch), sent({"何渺": row}, asked=[str(row.number)]))
    assert list(SurveyReply.objects.values_list("member__person__name", flat=True)) == ["何渺"]


@pytest.mark.parametrize("further", ["", "paper/", "workbook.xlsx"])
def test_recorder_cannot_survey_another_branch(signed_in: SignedIn, world: World, further: str) -> None:
    assert signed_in(world.recorder).get(url_of(world.sibling, further)).status_code == 404


def test_rows_of_another_branch_are_not_taken(signed_in: SignedIn, world: World) -> None:
    client, stranger = signed_in(world.recorder), world.member("西门三").pk.hex
    client.post(url_of(world.branch), {"id": "x", "on": ASKED, "who": [f"1-{stranger}-0"], "asked": ["1"]})
    assert SurveyReply.objects.count() == 0


def test_page_takes_as_many_queries_for_five_as_for_one(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    assert client.count(url_of(world.branch)) == client.count(url_of(world.sibling))
    assert client.count(url_of(world.branch, "paper/")) == client.count(url_of(world.sibling, "paper/"))


def test_committee_leads_to_its_branches(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.clerk).get(url_of(world.committee)).context["page"]
    assert [link.label for link in page.beneath] == ["东岭村党支部", "西岭村党支部"]


def filled_in(client: Reader, unit: Unit, changes: dict[str, dict[str, object]]) -> bytes:
    """The workbook as downloaded, with cells filled by name of the person and heading."""
    book = load_workbook(BytesIO(client.get(url_of(unit, "workbook.xlsx")).content))
    sheet = book.active
    columns = {cell.value: cell.column for cell in sheet[4]}
    for row in range(5, sheet.max_row + 1):
        for heading, value in changes.get(sheet.cell(row, columns["姓名"]).value, {}).items():
            sheet.cell(row, columns[heading]).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def hand_in(client: Reader, unit: Unit, content: bytes) -> Any:
    file = SimpleUploadedFile("摸底.xlsx", content)
    return client.post(url_of(unit, "import/"), {"file": file, "on": ASKED})


def test_workbook_is_looked_through_then_applied(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    content = filled_in(
        client,
        world.branch,
        {
            "田守一": {"上门": "✓", "上门到哪天": "2026年12月1日", "希望怎么送": "电话、上门", "联系人": "田小妹"},
            "何渺": {"问过了": "✓"},
        },
    )
    page = hand_in(client, world.branch, content).context["page"]
    assert (page.answered, page.reading.untouched, SurveyReply.objects.count()) == (2, 3, 0)
    client.post(url_of(world.branch, "import/"), {"sealed": page.sealed})
    client.post(url_of(world.branch, "import/"), {"sealed": page.sealed})
    reply = known(world, "田守一")
    assert (reply.needs, reply.ways, reply.contact.name) == ({"visit": date(2026, 12, 1)}, ("visit", "phone"), "田小妹")
    assert SurveyReply.objects.count() == 2


def test_workbook_with_problems_names_the_cells_and_writes_nothing(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    content = filled_in(client, world.branch, {"田守一": {"希望怎么送": "飞鸽"}, "何渺": {"上门到哪天": "2026-13-01"}})
    answer = hand_in(client, world.branch, content)
    assert answer.status_code == 400
    page = answer.context["page"]
    assert page.sealed == ""
    assert {(row.cells[1].text, row.cells[2].text) for row in page.problems.rows} == {
        ("希望怎么送", "飞鸽"),
        ("上门到哪天", "2026-13-01"),
    }


def test_what_was_read_for_one_cannot_be_applied_by_another(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    page = hand_in(client, world.branch, filled_in(client, world.branch, {"何渺": {"问过了": "✓"}})).context["page"]
    others = signed_in(world.clerk).post(url_of(world.branch, "import/"), {"sealed": page.sealed})
    assert (others.status_code, SurveyReply.objects.count()) == (404, 0)


def test_paper_is_ticked_with_what_is_known(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B1", "rules", ["田守一"])
    client = signed_in(world.recorder)
    number = rows_of(client, world.branch)["田守一"].number
    client.post(url_of(world.branch), sent(rows_of(client, world.branch), **{f"n{number}": ["audio"]}))
    rows = {row.name: row for row in client.get(url_of(world.branch, "paper/")).context["paper"].rows}
    assert rows["田守一"].items == ["□", "□", "✓", "—", "—"]
    assert [box for box, _until in rows["田守一"].needs] == ["□", "□", "☑", "□"]
    assert len(rows) == 5
