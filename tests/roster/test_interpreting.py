from datetime import date

import pytest

from qisong.org.tree import tree_on
from qisong.roster.branches import Branches
from qisong.roster.form import read_roster
from qisong.roster.interpreting import Interpreter, says_none
from qisong.roster.statements import State, Statement
from tests.roster.forms import TODAY, person, sheet
from tests.roster.people import number
from tests.world import World

EVERYTHING = frozenset({"identity", "ethnicity", "education", "address"})


def read(
    world: World, keep: frozenset[str] = EVERYTHING, **cells: str | None
) -> tuple[Statement, list[tuple[str, str]]]:
    [row] = read_roster(sheet(person(**cells)), "名册.xlsx", today=TODAY).rows
    branches = Branches(tree_on(date(2026, 6, 30)), world.committee.pk)
    said, problems = Interpreter(branches, keep.__contains__).read(row)
    return said, [(problem.cell, problem.code) for problem in problems]


def test_row_is_read_in_the_rosters_terms(world: World) -> None:
    said, problems = read(
        world, education="大学本科", ethnicity="汉", landline="0999-1234567", address="东岭村三组12号"
    )
    assert (said, problems) == (
        Statement(
            unit=world.branch.pk,
            values={
                "name": "田守一",
                "job": "农牧渔业生产人员",
                "ethnicity": "汉族",
                "education": "大学",
                "born": "1958-03-05",
                "joined": "1980-07-01",
                "became_full": "1981-07-01",
                "sex": "male",
                "category": "full",
                "address": "东岭村三组",
            },
            secrets={
                "identity": number(),
                "phone": "13800001201",
                "landline": "0999-1234567",
                "house": "12号",
            },
            states={
                "suspended": State(holds=False),
                "out-of-contact": State(holds=False),
                "away": State(holds=False),
            },
        ),
        [],
    )


def test_columns_the_county_does_not_keep_are_left_out(world: World) -> None:
    said, problems = read(world, frozenset(), education="大学", ethnicity="汉族", address="东岭村三组12号")
    assert (set(said.secrets), problems) == ({"phone"}, [])
    assert [field in said.values for field in ("education", "ethnicity")] == [False, False]
    assert said.values["address"] == "东岭村三组"


def test_masks_are_no_numbers(world: World) -> None:
    said, _ = read(world, identity="****************12", mobile="138****34", address="东岭村三组***")
    assert (said.secrets, said.masks) == (
        {},
        {"identity": "****************12", "phone": "138****34", "house": "***"},
    )
    assert said.values["address"] == "东岭村三组"


def test_old_number_becomes_the_new_one(world: World) -> None:
    new = number(serial=1)
    said, _ = read(world, identity=new[:6] + new[8:17])
    assert said.identity == new


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({"standing": "停止党籍"}, ("suspended", State(holds=True))),
        ({"standing": "恢复党籍"}, ("suspended", State(holds=False))),
        ({"lost": "是", "lost_since": "2015年3月"}, ("out-of-contact", State(holds=True, since="2015-03"))),
        ({"lost": "是"}, ("out-of-contact", State(holds=True))),
        ({"away": "是", "destination": "外省务工"}, ("away", State(holds=True, detail="外省务工"))),
        ({"away": "否", "destination": "外省务工"}, ("away", State(holds=False))),
    ],
)
def test_standing_contact_and_moving_are_circumstances(
    world: World, cells: dict[str, str], state: tuple[str, State]
) -> None:
    said, problems = read(world, **cells)
    assert (said.states[state[0]], problems) == (state[1], [])


def test_what_is_not_said_is_no_circumstance(world: World) -> None:
    assert read(world, standing=None, lost=None, away=None)[0].states == {}


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"branch": "月亮党支部"}, ("C5", "branch-unknown")),
        ({"category": "积极分子"}, ("I5", "not-a-member")),
        ({"standing": "开除党籍"}, ("P5", "expelled")),
        ({"standing": "保留党籍"}, ("P5", "standing-as-usual")),
        ({"away": "是", "destination": "外省看病"}, ("T5", "health-or-faith")),
        ({"name": "田" * 61}, ("B5", "too-long")),
        ({"address": "村" * 201}, ("O5", "too-long")),
    ],
)
def test_what_the_roster_cannot_take_is_said_at_its_cell(
    world: World, cells: dict[str, str], problem: tuple[str, str]
) -> None:
    assert read(world, **cells)[1] == [problem]


def test_cell_that_says_none_is_not_an_empty_one() -> None:
    [row] = read_roster(sheet(person(mobile="无", landline=None)), "名册.xlsx", today=TODAY).rows
    assert [says_none(row, column) for column in ("mobile", "landline", "name")] == [True, False, False]
