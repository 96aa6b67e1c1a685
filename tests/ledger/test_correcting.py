from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from qisong.ledger.correcting import correct
from qisong.ledger.models import Activity, Answer, Item, Receipt, Reversal
from qisong.ledger.recording import Acknowledgement, record, record_many
from qisong.ledger.reversing import reverse
from qisong.ledger.stock import on_hand
from qisong.org.journal import broken_links
from qisong.org.models import Journal
from qisong.org.scope import operator_scope
from tests.ledger.conftest import Record
from tests.ledger.saying import ELDER, YOUNG, person, problems, received
from tests.ledger.test_recording import at_once
from tests.world import World

ActOf = Callable[[Acknowledgement], Activity]
RIGHT = {"id": "right", "on": "2026-05-19", "unit": "B1", "present": [person(YOUNG)]}


@pytest.fixture
def wrong(put: Record, act_of: ActOf) -> Activity:
    return act_of(put(present=[person(ELDER)], custody=[{"item": "rules", "copies": 1}]))


def corrected(world: World, wrong: Activity, role: str = "recorder", **keys: Any) -> Acknowledgement:
    return correct(
        by=world.account(role),
        scope=world.scope(role),
        activity=wrong,
        document=RIGHT | keys,
        reason="写错了人",
        door="test",
    )


def test_correction_reverses_and_records_at_once(world: World, wrong: Activity, act_of: ActOf) -> None:
    right = act_of(corrected(world, wrong))
    assert (right.corrects, wrong.reversal.reason, wrong.reversal.by) == (wrong, "写错了人", world.recorder)
    assert list(Receipt.objects.live().values_list("member__person__name", flat=True)) == [YOUNG]


def test_correction_is_one_row_of_the_journal(world: World, wrong: Activity, act_of: ActOf) -> None:
    right = act_of(corrected(world, wrong))
    row = Journal.objects.order_by("seq").last()
    assert row is not None
    assert row.kind == "act.corrected"
    assert sorted(row.touched["act"]) == sorted([str(wrong.pk), str(right.pk)])
    assert sorted(row.touched["member"]) == sorted(str(world.member(name).pk) for name in (ELDER, YOUNG))
    assert broken_links() == []


def test_correction_sent_again_changes_nothing(world: World, wrong: Activity) -> None:
    first, again = corrected(world, wrong), corrected(world, wrong)
    assert (again.verdict, again.act) == ("already_stored", first.act)
    assert (Activity.objects.count(), Reversal.objects.count()) == (2, 1)


def test_correction_that_is_wrong_itself_reverses_nothing(world: World, wrong: Activity) -> None:
    answer = corrected(world, wrong, present=[person("无此人")])
    assert problems(answer) == [("present[0]", "unknown-person")]
    assert (Activity.objects.live().count(), Reversal.objects.count()) == (1, 0)


def test_correction_under_the_old_id_is_a_conflict(world: World, wrong: Activity) -> None:
    assert corrected(world, wrong, id="act-1").verdict == "conflict"
    assert Reversal.objects.count() == 0


def test_same_document_is_not_the_same_as_a_correction(world: World, wrong: Activity) -> None:
    record(RIGHT, by=world.recorder, scope=world.scope("recorder"), door="test")
    assert corrected(world, wrong).verdict == "conflict"


def test_act_is_corrected_once(world: World, wrong: Activity) -> None:
    corrected(world, wrong)
    assert problems(corrected(world, wrong, id="other")) == [("corrects.act", "already-reversed")]


def test_correction_of_a_correction_follows_the_chain(world: World, wrong: Activity, act_of: ActOf) -> None:
    second = act_of(corrected(world, wrong))
    third = act_of(corrected(world, second, id="third"))
    assert third.corrects == second
    assert list(Activity.objects.live()) == [third]


def test_reversed_act_is_past_correcting(world: World, wrong: Activity) -> None:
    reverse(by=None, scope=operator_scope(), target=wrong.pk, reason="作废")
    assert problems(corrected(world, wrong)) == [("corrects.act", "already-reversed")]


def test_others_find_nothing_to_correct(world: World, wrong: Activity) -> None:
    answer = corrected(world, wrong, "outsider", unit="B3", present=[person("柳青禾", "B3")])
    assert problems(answer) == [("corrects.act", "unknown-target")]


def test_act_that_never_was_is_not_corrected(put: Record) -> None:
    correction = {"act": str(uuid4()), "reason": "写错了"}
    assert problems(put(corrects=correction, present=[person(ELDER)])) == [("corrects.act", "unknown-target")]


def test_reason_is_needed(put: Record, wrong: Activity) -> None:
    correction = {"act": str(wrong.pk), "reason": " "}
    assert problems(put(corrects=correction, present=[person(ELDER)])) == [("corrects.reason", "empty")]


def test_correction_is_given_by_hand_from_the_stock_it_frees(put: Record, act_of: ActOf, world: World) -> None:
    put(on="2026-05-01", custody=[{"item": "rules", "copies": 1}])
    wrong = act_of(put(received=[received("rules", [person(ELDER)])]))
    right = act_of(corrected(world, wrong, present=[], received=[received("rules", [person(YOUNG)])]))
    assert right.receipts.get().source == "custody"
    assert on_hand(world.branch, Item.objects.get(code="rules"), right.on) == 0


def test_correction_does_not_hand_out_what_it_takes_back(world: World, wrong: Activity, act_of: ActOf) -> None:
    right = act_of(corrected(world, wrong, present=[], received=[received("rules", [person(YOUNG)])]))
    assert right.receipts.get().source == "giver"


def test_answers_of_a_corrected_act_no_longer_hold(put: Record, act_of: ActOf, world: World) -> None:
    wrong = act_of(put(answers=[{"member": person(ELDER), "item": "rules", "answer": "has"}]))
    said = [{"member": person(YOUNG), "item": "rules", "answer": "has"}]
    act_of(corrected(world, wrong, present=[], answers=said))
    assert list(Answer.objects.live().values_list("member__person__name", flat=True)) == [YOUNG]


def test_two_corrections_in_one_chunk_do_not_both_hold(world: World, wrong: Activity) -> None:
    correction = {"corrects": {"act": str(wrong.pk), "reason": "写错了"}}
    documents = [RIGHT | correction | {"id": name} for name in "ab"]
    first, second = record_many(documents, by=None, scope=operator_scope(), door="test")
    assert (first.verdict, problems(second)) == ("stored", [("corrects.act", "already-reversed")])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_corrections_at_once_do_not_both_hold(transactional_db: None, put: Record, act_of: ActOf) -> None:
    wrong = act_of(put(present=[person(ELDER)]))
    scope = operator_scope()

    def work(name: str) -> Callable[[], Acknowledgement]:
        document = RIGHT | {"id": name}
        return lambda: correct(by=None, scope=scope, activity=wrong, document=document, reason="写错了", door="test")

    answers = at_once([work(name) for name in "abc"])
    assert sorted(answer.verdict for answer in answers) == ["rejected", "rejected", "stored"]
    assert (Activity.objects.live().count(), Reversal.objects.count()) == (1, 1)
