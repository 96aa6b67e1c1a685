import io

import pytest
from openpyxl import load_workbook

from qisong.casework.registration import Register, write_register
from qisong.casework.tracing import Decision, Loss, give_up, open_search, propose, record_found
from qisong.casework.verifying import settle, withdraw
from qisong.org.scope import scope_of
from tests.casework.cases import MARCH, day, search, tried
from tests.world import World


def rows(world: World, key: str, register: Register) -> list[tuple[object, ...]]:
    sheet = load_workbook(io.BytesIO(write_register(scope_of(world.accounts[key]), world.county, register))).active
    assert sheet is not None
    return [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]


def test_whoever_was_spoken_with_stands_in_the_one_register(world: World) -> None:
    case = record_found(by=world.recorder, case=search(world), on=day(3))
    settle(by=world.clerk, case=case, on=day(4))
    [row] = rows(world, "office", Register.FOUND)
    assert row[1:4] == ("何渺", "女", "1972年")
    assert row[5:10] == ("东岭村党支部", "无", "①外出务工经商", "2025年6月至2026年3月5日", "2026年3月5日")
    assert rows(world, "office", Register.LOST) == []


def test_whoever_was_searched_for_in_vain_stands_in_the_other(world: World) -> None:
    case = search(world)
    tried(case, world)
    give_up(by=world.recorder, case=case, on=day(3), reason="都问过了")
    propose(by=world.recorder, case=case, on=day(4), decision=Decision("suspend"))
    [row] = rows(world, "clerk", Register.LOST)
    assert row[8:11] == ("2025年6月", "电话1次", "停止党籍")
    assert rows(world, "clerk", Register.FOUND) == []


def test_a_search_that_goes_on_or_was_withdrawn_stands_in_neither(world: World) -> None:
    withdraw(by=world.clerk, case=search(world), on=day(1), reason="重复")
    open_search(by=world.office, member=world.member("西门三"), on=MARCH, loss=Loss())
    assert [rows(world, "office", register) for register in Register] == [[], []]


@pytest.mark.parametrize("key", ["outsider", "auditor", "trainer"])
def test_nobody_elses_search_is_told(world: World, key: str) -> None:
    record_found(by=world.recorder, case=search(world), on=day(3))
    assert rows(world, key, Register.FOUND) == []
