from uuid import UUID

from qisong.ledger.models import Receipt
from qisong.reporting.indicators import find_indicator
from qisong.reporting.rows import Row, describe
from qisong.reporting.terms import RowKind
from tests.reporting.events import hand, session, span, take
from tests.world import World


def rows(world: World, code: str, unit: str = "C0") -> list[Row]:
    asked = span(world.unit(unit))
    return describe(list(find_indicator(code, asked).find(asked)))


def told(row: Row) -> tuple[RowKind, str, str, str, int]:
    return (row.kind, row.where, row.who, row.what, row.number)


def test_receipt_tells_who_what_and_where(world: World) -> None:
    act = hand(world, "B1", "skills", ["田守一"], title="method", copies=2)
    (row,) = rows(world, "handed:skills")
    assert told(row) == (RowKind.RECEIPT, "东岭村党支部", "田守一", "业务《支部书记工作方法示例读本》", 2)
    assert (str(row.on), row.act, UUID(row.id)) == ("2026-06-01", act, Receipt.objects.get().pk)


def test_custody_tells_which_unit_took_what(world: World) -> None:
    take("B1", "rules", 5, "D1")
    assert [told(row) for row in rows(world, "taken:rules")] == [(RowKind.CUSTODY, "东岭村党支部", "", "党规", 5)]


def test_act_tells_its_subject_or_what_it_was(world: World) -> None:
    first = session(world, "B1", "田守一", subject="读章程")
    session(world, "B2", "西门三")
    found = rows(world, "sessions")
    assert {row.what for row in found} == {"读章程", "会议"}
    assert first in {row.act for row in found}


def test_structure_tells_names(world: World) -> None:
    assert [row.where for row in rows(world, "units:committee")] == ["东岭镇党委", "柳河镇党委", "县直机关党工委"]
    assert [row.where for row in rows(world, "partners")] == ["农机站党支部 — 西岭村党支部"]
    assert [(row.where, row.who) for row in rows(world, "contact-leaders")] == [("东岭村党支部", "高远行")]
    assert sorted(row.who for row in rows(world, "owed:badges", "B2")) == ["西门三", "西门四"]
