"""A small county of the second preset, built through the verbs; its units and accounts stand where those of
``tests/world.py`` do, so that whatever walks one can walk the other.

C0 青山县总工会 · D1 东岭镇工会联合会 (B1 东岭茶厂, B2 西岭窑厂) · D2 建筑行业工会联合会 (B3 桥梁工地)
· D3 柳河镇工会联合会 (B4 农机厂). All people are fictional. 田守一 and 田春禾 of B1 live together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

from qisong.config.founding import found_county
from qisong.config.preset_files import read_preset
from qisong.ledger.recording import record
from qisong.org.appointing import name_contact_point, pair_units
from qisong.org.models import Unit
from qisong.org.tending import NewUnit, create_units
from qisong.roster.editing import add_member, begin_circumstance
from qisong.roster.households import join_household
from tests.world import BEGINNING, World, account_of

PRESET = "union-festival"
UNITS = [
    NewUnit("D1", "东岭镇工会联合会", "township", ("federation",), "C0"),
    NewUnit("B1", "东岭茶厂工会", "primary", ("workplace", "enterprise"), "D1"),
    NewUnit("B2", "西岭窑厂工会", "primary", ("workplace", "enterprise"), "D1"),
    NewUnit("D2", "建筑行业工会联合会", "trade", ("federation",), "C0"),
    NewUnit("B3", "桥梁工地联合工会", "joint", ("workplace", "site"), "D2"),
    NewUnit("D3", "柳河镇工会联合会", "township", ("federation",), "C0"),
    NewUnit("B4", "农机厂工会", "primary", ("workplace", "enterprise"), "D3"),
]
POSTS = [
    ("office", "秦琴音", "C0", "office"),
    ("clerk", "鲁望山", "D1", "clerk"),
    ("recorder", "方晓茶", "B1", "recorder"),
    ("outsider", "柳随风", "B3", "recorder"),
    ("visitor", "高远行", "C0", "visitor"),
    ("partner", "司农田", "B4", "visitor"),
    ("trainer", "师传灯", "C0", "trainer"),
    ("auditor", "查明细", "C0", "auditor"),
    ("system-administrator", "管机房", "C0", "system-administrator"),
    ("security-administrator", "安守门", "C0", "security-administrator"),
    ("audit-administrator", "簿清如", "C0", "audit-administrator"),
]
MEMBERS = [
    ("方晓茶", "B1", {"sex": "female", "born": "1985-02-11", "category": "full", "joined": "2008-07-01"}),
    ("田守一", "B1", {"sex": "male", "born": "1954-10", "category": "full", "joined": "1979-07-01"}),
    ("田春禾", "B1", {"sex": "female", "born": "1990-06-20", "category": "probationary", "joined": "2025-11-05"}),
    ("罗远帆", "B1", {"sex": "male", "born": "1979-04-08", "category": "full", "phone": "13800001234"}),
    ("何渺", "B1", {"sex": "female", "born": "1972", "category": "full"}),
    ("西门三", "B2", {"sex": "male", "born": "1966-01-30", "category": "full"}),
    ("柳随风", "B3", {"sex": "male", "born": "1981-09-09", "category": "full"}),
    ("司农田", "B4", {"sex": "male", "born": "1975-05-15", "category": "full"}),
]
CIRCUMSTANCES = [("田守一", "homebound", ""), ("罗远帆", "away", "外省务工"), ("何渺", "out-of-contact", "")]


def make_union() -> World:
    found_county(name="青山县总工会", code="C0", keep=["identity"], on=BEGINNING, preset=read_preset(PRESET))
    create_units(by=None, plans=[replace(unit, on=BEGINNING) for unit in UNITS])
    units = {unit.code: unit for unit in Unit.objects.all()}
    accounts = {key: account_of(name, units[code], role) for key, name, code, role in POSTS}
    leader = accounts["visitor"].person
    name_contact_point(by=None, leader=leader, unit=units["B1"], on=BEGINNING)
    pair_units(by=None, partner=units["B4"], unit=units["B2"], on=BEGINNING)
    world = World(units, accounts, leader)
    logins = {account.person.name: account.person for account in accounts.values()}
    for name, code, particulars in MEMBERS:
        world.members[name] = add_member(
            by=None, unit=units[code], on=BEGINNING, name=name, person=logins.get(name), **particulars
        )
    join_household(by=None, member=world.members["田春禾"], head=world.members["田守一"], on=BEGINNING)
    for name, kind, detail in CIRCUMSTANCES:
        begin_circumstance(by=None, member=world.members[name], kind=kind, on=BEGINNING, detail=detail)
    return world


def take_kits(world: World) -> None:
    """B1 takes kits for its members."""
    taken = {"item": "kits", "copies": 9, "unit": "B1", "giver": {"unit": "D1"}}
    put(world, {"on": "2026-09-02", "unit": "B1", "custody": [taken]})


def visit(world: World, *names: str, on: str = "2026-09-20") -> Any:
    """Somebody calls on these people of B1 and brings each a kit from what B1 holds, and a bag of rice."""
    to = [str(world.member(name).pk) for name in names]
    kits = {"item": "kits", "copies": 1, "to": to, "giver": {"unit": "B1"}, "source": "custody", "holder": "B1"}
    rice = {"item": "rice", "copies": 2, "to": to, "giver": {"unit": "D1"}, "source": "giver"}
    parts = [{"kind": "visit"}]
    led = [{"task": "led", "person": str(world.leader.pk)}]
    act = {"on": on, "unit": "B1", "parts": parts, "present": to, "received": [kits, rice]}
    return put(world, act | {"participants": led})


def talk(world: World, *names: str) -> Any:
    present = [str(world.member(name).pk) for name in names]
    parts = [{"kind": "meeting", "meeting": "study"}, {"kind": "lesson"}]
    guests = [{"whence": "邻厂", "count": 3}]
    return put(world, {"on": "2026-09-12", "unit": "B1", "parts": parts, "present": present, "guests": guests})


def put(world: World, act: dict[str, Any]) -> Any:
    document = {"id": uuid4().hex, "units": [act["unit"]], "channel": "visit"} | act
    answer = record(document, by=world.office, scope=world.scope("office"), door="desk")
    assert answer.act, list(answer.problems)
    return answer.act


def labels(found: Any) -> Iterator[tuple[str, str]]:
    """Language and text of every label of a preset, aliases with them."""
    if isinstance(found, dict):
        yield from ((language, found[language]) for language in ("zh", "en") if isinstance(found.get(language), str))
        yield from (("zh", alias) for alias in found.get("aliases", []))
    for part in found.values() if isinstance(found, dict) else found if isinstance(found, list) else []:
        yield from labels(part)
