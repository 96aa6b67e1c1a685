from datetime import date

import pytest
from django.utils import translation

from qisong.ledger.models import Audience
from qisong.reporting.briefing import compose
from qisong.reporting.indicators import find_indicator
from qisong.reporting.papers import Briefing, Figure, spoken
from qisong.roster.editing import transfer_member
from qisong.words.text import Refusal
from tests.coverage.story import exempt, say
from tests.reporting.events import FIRST, LAST, hand, hold, ids, lesson, session, take
from tests.world import World

TODAY = date(2026, 10, 8)


def lived_in(world: World) -> World:
    take("B1", "rules", 5, "D1")
    hand(world, "B1", "rules", ["田守一"], giver={"unit": "B1"}, source="custody", holder="B1")
    hand(world, "B1", "badges", ["东方晓", "田守一", "田春禾", "罗远帆", "何渺"])
    session(world, "B1", "田守一", "东方晓", guests=[{"whence": "村民代表", "count": 7}])
    session(world, "B1", "田守一")
    lesson(world, "B1", "田守一", "东方晓")
    hold("B1", parts=[{"kind": "oath"}], present=ids(world, "田守一"), participants=leader(world))
    say("rules", world.member("田春禾"), "declined")
    say("rules", world.member("东方晓"), "later", until=date(2026, 12, 1))
    exempt(world.member("罗远帆"), "constitutions")
    return world


def leader(world: World) -> list[dict[str, str]]:
    return [{"task": "led", "person": str(world.leader.pk)}]


def written(world: World, unit: str = "B1", first: date = FIRST, last: date = LAST) -> Briefing:
    return compose(world.unit(unit), first, last, TODAY)


def sentences(paper: Briefing, section: int) -> list[str]:
    return [spoken(line) for line in paper.sections[section].lines]


def test_what_was_held_is_told_in_one_paragraph(world: World) -> None:
    assert sentences(written(lived_in(world)), 0) == [
        "集中学习2次，参加党员3人次。来客列席集中学习7人次。党员领导干部1人在联系点与党员1人一起重温誓词。举办党课1节。"
    ]


def test_reach_tells_what_was_put_off_and_declined_apart(world: World) -> None:
    assert sentences(written(lived_in(world)), 1) == [
        "党徽：应送5人，已全部送到。",
        "党章：应送4人，已到手0人，还差4人，其中待查找1人；另有免送1人。",
        "党规：应送5人，已到手1人，还差4人，其中暂缓1人、婉拒1人、待查找1人。",
        "党课：应送5人，已到手2人，还差3人，其中待查找1人。",
        "讲话：应送1人，已到手0人，还差1人。",
        "业务：应送1人，已到手0人，还差1人。",
        "还差谁，名单在系统里按组织顺序列出，不作排名。",
    ]


def test_custody_stands_apart_from_what_reached_people(world: World) -> None:
    assert sentences(written(lived_in(world)), 2) == [
        "党徽：本期发到手里5枚。",
        "党规：本期组织领取5册，发到手里1册；到2026年9月30日已领、尚未发到人4册。",
    ]


def test_quiet_period_says_so_and_counts_nothing_of_before(world: World) -> None:
    paper = written(lived_in(world), first=date(2026, 9, 1))
    assert sentences(paper, 0) == ["本期没有登记活动。"]
    assert sentences(paper, 2) == ["党规：本期组织领取0册，发到手里0册；到2026年9月30日已领、尚未发到人4册。"]


def test_nobody_is_named(world: World) -> None:
    paper = written(lived_in(world), "C0")
    text = "".join(spoken(line) for section in paper.sections for line in section.lines)
    assert [name for name in world.members if name in text] == []


def test_head_says_who_when_and_by_which_tree(world: World) -> None:
    paper = written(world)
    assert (paper.head, paper.issuer, paper.issued) == ("七送工作简报", "东岭村党支部", "2026年10月8日")
    assert (paper.title, paper.period) == ("东岭村党支部七送工作情况", "2026年2月1日至2026年9月30日")
    assert paper.basis.startswith("送到情况截至2026年9月30日，按当时的组织隶属统计")


def test_table_of_items_keeps_copies_and_people_in_columns_of_their_own(world: World) -> None:
    items = written(lived_in(world)).tables[0]
    rows = {str(row[0][0]): [numbers(cell) for cell in row[1:]] for row in items.rows}
    assert items.columns == [
        *("内容", "计量单位", "组织领取", "发到手里", "已领、尚未发到人", "应送", "已到手", "未送到")
    ]
    assert rows["党规"] == ["册/人", "5", "1", "4", "5", "1", "4"]
    assert rows["党课"] == ["节/人", "—", "—", "—", "5", "2", "3"]
    assert rows["党建书籍"] == ["册", "0", "0", "0", "—", "—", "—"]


def numbers(cell: tuple[object, ...]) -> str:
    return "".join(piece.number if isinstance(piece, Figure) else str(piece) for piece in cell)


def test_table_of_units_stands_in_tree_order_and_adds_up(world: World) -> None:
    transfer_member(by=None, member=world.member("西门四"), unit=world.committee, on=date(2026, 7, 1))
    Audience.objects.get(code="flagged").chosen.set([world.sibling])
    units = written(lived_in(world), "D1").tables[1]
    assert units.columns == [
        *("组织", "党徽（人）", "党章（人）", "党规（人）", "党旗（个）", "党课（人）", "讲话（人）", "业务（人）")
    ]
    assert [[numbers(cell) for cell in row[:5]] for row in units.rows] == [
        ["本级", "0/1", "0/1", "0/1", "—"],
        ["东岭村党支部", "5/5", "0/4", "1/5", "—"],
        ["西岭村党支部", "0/1", "0/1", "0/1", "0/1"],
        ["合计", "5/7", "0/6", "1/7", "0/1"],
    ]


def test_branch_needs_no_table_of_units(world: World) -> None:
    assert len(written(world).tables) == 1


def test_every_figure_is_what_its_indicator_counts(world: World) -> None:
    transfer_member(by=None, member=world.member("西门四"), unit=world.committee, on=date(2026, 7, 1))
    for figure in written(lived_in(world), "D1").figures():
        assert figure.value == find_indicator(figure.indicator, figure.span).count(figure.span), figure.link


def test_figure_leads_to_its_rows(world: World) -> None:
    figure = written(lived_in(world)).figures()[0]
    assert figure.link == {
        "indicator": "sessions",
        "unit": str(world.branch.pk),
        "first": "2026-02-01",
        "last": "2026-09-30",
        "programme": "seven-deliveries",
    }


def test_english_paper_speaks_english(world: World) -> None:
    with translation.override("en"):
        paper = written(lived_in(world))
    assert sentences(paper, 0)[0].startswith("Study session: 2 times, 3 attendances of members. Study session, guests")
    assert sentences(paper, 0)[0].endswith("1 person in office with 1 person. Lesson: 1 lessons held.")
    assert sentences(paper, 1)[1] == (
        "Constitution: 4 people owed, 0 people reached, 4 people missing, of whom Out of contact: 1 person; 1 person "
        "exempt besides."
    )
    assert (paper.issued, paper.tables[0].columns[0]) == ("8 October 2026", "Item")


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2026, 9, 2), date(2026, 9, 1), "period-backwards"),
        (date(2025, 9, 1), date(2025, 9, 2), "no-programme"),
    ],
)
def test_impossible_period_is_refused(world: World, first: date, last: date, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        written(world, first=first, last=last)
    assert refused.value.code == code
