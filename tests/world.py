"""A small named world, built through the verbs, for every room's tests.

C0 青山县委 · D1 东岭镇党委 (B1 东岭村, B2 西岭村) · D2 柳河镇党委 (B3 柳河村) · D3 县直机关党工委 (B4 农机站).
All people are fictional. The world begins on ``BEGINNING``; accounts have the password ``PASSWORD``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from qisong.config.founding import found_county
from qisong.org.accounts import open_account
from qisong.org.appointing import add_person, give_post, name_contact_point, pair_units
from qisong.org.models import Account, Person, Unit
from qisong.org.scope import Scope, scope_of
from qisong.org.tending import NewUnit, create_units
from qisong.roster.editing import add_member, attach_member, begin_circumstance
from qisong.roster.models import Member

BEGINNING = date(2020, 1, 1)
PASSWORD = "qingshan-2026"
UNITS = [
    NewUnit("D1", "东岭镇党委", "committee", ("committee",), "C0"),
    NewUnit("B1", "东岭村党支部", "branch", ("organisation", "village"), "D1"),
    NewUnit("B2", "西岭村党支部", "branch", ("organisation", "village"), "D1"),
    NewUnit("D2", "柳河镇党委", "committee", ("committee",), "C0"),
    NewUnit("B3", "柳河村党支部", "branch", ("organisation", "village"), "D2"),
    NewUnit("D3", "县直机关党工委", "working-committee", ("committee",), "C0"),
    NewUnit("B4", "农机站党支部", "branch", ("organisation", "county-unit"), "D3"),
]


@dataclass
class World:
    units: dict[str, Unit]
    accounts: dict[str, Account]
    leader: Person
    members: dict[str, Member] = field(default_factory=dict)

    def unit(self, code: str) -> Unit:
        return self.units[code]

    def account(self, role: str) -> Account:
        """The holder of a role: office, clerk (D1), recorder (B1), visitor, trainer, auditor or an administrator."""
        return self.accounts[role]

    def scope(self, role: str) -> Scope:
        return scope_of(self.accounts[role])

    def member(self, name: str) -> Member:
        return self.members[name]

    @property
    def county(self) -> Unit:
        return self.units["C0"]

    @property
    def committee(self) -> Unit:
        return self.units["D1"]

    @property
    def other_committee(self) -> Unit:
        return self.units["D2"]

    @property
    def branch(self) -> Unit:
        return self.units["B1"]

    @property
    def sibling(self) -> Unit:
        """Another branch of the same committee."""
        return self.units["B2"]

    @property
    def other_branch(self) -> Unit:
        """A branch of another committee."""
        return self.units["B3"]

    @property
    def county_unit(self) -> Unit:
        """The partner of ``sibling``."""
        return self.units["B4"]

    @property
    def office(self) -> Account:
        return self.accounts["office"]

    @property
    def clerk(self) -> Account:
        return self.accounts["clerk"]

    @property
    def recorder(self) -> Account:
        return self.accounts["recorder"]

    @property
    def outsider(self) -> Account:
        """The recorder of ``other_branch``."""
        return self.accounts["outsider"]


POSTS = [
    # key, name, unit, role
    ("office", "秦书琴", "C0", "office"),
    ("clerk", "鲁望山", "D1", "clerk"),
    ("recorder", "东方晓", "B1", "recorder"),
    ("outsider", "柳随风", "B3", "recorder"),
    ("visitor", "高远行", "C0", "visitor"),
    ("partner", "司农田", "B4", "visitor"),
    ("trainer", "师文讲", "C0", "trainer"),
    ("auditor", "查明细", "C0", "auditor"),
    ("system-administrator", "管机房", "C0", "system-administrator"),
    ("security-administrator", "安守门", "C0", "security-administrator"),
    ("audit-administrator", "簿记清", "C0", "audit-administrator"),
]


MEMBERS = [
    # name, unit, what is known of them; 东方晓 is the recorder of B1
    ("东方晓", "B1", {"sex": "female", "born": "1985-02-11", "category": "full", "joined": "2008-07-01"}),
    ("田守一", "B1", {"sex": "male", "born": "1944-10", "category": "full", "joined": "1969-07-01"}),
    ("田春禾", "B1", {"sex": "female", "born": "1990-06-20", "category": "probationary", "joined": "2025-11-05"}),
    ("罗远帆", "B1", {"sex": "male", "born": "1979-04-08", "category": "full", "phone": "13800001234"}),
    ("何渺", "B1", {"sex": "female", "born": "1972", "category": "full"}),
    ("西门三", "B2", {"sex": "male", "born": "1966-01-30", "category": "full"}),
    ("西门四", "B2", {"sex": "male", "born": "1968-12-02", "category": "full"}),
    ("柳随风", "B3", {"sex": "male", "born": "1981-09-09", "category": "full", "joined": "2003-06-30"}),
    ("柳青禾", "B3", {"sex": "female", "born": "1958-03-05", "category": "full"}),
    ("司农田", "B4", {"sex": "male", "born": "1975-05-15", "category": "full"}),
]
CIRCUMSTANCES = [("田守一", "frail", ""), ("罗远帆", "away", "外省务工"), ("何渺", "out-of-contact", "")]


def make_world(*, people: bool = True) -> World:
    """Found the county with its tree, posts and accounts; 高远行 looks after B1, and B4 is paired with B2.

    With ``people`` ten members belong to it from its first day, and 西门四 joins the sheets of B1, too.
    """
    found_county(name="青山县委", code="C0", keep=["identity"], on=BEGINNING)
    create_units(by=None, plans=[replace(unit, on=BEGINNING) for unit in UNITS])
    units = {unit.code: unit for unit in Unit.objects.all()}
    accounts = {key: account_of(name, units[code], role) for key, name, code, role in POSTS}
    leader = accounts["visitor"].person
    name_contact_point(by=None, leader=leader, unit=units["B1"], on=BEGINNING)
    pair_units(by=None, partner=units["B4"], unit=units["B2"], on=BEGINNING)
    world = World(units, accounts, leader)
    if people:
        people_world(world)
    return world


def people_world(world: World) -> None:
    logins = {account.person.name: account.person for account in world.accounts.values()}
    for name, code, particulars in MEMBERS:
        world.members[name] = add_member(
            by=None, unit=world.units[code], on=BEGINNING, name=name, person=logins.get(name), **particulars
        )
    for name, kind, detail in CIRCUMSTANCES:
        begin_circumstance(by=None, member=world.members[name], kind=kind, on=BEGINNING, detail=detail)
    attach_member(by=None, member=world.members["西门四"], unit=world.branch, on=BEGINNING)


def account_of(name: str, unit: Unit, role: str) -> Account:
    """A person with a post and a login whose password is ``PASSWORD``."""
    person = add_person(by=None, name=name)
    give_post(by=None, person=person, unit=unit, role=role, on=BEGINNING)
    account, _first = open_account(by=None, person=person)
    account.set_password(PASSWORD)
    account.first_password_until = None
    account.save()
    return account
