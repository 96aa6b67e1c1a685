from collections.abc import Callable

import pytest

from qisong.ledger.models import Activity, Answer, Custody, Item, Part, Receipt, Reversal
from qisong.ledger.recording import Acknowledgement
from qisong.ledger.reversing import reverse
from qisong.ledger.stock import on_hand
from qisong.org.journal import broken_links
from qisong.org.models import Journal
from qisong.words.text import Refusal
from tests.ledger.conftest import Record
from tests.ledger.saying import ELDER, YOUNG, person, received
from tests.world import World

ActOf = Callable[[Acknowledgement], Activity]
FULL = {
    "parts": [{"kind": "lesson"}],
    "present": [person(ELDER), person(YOUNG)],
    "received": [received("rules"), received("flags", {"units": ["B1"]})],
    "custody": [{"item": "rules", "copies": 30}],
    "answers": [{"member": person(ELDER), "item": "badges", "answer": "has"}],
}


@pytest.fixture
def act(put: Record, act_of: ActOf) -> Activity:
    return act_of(put(**FULL))


@pytest.fixture
def undo(world: World) -> Callable[..., Reversal]:
    def undo_(target: object, role: str = "recorder", reason: str = "记错了") -> Reversal:
        return reverse(by=world.account(role), scope=world.scope(role), target=target, reason=reason)  # type: ignore[arg-type]

    return undo_


Undo = Callable[..., Reversal]


def refused(undo: Undo, target: object, role: str = "recorder", reason: str = "记错了") -> str:
    with pytest.raises(Refusal) as refusal:
        undo(target, role, reason)
    return refusal.value.code


def test_reversed_act_has_no_live_rows(act: Activity, undo: Undo, world: World) -> None:
    undo(act.pk)
    live = [Receipt.objects.live(), Custody.objects.live(), Answer.objects.live(), Part.objects.live()]
    assert [rows.count() for rows in live] == [0, 0, 0, 0]
    assert (Activity.objects.live().count(), Activity.objects.count()) == (0, 1)
    assert on_hand(world.branch, Item.objects.get(code="rules"), act.on) == 0


def test_reversal_deletes_and_edits_nothing(act: Activity, undo: Undo) -> None:
    before = [list(model.objects.order_by("pk").values()) for model in (Activity, Receipt, Custody, Answer, Part)]
    undo(act.pk)
    after = [list(model.objects.order_by("pk").values()) for model in (Activity, Receipt, Custody, Answer, Part)]
    assert before == after


def test_reversed_receipt_alone_falls(act: Activity, undo: Undo, world: World) -> None:
    handed = act.receipts.get(item__code="rules", member=world.member(ELDER))
    reversal = undo(handed.pk)
    assert (reversal.receipt, reversal.activity, reversal.reason) == (handed, None, "记错了")
    assert set(act.receipts.all()) - set(act.receipts.live()) == {handed}
    assert on_hand(world.branch, Item.objects.get(code="rules"), act.on) == 29


def test_reversed_presence_takes_what_follows_it(act: Activity, undo: Undo, world: World) -> None:
    presence = act.receipts.get(item=None, member=world.member(ELDER))
    undo(presence.pk)
    fallen = set(act.receipts.all()) - set(act.receipts.live())
    assert {(one.member_id, one.item and one.item.code) for one in fallen} == {
        (world.member(ELDER).pk, None),
        (world.member(ELDER).pk, "lessons"),
    }


def test_what_follows_may_have_fallen_before(act: Activity, undo: Undo, world: World) -> None:
    heard = act.receipts.get(item__code="lessons", member=world.member(ELDER))
    undo(heard.pk)
    undo(act.receipts.get(item=None, member=world.member(ELDER)).pk)
    assert Reversal.objects.filter(receipt=heard).count() == 1
    assert Receipt.objects.live().filter(member=world.member(ELDER)).count() == 1


def test_reversed_lesson_leaves_the_presence(act: Activity, undo: Undo, world: World) -> None:
    undo(act.receipts.get(item__code="lessons", member=world.member(ELDER)).pk)
    assert Receipt.objects.live().filter(item=None).count() == 2


def test_reversed_custody_leaves_the_stock(act: Activity, undo: Undo, world: World) -> None:
    undo(act.custody.get().pk)
    assert on_hand(world.branch, Item.objects.get(code="rules"), act.on) == -2


def test_nothing_is_reversed_twice(act: Activity, undo: Undo) -> None:
    handed = act.receipts.filter(item__code="rules")[0]
    undo(handed.pk)
    assert refused(undo, handed.pk) == "already-reversed"
    undo(act.pk)
    assert refused(undo, act.pk) == "already-reversed"


def test_row_of_a_reversed_act_is_reversed_already(act: Activity, undo: Undo) -> None:
    undo(act.pk)
    assert refused(undo, act.custody.get().pk) == "already-reversed"
    assert refused(undo, act.receipts.all()[0].pk) == "already-reversed"


def test_id_may_be_given_as_text(act: Activity, undo: Undo) -> None:
    assert undo(f" {act.pk}".strip()).activity == act


@pytest.mark.parametrize("target", ["", "B1", "0190", "0190c8d2-0000-7000-8000-000000000001"])
def test_unknown_id_is_refused(act: Activity, undo: Undo, target: str) -> None:
    assert refused(undo, target) == "unknown-target"


@pytest.mark.parametrize("reason", ["", " ", "x" * 301])
def test_reason_is_needed(act: Activity, undo: Undo, reason: str) -> None:
    assert refused(undo, act.pk, reason=reason) == "reason-needed"
    assert Reversal.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "code"),
    [("outsider", "unknown-target"), ("auditor", "unknown-target"), ("partner", "unknown-target"), ("clerk", "")],
)
def test_others_do_not_even_find_the_act(act: Activity, undo: Undo, role: str, code: str) -> None:
    if code:
        assert refused(undo, act.pk, role) == code
    else:
        assert undo(act.pk, role).activity == act


def test_branch_that_was_served_sees_the_act_but_leaves_it(put: Record, act_of: ActOf, undo: Undo) -> None:
    act = act_of(put(units=["B1", "B3"], parts=[{"kind": "visit"}]))
    assert refused(undo, act.pk, "outsider") == "not-allowed"


def test_trainer_reverses_the_own_lesson_only(put: Record, act_of: ActOf, undo: Undo) -> None:
    own, other = [act_of(put(role, parts=[{"kind": "lesson"}])) for role in ("trainer", "recorder")]
    assert undo(own.pk, "trainer").activity == own
    assert refused(undo, other.pk, "trainer") == "not-allowed"


def test_reversal_is_one_row_of_the_journal(act: Activity, undo: Undo, world: World) -> None:
    undo(act.pk)
    row = Journal.objects.order_by("seq").last()
    assert row is not None
    assert (row.kind, row.actor, row.unit, row.reason) == ("activity.reversed", world.recorder, world.branch, "")
    assert {thing: sorted(ids) for thing, ids in row.touched.items()} == {
        "act": [str(act.pk)],
        "member": sorted(str(world.member(name).pk) for name in (ELDER, YOUNG)),
        "unit": [str(world.branch.pk)],
    }
    assert broken_links() == []


def test_reversed_receipt_touches_its_member_only(act: Activity, undo: Undo, world: World) -> None:
    undo(act.receipts.get(item__code="rules", member=world.member(YOUNG)).pk)
    row = Journal.objects.order_by("seq").last()
    assert row is not None
    assert (row.kind, row.touched["member"]) == ("receipt.reversed", [str(world.member(YOUNG).pk)])
