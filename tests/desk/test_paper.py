"""Paper out and back, as people do it."""

from __future__ import annotations

from typing import Any

import pytest

from qisong.desk.pages.typing_back import rows_named
from qisong.ledger.models import Activity, PaperSheet, Receipt
from qisong.ledger.terms import SheetKind
from tests.desk.conftest import SignedIn
from tests.desk.papers import printed, stranger
from tests.desk.reading import text_of
from tests.world import World

PEOPLE = ("东方晓", "田春禾", "田守一")


def ids(world: World) -> list[Any]:
    return [world.member(name).pk for name in PEOPLE]


def typed(sheet: PaperSheet, **changes: Any) -> dict[str, Any]:
    sent = {"id": "x", "go": "1", "on": "2026-05-19", "parts": ["meeting"], "meeting": "study", "channel": "gathering"}
    return sent | {"rows-present": "1-2", "save": "yes"} | changes


def names(**found: Any) -> list[str]:
    return sorted(Receipt.objects.filter(**found).values_list("member__person__name", flat=True))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("1-3 5", [1, 2, 3, 5]),
        ("１－３，５", [1, 2, 3, 5]),
        ("2、4；6", [2, 4, 6]),
        ("1至3", [1, 2, 3]),
        (" 7 7 ", [7]),
    ],
    ids=["nothing", "range", "full-width", "chinese-marks", "chinese-word", "twice"],
)
def test_rows_are_read_as_people_write_them(text: str, rows: list[int]) -> None:
    assert rows_named(text, 9) == (set(rows), "")


@pytest.mark.parametrize("text", ["0", "10", "3-1", "abc", "1-", "1--2"])
def test_row_that_is_none_is_named(text: str) -> None:
    _rows, wrong = rows_named(text, 9)
    assert text in wrong


def test_new_sheet_lists_everybody_in_order(signed_in: SignedIn, world: World) -> None:
    sent = {"print": "yes", "kind": "attendance", "who": "everybody"}
    response = signed_in(world.recorder).post(f"/units/{world.branch.pk}/paper/", sent)
    sheet = PaperSheet.objects.get()
    assert response["Location"] == f"/paper/printed/{sheet.batch}/"
    assert [line.member.person.name for line in sheet.lines.select_related("member__person")] == [
        "东方晓", "田春禾", "田守一", "何渺", "罗远帆", "西门四",
    ]  # fmt: skip


def test_committee_prints_a_sheet_a_branch(signed_in: SignedIn, world: World) -> None:
    sent = {"print": "yes", "kind": "attendance", "who": "everybody"}
    signed_in(world.account("clerk")).post(f"/units/{world.committee.pk}/paper/", sent)
    assert sorted(PaperSheet.objects.values_list("unit__code", flat=True)) == ["B1", "B2"]
    assert len(set(PaperSheet.objects.values_list("batch", flat=True))) == 1


def test_register_for_those_missing_leaves_out_who_has_it(signed_in: SignedIn, world: World) -> None:
    sheet = printed(world, "B1", ids(world), SheetKind.HAND_OUT, ["constitutions"])
    client = signed_in(world.recorder)
    client.post(
        f"/paper/{sheet.number}/back/",
        typed(sheet, parts=[], **{"rows-present": "", "rows-constitutions": "1", "each-constitutions": "1"}),
    )
    sent = {"print": "yes", "kind": "hand-out", "who": "missing", "items": ["constitutions"]}
    client.post(f"/units/{world.branch.pk}/paper/", sent)
    listed = PaperSheet.objects.latest("pk").lines.values_list("member__person__name", flat=True)
    assert "东方晓" not in listed
    assert "田守一" in listed


def test_ticked_names_stand_on_a_visit_sheet(signed_in: SignedIn, world: World) -> None:
    ticked = {"for": [str(world.member("田守一").pk)]}
    client = signed_in(world.recorder)
    first = client.post(f"/units/{world.branch.pk}/paper/", ticked)
    assert first.context["plan"].form.initial["kind"] == "visit"
    sent = ticked | {"print": "yes", "kind": "visit", "who": "ticked", "items": ["constitutions"]}
    assert client.post(f"/units/{world.branch.pk}/paper/", sent).status_code == 302
    assert [line.member.person.name for line in PaperSheet.objects.get().lines.all()] == ["田守一"]


def test_visit_sheet_without_items_is_told_so(signed_in: SignedIn, world: World) -> None:
    sent = {"print": "yes", "kind": "visit", "who": "everybody"}
    response = signed_in(world.recorder).post(f"/units/{world.branch.pk}/paper/", sent)
    assert response.status_code == 400
    assert "请选要送的东西" in text_of(response)
    assert PaperSheet.objects.count() == 0


def test_printed_sheet_shows_number_code_and_boxes(signed_in: SignedIn, world: World) -> None:
    sheet = printed(world, "B1", ids(world), SheetKind.VISIT, ["constitutions"])
    response = signed_in(world.recorder).get(f"/paper/printed/{sheet.batch}/")
    text = text_of(response)
    assert sheet.number in text
    assert text.count("□") == 3 * 2 + 5 * 2
    assert "<svg" in response.content.decode()


