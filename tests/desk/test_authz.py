"""The walk: every address, every role, every method, at a place of one's own and at one that is not.

``tests/authz_matrix.toml`` says who may; ``ADDRESSES`` says what an address names there. Whoever may not, and whoever
asks about a place that is not theirs, learns nothing: 404. Each request is undone, so none disturbs the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from qisong.casework.evidence import Enclosure
from qisong.casework.models import Case, Evidence
from qisong.casework.rectifying import Problem, raise_finding
from qisong.casework.rectifying import act as act_on
from qisong.casework.terms import ActionKind
from qisong.config.preset_files import DEFAULT_PRESET
from qisong.ledger.exempting import exempt
from qisong.ledger.history.importing import compare as read_records
from qisong.ledger.models import Obligation, PaperSheet, Round
from qisong.ledger.programmes import find_programme
from qisong.ledger.recording import record
from qisong.org.accounts import open_account
from qisong.org.appointing import add_person, give_post
from qisong.org.models import Account, Post
from qisong.org.reminding import make_feed
from qisong.org.scope import operator_scope
from qisong.org.suggesting import answer_suggestion, found_by, suggest
from qisong.roster.editing import record_departure
from qisong.roster.importing import compare
from qisong.roster.models import Affiliation
from tests.desk.papers import printed, stranger
from tests.desk.reading import Reader
from tests.house.test_doors import matrix
from tests.roster.letters import sent
from tests.roster.people import member as enrolled
from tests.world import BEGINNING, World

METHODS = ("GET", "POST")
# Where each role is at home, and a place of the same kind that is not its own; the county's roles are at home in all.
PLACES: dict[str, tuple[str, str]] = {
    "office": ("B1", ""),
    "clerk": ("B1", "B3"),
    "recorder": ("B1", "B2"),
    "visitor": ("B1", "B2"),
    "trainer": ("B1", ""),
    "auditor": ("B1", ""),
    "system-administrator": ("B1", ""),
    "security-administrator": ("B1", ""),
    "audit-administrator": ("B1", ""),
}


def unit(world: World, code: str) -> list[object]:
    return [world.unit(code).pk]


def account(world: World, code: str) -> list[object]:
    return [login_at(world, code).pk]


def act(world: World, code: str) -> list[object]:
    document = {"id": uuid4().hex, "on": "2026-05-19", "unit": code, "parts": [{"kind": "lesson"}], "channel": "visit"}
    answer = record(document, by=world.office, scope=world.scope("office"), door="desk")
    assert answer.act, answer.problems
    return [answer.act]


def exemption(world: World, code: str) -> list[object]:
    scope = operator_scope()
    programme = find_programme("seven-deliveries")
    decision = {"programme": programme, "reason": "decision", "decided_by": "会议", "on": scope.on}
    return [exempt(by=None, scope=scope, unit=world.unit(code), **decision).pk]


def tie(world: World, code: str) -> list[object]:
    login_at(world, code)
    return ["post", Post.objects.filter(unit=world.unit(code)).latest("pk").pk]


def login_at(world: World, code: str) -> Account:
    """A login of somebody whose only post is there."""
    person = add_person(by=None, name="云中客")
    give_post(by=None, person=person, unit=world.unit(code), role="recorder", on=BEGINNING)
    return open_account(by=None, person=person)[0]


def paper(world: World, code: str) -> PaperSheet:
    return printed(world, code, [member(world, code)[0]])


def member(world: World, code: str) -> list[object]:
    return [Affiliation.objects.filter(unit=world.unit(code), bond="formal").earliest("pk").member_id]


def leaving(world: World, code: str) -> list[object]:
    tie = Affiliation.objects.filter(unit=world.unit(code), bond="formal", valid_to=None).latest("pk")
    record_departure(by=None, member=tie.member, on=timezone.localdate())
    return [tie.pk]


def letter(world: World, code: str) -> list[object]:
    return [sent(enrolled(world.unit(code), "云中客")).pk]


def roster_import(world: World, code: str) -> list[object]:
    """Handed in by the office, so that to nobody else its file goes back."""
    file = ("roster.csv", "姓名,性别,出生日期\n云中鹤,男,1970-01-01\n".encode())
    return [compare(by=world.office, unit=world.unit(code), files=[file], today=BEGINNING).pk]


def problem_case(world: World, code: str) -> list[object]:
    return [raise_finding(by=None, unit=world.unit(code), problem=Problem("缺记录"), on=BEGINNING).pk]


def evidence(world: World, code: str) -> list[object]:
    [pk] = problem_case(world, code)
    file, case = Enclosure("note.txt", b"done"), Case.objects.get(pk=pk)
    act_on(by=None, case=case, kind=ActionKind.PROGRESS, text="补上了", on=BEGINNING, evidence=file)
    return [Evidence.objects.get(action__case=case).pk]


def suggestion(world: World, code: str) -> list[object]:
    told = suggest(text="请把字印大一点。", about=world.unit(code).name)
    found = found_by(told)
    answer_suggestion(by=None, suggestion=found, text="好的。")
    return [found.pk]


def old_records(world: World, code: str) -> list[object]:
    """Handed in by the office, as above."""
    file = ("records.csv", "日期,主题,参加人员\n2026-05-19,读书会,云中鹤\n".encode())
    return [read_records(by=world.office, unit=world.unit(code), files=[file]).pk]


def then(found: Callable[[World, str], list[object]], *more: object) -> Callable[[World, str], list[object]]:
    return lambda world, code: [*found(world, code), *more]


# What an address names at a unit; one that is not here names nothing.
ADDRESSES: dict[str, Callable[[World, str], list[object]]] = {
    "desk:unit": unit,
    "desk:unit-workbook": unit,
    "desk:pivot": unit,
    "desk:pivot-workbook": unit,
    "desk:pivot-data": unit,
    "desk:days": unit,
    "desk:names": unit,
    "desk:unit-cases": unit,
    "desk:bring-in-ledger": unit,
    "desk:bring-in-register": unit,
    "desk:case": problem_case,
    "desk:case-move": then(problem_case, "assign"),
    "desk:case-work": then(problem_case, "action"),
    "desk:case-evidence": evidence,
    "desk:open-search": member,
    "desk:raise-problem": unit,
    "desk:open-lifting": unit,
    "desk:case-list": then(unit, "tracing"),
    "desk:assign-cases": unit,
    "desk:unsearched": unit,
    "desk:ties": unit,
    "desk:new-tie": then(unit, "post"),
    "desk:end-tie": tie,
    "desk:hand-over": lambda world, code: tie(world, code)[1:],
    "desk:changes": unit,
    "desk:change": then(unit, "rename"),
    "desk:changed": unit,
    "desk:close-account": account,
    "desk:rows": lambda world, code: ["sessions", *unit(world, code), "2026-01-01", "2026-11-01"],
    "desk:exempt": unit,
    "desk:end-exemption": exemption,
    "desk:record-act": unit,
    "desk:print-paper": unit,
    "desk:papers": lambda world, code: [paper(world, code).batch],
    "desk:type-back": lambda world, code: [paper(world, code).number],
    "desk:settle-stranger": lambda world, code: [stranger(world, code).pk],
    "desk:act": act,
    "desk:reverse-act": act,
    "desk:correct-act": act,
    "desk:print-act": then(act, "attendance"),
    "desk:roster": unit,
    "desk:add-member": unit,
    "desk:export-roster": unit,
    "desk:friday": unit,
    "desk:contact-cards": unit,
    "desk:survey": unit,
    "desk:survey-paper": unit,
    "desk:survey-workbook": unit,
    "desk:survey-import": unit,
    "desk:case-export": then(unit, "ledger"),
    "desk:left": unit,
    "desk:attached": unit,
    "desk:away": unit,
    "desk:transfer-members": unit,
    "desk:take-back": leaving,
    "desk:letters": unit,
    "desk:take-letter": unit,
    "desk:letter": letter,
    "desk:letter-file": letter,
    "desk:member": member,
    "desk:edit-member": member,
    "desk:member-verb": then(member, "circumstance"),
    "desk:suggestion": suggestion,
    "desk:show-suggestion": suggestion,
    "desk:hide-suggestion": suggestion,
    "desk:imports": unit,
    "desk:import": roster_import,
    "desk:import-line": then(roster_import, 1),
    "desk:import-lines": roster_import,
    "desk:apply-import": roster_import,
    "desk:compare-import-again": roster_import,
    "desk:discard-import": roster_import,
    "desk:revert-import": roster_import,
    "desk:marked-import": roster_import,
    "desk:history": unit,
    "desk:history-batch": old_records,
    "desk:history-answers": old_records,
    "desk:history-acts": old_records,
    "desk:apply-history": old_records,
    "desk:history-again": old_records,
    "desk:discard-history": old_records,
    "desk:revert-history": old_records,
    "desk:marked-history": old_records,
}
# What an address without a place names.
OTHERS: dict[str, list[object]] = {
    "desk:tie-list": ["contact-point"],
    "desk:programme": ["seven-deliveries"],
    "desk:aspect": ["work"],
    "desk:new-thing": ["seven-deliveries", "item"],
    "desk:open-round": ["seven-deliveries"],
}
# What an address names of the county's programme.
OF_PROGRAMME: dict[str, type[Round | Obligation]] = {
    "desk:stop-round": Round,
    "desk:end-round": Round,
    "desk:lift": Obligation,
}


def elsewhere(name: str, programme: str) -> list[object]:
    """What an address without a place names, where this is the county's programme."""
    if name in OF_PROGRAMME:
        return [programme, OF_PROGRAMME[name]._base_manager.order_by("pk")[0].pk]
    return [programme if one == DEFAULT_PRESET else one for one in OTHERS.get(name, [])]


