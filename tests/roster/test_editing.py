"""One member's life, verb by verb."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from qisong.org.appointing import add_person
from qisong.org.models import Journal, Unit
from qisong.org.tending import NewUnit, close_unit, split_unit
from qisong.roster import editing
from qisong.roster.models import Affiliation, Member
from qisong.roster.secrets import mask_of
from qisong.roster.terms import Secret
from qisong.words.text import Refusal
from tests.roster.people import keep, member, number
from tests.world import BEGINNING, World

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def told() -> Journal:
    last = Journal.objects.last()
    assert last is not None
    return last


def ties(one: Member) -> list[tuple[str, str, date, date | None, str]]:
    rows = Affiliation.objects.filter(member=one).order_by("valid_from", "id").select_related("unit")
    return [(row.unit.code, row.bond, row.valid_from, row.valid_to, row.left_by) for row in rows]


def refused(verb: object, **arguments: object) -> tuple[str, str]:
    """The code and field of the refusal; nothing is told to the journal."""
    before = Journal.objects.count()
    with pytest.raises(Refusal) as refusal:
        verb(by=None, **arguments)  # type: ignore[operator]
    assert Journal.objects.count() == before
    return refusal.value.code, refusal.value.place


# ---- joining ---------------------------------------------------------------------------------------------------------


def test_member_added_belongs_from_that_day(world: World) -> None:
    new = editing.add_member(
        by=world.recorder,
        unit=world.branch,
        on=MAY,
        name=" 田 守一",
        sex="male",
        born="1958年3月",
        category="full",
        joined="1980.7.1",
        address="东岭村三组",
    )
    assert (str(new), new.sex, new.born, new.joined, new.address) == (
        "田守一",
        "male",
        "1958-03",
        "1980-07-01",
        "东岭村三组",
    )
    assert ties(new) == [("B1", "formal", MAY, None, "")]
    assert (told().kind, told().unit, told().touched) == ("member.added", world.branch, {"member": [str(new.pk)]})


def test_member_added_may_be_a_known_person(world: World) -> None:
    person = add_person(by=None, name="田书记")
    new = editing.add_member(by=None, unit=world.branch, on=MAY, name="田守一", category="full", person=person)
    person.refresh_from_db()
    assert (new.pk, person.name) == (person.pk, "田守一")


def test_known_person_is_added_once(world: World) -> None:
    old = member(world.branch)
    code = refused(editing.add_member, unit=world.sibling, on=MAY, name="田守一", category="full", person=old.person)
    assert code == ("already-a-member", "person")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": " "}, ("name-missing", "name")),
        ({"name": "田" * 61}, ("too-long", "name")),
        ({"category": "friend"}, ("unknown-choice", "category")),
        ({"sex": "男"}, ("unknown-choice", "sex")),
        ({"born": "去年"}, ("date-unreadable", "born")),
        ({"identity": "110101195803050000"}, ("identity-wrong", "identity")),
        ({"identity": "****************12"}, ("mask-only", "identity")),
        ({"identity": number(serial=1), "sex": "female"}, ("identity-sex", "sex")),
        ({"education": "大学"}, ("not-kept", "education")),
        ({"house": "12号"}, ("not-kept", "address")),
        ({"address": "东岭村三组12号"}, ("not-kept", "address")),
        ({"joined": "1990-01-01", "became_full": "1989-01-01"}, ("joined-after-full", "became_full")),
        (
            {"category": "probationary", "became_full": "1989-01-01"},
            ("probationary-with-full-date", "became_full"),
        ),
    ],
)
def test_member_with_a_wrong_value_is_refused_at_its_field(
    world: World, given: dict[str, str], expected: tuple[str, str]
) -> None:
    values = {"name": "田守一", "category": "full"} | given
    assert refused(editing.add_member, unit=world.branch, on=MAY, **values) == expected
    assert Member.objects.count() == 0


def test_member_is_added_neither_tomorrow_nor_before_the_unit_stood(world: World) -> None:
    common = {"unit": world.branch, "name": "田守一", "category": "full"}
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert refused(editing.add_member, on=tomorrow, **common) == ("date-future", "on")
    assert refused(editing.add_member, on=BEGINNING - timedelta(days=1), **common) == ("not-standing", "unit")


def test_identity_held_by_another_is_refused(world: World) -> None:
    member(world.other_branch, identity=number())
    given = {"unit": world.branch, "on": MAY, "name": "田守二", "category": "full", "identity": number()}
    assert refused(editing.add_member, **given) == ("identity-held", "identity")


# ---- changes ---------------------------------------------------------------------------------------------------------


def test_edit_changes_only_what_differs_and_names_the_fields(world: World) -> None:
    one = member(world.branch, born="1958-03", phone="13800001234")
    edited = editing.edit_member(
        by=world.recorder, member=one, version=1, name="田守义", born="1958年3月", phone="13800005678"
    )
    assert (str(edited), edited.born, edited.version) == ("田守义", "1958-03", 2)
    assert mask_of(Member.objects.get(), Secret.PHONE) == "138****78"
    assert (told().kind, told().touched) == (
        "member.edited",
        {"member": [str(one.pk)], "field": ["name", "phone"]},
    )


def test_edit_that_changes_nothing_is_not_told(world: World) -> None:
    one = member(world.branch, phone="13800001234", identity=number())
    before = Journal.objects.count()
    masks = {"phone": "138****34", "identity": mask_of(one, Secret.IDENTITY)}
    same = editing.edit_member(by=None, member=one, version=1, name="田守一", landline="", **masks)
    assert (same.version, Journal.objects.count()) == (1, before)


def test_edit_empties_a_field(world: World) -> None:
    one = member(world.branch, born="1958-03", phone="13800001234")
    edited = editing.edit_member(by=None, member=one, version=1, born="", phone="")
    assert (edited.born, edited.sealed.count()) == ("", 0)


def test_edit_of_a_stale_form_is_refused(world: World) -> None:
    one = member(world.branch)
    editing.begin_circumstance(by=None, member=one, kind="away", on=MAY)
    assert refused(editing.edit_member, member=one, version=1, born="1958") == ("stale", "version")
    assert Member.objects.get().born == ""


def test_edit_knows_no_other_fields(world: World) -> None:
    with pytest.raises(TypeError):
        editing.edit_member(by=None, member=member(world.branch), version=1, died_on="2026-05-01")


def test_edit_is_checked_against_what_stays(world: World) -> None:
    one = member(world.branch, joined="1980-07-01")
    assert refused(editing.edit_member, member=one, version=1, became_full="1979-07-01") == (
        "joined-after-full",
        "became_full",
    )


def test_house_number_is_sealed_where_the_county_keeps_it(world: World) -> None:
    keep("address")
    one = member(world.branch, address="东岭村三组12号")
    assert (one.address, mask_of(one, Secret.HOUSE)) == ("东岭村三组", "***")


# ---- probation, moving, leaving --------------------------------------------------------------------------------------


def test_probation_ends_on_a_day(world: World) -> None:
    one = editing.make_full(by=None, member=member(world.branch, category="probationary"), on=MAY)
    assert (one.category, one.became_full, told().kind) == ("full", "2026-05-01", "member.made_full")


def test_full_member_is_not_made_full_again(world: World) -> None:
    assert refused(editing.make_full, member=member(world.branch), on=MAY) == ("already-full", "member")


def test_transfer_closes_one_affiliation_and_opens_another(world: World) -> None:
    one = member(world.branch)
    editing.transfer_member(by=world.clerk, member=one, unit=world.sibling, on=MAY)
    assert ties(one) == [
        ("B1", "formal", BEGINNING, MAY, "transfer"),
        ("B2", "formal", MAY, None, ""),
    ]
    assert (told().kind, told().touched["unit"]) == (
        "member.transferred",
        [str(world.branch.pk), str(world.sibling.pk)],
    )


def test_transfer_ends_the_attachment_to_the_same_unit(world: World) -> None:
    one = member(world.branch)
    editing.attach_member(by=None, member=one, unit=world.sibling, on=MAY)
    editing.transfer_member(by=None, member=one, unit=world.sibling, on=JUNE)
    assert ties(one) == [
        ("B1", "formal", BEGINNING, JUNE, "transfer"),
        ("B2", "attached", MAY, JUNE, "transfer"),
        ("B2", "formal", JUNE, None, ""),
    ]


def test_transfer_back_into_the_past_is_refused(world: World) -> None:
    one = member(world.branch)
    editing.transfer_member(by=None, member=one, unit=world.sibling, on=JUNE)
    assert refused(editing.transfer_member, member=one, unit=world.branch, on=MAY) == ("too-early", "on")


def test_transfer_to_where_one_is_is_refused(world: World) -> None:
    one = member(world.branch)
    assert refused(editing.transfer_member, member=one, unit=world.branch, on=MAY) == ("already-there", "unit")


def test_departed_member_comes_back_by_transfer(world: World) -> None:
    one = member(world.branch)
    editing.record_departure(by=None, member=one, on=MAY)
    assert refused(editing.transfer_member, member=one, unit=world.sibling, on=date(2026, 4, 1)) == ("too-early", "on")
    editing.transfer_member(by=None, member=one, unit=world.sibling, on=JUNE)
    assert ties(one)[1:] == [("B2", "formal", JUNE, None, "")]


def test_departure_ends_everything_that_was_open(world: World) -> None:
    one = member(world.branch)
    editing.attach_member(by=None, member=one, unit=world.sibling, on=MAY)
    away = editing.begin_circumstance(by=None, member=one, kind="away", on=MAY, detail="外省")
    editing.record_departure(by=None, member=one, on=JUNE)
    away.refresh_from_db()
    assert ties(one) == [
        ("B1", "formal", BEGINNING, JUNE, "departure"),
        ("B2", "attached", MAY, JUNE, "departure"),
    ]
    assert (away.valid_to, told().kind, told().unit) == (JUNE, "member.departed", world.branch)


def test_departed_member_cannot_depart_again(world: World) -> None:
    one = member(world.branch)
    editing.record_departure(by=None, member=one, on=MAY)
    assert refused(editing.record_departure, member=one, on=JUNE) == ("already-departed", "member")


def test_dead_member_leaves_and_stays_out(world: World) -> None:
    one = editing.record_death(by=None, member=member(world.branch), on=MAY)
    assert (one.died_on, ties(one)) == (MAY, [("B1", "formal", BEGINNING, MAY, "death")])
    assert refused(editing.transfer_member, member=one, unit=world.sibling, on=JUNE) == ("member-died", "member")
    assert refused(editing.record_death, member=one, on=JUNE) == ("member-died", "member")


def test_attached_member_stays_formally_where_they_were(world: World) -> None:
    one = member(world.branch)
    editing.attach_member(by=None, member=one, unit=world.other_branch, on=MAY)
    assert refused(editing.attach_member, member=one, unit=world.other_branch, on=JUNE) == ("already-there", "unit")
    editing.detach_member(by=None, member=one, unit=world.other_branch, on=JUNE)
    assert ties(one) == [
        ("B1", "formal", BEGINNING, None, ""),
        ("B3", "attached", MAY, JUNE, "departure"),
    ]
    assert refused(editing.detach_member, member=one, unit=world.other_branch, on=JUNE) == ("not-attached", "unit")


# ---- what life asks for ----------------------------------------------------------------------------------------------


def test_circumstance_lasts_from_day_to_day(world: World) -> None:
    one = member(world.branch)
    away = editing.begin_circumstance(by=world.recorder, member=one, kind="away", on=MAY, detail=" 外省务工 ")
    assert (away.detail, away.since, told().kind) == ("外省务工", "2026-05-01", "circumstance.begun")
    assert refused(editing.begin_circumstance, member=one, kind="away", on=JUNE) == ("already-so", "kind")
    ended = editing.end_circumstance(by=None, circumstance=away, on=JUNE)
    assert (ended.valid_from, ended.valid_to, told().touched["circumstance"]) == (MAY, JUNE, ["away"])
    assert refused(editing.end_circumstance, circumstance=away, on=JUNE) == ("already-ended", "on")


def test_circumstance_is_kept_as_a_sheet_would_read_it(world: World) -> None:
    one = member(world.branch)
    kept = [
        editing.begin_circumstance(by=None, member=one, kind=kind, on=MAY, detail=detail).detail
        for kind, detail in (("away", "外省　１２区"), ("homebound", "无"))
    ]
    assert kept == ["外省 12区", ""]


@pytest.mark.parametrize(
    ("kind", "detail", "expected"),
    [
        ("tired", "", ("unknown-circumstance", "kind")),
        ("homebound", "心脏病", ("health-or-faith", "detail")),
        ("away", "外" * 121, ("too-long", "detail")),
    ],
)
def test_circumstance_that_cannot_be_kept_is_refused(
    world: World, kind: str, detail: str, expected: tuple[str, str]
) -> None:
    one = member(world.branch)
    assert refused(editing.begin_circumstance, member=one, kind=kind, on=MAY, detail=detail) == expected


# ---- a split ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def halves(world: World) -> list[Unit]:
    parts = [NewUnit("B1a", "东岭上村党支部", "branch"), NewUnit("B1b", "东岭下村党支部", "branch")]
    return split_unit(by=None, unit=world.branch, into=parts, on=MAY)


def test_split_gives_everybody_a_new_unit(world: World) -> None:
    one, two, guest = member(world.branch), member(world.branch, "田守二"), member(world.sibling, "西门三")
    editing.attach_member(by=None, member=guest, unit=world.branch, on=BEGINNING)
    parts = [NewUnit("B1a", "东岭上村党支部", "branch"), NewUnit("B1b", "东岭下村党支部", "branch")]
    upper, lower = split_unit(by=None, unit=world.branch, into=parts, on=MAY)
    moved = editing.split_members(by=None, unit=world.branch, assignment={one.pk: upper, two.pk: lower}, on=MAY)
    assert moved == 2
    assert ties(one) == [("B1", "formal", BEGINNING, MAY, "split"), ("B1a", "formal", MAY, None, "")]
    assert ties(two)[1:] == [("B1b", "formal", MAY, None, "")]
    assert ties(guest)[1:] == [("B1", "attached", BEGINNING, MAY, "split")]


def test_split_leaves_nobody_behind(world: World) -> None:
    member(world.branch)
    two = member(world.branch, "田守二")
    parts = [NewUnit("B1a", "东岭上村党支部", "branch"), NewUnit("B1b", "东岭下村党支部", "branch")]
    upper, _lower = split_unit(by=None, unit=world.branch, into=parts, on=MAY)
    given = {"unit": world.branch, "assignment": {two.pk: upper}, "on": MAY}
    assert refused(editing.split_members, **given) == ("assignment-incomplete", "assignment")


def test_split_moves_only_its_own_people(world: World, halves: list[Unit]) -> None:
    stranger = member(world.sibling)
    given = {"unit": world.branch, "assignment": {stranger.pk: halves[0]}, "on": MAY}
    assert refused(editing.split_members, **given) == ("assignment-incomplete", "assignment")


def test_split_into_a_unit_that_does_not_stand_is_refused(world: World, halves: list[Unit]) -> None:
    close_unit(by=None, unit=halves[1], on=JUNE)
    given = {"unit": world.branch, "assignment": {}, "on": MAY}
    assert editing.split_members(by=None, **given) == 0  # type: ignore[arg-type]
    stranger = member(world.sibling)
    given = {"unit": world.branch, "assignment": {stranger.pk: halves[1]}, "on": JUNE}
    assert refused(editing.split_members, **given) == ("not-standing", "unit")
