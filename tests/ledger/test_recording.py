import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qisong.ledger.models import Activity, Receipt, Submission
from qisong.ledger.recording import Acknowledgement, record, record_many
from qisong.ledger.reversing import reverse
from qisong.org.journal import broken_links
from qisong.org.models import Journal
from qisong.org.scope import operator_scope
from qisong.roster.editing import add_member
from tests.ledger.conftest import Record
from tests.ledger.saying import ELDER, YOUNG, person, problems, received
from tests.world import BEGINNING, World

ActOf = Callable[[Acknowledgement], Activity]
VISIT = {"parts": [{"kind": "visit"}]}


def act(number: object, **keys: Any) -> dict[str, Any]:
    return {"id": f"{number}", "on": "2026-05-19", "unit": "B1", **VISIT} | keys


def recorded(*documents: Any, chunk: int = 200) -> list[Acknowledgement]:
    return list(record_many(documents, by=None, scope=operator_scope(), door="test", chunk=chunk))


def verdicts(answers: list[Acknowledgement]) -> list[tuple[str, str]]:
    return [(answer.id, answer.verdict) for answer in answers]


# ---- the one answer -------------------------------------------------------------------------------------------------


def test_record_answers_with_the_act(put: Record, act_of: ActOf) -> None:
    answer = put(**VISIT)
    assert answer.as_json() == {"id": "act-1", "verdict": "stored", "act": str(act_of(answer).pk), "problems": []}


def test_same_id_and_content_get_the_first_answer_again(put: Record) -> None:
    first, again = put(id="x", **VISIT), put(id="x", **VISIT)
    assert (again.verdict, again.act, again.problems) == ("already_stored", first.act, ())
    assert (Activity.objects.count(), Submission.objects.count()) == (1, 1)


def test_same_content_is_the_same_in_any_order_of_keys(put: Record) -> None:
    first = put(id="x", place="村部", **VISIT)
    again = put(parts=[{"kind": "visit"}], place="村部", id="x")
    assert (again.verdict, again.act) == ("already_stored", first.act)


def test_other_content_under_a_known_id_is_a_conflict(put: Record) -> None:
    first, other = put(id="x", **VISIT), put(id="x", place="村部", **VISIT)
    assert (other.verdict, other.act, problems(other)) == ("conflict", first.act, [("id", "conflict")])
    assert Activity.objects.count() == 1


def test_reversed_act_is_not_recorded_again_by_its_old_document(put: Record, world: World) -> None:
    first = put(id="x", **VISIT)
    assert first.act
    reverse(by=None, scope=operator_scope(), target=first.act, reason="记错了")
    assert (put(id="x", **VISIT).verdict, Activity.objects.live().count()) == ("already_stored", 0)


def test_rejected_document_is_read_anew_when_it_comes_again(put: Record, world: World) -> None:
    document = {"id": "x", "present": [person("田新来")]}
    assert problems(put(**document)) == [("present[0]", "unknown-person")]
    add_member(by=None, unit=world.branch, on=BEGINNING, name="田新来", category="full")
    assert put(**document).verdict == "stored"


def test_record_writes_nothing_of_a_wrong_act(put: Record) -> None:
    put(present=[person(ELDER), person("无此人")], received=[received("rules")])
    assert (Activity.objects.count(), Receipt.objects.count(), Journal.objects.filter(kind="act.recorded").count()) == (
        0,
        0,
        0,
    )


@pytest.mark.parametrize("document", [None, [], "act", 7, {}, {"id": ""}, {"id": 5}, {"id": "x" * 65}])
def test_document_without_a_usable_id_is_rejected(world: World, document: Any) -> None:
    [answer] = recorded(document)
    assert (answer.id, answer.verdict) == ("", "rejected")


@pytest.mark.parametrize("place", ["\ud800", float("nan"), float("inf"), {1, 2}])
def test_document_that_cannot_be_kept_is_rejected(world: World, place: Any) -> None:
    for key in ("place", "unit", "present", "id"):
        [answer] = recorded(act("x") | {key: place})
        assert problems(answer) == [("", "not-json")]
    assert Activity.objects.count() == 0


@pytest.mark.parametrize(
    "keys", [{"unit": "\x00"}, {"present": [person("\x00")]}, {"present": [person(ELDER, "\x00")]}]
)
def test_document_of_invisible_characters_is_rejected(world: World, keys: dict[str, Any]) -> None:
    [answer] = recorded(act("x") | keys)
    assert {code for _place, code in problems(answer)} <= {"empty"}
    assert answer.verdict == "rejected"


def test_document_nested_without_end_is_rejected(world: World) -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    [answer] = recorded(act("x", place=deep))
    assert (answer.verdict, Activity.objects.count()) == ("rejected", 0)


# ---- what the journal says ------------------------------------------------------------------------------------------