def test_number_opens_the_sheet(signed_in: SignedIn, world: World) -> None:
    sheet = printed(world, "B1", ids(world))
    response = signed_in(world.recorder).post("/paper/", {"number": sheet.number})
    assert response["Location"] == f"/paper/{sheet.number}/back/"


def test_mistyped_number_is_told_at_its_box(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.recorder).post("/paper/", {"number": "123"})
    assert response.status_code == 400
    assert "请照纸右上角的数字再打一遍" in text_of(response)


def test_nobody_is_ticked_beforehand(signed_in: SignedIn, world: World) -> None:
    sheet = printed(world, "B1", ids(world), items=["constitutions"])
    page = signed_in(world.recorder).get(f"/paper/{sheet.number}/back/")
    assert not any(mark.ticked for row in page.context["sheet"].rows for mark in row.marks)


def test_typed_rows_become_the_act(signed_in: SignedIn, world: World) -> None:
    sheet = printed(world, "B1", ids(world), items=["constitutions"])
    sent = typed(sheet, **{"rows-leave": "3", "rows-constitutions": "2", "each-constitutions": "1"})
    response = signed_in(world.recorder).post(f"/paper/{sheet.number}/back/", sent)
    act = Activity.objects.get()
    assert response["Location"] == f"/acts/{act.pk}/"
    assert names(item=None) == ["东方晓", "田春禾"]
    assert names(item__code="constitutions") == ["田春禾"]
    assert list(act.absences.values_list("member__person__name", flat=True)) == ["田守一"]


def test_ticks_and_numbers_say_the_same(signed_in: SignedIn, world: World) -> None:
    sheet = printed(world, "B1", ids(world))
    sent = typed(sheet, **{"rows-present": "1", "tick-present": ["1", "3"]})
    signed_in(world.recorder).post(f"/paper/{sheet.number}/back/", sent)
    assert names(item=None) == ["东方晓", "田守一"]


def test_seen_at_home_or_given_something_is_a_visit(signed_in: SignedIn, world: World) -> None:
    sheet = printed(world, "B1", ids(world), SheetKind.VISIT, ["constitutions"])
    sent = typed(
        sheet,
        parts=["visit"],
        channel="visit",
        **{"rows-present": "1", "rows-constitutions": "3", "each-constitutions": "1"},
    )
    signed_in(world.recorder).post(f"/paper/{sheet.number}/back/", sent)
    assert names(item=None) == ["东方晓", "田守一"]
    assert set(Receipt.objects.values_list("channel", flat=True)) == {"visit"}


@pytest.mark.parametrize("sent", [{"rows-present": "9"}, {"rows-present": ""}, {"on": ""}, {"on": "2030-01-01"}])
def test_bad_typing_keeps_what_was_typed(signed_in: SignedIn, world: World, sent: dict[str, str]) -> None:
    sheet = printed(world, "B1", ids(world))
    response = signed_in(world.recorder).post(f"/paper/{sheet.number}/back/", typed(sheet, place="老槐树下", **sent))
    assert response.status_code == 400
    assert "老槐树下" in response.content.decode()
    assert Activity.objects.count() == 0


def test_look_says_what_will_be_recorded(signed_in: SignedIn, world: World) -> None:
    sheet = printed(world, "B1", ids(world))
    sent = {name: value for name, value in typed(sheet).items() if name != "save"}
    assert "实到 2 人" in text_of(signed_in(world.recorder).post(f"/paper/{sheet.number}/back/", sent))


def test_written_in_names_wait_for_the_clerk(signed_in: SignedIn, world: World) -> None:
    sheet = printed(world, "B1", ids(world))
    sent = typed(sheet, strangers="路过客\n田守一、路过客")
    signed_in(world.recorder).post(f"/paper/{sheet.number}/back/", sent)
    assert sheet.strangers.count() == 2
    page = text_of(signed_in(world.account("clerk")).get("/paper/strangers/"))
    assert "路过客" in page
    assert "就是 田守一 东岭村党支部" in page


def test_clerk_says_who_it_was(signed_in: SignedIn, world: World) -> None:
    one = stranger(world, "B1", "田守一")
    who = {"who": str(world.member("田守一").pk)}
    response = signed_in(world.account("clerk")).post(f"/paper/strangers/{one.pk}/", who)
    assert response["Location"] == "/paper/strangers/"
    assert names(item=None, activity__reversal=None) == ["田守一"]


def test_recorder_settles_no_stranger(signed_in: SignedIn, world: World) -> None:
    one = stranger(world, "B1")
    assert signed_in(world.recorder).post(f"/paper/strangers/{one.pk}/", {"who": "nobody"}).status_code == 404


