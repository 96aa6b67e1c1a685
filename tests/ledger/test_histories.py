"""Random histories of the ledger beside the oracle: acts, custody, answers, documents sent again or changed, reversals
of rows and of acts, corrections, in any order and by chunks of any size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from qisong.ledger import models
from qisong.ledger.answering import answer
from qisong.ledger.models import Activity, Answer, Custody, Item, Receipt, Reversal
from qisong.ledger.recording import record_many
from qisong.ledger.reversing import reverse
from qisong.ledger.stock import on_hand
from qisong.ledger.terms import AnswerKind
from qisong.org.journal import broken_links
from qisong.org.models import Journal, Person, Unit
from qisong.org.scope import operator_scope
from qisong.roster.models import Member
from qisong.words.text import Refusal
from tests.counts import count
from tests.ledger.oracle import Act, Line, Oracle, Taken
from tests.world import World

pytestmark = [pytest.mark.gate, pytest.mark.postgres]
Step = tuple[Any, ...]
MEMBERS = ["田守一", "田春禾", "罗远帆", "西门三"]
LEADER = "高远行"
UNITS = ["B1", "B2"]
ITEMS = ["rules", "badges", "skills", "lessons", "books"]
ASKED = ["rules", "rules", "rules", "badges", "badges", "lessons", "lessons", "books"]
PARENTS = {"B1": "D1", "B2": "D1"}
DAYS = [date(2026, 1, 20), date(2026, 2, 1), date(2026, 5, 19), date(2026, 5, 20)]
LESSON, VISIT = {"kind": "lesson"}, {"kind": "visit"}
ROUND_FROM = date(2026, 2, 1)
APPEND_ONLY = (
    *(Activity, models.ActivityUnit, models.Part, models.Participant, models.Absence, models.Guests),
    *(Receipt, Custody, Answer, Reversal),
)

# ---- what may happen ------------------------------------------------------------------------------------------------

days = st.sampled_from([day.isoformat() for day in (*DAYS[1:], *DAYS)])
some = st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=3, unique=True)
people = st.one_of(some, some, some, st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=2))
copies = st.integers(1, 3)
received = st.fixed_dictionaries(
    {
        "item": st.sampled_from(["rules", "rules", "rules", *ITEMS]),
        "to": st.one_of(st.just("present"), people),
        "copies": copies,
        "giver": st.sampled_from([None, None, None, None, "B1", "D1", LEADER]),
        "source": st.sampled_from([None, None, None, "custody", "giver"]),
    }
).map(lambda line: line | {"title": "village"} if line["item"] == "skills" else line)
custody = st.fixed_dictionaries(
    {
        "item": st.sampled_from(["rules", "rules", "badges"]),
        "copies": copies,
        "giver": st.sampled_from([None, "C0", LEADER]),
        "direction": st.sampled_from(["taken", "taken", "returned"]),
    }
)
answers = st.fixed_dictionaries(
    {
        "member": st.sampled_from(MEMBERS),
        "item": st.sampled_from(ASKED),
        "answer": st.sampled_from(["has", "declined"]),
    }
)
untils = st.one_of(st.just("2026-12-31"), st.just("2026-12-31"), days)
postponements = answers.flatmap(lambda line: untils.map(lambda until: line | {"answer": "later", "until": until}))


def few(line: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.one_of(st.just([]), line.map(lambda one: [one]), st.lists(line, min_size=2, max_size=2))


documents = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "on": days,
        "unit": st.sampled_from(UNITS),
        "led": st.sampled_from([LEADER, None]),
        "present": some,
        "parts": st.sampled_from([[LESSON], [VISIT], [LESSON, VISIT], []]),
        "received": few(received),
        "custody": few(custody),
        "absent": people,
        "answers": st.one_of(st.just([]), few(st.one_of(answers, answers, postponements))),
    }
).map(lambda document: document | {"absent": [who for who in document["absent"] if who not in document["present"]]})
numbers = st.integers(0, 30)
records = st.tuples(st.just("record"), st.lists(documents, min_size=1, max_size=4), st.integers(1, 3))
steps = st.one_of(
    st.tuples(st.just("reverse"), st.sampled_from(["act", "taken"]), numbers, numbers),
    st.tuples(st.just("reverse"), st.just("line"), numbers, numbers),
    records,
    st.tuples(st.just("again"), numbers, st.booleans()),
    st.tuples(st.just("correct"), documents, st.sets(st.sampled_from(["on", "present", "received"])), numbers),
    st.tuples(
        st.just("tell"), st.sampled_from(MEMBERS), st.sampled_from(ASKED), st.sampled_from(["has", "owed"]), days
    ),
)


# ---- the same, for real ---------------------------------------------------------------------------------------------


class Ledger:
    """The real ledger, told the same story."""

    def __init__(self) -> None:
        self.oracle = Oracle(PARENTS, ROUND_FROM, {"rules", "badges", "skills", "lessons"})
        self.members = {name: Member.objects.get(person__name=name) for name in MEMBERS}
        self.leader = Person.objects.get(name=LEADER)
        self.ids: dict[str, Any] = {}  # client id → act
        self.kept: dict[type, dict[Any, dict[str, Any]]] = {}
        self.verbs = Journal.objects.count()

    def tell(self, step: Step) -> None:
        getattr(self, f"do_{step[0]}")(*step[1:])
        self.check_nothing_changed()

    def do_record(self, some: list[dict[str, Any]], chunk: int) -> None:
        expected = [self.oracle.record(document) for document in some]
        given_in = [self.spoken(document) for document in some]
        found = list(record_many(given_in, by=None, scope=operator_scope(), door="test", chunk=chunk))
        assert [one.verdict for one in found] == expected, [one.problems for one in found]
        for verdict, document, one in zip(expected, some, found, strict=True):
            event(verdict)
            if verdict == "stored":
                self.ids[document["id"]] = one.act
                self.verbs += 1
            elif verdict == "already_stored":
                assert one.act == self.ids[document["id"]]

    def do_again(self, number: int, changed: bool) -> None:  # noqa: FBT001 - a step is a plain tuple
        if self.oracle.acts:
            document = pick(self.oracle.acts, number).document
            self.do_record([document, document | {"place": "村部"}] if changed else [document], 2)

    def do_correct(self, document: dict[str, Any], changed: set[str], number: int) -> None:
        """The document of an act again, with some of its keys as in another."""
        if self.oracle.acts:
            wrong = number % len(self.oracle.acts)
            right = self.oracle.acts[wrong].document | {
                key: document[key] for key in ("id", *changed) if key in document
            }
            self.do_record([right | {"corrects": {"act": wrong, "reason": "写错了"}}], 1)

    def do_reverse(self, kind: str, number: int, row: int) -> None:
        rows = {"line": "lines", "taken": "taken"}
        acts = [act for act in self.oracle.acts if kind == "act" or getattr(act, rows[kind])]
        if not acts:
            return
        act = pick(acts, number)
        if kind == "act":
            self.reverse("act", self.ids[act.document["id"]], done=self.oracle.reverse_act(act))
        else:
            one = pick(getattr(act, rows[kind]), row)
            what = "presence" if isinstance(one, Line) and one.item is None else kind
            self.reverse(what, self.row_id(act, one), done=self.oracle.reverse_row(act, one))

    def reverse(self, kind: str, target: Any, *, done: bool) -> None:
        event(f"reversed {kind}" if done else "reversed before")
        try:
            reverse(by=None, scope=operator_scope(), target=target, reason="记错了")
        except Refusal:
            assert not done
        else:
            assert done
            self.verbs += 1

    def do_tell(self, who: str, item: str, kind: str, on: str) -> None:
        day, scope = date.fromisoformat(on), operator_scope()
        said = {"member": self.members[who], "item": Item.objects.get(code=item), "kind": AnswerKind(kind), "on": day}
        try:
            answer(by=None, scope=scope, **said)
        except Refusal:
            assert not self.oracle.tell(who, item, kind, day)
        else:
            assert self.oracle.tell(who, item, kind, day)
            self.verbs += 1

    # ---- words ------------------------------------------------------------------------------------------------------

    def spoken(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document with people and givers as a door writes them."""
        said = {key: value for key, value in document.items() if value is not None and key != "led"}
        if document.get("led"):
            said["participants"] = [{"task": "led", "person": str(self.leader.pk)}]
        for key in ("present", "absent"):
            said[key] = [self.ref(who) for who in document.get(key, [])]
        said["absent"] = [{"member": ref} for ref in said["absent"]]
        said["received"] = [
            self.given(line) | {"to": line["to"] if line["to"] == "present" else [self.ref(who) for who in line["to"]]}
            for line in document.get("received", [])
        ]
        said["custody"] = [self.given(line) for line in document.get("custody", [])]
        said["answers"] = [line | {"member": self.ref(line["member"])} for line in document.get("answers", [])]
        if "corrects" in document:
            wrong = self.oracle.acts[document["corrects"]["act"]].document["id"]
            said["corrects"] = document["corrects"] | {"act": str(self.ids[wrong])}
        return said

    def ref(self, name: str) -> Any:
        by_name = {"unit": "B2" if name == "西门三" else "B1", "name": name}
        return by_name if len(name) % 2 else str(self.members[name].pk)

    def given(self, line: dict[str, Any]) -> dict[str, Any]:
        """A line with its giver as an object."""
        who = line.get("giver")
        giver = {"person": str(self.leader.pk)} if who == LEADER else {"unit": who}
        return {key: value for key, value in line.items() if key != "giver"} | ({"giver": giver} if who else {})

    def row_id(self, act: Act, one: Line | Taken) -> Any:
        rows: Any = {Line: Receipt, Taken: Custody}[type(one)].objects.filter(activity=self.ids[act.document["id"]])
        if isinstance(one, Taken):
            return rows.order_by("id")[next(n for n, row in enumerate(act.taken) if row is one)].pk
        return rows.get(member=self.members[one.who], item__code=one.item, title__code=one.title).pk

    # ---- comparing --------------------------------------------------------------------------------------------------

    def check_nothing_changed(self) -> None:
        """Rows are only ever added."""
        for model in APPEND_ONLY:
            now = {row["pk" if "pk" in row else "id"]: row for row in model.objects.values()}
            before = self.kept.get(model, {})
            assert {pk: now.get(pk) for pk in before} == before
            self.kept[model] = now

    def check(self) -> None:
        names = {unit.pk: unit.code for unit in Unit.objects.all()}
        assert sorted(map(repr, self.receipts(names))) == sorted(map(repr, self.oracle.receipts()))
        assert sorted(map(repr, self.custody(names))) == sorted(map(repr, self.oracle.custody()))
        units = {unit.code: unit for unit in Unit.objects.filter(code__in=UNITS)}
        for item in Item.objects.filter(code__in=ITEMS):
            for code, unit in units.items():
                for day in DAYS:
                    assert on_hand(unit, item, day) == self.oracle.on_hand((code, item.code, day))
        for day in DAYS:
            assert self.held_answers(day) == self.oracle.holding_answers(day)
        assert (Journal.objects.count(), broken_links()) == (self.verbs, [])

    def receipts(self, names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
        clients = {act: client for client, act in self.ids.items()}
        for row in Receipt.objects.live().select_related("member__person", "item", "title"):
            giver = LEADER if row.giver_person_id else names.get(row.giver_unit_id or 0)
            thing = (row.item and row.item.code, row.title and row.title.code, row.copies)
            name = row.member.person.name if row.member else None
            yield (clients[row.activity_id], row.on, name, *thing, giver, names.get(row.holder_id or 0))

    def custody(self, names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
        clients = {act: client for client, act in self.ids.items()}
        for row in Custody.objects.live().select_related("item"):
            giver = LEADER if row.giver_person_id else names.get(row.giver_unit_id or 0)
            moved = row.copies if row.direction == "taken" else -row.copies
            yield clients[row.activity_id], row.on, names[row.unit_id], row.item.code, moved, giver

    def held_answers(self, day: date) -> dict[tuple[str, str], str]:
        rows = Answer.objects.live().filter(on__lte=day).order_by("on", "id")
        said = rows.values_list(F("member__person__name"), F("item__code"), F("kind"))
        return {(who, item): kind for who, item, kind in said}


def pick(some: list[Any], number: int) -> Any:
    return some[number % len(some)]


@contextmanager
def forgotten() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(
    max_examples=count(ci=60, full=3_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(beginning=records, story=st.lists(steps, min_size=4, max_size=16))
def test_ledger_agrees_with_the_oracle(world: World, beginning: Step, story: list[Step]) -> None:
    with forgotten():
        ledger = Ledger()
        for step in (beginning, *story):
            ledger.tell(step)
        ledger.check()
