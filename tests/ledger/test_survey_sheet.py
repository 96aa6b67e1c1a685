from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from qisong.coverage.surveyed import surveyed
from qisong.ledger.survey_sheet import SurveyReading, read_survey, write_survey
from qisong.ledger.surveying import Line, Surveyed, members_of, record_survey, survey_items
from qisong.org.scope import operator_scope
from qisong.roster.contacts import Contact
from qisong.roster.replies import Reply
from tests.desk.acts import hand_out
from tests.world import World

DAY = date(2026, 5, 19)
FULL = Reply(
    {"visit": date(2026, 12, 1), "audio": None},
    ("visit", "phone"),
    "果树修剪",
    Contact("田小妹", "女儿", "13900002222"),
)


def people(world: World, on: date = DAY) -> list[Surveyed]:
    return surveyed(members_of([world.branch.pk], on), items=survey_items(on), on=on)


def put_down(world: World, name: str, reply: Reply, on: date = DAY) -> None:
    line = Line(world.member(name).pk, reply)
    scope = operator_scope()
    answer = record_survey(
        by=None, scope=scope, unit=world.branch, lines=[line], on=on, client_id=f"{name}{on}", door="command"
    )
    assert answer.problems == []


def written(world: World, cells: dict[tuple[str, str], object] | None = None) -> bytes:
    """The workbook; ``cells`` by name of the person and heading are then filled in."""
    content = write_survey(people(world), survey_items(DAY), unit=world.branch.name, on=DAY)
    book = load_workbook(BytesIO(content))
    sheet = book.active
    columns = {cell.value: cell.column for cell in sheet[4]}
    rows = {sheet.cell(row, columns["姓名"]).value: row for row in range(5, sheet.max_row + 1)}
    for (name, heading), value in (cells or {}).items():
        sheet.cell(rows[name], columns[heading]).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read_back(world: World, content: bytes, on: date = DAY) -> SurveyReading:
    return read_survey(content, "摸底.xlsx", people=people(world, on), items=survey_items(on), today=on)


def told(reading: SurveyReading) -> list[tuple[str, str, str]]:
    return [(one.column, one.value, one.code) for one in reading.problems]


def test_what_is_written_reads_back_as_no_change(world: World) -> None:
    hand_out(world, "B1", "rules", ["田守一"], on="2026-05-01")
    put_down(world, "田守一", FULL)
    reading = read_back(world, written(world))
    assert (reading.lines, reading.untouched, reading.problems) == ([], 5, [])


def test_whoever_was_asked_gives_the_same_reply_again(world: World) -> None:
    put_down(world, "田守一", FULL)
    [line] = read_back(world, written(world, {("田守一", "问过了"): "√"})).lines
    [known] = [one.known for one in people(world) if one.member == world.member("田守一")]
    assert (line.member, line.reply, line.has) == (world.member("田守一").pk, known, frozenset())


def test_a_row_left_alone_does_not_undo_what_became_known_meanwhile(world: World) -> None:
    before = written(world)
    put_down(world, "田守一", FULL)
    assert (read_back(world, before).lines, read_back(world, before).untouched) == ([], 5)


def test_cells_become_a_reply(world: World) -> None:
    cells = {
        ("田守一", "上门"): "是",
        ("田守一", "上门到哪天"): "2026.12.1",
        ("田守一", "希望怎么送"): "电话，Home visit",
        ("田守一", "想学什么"): "果树修剪",
        ("田守一", "联系人"): "田小妹",
        ("田守一", "联系人电话"): 13900002222,
        ("田春禾", "有党章"): "有",
    }
    lines = {line.member: line for line in read_back(world, written(world, cells)).lines}
    contact = Contact("田小妹", "", "13900002222")
    expected = Reply({"visit": date(2026, 12, 1)}, ("visit", "phone"), "果树修剪", contact)
    assert lines[world.member("田守一").pk].reply == expected
    constitution = next(item.pk for item in survey_items(DAY) if item.code == "constitutions")
    assert lines[world.member("田春禾").pk].has == {constitution}


def test_held_items_are_written_as_held_and_a_tick_there_says_nothing(world: World) -> None:
    hand_out(world, "B1", "rules", ["田守一"], on="2026-05-01")
    reading = read_back(world, written(world, {("田守一", "有党规"): "✓", ("何渺", "有党规"): "✓"}))
    assert [line.member for line in reading.lines] == [world.member("何渺").pk]


@pytest.mark.parametrize(
    ("heading", "value", "code"),
    [
        ("希望怎么送", "飞鸽", "unknown-way"),
        ("上门到哪天", "2026-13-01", "date-impossible"),
        ("上门到哪天", "2026-12-01", "until-without-need"),
        ("音频", "大概", "choice-invalid"),
        ("有党规", "婉拒", "state-written"),
        ("有讲话", "✓", "not-owed"),
        ("姓名", "田守二", "other-name"),
        ("编号", "0", "unknown-person"),
    ],
)
def test_bad_cells_are_named(world: World, heading: str, value: str, code: str) -> None:
    reading = read_back(world, written(world, {("田守一", heading): value}))
    assert (told(reading), reading.problems[0].cell != "", reading.has_errors) == ([(heading, value, code)], True, True)


def test_member_of_another_branch_is_unknown_here(world: World) -> None:
    content = write_survey(
        surveyed(members_of([world.sibling.pk], DAY), items=survey_items(DAY), on=DAY),
        survey_items(DAY),
        unit=world.sibling.name,
        on=DAY,
    )
    assert {one.code for one in read_back(world, content).problems} == {"unknown-person"}