def register_with_stranger(world: World, signed_in: SignedIn) -> PaperSheet:
    """A hand-out register of two things, on which 田守一 is written at the foot."""
    sheet = printed(world, "B1", ids(world)[:1], SheetKind.HAND_OUT, ["constitutions", "badges"])
    got = {"rows-constitutions": "1", "each-constitutions": "1", "rows-badges": "1", "each-badges": "1"}
    sent = typed(sheet, parts=[], strangers="田守一", **({"rows-present": ""} | got))
    assert signed_in(world.recorder).post(f"/paper/{sheet.number}/back/", sent).status_code == 302
    return sheet


def test_stranger_of_a_register_gets_the_one_thing_ticked(signed_in: SignedIn, world: World) -> None:
    one = register_with_stranger(world, signed_in).strangers.get()
    sent = {"who": str(world.member("田守一").pk), "got": ["badges"]}
    signed_in(world.account("clerk")).post(f"/paper/strangers/{one.pk}/", sent)
    live = Receipt.objects.filter(member=world.member("田守一"), activity__in=Activity.objects.live())
    assert list(live.values_list("item__code", "copies")) == [("badges", 1)]


def test_stranger_of_a_register_is_ticked_for_nothing_beforehand(signed_in: SignedIn, world: World) -> None:
    register_with_stranger(world, signed_in)
    page = text_of(signed_in(world.account("clerk")).get("/paper/strangers/"))
    assert page.count('name="got"') == 2
    assert "checked" not in page


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh-hans", "只写了名单以外的人"), ("en", "Only names that are not listed are written")],
)
def test_register_with_only_strangers_is_told_so(signed_in: SignedIn, world: World, language: str, told: str) -> None:
    sheet = printed(world, "B1", ids(world), SheetKind.HAND_OUT, ["constitutions"])
    client = signed_in(world.recorder)
    client.post("/language/", {"language": language})
    sent = typed(sheet, parts=[], strangers="路过客", **{"rows-present": ""})
    response = client.post(f"/paper/{sheet.number}/back/", sent)
    assert response.status_code == 400
    assert told in text_of(response)
    assert (Activity.objects.count(), sheet.strangers.count()) == (0, 0)


@pytest.mark.parametrize("go", ["99999", "9" * 5000, "-1", "x"])
def test_absurd_go_counts_as_the_next(signed_in: SignedIn, world: World, go: str) -> None:
    sheet = printed(world, "B1", ids(world))
    signed_in(world.recorder).post(f"/paper/{sheet.number}/back/", typed(sheet, go=go))
    assert list(sheet.returns.values_list("go", flat=True)) == [1]


def test_strangers_page_asks_as_much_for_one_stranger_as_for_three(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.account("clerk"))
    stranger(world, "B1", "田守一")
    one = client.count("/paper/strangers/")
    for name in ("田春禾", "路过客"):
        stranger(world, "B1", name)
    assert client.count("/paper/strangers/") == one


def test_find_page_asks_as_much_for_one_sheet_as_for_three(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    printed(world, "B1", ids(world))
    one = client.count("/paper/")
    for _ in range(2):
        printed(world, "B1", ids(world))
    assert client.count("/paper/") == one


def test_typing_page_asks_as_much_for_one_name_as_for_three(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    few, many = printed(world, "B1", ids(world)[:1]), printed(world, "B1", ids(world))
    assert client.count(f"/paper/{few.number}/back/") == client.count(f"/paper/{many.number}/back/")


def test_survey_sheet_for_a_list_leads_back_to_those_on_it(signed_in: SignedIn, world: World) -> None:
    sheet = printed(world, "B1", [world.member("田守一").pk], SheetKind.SURVEY)
    client = signed_in(world.recorder)
    assert "田守一" in text_of(client.get(f"/paper/printed/{sheet.batch}/"))
    leads = client.get(f"/paper/{sheet.number}/back/")["Location"]
    assert leads == f"/units/{world.branch.pk}/survey/?sheet={sheet.number}"
    page = client.get(leads).context["page"]
    assert [row.one.member.person.name for row in page.rows] == ["田守一"]


def test_answers_typed_from_a_survey_sheet_are_noted_as_back(signed_in: SignedIn, world: World) -> None:
    sheet = printed(world, "B1", [world.member("田守一").pk], SheetKind.SURVEY)
    client, url = signed_in(world.recorder), f"/units/{world.branch.pk}/survey/?sheet={sheet.number}"
    row = client.get(url).context["page"].rows[0]
    sent = {"id": "s-1", "on": "2026-05-19", "who": f"1-{row.one.member.pk.hex}-{row.mark}", "asked": "1"}
    assert client.post(url, sent).status_code == 302
    assert list(sheet.returns.values_list("go", "activity")) == [(1, None)]


def test_survey_sheet_of_another_unit_is_not_found(signed_in: SignedIn, world: World) -> None:
    sheet = printed(world, "B2", [world.member("田守一").pk], SheetKind.SURVEY)
    response = signed_in(world.office).get(f"/units/{world.branch.pk}/survey/?sheet={sheet.number}")
    assert response.status_code == 404