# What an address names that opens to whoever knows it.
KNOWN: dict[str, Callable[[World], list[object]]] = {
    "desk:calendar": lambda world: [make_feed(by=world.recorder)],
}


def ask(client: Reader, method: str, url: str) -> HttpResponse:
    """The answer to a request whose traces are wiped out."""
    kept = SimpleCookie(client.cookies.output(header="", sep=";"))
    with transaction.atomic():
        answer = client.get(url) if method == "GET" else client.post(url, {})
        transaction.set_rollback(True)
    client.cookies = kept
    return answer


def may(row: dict[str, list[str]], method: str, role: str) -> bool:
    return bool({role, "signed-in", "anyone"} & set(row.get(method, [])))


def expected(row: dict[str, list[str]], method: str, role: str, *, own: bool) -> str:
    if method not in row:
        return "405"
    return "open" if own and may(row, method, role) else "404"


def verdict(answer: HttpResponse) -> str:
    to_entrance = answer.headers.get("Location", "").startswith("/sign-in/?")
    if answer.status_code in {200, 302, 400} and not to_entrance:
        return "open"
    return "entrance" if to_entrance else str(answer.status_code)


def url_at(world: World, code: str, name: str) -> str:
    if name in KNOWN:
        return reverse(name, args=KNOWN[name](world))
    try:
        return reverse(
            name, args=ADDRESSES[name](world, code) if name in ADDRESSES else elsewhere(name, DEFAULT_PRESET)
        )
    except NoReverseMatch:
        pytest.fail(f"{name}: tests/desk/test_authz.py, ADDRESSES does not say what it names")


