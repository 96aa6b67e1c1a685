"""An import taken back, discarded, and forgotten when its days are over."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from qisong.org.appointing import give_post
from qisong.org.models import Journal
from qisong.org.schedule import run_due
from qisong.roster import editing
from qisong.roster.deciding import departed_on, same_as
from qisong.roster.importing import apply_batch, decide, discard_batch, expire_batches, revert_batch
from qisong.roster.models import ImportBatch, ImportLine, Member
from qisong.roster.uploads import uploads
from qisong.words.text import Refusal
from tests.roster.forms import TODAY, compared, person
from tests.roster.people import member, number
from tests.roster.state import everything, ties
from tests.world import BEGINNING, World

pytestmark = pytest.mark.postgres
LATER = date(2026, 7, 15)
FIRST = (
    person(1, lost="是", lost_since="2015", away="是", destination="外省"),
    person(2),
    person(3, standing="停止党籍"),
)
SECOND = (
    person(1, name="田守义", born="1958-03-06", mobile="13900005678", lost="否", away="是", destination="外县"),
    person(2, branch="西岭村党支部", landline="0999-1234567", job=None),
    person(3, standing="正常", identity=number(5), became_full="1982-01-01", lost="是", lost_since="2020-05"),
    person(4),
)


def applied(world: World, *rows: dict[str, Any], today: date = TODAY) -> ImportBatch:
    return apply_batch(by=None, batch=compared(world.county, *rows, today=today))


def refused(batch: ImportBatch, reason: str = "装错了文件") -> Refusal:
    held = everything()
    with pytest.raises(Refusal) as refusal:
        revert_batch(by=None, batch=batch, reason=reason)
    assert everything() == held
    return refusal.value


def named(name: str) -> Member:
    return Member.objects.get(person__name=name)


# ---- taken back -----------------------------------------------------------------------------------


def test_import_taken_back_leaves_nothing_behind(world: World) -> None:
    before = everything()
    batch = applied(world, *FIRST)
    revert_batch(by=world.office, batch=batch, reason="装错了文件")
    told = Journal.objects.last()
    assert told is not None
    assert (everything(), batch.state, told.kind, told.reason) == (before, "reverted", "import.reverted", "装错了文件")


def test_changes_taken_back_are_as_they_were(world: World) -> None:
    applied(world, *FIRST)
    editing.attach_member(by=None, member=named("田守二"), unit=world.sibling, on=TODAY)
    before = everything()
    batch = applied(world, *SECOND, today=LATER)
    assert {key: batch.counts[key] for key in ("changed", "moved", "new")} == {"changed": 2, "moved": 1, "new": 1}
    assert everything() != before
    revert_batch(by=None, batch=batch, reason="装错了文件")
    assert everything() == before


def test_decisions_are_taken_back_with_the_batch(world: World) -> None:
    asked, gone = member(world.branch, "田守一"), member(world.branch, "田走远")
    editing.begin_circumstance(by=None, member=gone, kind="frail", on=BEGINNING)
    before = everything()
    batch = compared(world.branch, person(1, identity=None))
    decide(by=None, line=batch.lines.get(outcome="doubtful"), decision=same_as(asked.pk))
    apply_batch(by=None, batch=batch)
    decide(by=None, line=batch.lines.get(outcome="missing"), decision=departed_on(TODAY))
    assert everything() != before
    revert_batch(by=None, batch=batch, reason="装错了文件")
    assert everything() == before


def test_batch_taken_back_may_be_compared_and_applied_again(world: World) -> None:
    revert_batch(by=None, batch=applied(world, *FIRST), reason="装错了文件")
    assert applied(world, *FIRST).counts["new"] == 3


def test_newcomer_somebody_speaks_of_stays_without_an_affiliation(world: World) -> None:
    batch = applied(world, person(1), person(2))
    give_post(by=None, person=named("田守一").person, unit=world.branch, role="recorder", on=TODAY)
    revert_batch(by=None, batch=batch, reason="装错了文件")
    one = Member.objects.get()
    assert (str(one), ties(one)) == ("田守一", [("B1", "formal", BEGINNING, BEGINNING, "reverted")])
    assert applied(world, person(1)).counts["moved"] == 1


# ---- refused --------------------------------------------------------------------------------------


def test_member_edited_in_the_same_place_since_is_named(world: World) -> None:
    applied(world, *FIRST)
    batch = applied(world, *SECOND, today=LATER)
    editing.edit_member(by=None, member=named("田守义"), version=2, name="田守信", phone="13700001111")
    refusal = refused(batch)
    assert (refusal.code, "1 位成员" in refusal.text.zh) == ("edited-since", True)
    assert "田守信（姓名、手机号）" in refusal.text.zh


def test_member_edited_in_another_place_since_keeps_the_edit(world: World) -> None:
    applied(world, *FIRST)
    batch = applied(world, *SECOND, today=LATER)
    editing.edit_member(by=None, member=named("田守义"), version=2, job="退休人员")
    revert_batch(by=None, batch=batch, reason="装错了文件")
    assert (named("田守一").job, named("田守一").born) == ("退休人员", "1958-03-05")


def test_moved_member_moved_on_since_is_named(world: World) -> None:
    applied(world, *FIRST)
    batch = applied(world, *SECOND, today=LATER)
    editing.transfer_member(by=None, member=named("田守二"), unit=world.other_branch, on=LATER)
    assert "田守二（所在党支部）" in refused(batch).text.zh


def test_circumstance_ended_since_is_named(world: World) -> None:
    applied(world, *FIRST)
    batch = applied(world, *SECOND, today=LATER)
    begun = named("田守三").circumstances.get(kind="out-of-contact")
    editing.end_circumstance(by=None, circumstance=begun, on=LATER)
    editing.begin_circumstance(by=None, member=named("田守三"), kind="suspended", on=LATER)
    assert "田守三（党籍状态、是否为失联党员）" in refused(batch).text.zh


def test_newcomer_edited_since_is_named(world: World) -> None:
    batch = applied(world, person(1))
    editing.edit_member(by=None, member=named("田守一"), version=1, job="退休人员")
    assert "田守一" in refused(batch).text.zh


def test_departed_member_who_came_back_is_named(world: World) -> None:
    gone = member(world.branch, "田走远")
    batch = applied(world, person(1))
    decide(by=None, line=batch.lines.get(outcome="missing"), decision=departed_on(TODAY))
    editing.transfer_member(by=None, member=gone, unit=world.sibling, on=LATER)
    assert "田走远（所在党支部）" in refused(batch).text.zh


def test_taking_back_needs_a_reason_and_comes_within_a_month(world: World) -> None:
    batch = applied(world, person(1))
    assert (refused(batch, " ").code, refused(batch, " ").place) == ("reason-missing", "reason")
    ImportBatch.objects.update(applied_at=timezone.now() - timedelta(days=31))
    assert refused(ImportBatch.objects.get()).code == "too-late"


def test_only_what_was_applied_is_taken_back_and_once(world: World) -> None:
    assert refused(compared(world.branch, person(1))).code == "not-applied"
    batch = applied(world, person(1))
    revert_batch(by=None, batch=batch, reason="装错了文件")
    assert refused(batch).code == "not-applied"


# ---- forgotten ------------------------------------------------------------------------------------


def kept(batch: ImportBatch) -> tuple[bool, bool, bool]:
    """Whether the batch still has its file, its problems and the values of its lines."""
    batch.refresh_from_db()
    values = ImportLine.objects.filter(batch=batch).exclude(before="", after="")
    return bool(batch.files), bool(batch.report), values.exists()


def test_discarded_batch_is_forgotten_at_once(world: World) -> None:
    batch = compared(world.branch, person(1))
    digest = batch.files[0]["sha256"]
    assert (digest in uploads(), kept(batch)) == (True, (True, True, True))
    discard_batch(by=None, batch=batch)
    assert (digest in uploads(), kept(batch), batch.state) == (False, (False, False, False), "discarded")
    assert batch.lines.get().outcome == "new"


def test_applied_batch_is_not_discarded(world: World) -> None:
    batch = applied(world, person(1))
    with pytest.raises(Refusal) as refusal:
        discard_batch(by=None, batch=batch)
    assert (refusal.value.code, kept(batch)) == ("already-applied", (True, True, True))


def test_file_that_another_review_needs_stays(world: World) -> None:
    one, two = compared(world.branch, person(1)), compared(world.branch, person(1))
    discard_batch(by=None, batch=one)
    assert (two.files[0]["sha256"] in uploads(), kept(two)) == (True, (True, True, True))


def test_batches_expire_after_their_days(world: World) -> None:
    waiting, done = compared(world.branch, person(1)), applied(world, person(2), today=LATER)
    before = Journal.objects.count()
    over = TODAY + timedelta(days=settings.SEALED_UPLOAD_DAYS)
    assert expire_batches(over - timedelta(days=1)) == 0
    assert (expire_batches(over), expire_batches(over)) == (1, 0)
    assert (kept(waiting), waiting.state, kept(done)) == ((False, False, False), "discarded", (True, True, True))
    assert Journal.objects.count() == before + 1
    assert expire_batches(date(2027, 1, 1)) == 1
    assert (kept(done), done.state) == ((False, False, False), "applied")


def test_forgetting_comes_round_by_itself(world: World) -> None:
    batch = compared(world.branch, person(1), today=date(2026, 1, 1))
    assert "roster.expiry" in run_due(timezone.now())
    assert kept(batch) == (False, False, False)
