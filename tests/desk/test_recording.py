"""Record an act: the sheet, the sentence before and after, and what is written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qisong.desk.pages.recording import ActSheet, fresh_sheet
from qisong.ledger.models import Activity, Receipt, Submission
from qisong.ledger.recording import record
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.world import World

DAY = date(2026, 5, 19)


def filled(world: World, **changes: Any) -> dict[str, Any]:
    """A study session with a lesson of 东方晓 and 田春禾, who each get a copy."""
    there = [str(world.member(name).pk) for name in ("东方晓", "田春禾")]
    sheet = {
        "id": "sheet-1",
        "parts": ["meeting", "lesson"],
        "meeting": "study",
        "on": DAY.isoformat(),
        "place": "东岭村",
        "subject": "读原文",
        "channel": "gathering",
        "present": there,
        "each-constitutions": "1",
        "source-constitutions": "giver",
        "save": "yes",
    }
    return sheet | changes


def looked_at(world: World, **changes: Any) -> dict[str, Any]:
    """The same sheet, not yet to be saved."""
    return {name: value for name, value in filled(world, **changes).items() if name != "save"}


def test_sheet_fresh_ticks_nobody(world: World) -> None:
    sheet = fresh_sheet(world.branch, world.scope("recorder"), DAY)
    assert sheet.present == set()
    assert [tile.line.member.person.name for _heading, tiles in sheet.groups for tile in tiles] == [
        "东方晓", "田春禾", "田守一", "何渺", "罗远帆", "西门四",
    ]  # fmt: skip


def test_fill_all_leaves_out_excused(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.recorder).post(f"/units/{world.branch.pk}/record/", looked_at(world, fill="all"))
    sheet: ActSheet = response.context["sheet"]
    assert sheet.present == {str(world.member(name).pk) for name in ("东方晓", "田春禾")}


def test_save_writes_one_act_with_everything(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.recorder).post(f"/units/{world.branch.pk}/record/", filled(world))
    act = Activity.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/acts/{act.pk}/"
    assert sorted(act.parts.values_list("kind", flat=True)) == ["hand-over", "lesson", "meeting"]
    kinds = [one.item.code if one.item else "present" for one in Receipt.objects.select_related("item")]
    assert sorted(kinds) == ["constitutions"] * 2 + ["lessons"] * 2 + ["present"] * 2


def test_save_pressed_twice_stores_once(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    for _ in range(2):
        assert client.post(f"/units/{world.branch.pk}/record/", filled(world)).status_code == 302
    assert Activity.objects.count() == 1
    assert Submission.objects.filter(verdict="stored").count() == 1


def test_look_says_what_will_be_recorded(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.recorder).post(f"/units/{world.branch.pk}/record/", looked_at(world, look="yes"))
    text = response.content.decode()
    assert "应到 2 人，实到 2 人，请假 0 人" in text
    assert "将给 2 人各 1 本党章，由赠送人直接给。" in text
    assert Activity.objects.count() == 0


@pytest.mark.parametrize("wrong", [{"on": "2026-13-40"}, {"each-constitutions": "-1"}, {"each-constitutions": "一本"}])
def test_save_with_wrong_box_keeps_everything_typed(signed_in: SignedIn, world: World, wrong: dict[str, str]) -> None:
    response = signed_in(world.recorder).post(f"/units/{world.branch.pk}/record/", filled(world, **wrong))
    assert response.status_code == 400
    assert Activity.objects.count() == 0
    assert response.content.decode().count(" checked") >= 4
    assert "读原文" in response.content.decode()


def test_save_of_future_day_is_refused_in_words(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.recorder).post(f"/units/{world.branch.pk}/record/", filled(world, on="2099-01-01"))
    assert response.status_code == 400
    assert Activity.objects.count() == 0


def test_record_elsewhere_is_not_found(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    assert client.get(f"/units/{world.sibling.pk}/record/").status_code == 404
    assert client.post(f"/units/{world.sibling.pk}/record/", filled(world)).status_code == 404


def test_record_ignores_ticks_of_strangers(signed_in: SignedIn, world: World) -> None:
    stranger = str(world.member("柳青禾").pk)
    signed_in(world.recorder).post(f"/units/{world.branch.pk}/record/", filled(world, present=[stranger]))
    assert not Receipt.objects.filter(member=stranger).exists()


def test_visit_begun_from_names_ticks_them(signed_in: SignedIn, world: World) -> None:
    asked = world.member("田守一").pk
    response = signed_in(world.recorder).get(f"/units/{world.branch.pk}/record/?for={asked}")
    assert response.context["sheet"].present == {str(asked)}


def test_leader_who_came_is_present(signed_in: SignedIn, world: World) -> None:
    leader = str(world.leader.pk)
    signed_in(world.recorder).post(f"/units/{world.branch.pk}/record/", filled(world, led=leader))
    assert Activity.objects.get().participants.get(task="led").person == world.leader


def test_trainer_records_a_joint_lesson_and_sees_no_names(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.account("trainer"))
    address = f"/units/{world.county.pk}/record/"
    assert "东方晓" not in client.get(address).content.decode()
    sheet = {"id": "lesson-1", "parts": "lesson", "meeting": "study", "on": DAY.isoformat(), "channel": "gathering"}
    assert client.post(address, sheet | {"also": "B1、B3", "guests": "4", "save": "yes"}).status_code == 302
    act = Activity.objects.get()
    assert sorted(act.units.values_list("code", flat=True)) == ["B1", "B3", "C0"]


def test_unknown_unit_beside_the_own_is_told(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.recorder).post(f"/units/{world.branch.pk}/record/", filled(world, also="ZZ9"))
    assert response.status_code == 400
    assert "ZZ9" in response.content.decode()
    assert Activity.objects.count() == 0


def test_correction_takes_the_place_of_the_act(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    client.post(f"/units/{world.branch.pk}/record/", filled(world))
    old = Activity.objects.get()
    page = client.get(f"/acts/{old.pk}/correct/")
    assert len(page.context["sheet"].present) == 2
    right = filled(world, id="sheet-2", reason="日期写错", on="2026-05-18")
    assert client.post(f"/acts/{old.pk}/correct/", right).status_code == 302
    new = Activity.objects.live().get()
    assert (new.on, new.corrects) == (date(2026, 5, 18), old)


def test_correction_says_that_one_sheet_gives_everybody_the_same(signed_in: SignedIn, world: World) -> None:
    client, told = signed_in(world.recorder), "各人拿到的份数不一样"
    people = [str(world.member(name).pk) for name in ("田守一", "东方晓")]
    lines = [{"item": "skills", "copies": n, "to": [one]} for n, one in zip((1, 2), people, strict=True)]
    document = {"id": "uneven", "on": DAY.isoformat(), "unit": "B1", "parts": [{"kind": "visit"}], "channel": "visit"}
    for received in (lines, lines[:1]):
        told_of = document | {"id": f"act-{len(received)}", "received": received}
        act = record(told_of, by=world.recorder, scope=world.scope("recorder"), door="test").act
        assert (told in text_of(client.get(f"/acts/{act}/correct/"))) is (len(received) == 2)


def test_correction_without_reason_is_refused(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    client.post(f"/units/{world.branch.pk}/record/", filled(world))
    old = Activity.objects.get()
    assert client.post(f"/acts/{old.pk}/correct/", filled(world, id="sheet-2")).status_code == 400
    assert Activity.objects.live().get() == old


def test_reversal_of_row_and_act(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    client.post(f"/units/{world.branch.pk}/record/", filled(world))
    act = Activity.objects.get()
    row = Receipt.objects.filter(item__code="constitutions").first()
    assert row is not None
    assert client.post(f"/acts/{act.pk}/reverse/", {"row": str(row.pk), "reason": "发重了"}).status_code == 302
    assert Receipt.objects.live().filter(item__code="constitutions").count() == 1
    assert client.post(f"/acts/{act.pk}/reverse/", {"reason": "记错了支部"}).status_code == 302
    assert Activity.objects.live().count() == 0


def test_reversal_without_reason_keeps_the_act(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    client.post(f"/units/{world.branch.pk}/record/", filled(world))
    act = Activity.objects.get()
    assert client.post(f"/acts/{act.pk}/reverse/", {"reason": " "}).status_code == 400
    assert Activity.objects.live().count() == 1


@pytest.mark.parametrize("sheet", ["record", "attendance", "register"])
def test_prints_show_the_names(signed_in: SignedIn, world: World, sheet: str) -> None:
    client = signed_in(world.recorder)
    client.post(f"/units/{world.branch.pk}/record/", filled(world))
    act = Activity.objects.get()
    assert "田春禾" in client.get(f"/acts/{act.pk}/print/{sheet}/").content.decode()


def test_platform_text_has_the_order_of_its_boxes(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    client.post(f"/units/{world.branch.pk}/record/", filled(world))
    page = client.get(f"/acts/{Activity.objects.get().pk}/").context["page"]
    assert page.platform.splitlines()[:4] == [
        "会议类型：集中学习、党课、发放",
        "主题：读原文",
        "时间：2026-05-19",
        "地点：东岭村",
    ]


def test_ledger_queries_do_not_grow(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    client.post(f"/units/{world.branch.pk}/record/", filled(world))
    one = client.count("/acts/")
    for number in range(2, 4):
        client.post(f"/units/{world.branch.pk}/record/", filled(world, id=f"sheet-{number}"))
    assert client.count("/acts/") == one
