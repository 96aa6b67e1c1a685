"""Numbered sheets: any list goes out, the number leads back, what is typed becomes an act once."""

from __future__ import annotations

import pytest

from qisong.ledger.models import Activity, PaperSheet, Receipt, SheetReturn, Stranger
from qisong.ledger.models.paper import check_figure
from qisong.ledger.papers import Listing, Plan, find_sheet, print_sheets
from qisong.ledger.strangers import namesakes, settle_stranger, waiting_for
from qisong.ledger.telling import document_of
from qisong.ledger.terms import SheetKind, StrangerFate, Verdict
from qisong.ledger.typing_back import name_of, next_go, type_back
from qisong.org.todos import todos_for
from qisong.words.text import Refusal
from tests.desk.papers import printed, stranger
from tests.world import World

MEETING = {"on": "2026-05-19", "unit": "B1", "parts": [{"kind": "meeting", "meeting": "study"}]}


@pytest.mark.parametrize("serial", [1, 9, 42, 10_427, 999_999])
def test_check_figure_tells_of_one_wrong_figure(serial: int) -> None:
    figures = f"{serial}{check_figure(serial)}"
    for place, figure in enumerate(figures):
        for other in "0123456789":
            mistyped = figures[:place] + other + figures[place + 1 :]
            wrong = check_figure(int(mistyped[:-1])) != int(mistyped[-1])
            assert wrong is (other != figure)


def test_number_leads_to_the_sheet_however_it_is_typed(world: World) -> None:
    sheet = printed(world, "B1", [world.member("东方晓").pk])
    spaced = f" {sheet.number[:3]} {sheet.number[3:]}号"
    assert find_sheet(world.scope("recorder"), spaced) == sheet