def test_act_is_one_row_of_the_journal(put: Record, act_of: ActOf, world: World) -> None:
    leave = [{"member": person("罗远帆")}]
    act = act_of(
        put(units=["B1", "B2"], present=[person(ELDER)], absent=leave, custody=[{"item": "rules", "copies": 1}])
    )
    row = Journal.objects.get(kind="act.recorded")
    assert (row.actor, row.unit, row.reason) == (world.recorder, world.branch, "")
    assert {thing: sorted(ids) for thing, ids in row.touched.items()} == {
        "act": [str(act.pk)],
        "member": sorted([str(world.member(ELDER).pk), str(world.member("罗远帆").pk)]),
        "unit": sorted([str(world.branch.pk), str(world.sibling.pk)]),
    }
    assert broken_links() == []


def test_recording_unit_is_touched_though_it_served_others(put: Record, act_of: ActOf, world: World) -> None:
    act_of(put("clerk", unit="D1", units=["B2"], custody=[{"item": "rules", "copies": 1}]))
    row = Journal.objects.get(kind="act.recorded")
    assert sorted(row.touched["unit"]) == sorted([str(world.committee.pk), str(world.sibling.pk)])


def test_acts_of_one_chunk_have_each_their_row(world: World) -> None:
    recorded(*(act(number) for number in range(5)), chunk=3)
    rows = Journal.objects.filter(kind="act.recorded").order_by("seq")
    assert [len(row.touched["act"]) for row in rows] == [1] * 5
    assert broken_links() == []


# ---- many at once ---------------------------------------------------------------------------------------------------


def test_record_many_answers_each_in_order(world: World) -> None:
    answers = recorded(act(1), act(2, unit="B9"), act(1), act(1, place="村部"), None, act(3), chunk=4)
    assert verdicts(answers) == [
        ("1", "stored"),
        ("2", "rejected"),
        ("1", "already_stored"),
        ("1", "conflict"),
        ("", "rejected"),
        ("3", "stored"),
    ]
    assert (answers[2].act, answers[3].act) == (answers[0].act, answers[0].act)
    assert Activity.objects.count() == 2


def test_record_many_sees_the_stock_of_acts_before(world: World) -> None:
    handed = {"received": [received("rules", [person(ELDER)])]}
    recorded(act(1, custody=[{"item": "rules", "copies": 1}]), act(2, **handed), act(3, **handed))
    sources = Receipt.objects.order_by("id").values_list("source", flat=True)
    assert list(sources) == ["custody", "giver"]


def test_record_many_forgets_the_stock_of_a_rejected_act(world: World) -> None:
    wrong = act(1, custody=[{"item": "rules", "copies": 1}], present=[person("无此人")])
    recorded(wrong, act(2, received=[received("rules", [person(ELDER)])]))
    assert Receipt.objects.get().source == "giver"


def test_record_many_takes_an_endless_stream(world: World) -> None:
    stream = (act(number) for number in iter(int, 1))
    answers = record_many(stream, by=None, scope=operator_scope(), door="test", chunk=1)
    assert [next(answers).verdict for _ in range(3)] == ["stored", "already_stored", "already_stored"]


def test_queries_do_not_grow_with_the_people(world: World) -> None:
    names = [f"田有{number}" for number in range(30)]
    for name in names:
        add_member(by=None, unit=world.branch, on=BEGINNING, name=name, category="full")

    def queries(present: list[str]) -> int:
        keys = {"present": [person(name) for name in present], "received": [received("rules"), received("badges")]}
        with CaptureQueriesContext(
            connection,
        ) as caught:
            [answer] = recorded(act(len(present), **keys))
        assert answer.verdict == "stored"
        return len(caught)

    queries(names[:2])
    assert queries(names[:1]) == queries(names[:30])


def test_queries_do_not_grow_with_the_acts_of_a_chunk(world: World) -> None:
    def queries(numbers: range) -> int:
        with CaptureQueriesContext(connection) as caught:
            recorded(*(act(number, present=[person(ELDER), person(YOUNG)]) for number in numbers))
        return len(caught)

    queries(range(1))
    assert queries(range(1, 2)) == queries(range(2, 30))


# ---- two at once ----------------------------------------------------------------------------------------------------


def at_once(works: list[Callable[[], Acknowledgement]]) -> list[Acknowledgement]:
    answers: list[Acknowledgement] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Acknowledgement]) -> None:
        try:
            gate.wait()
            answers.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_one_stores(transactional_db: None, world: World) -> None:
    scope = operator_scope()
    for turn in range(5):
        works = [lambda turn=turn: record(act(turn), by=None, scope=scope, door="test") for _ in range(4)]
        answers = at_once(works)
        assert sorted(answer.verdict for answer in answers) == ["already_stored"] * 3 + ["stored"]
        assert len({answer.act for answer in answers}) == 1
    assert (Activity.objects.count(), Journal.objects.filter(kind="act.recorded").count()) == (5, 5)
    assert broken_links() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_contents_at_once_one_stores_and_one_conflicts(transactional_db: None, world: World) -> None:
    scope = operator_scope()
    works = [lambda place=place: record(act("x", place=place), by=None, scope=scope, door="test") for place in "ab"]
    answers = at_once(works)
    assert sorted(answer.verdict for answer in answers) == ["conflict", "stored"]
    assert Submission.objects.quarantined().count() == 1
