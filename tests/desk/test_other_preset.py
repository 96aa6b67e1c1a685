"""The main journey of a county that was founded from the second preset: its own sheet, a call with kits, who is
missing, the bulletin."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from django.utils import timezone

from qisong.coverage.gaps import gap_list
from qisong.ledger.models import Activity, Item
from qisong.org.terms import TreeView
from qisong.reporting.briefing import compose
from qisong.reporting.docx_writing import write_docx
from qisong.reporting.papers import Briefing, spoken
from qisong.roster.exporting import export_roster
from qisong.roster.importing import apply_batch, compare, problems_of
from qisong.roster.models import ImportBatch, Member
from qisong.roster.own_form import own_form
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.union import make_union, take_kits, talk, visit
from tests.world import World

TODAY = date(2026, 9, 30)
HEADINGS = "职工姓名,工作单位,性别,出生年月,是否入会,参加工作时间,入会时间,手机,是否外出,去向"


@pytest.fixture
def union(db: None) -> World:
    return make_union()


def compared(world: World, *rows: str) -> ImportBatch:
    file = ("花名册.csv", "\n".join([HEADINGS, *rows]).encode())
    return compare(by=world.clerk, unit=world.committee, files=[file], today=TODAY)


def names(world: World, item: str, day: date = TODAY) -> list[str]:
    found = [Item.objects.get(code=item)]
    return [one.name for one in gap_list(world.branch, found, as_of=day, tree=TreeView.THEN).names]


def paper(world: World, unit: str = "B1") -> Briefing:
    return compose(world.unit(unit), date(2026, 9, 1), TODAY, TODAY)


def test_sheet_has_the_headings_of_the_preset(union: World) -> None:
    stream = io.BytesIO()
    export_roster(by=union.clerk, unit=union.branch, stream=stream, on=TODAY)
    sheet = openpyxl.load_workbook(stream).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    [heading] = [row for row in rows if "职工姓名" in row]
    assert (sheet.title, rows[0][0], heading) == (
        "职工花名册",
        "职工花名册",
        [column.title for column in own_form().columns],
    )
    of = {row[1]: row[heading.index("会员情况")] for row in rows if row[1] in union.members}
    assert (of["田守一"], of["田春禾"]) == ("会员", "未入会")


def test_own_sheet_is_imported_by_its_own_labels(union: World) -> None:
    rows = [
        "云中鹤,东岭茶厂工会,男,1970-01-01,已入会,2001-01-01,2002-03-01,13800000001,是,邻省务工",
        "云中燕,西岭窑厂工会,女,1971-02-02,非会员,2003-01-01,,13800000002,否,",
    ]
    batch = compared(union, *rows)
    assert [problem for problem in problems_of(batch) if problem.severity == "error"] == []
    apply_batch(by=union.clerk, batch=batch)
    found = {
        one.person.name: (one.category, one.joined) for one in Member.objects.filter(person__name__startswith="云")
    }
    assert found == {"云中鹤": ("full", "2001-01-01"), "云中燕": ("probationary", "2003-01-01")}
    away = Member.objects.get(person__name="云中鹤").circumstances.get()
    assert (away.kind, away.detail) == ("away", "邻省务工")


def test_what_is_wrong_in_the_sheet_is_said_in_its_own_words(union: World) -> None:
    batch = compared(union, "云中鹤,东岭茶厂工会,男,1970-01-01,车工,2003-01-01,2002-01-01,13800000001,否,")
    told = {problem.code: problem.text.zh for problem in problems_of(batch)}
    assert told["category-not-known"] == "会员情况应当是会员或未入会；这里像是岗位工种，已当作岗位工种读。请核对。"
    assert told["joined-after-full"] == "入会日期早于入职日期。请对照档案，改正其中一个。"


def test_exported_sheet_reads_back_as_the_same(union: World) -> None:
    stream = io.BytesIO()
    export_roster(by=union.clerk, unit=union.committee, stream=stream, on=TODAY)
    batch = compare(by=union.clerk, unit=union.committee, files=[("a.xlsx", stream.getvalue())], today=TODAY)
    assert set(batch.lines.values_list("outcome", flat=True)) == {"same"}


def test_call_with_kits_closes_the_gap_of_whoever_got_one(union: World) -> None:
    take_kits(union)
    assert names(union, "kits") == ["何渺", "方晓茶", "田守一", "罗远帆"]
    act = visit(union, "田守一")
    assert sorted(Activity.objects.get(pk=act).parts.values_list("kind", flat=True)) == ["hand-over", "visit"]
    assert names(union, "kits") == ["何渺", "方晓茶", "罗远帆"]
    assert names(union, "rice") == []


def test_one_kit_is_enough_for_two_who_live_together(union: World, signed_in: SignedIn) -> None:
    client = signed_in(union.recorder)
    url = f"/units/{union.branch.pk}/names/?item=kits&on=2026-09-30"
    assert "一户：田春禾" in text_of(client.get(url))
    visit(union, "田春禾")
    assert names(union, "kits") == ["何渺", "方晓茶", "罗远帆"]
    assert "田守一" not in text_of(client.get(url))


def test_kit_of_an_earlier_festival_does_not_count_for_this_one(union: World) -> None:
    visit(union, "田守一", on="2026-06-10")
    assert names(union, "kits", date(2026, 6, 18)) == ["何渺", "方晓茶", "罗远帆"]
    assert names(union, "kits") == ["何渺", "方晓茶", "田守一", "罗远帆"]


def test_bulletin_speaks_of_workers_and_kits(union: World) -> None:
    take_kits(union)
    talk(union, "方晓茶", "田春禾")
    visit(union, "田守一")
    found = paper(union)
    said = [[spoken(line) for line in section.lines] for section in found.sections]
    assert (found.head, found.title) == ("送温暖工作通报", "东岭茶厂工会送温暖工作情况")
    assert said[0] == ["职工座谈1次，参加职工2人次。来客列席职工座谈3人次。挂钩干部走访挂钩点1次。举办安全讲座1场。"]
    assert found.sections[1].heading == "二、送到了多少职工"
    assert said[1][0] == "节日慰问包：应送4户，已到手1户，还差3户，其中联系不上1户。"
    assert said[2][0] == ("节日慰问包：本期组织领取9份，发到手里1份；到2026年9月30日已领、尚未发到人8份。")


def test_bulletin_leaves_as_a_document(union: World) -> None:
    stream = io.BytesIO()
    write_docx(paper(union), stream)
    document = zipfile.ZipFile(stream).read("word/document.xml").decode()
    assert "送温暖工作通报" in document
    assert "节日慰问包" in document


def test_first_page_asks_in_the_words_of_the_preset(union: World, signed_in: SignedIn) -> None:
    page = text_of(signed_in(union.recorder).get("/"))
    assert "节日慰问包" in page
    assert "职工" in text_of(signed_in(union.recorder).get(f"/units/{union.branch.pk}/roster/"))
    assert "送温暖" in page.split("</title>")[0]


def test_sheet_of_an_act_begins_with_the_usual_way_of_the_preset(union: World, signed_in: SignedIn) -> None:
    client = signed_in(union.recorder)
    usual = client.get(f"/units/{union.branch.pk}/record/").context["sheet"]
    called = client.get(f"/units/{union.branch.pk}/record/?for={union.member('田守一').pk}").context["sheet"]
    assert (usual.form["channel"].value(), called.form["channel"].value()) == ("workplace", "visit")
    assert [heading for heading, _tiles in usual.groups] == ["在家", "行动不便、退休在家", "外出"]
    assert timezone.localdate() == usual.day
