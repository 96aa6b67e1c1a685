"""What a person says of doubtful rows and missing members, before or after the rest is applied."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from qisong.org.models import Journal
from qisong.roster.deciding import departed_on, same_as
from qisong.roster.editing import record_death, record_departure
from qisong.roster.importing import apply_batch, decide, discard_batch, revert_batch
from qisong.roster.models import ImportBatch, ImportLine, Member
from qisong.words.text import Refusal
from tests.roster.forms import TODAY, compared, person
from tests.roster.people import member, number
from tests.roster.state import ties
from tests.world import BEGINNING, World

pytestmark = pytest.mark.postgres
MAY = date(2026, 5, 1)


@pytest.fixture
def known(world: World) -> Member:
    """Somebody of whom the row of ``batch`` may speak, without a date of birth."""
    return member(world.branch, "田守一", job="其他")


@pytest.fixture
def batch(world: World, known: Member) -> ImportBatch:
    member(world.branch, "田走远")
    return compared(world.branch, person(1, identity=None))


def doubtful(batch: ImportBatch) -> ImportLine:
    return batch.lines.get(outcome="doubtful")


def missing(batch: ImportBatch) -> ImportLine:
    return batch.lines.get(outcome="missing")


def refused(line: ImportLine, decision: str) -> str:
    before = Journal.objects.count()
    with pytest.raises(Refusal) as refusal:
        decide(by=None, line=line, decision=decision)
    assert (Journal.objects.count(), refusal.value.place) == (before, "decision")
    return refusal.value.code


def test_doubtful_row_decided_as_new_is_enrolled_with_the_batch(batch: ImportBatch) -> None:
    decide(by=None, line=doubtful(batch), decision="new")
    assert Member.objects.filter(person__name="田守一").count() == 1
    apply_batch(by=None, batch=batch)
    assert Member.objects.filter(person__name="田守一").count() == 2
    assert (doubtful(batch).applied, missing(batch).applied) == (True, False)


def test_doubtful_row_decided_as_somebody_changes_them(batch: ImportBatch, known: Member) -> None:
    decide(by=None, line=doubtful(batch), decision=same_as(known.pk))
    apply_batch(by=None, batch=batch)
    known.refresh_from_db()
    assert (known.born, known.job, known.version) == ("1958-03-05", "农牧渔业生产人员", 2)
    line = doubtful(batch)
    assert (line.member, line.applied, "born" in line.fields) == (known, True, True)


def test_missing_member_decided_as_departed_leaves_that_day(batch: ImportBatch) -> None:
    decide(by=None, line=missing(batch), decision=departed_on(MAY))
    apply_batch(by=None, batch=batch)
    gone = Member.objects.get(person__name="田走远")
    assert (ties(gone), gone.version) == ([("B1", "formal", BEGINNING, MAY, "departure")], 2)


def test_missing_member_who_is_kept_stays(batch: ImportBatch) -> None:
    decide(by=None, line=missing(batch), decision="keep")
    apply_batch(by=None, batch=batch)
    assert ties(Member.objects.get(person__name="田走远"))[0][3] is None


def test_decision_may_be_taken_back(batch: ImportBatch) -> None:
    line = decide(by=None, line=doubtful(batch), decision="new")
    decide(by=None, line=line, decision="")
    apply_batch(by=None, batch=batch)
    assert Member.objects.filter(person__name="田守一").count() == 1


def test_decision_after_the_batch_was_applied_is_carried_out_at_once(
    world: World, batch: ImportBatch, known: Member
) -> None:
    apply_batch(by=None, batch=batch)
    decide(by=world.clerk, line=doubtful(batch), decision=same_as(known.pk))
    decide(by=world.clerk, line=missing(batch), decision=departed_on(MAY))
    known.refresh_from_db()
    told = Journal.objects.last()
    assert told is not None
    assert (known.born, told.kind, told.actor) == ("1958-03-05", "import.applied", world.clerk)
    assert ties(Member.objects.get(person__name="田走远"))[0][3] == MAY
    assert refused(doubtful(batch), "new") == "not-open"


def test_decision_on_a_discarded_batch_is_refused(batch: ImportBatch) -> None:
    line = missing(batch)
    discard_batch(by=None, batch=batch)
    line.refresh_from_db()
    assert refused(line, "keep") == "not-open"


@pytest.mark.parametrize("decision", ["keep", "departed:2026-05-01", "same:", "same:me", "perhaps"])
def test_doubtful_row_takes_no_other_decision(batch: ImportBatch, decision: str) -> None:
    assert refused(doubtful(batch), decision) == "unsuitable"


@pytest.mark.parametrize("decision", ["new", "departed:soon", "perhaps"])
def test_missing_member_takes_no_other_decision(batch: ImportBatch, decision: str) -> None:
    assert refused(missing(batch), decision) == "unsuitable"


def test_doubtful_row_is_nobody_but_a_candidate(batch: ImportBatch) -> None:
    other = Member.objects.get(person__name="田走远")
    assert refused(doubtful(batch), same_as(other.pk)) == "unsuitable"


def test_candidate_taken_back_meanwhile_makes_the_review_stale(world: World) -> None:
    earlier = apply_batch(by=None, batch=compared(world.branch, person(1, born=None)))
    batch = compared(world.branch, person(1, born=None, identity=None, joined="1979"))
    decide(by=None, line=doubtful(batch), decision=same_as(Member.objects.get().pk))
    revert_batch(by=None, batch=earlier, reason="装错了文件")
    with pytest.raises(Refusal) as refusal:
        apply_batch(by=None, batch=batch)
    assert refusal.value.code == "stale"


def test_two_rows_are_not_one_member(world: World, known: Member) -> None:
    batch = compared(world.branch, person(1, identity=None), person(1, identity=None, born="1960"))
    one, two = batch.lines.filter(outcome="doubtful")
    decide(by=None, line=one, decision=same_as(known.pk))
    assert refused(two, same_as(known.pk)) == "taken-by-another-row"
    assert decide(by=None, line=two, decision="new").decision == "new"


def test_departure_lies_between_the_beginning_and_today(batch: ImportBatch) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    line = missing(batch)
    assert [refused(line, departed_on(day)) for day in (tomorrow, BEGINNING - timedelta(days=1))] == [
        "date-impossible",
        "date-impossible",
    ]


def test_member_of_another_committee_is_not_settled_here(world: World) -> None:
    held = member(world.other_branch, "田守一", identity=number())
    line = doubtful(compared(world.committee, person(1)))
    assert [refused(line, same_as(held.pk)), refused(line, "new")] == ["unsuitable", "identity-held"]


def test_dead_member_is_not_brought_back(world: World) -> None:
    held = record_death(by=None, member=member(world.branch, "田守一", identity=number()), on=MAY)
    line = doubtful(compared(world.branch, person(1)))
    assert [refused(line, same_as(held.pk)), refused(line, "new")] == ["unsuitable", "identity-held"]


def test_missing_member_who_left_meanwhile_is_not_dismissed_again(batch: ImportBatch) -> None:
    line = missing(batch)
    record_departure(by=None, member=Member.objects.get(person__name="田走远"), on=MAY)
    assert refused(line, departed_on(TODAY)) == "date-impossible"