@pytest.mark.parametrize(
    ("typed", "code"), [("000017", "wrong-number"), ("", "wrong-number"), ("999995", "unknown-number")]
)
def test_number_that_leads_nowhere_is_refused(world: World, typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        find_sheet(world.scope("recorder"), typed)
    assert refused.value.code == code


def test_sheet_of_another_unit_is_not_found(world: World) -> None:
    sheet = printed(world, "B3", [world.member("东方晓").pk])
    with pytest.raises(Refusal) as refused:
        find_sheet(world.scope("recorder"), sheet.number)
    assert refused.value.code == "unknown-number"


def test_empty_list_prints_nothing(world: World) -> None:
    listings = [Listing(world.branch, [])]
    with pytest.raises(Refusal) as refused:
        print_sheets(by=None, kind=SheetKind.ATTENDANCE, unit=world.branch, listings=listings, plan=Plan())
    assert (refused.value.code, PaperSheet.objects.count()) == ("nobody", 0)


def test_register_needs_something_to_hand_out(world: World) -> None:
    listings = [Listing(world.branch, [world.member("东方晓").pk])]
    with pytest.raises(Refusal) as refused:
        print_sheets(by=None, kind=SheetKind.HAND_OUT, unit=world.branch, listings=listings, plan=Plan())
    assert refused.value.code == "no-items"


@pytest.mark.postgres
def test_typed_twice_records_once(world: World) -> None:
    sheet = printed(world, "B1", [world.member("东方晓").pk])
    document = {**MEETING, "present": [str(world.member("东方晓").pk)]}
    sent = {"by": world.recorder, "scope": world.scope("recorder"), "sheet": sheet, "go": 1, "document": document}
    answers = [type_back(**sent, strangers=["路过客"]) for _ in range(2)]
    assert [one.verdict for one in answers] == [Verdict.STORED, Verdict.ALREADY_STORED]
    assert (Activity.objects.count(), SheetReturn.objects.count(), Stranger.objects.count()) == (1, 1, 1)
    assert next_go(sheet) == 2


def test_two_who_type_one_sheet_differently_conflict(world: World) -> None:
    sheet = printed(world, "B1", [world.member("东方晓").pk])
    sent = {"by": world.recorder, "scope": world.scope("recorder"), "sheet": sheet, "go": 1}
    type_back(**sent, document=MEETING)
    answer = type_back(**sent, document={**MEETING, "place": "村部"})
    assert (answer.verdict, Activity.objects.count()) == (Verdict.CONFLICT, 1)


def test_name_of_a_stranger_is_sealed_until_settled(world: World) -> None:
    one = stranger(world, "B1")
    assert "路过客" not in one.name
    assert name_of(one) == "路过客"
    settle_stranger(by=world.office, scope=world.scope("office"), stranger=one, fate=StrangerFate.NOBODY)
    one.refresh_from_db()
    assert (one.name, one.fate) == ("", StrangerFate.NOBODY)


def test_stranger_waits_for_the_level_above(world: World) -> None:
    one = stranger(world, "B1")
    assert list(waiting_for(world.scope("clerk"))) == [one]
    assert list(waiting_for(world.scope("recorder"))) == []
    assert "desk:strangers" in [todo.url_name for todo in todos_for(world.scope("clerk"))]


def test_recognised_member_joins_those_present(world: World) -> None:
    one = stranger(world, "B1", "田守一")
    scope = world.scope("clerk")
    [member] = namesakes([one], scope)[one.pk]
    settle_stranger(by=world.account("clerk"), scope=scope, stranger=one, fate=StrangerFate.MEMBER, member=member)
    act = Activity.objects.live().get()
    assert list(act.receipts.values_list("member__person__name", flat=True)) == ["田守一"]
    assert Activity.objects.count() == 2
    assert list(waiting_for(scope)) == []


def test_recognised_stranger_of_a_register_must_have_got_something(world: World) -> None:
    one = stranger(world, "B1", "田守一")
    PaperSheet.objects.filter(pk=one.sheet.pk).update(kind=SheetKind.HAND_OUT)
    sent = {"by": world.office, "scope": world.scope("office"), "stranger": one, "fate": StrangerFate.MEMBER}
    with pytest.raises(Refusal) as refused:
        settle_stranger(**sent, member=world.member("田守一"))
    assert refused.value.code == "got-nothing"


def test_recognised_stranger_gets_only_what_was_ticked(world: World) -> None:
    one = stranger(world, "B1", "田守一")
    PaperSheet.objects.filter(pk=one.sheet.pk).update(kind=SheetKind.HAND_OUT)
    sent = {"by": world.office, "scope": world.scope("office"), "stranger": one, "fate": StrangerFate.MEMBER}
    settle_stranger(**sent, member=world.member("田守一"), got=["constitutions"])
    got = Receipt.objects.filter(member=world.member("田守一"), activity__in=Activity.objects.live())
    assert list(got.values_list("item__code", flat=True)) == ["constitutions"]


@pytest.mark.parametrize("copies", [1, 2])
def test_recognised_stranger_gets_one_copy_however_many_the_others_got(world: World, copies: int) -> None:
    listed, name = world.member("东方晓"), world.member("田守一")
    sheet = printed(world, "B1", [listed.pk], SheetKind.HAND_OUT, ["constitutions"])
    line = {"item": "constitutions", "to": [str(listed.pk)], "copies": copies, "giver": {"unit": "D1"}}
    by = {"by": world.office, "scope": world.scope("office")}
    document = {"on": "2026-05-19", "unit": "B1", "received": [line]}
    type_back(**by, sheet=sheet, go=1, document=document, strangers=["田守一"])
    done = {"stranger": sheet.strangers.get(), "fate": StrangerFate.MEMBER, "member": name, "got": ["constitutions"]}
    settle_stranger(**by, **done)
    got = Activity.objects.live().get().receipts.values_list("member", "copies", "giver_unit__code")
    assert sorted(got) == sorted([(listed.pk, copies, "D1"), (name.pk, 1, "D1")])


def test_guest_is_counted_in_the_act(world: World) -> None:
    one = stranger(world, "B1")
    settle_stranger(by=world.office, scope=world.scope("office"), stranger=one, fate=StrangerFate.GUEST)
    assert list(Activity.objects.live().get().guests.values_list("whence", "count")) == [("", 1)]


def test_second_stranger_of_a_sheet_joins_what_the_first_became(world: World) -> None:
    first = stranger(world, "B1", "田守一")
    second = Stranger.objects.create(sheet=first.sheet, activity=first.activity, name=first.name)
    settle_stranger(by=world.office, scope=world.scope("office"), stranger=first, fate=StrangerFate.GUEST)
    settle_stranger(by=world.office, scope=world.scope("office"), stranger=second, fate=StrangerFate.GUEST)
    assert list(Activity.objects.live().get().guests.values_list("count", flat=True)) == [2]


def test_settled_stranger_is_not_settled_again(world: World) -> None:
    one = stranger(world, "B1")
    done = {"by": world.office, "scope": world.scope("office"), "stranger": one, "fate": StrangerFate.NOBODY}
    settle_stranger(**done)
    with pytest.raises(Refusal) as refused:
        settle_stranger(**done)
    assert refused.value.code == "settled-already"


def test_retold_act_records_the_same_again(world: World) -> None:
    sheet = printed(world, "B1", [world.member("东方晓").pk], items=["constitutions"])
    people = [str(world.member(name).pk) for name in ("东方晓", "田守一")]
    document = {
        **MEETING,
        "parts": [{"kind": "meeting", "meeting": "study"}, {"kind": "lesson", "subject": "第一章"}],
        "place": "村部",
        "present": people[:1],
        "absent": [{"member": people[1], "reason": "work"}],
        "guests": [{"whence": "邻村", "count": 2}],
        "custody": [{"item": "constitutions", "copies": 5, "giver": {"unit": "D1"}}],
        "received": [{"item": "constitutions", "to": people, "copies": 2}],
        "answers": [{"member": people[1], "item": "badges", "answer": "later", "until": "2026-09-01"}],
        "minutes": {"agenda": "一、学习", "decisions": "", "starts": "19:00", "ends": "20:00"},
    }
    by = {"by": world.recorder, "scope": world.scope("recorder"), "sheet": sheet}
    first = type_back(**by, go=1, document=document)
    told = document_of(Activity.objects.get(pk=first.act))
    second = type_back(**by, go=2, document=told)
    assert (first.verdict, second.verdict, second.problems) == (Verdict.STORED, Verdict.STORED, ())
    assert document_of(Activity.objects.get(pk=second.act)) == told
    assert Receipt.objects.filter(activity=first.act).count() == Receipt.objects.filter(activity=second.act).count()
