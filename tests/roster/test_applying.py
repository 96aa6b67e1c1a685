"""A review carried out: all of it or nothing."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from qisong.org.models import Journal
from qisong.org.tending import rename_unit
from qisong.roster.arriving import take_in
from qisong.roster.editing import (
    add_member,
    attach_member,
    begin_circumstance,
    edit_member,
    record_departure,
    transfer_member,
)
from qisong.roster.importing import apply_batch, compare, decide, discard_batch, examine
from qisong.roster.models import Affiliation, Circumstance, ImportBatch, Member
from qisong.roster.secrets import open_secret
from qisong.roster.terms import Secret
from qisong.words.text import Refusal
from tests.roster.forms import TODAY, compared, person, sheet
from tests.roster.letters import letter_to_us, sent
from tests.roster.people import keep, member, number
from tests.roster.state import everything, ties
from tests.world import BEGINNING, World

pytestmark = pytest.mark.postgres
LATER = date(2026, 7, 15)


def applied(world: World, *rows: dict[str, str | None], today: date = TODAY) -> ImportBatch:
    return apply_batch(by=world.office, batch=compared(world.county, *rows, today=today))


def states(one: Member) -> list[tuple[str, str, str, date, date | None]]:
    rows = Circumstance.objects.filter(member=one).order_by("kind", "valid_from")
    return [(row.kind, row.since, row.detail, row.valid_from, row.valid_to) for row in rows]


def refused(batch: ImportBatch) -> str:
    """The code of the refusal, which leaves everything as it was."""
    held = everything()
    with pytest.raises(Refusal) as refusal:
        apply_batch(by=None, batch=batch)
    assert everything() == held
    return refusal.value.code


# ---- newcomers ------------------------------------------------------------------------------------


def test_newcomers_are_enrolled_with_all_that_is_said(world: World) -> None:
    keep("identity", "ethnicity", "education", "address")
    row = person(1, education="大学", ethnicity="汉族", landline="0999-1234567", address="东岭村三组12号")
    batch = applied(world, row | {"away": "是", "destination": "外省"})
    one = Member.objects.get()
    values = {field: getattr(one, field) for field in ("sex", "born", "category", "joined", "became_full", "address")}
    assert (str(one), one.job, one.education, one.ethnicity) == ("田守一", "农牧渔业生产人员", "大学", "汉族")
    assert list(values.values()) == ["male", "1958-03-05", "full", "1980-07-01", "1981-07-01", "东岭村三组"]
    secrets = [open_secret(by=None, member=one, kind=kind, reason="试验") for kind in Secret]
    assert secrets == [number(), "13800001201", "0999-1234567", "12号"]
    assert states(one) == [("away", "", "外省", TODAY, None)]
    assert (batch.state, batch.lines.get().applied) == ("applied", True)


def test_applying_is_told_and_numbered(world: World) -> None:
    batch = applied(world, person(1))
    told = Journal.objects.get(kind="import.applied")
    assert (told.actor, told.unit, told.seq) == (world.office, world.county, batch.applied_seq)
    assert told.touched == {"batch": [str(batch.pk)], "member": [str(Member.objects.get().pk)]}


def test_circumstance_with_part_of_a_date_begins_on_the_first_day_it_can_have_begun(world: World) -> None:
    applied(world, person(1, lost="是", lost_since="2015年3月"), person(2, lost="是"))
    one, two = Member.objects.order_by("person__name")
    assert states(one) == [("out-of-contact", "2015-03", "", date(2015, 3, 1), None)]
    assert states(two) == [("out-of-contact", "", "", TODAY, None)]


def test_same_file_twice_changes_nothing(world: World) -> None:
    rows = [person(1), person(2, lost="是", lost_since="2015"), person(3, standing="停止党籍")]
    applied(world, *rows)
    held = everything()
    assert applied(world, *rows, today=LATER).counts["same"] == 3
    assert everything() == held


# ---- changes --------------------------------------------------------------------------------------


def test_changes_are_written_to_one_member(world: World) -> None:
    applied(world, person(1), person(2))
    applied(world, person(1, name="田守义", job="退休人员", mobile="13900005678"), person(2), today=LATER)
    one, two = Member.objects.order_by("person__name")
    assert (str(one), one.job, one.version) == ("田守义", "退休人员", 2)
    assert open_secret(by=None, member=one, kind=Secret.PHONE, reason="试验") == "13900005678"
    assert (str(two), two.version) == ("田守二", 1)


def test_circumstances_begin_end_and_are_told_more_exactly(world: World) -> None:
    applied(world, person(1, lost="是", lost_since="2015", away="是", destination="外省"))
    changed = person(1, lost="是", lost_since="2015-03", away="否", standing="停止党籍")
    applied(world, changed, today=LATER)
    assert states(Member.objects.get()) == [
        ("away", "", "外省", TODAY, LATER),
        ("out-of-contact", "2015-03", "", date(2015, 3, 1), None),
        ("suspended", "", "", LATER, None),
    ]


def test_moved_member_leaves_one_branch_for_another(world: World) -> None:
    applied(world, person(1))
    one = Member.objects.get()
    attach_member(by=None, member=one, unit=world.sibling, on=TODAY)
    applied(world, person(1, branch="西岭村党支部"), today=LATER)
    assert ties(one) == [
        ("B1", "formal", BEGINNING, LATER, "transfer"),
        ("B2", "attached", TODAY, LATER, "transfer"),
        ("B2", "formal", LATER, None, ""),
    ]


def test_member_who_left_is_moved_back_in(world: World) -> None:
    applied(world, person(1))
    one = Member.objects.get()
    record_departure(by=None, member=one, on=TODAY)
    applied(world, person(1, branch="西岭村党支部"), today=LATER)
    assert ties(one)[-1] == ("B2", "formal", LATER, None, "")


def test_doubtful_and_missing_are_left_alone(world: World) -> None:
    stays = member(world.branch, "田走远")
    asked = member(world.branch, "田守一")
    batch = applied(world, person(1, name="田守一", born=None), person(2))
    assert sorted(str(one) for one in Member.objects.all()) == ["田守一", "田守二", "田走远"]
    assert (ties(stays)[0][3], asked.version) == (None, Member.objects.get(pk=asked.pk).version)
    assert list(batch.lines.values_list("outcome", "applied")) == [
        ("doubtful", False),
        ("new", True),
        ("missing", False),
    ]


# ---- what is refused ------------------------------------------------------------------------------


def test_one_error_and_nothing_is_written(world: World) -> None:
    assert refused(compared(world.branch, person(1), person(2, standing="开除党籍"))) == "has-errors"


def test_warnings_do_not_stand_in_the_way(world: World) -> None:
    assert applied(world, person(1, mobile=None)).state == "applied"


def test_batch_is_applied_once(world: World) -> None:
    batch = applied(world, person(1))
    assert refused(batch) == "not-ready"
    stale_copy = compared(world.branch, person(2))
    apply_batch(by=None, batch=ImportBatch.objects.get(pk=stale_copy.pk))
    assert refused(stale_copy) == "not-ready"


def test_discarded_batch_is_not_applied(world: World) -> None:
    assert refused(discard_batch(by=None, batch=compared(world.branch, person(1)))) == "not-ready"


def test_member_edited_since_makes_the_review_stale(world: World) -> None:
    applied(world, person(1))
    batch = compared(world.branch, person(1, job="退休人员"), today=LATER)
    edit_member(by=None, member=Member.objects.get(), version=1, born="1958")
    assert refused(batch) == "stale"


def test_circumstance_begun_since_makes_the_review_stale(world: World) -> None:
    applied(world, person(1))
    batch = compared(world.branch, person(1, away="是"), today=LATER)
    begin_circumstance(by=None, member=Member.objects.get(), kind="away", on=TODAY)
    assert refused(batch) == "stale"


def test_newcomer_added_by_hand_since_makes_the_review_stale(world: World) -> None:
    batch = compared(world.branch, person(1))
    add_member(by=None, unit=world.branch, on=TODAY, name="田守一", category="full")
    assert refused(batch) == "stale"


def test_number_taken_elsewhere_since_makes_the_review_stale(world: World) -> None:
    batch = compared(world.branch, person(1))
    elsewhere = member(world.other_branch, "柳青禾")
    edit_member(by=None, member=elsewhere, version=1, identity=number())
    assert refused(batch) == "stale"


def test_import_of_the_level_above_since_makes_the_review_stale(world: World) -> None:
    batch = compared(world.branch, person(1))
    applied(world, person(2))
    assert refused(batch) == "stale"


def test_change_of_the_tree_since_makes_the_review_stale(world: World) -> None:
    batch = compared(world.branch, person(1))
    rename_unit(by=None, unit=world.other_branch, on=TODAY, name="柳河新村党支部")
    assert refused(batch) == "stale"


def test_news_of_another_committee_does_not_matter(world: World) -> None:
    batch = compared(world.branch, person(1))
    one = member(world.other_branch, "柳青禾")
    begin_circumstance(by=None, member=one, kind="away", on=TODAY)
    transfer_member(by=None, member=one, unit=world.county_unit, on=TODAY)
    decide(by=None, line=compared(world.other_branch, person(9), today=LATER).lines.first(), decision="")  # type: ignore[arg-type]
    assert apply_batch(by=None, batch=batch).state == "applied"


# ---- how it is done -------------------------------------------------------------------------------


def test_queries_do_not_grow_with_the_rows(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    rows = [person(1, name=f"田{n}", identity=number(serial=n), sex=None) for n in range(1, 120)]
    batch = compare(by=None, unit=world.branch, files=[("名册.xlsx", sheet(*rows))], today=TODAY)
    with django_assert_max_num_queries(32):
        apply_batch(by=None, batch=batch)
    changed = [row | {"job": "退休人员", "branch": "西岭村党支部", "standing": "停止党籍"} for row in rows]
    other = compare(by=None, unit=world.committee, files=[("名册.xlsx", sheet(*changed))], today=LATER)
    assert other.counts["moved"] == 119
    with django_assert_max_num_queries(32):
        apply_batch(by=None, batch=other)
    assert Affiliation.objects.filter(unit=world.sibling, valid_to=None).count() == 119


def test_examination_makes_few_queries(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    rows = [person(1, name=f"田{n}", identity=number(serial=n), sex=None) for n in range(1, 120)]
    apply_batch(by=None, batch=compared(world.branch, *rows))
    files = [("名册.xlsx", sheet(*rows))]
    with django_assert_max_num_queries(12):
        assert examine(unit=world.branch, files=files, today=LATER).counts["same"] == 119


def test_nobody_comes_back_whom_a_letter_took(world: World) -> None:
    keep("identity")
    applied(world, person())
    sent(Member.objects.get(), date(2026, 7, 1))
    assert refused(compared(world.county, person(branch="西岭村党支部"), today=LATER)) == "gone-by-letter"


def test_review_from_before_somebody_came_by_letter_is_stale(world: World) -> None:
    batch = compared(world.county, person())
    take_in(by=None, content=letter_to_us(), unit=world.branch)
    assert refused(batch) == "stale"