def steps(own: str, other: str) -> Iterator[tuple[str, str, bool]]:
    for name in matrix():
        yield name, own, True
        if other and name in ADDRESSES:
            yield name, other, False


def differing(found: dict[str, str], wanted: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {step: (found[step], wanted[step]) for step in wanted if found[step] != wanted[step]}


@pytest.mark.parametrize("role", PLACES)
def test_walk(world: World, role: str) -> None:
    found, wanted = {}, {}
    client = Reader()
    client.force_login(world.account(role), backend="django.contrib.auth.backends.ModelBackend")
    for name, code, own in steps(*PLACES[role]):
        url = url_at(world, code, name)
        for method in METHODS:
            step = f"{method} {name} {'own' if own else 'other'}"
            wanted[step] = expected(matrix()[name], method, role, own=own)
            found[step] = verdict(ask(client, method, url))
    assert differing(found, wanted) == {}


def test_walk_of_a_stranger(world: World) -> None:
    client, found, wanted = Reader(), {}, {}
    for name, row in matrix().items():
        open_to_all = any("anyone" in roles for roles in row.values())
        url = url_at(world, "B1", name)
        for method in METHODS:
            step = f"{method} {name}"
            wanted[step] = ("open" if method in row else "405") if open_to_all else "entrance"
            found[step] = verdict(ask(client, method, url))
    assert differing(found, wanted) == {}


def test_walk_knows_every_role() -> None:
    roles = {role for row in matrix().values() for given in row.values() for role in given}
    assert roles - {"signed-in", "anyone"} == set(PLACES) - {"system-administrator"}
