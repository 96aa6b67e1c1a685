"""One member: what is shown to whom, and the verbs of a life."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qisong.ledger.models import Answer
from qisong.ledger.recording import record
from qisong.org.models import Journal
from qisong.roster.editing import begin_circumstance, transfer_member
from qisong.roster.models import Member
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.world import World

DAY = date(2026, 5, 19)


def url_of(world: World, name: str, further: str = "") -> str:
    return f"/members/{world.member(name).pk}/{further}"


def hand_over(world: World, name: str, number: int) -> None:
    """A home visit at which somebody gets a copy of the constitution."""
    document = {
        "id": f"visit-{number}",
        "on": DAY.isoformat(),
        "unit": "B1",
        "parts": [{"kind": "visit"}],
        "channel": "visit",
        "present": [str(world.member(name).pk)],
        "received": [{"item": "constitutions", "copies": 1, "to": "present"}],
    }
    answer = record(document, by=None, scope=world.scope("office"), door="desk")
    assert answer.act, answer.problems


def edited(client: Any, world: World, name: str, **changes: str) -> Any:
    form = client.get(url_of(world, name, "edit/")).context
    sent = {box: value for box, value in form["form"].initial.items() if box in form["form"].fields}
    return client.post(url_of(world, name, "edit/"), sent | {"version": form["version"]} | changes)


def test_page_shows_what_was_received_with_the_act(signed_in: SignedIn, world: World) -> None:
    hand_over(world, "田守一", 1)
    page = signed_in(world.recorder).get(url_of(world, "田守一")).context["page"]
    assert [(one.item, one.when, one.text, bool(one.act_url)) for one in page.held] == [
        ("党章", DAY, "1 本 · 上门", True)
    ]


def test_page_keeps_what_was_received_elsewhere_but_does_not_lead_there(signed_in: SignedIn, world: World) -> None:
    hand_over(world, "田守一", 1)
    transfer_member(by=None, member=world.member("田守一"), unit=world.other_branch, on=DAY)
    page = signed_in(world.outsider).get(url_of(world, "田守一")).context["page"]
    assert [(one.item, bool(one.act_url)) for one in page.held] == [("党章", False)]


def test_page_masks_numbers(signed_in: SignedIn, world: World) -> None:
    text = text_of(signed_in(world.recorder).get(url_of(world, "罗远帆")))
    assert ("138****34" in text, "13800001234" in text) == (True, False)


def test_page_shows_a_visitor_no_particulars(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.account("visitor")).get(url_of(world, "罗远帆"))
    assert ["流动" in text_of(response), "138****34" in text_of(response)] == [True, False]
    assert [code for code, _heading in response.context["verbs"]] == ["answer"]


def test_recorder_is_offered_verbs_that_make_sense(signed_in: SignedIn, world: World) -> None:
    verbs = [code for code, _ in signed_in(world.recorder).get(url_of(world, "田春禾")).context["verbs"]]
    assert verbs == [
        "answer",
        "circumstance",
        "need",
        "wish",
        "contact",
        "together",
        "full",
        "letter",
        "departure",
        "death",
    ]


def test_clerk_may_move_members_between_branches(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    form = client.get(url_of(world, "田守一", "transfer/")).context["form"]
    assert [value for value, _name in form.fields["unit"].choices] == [
        "",
        str(world.committee.pk),
        str(world.sibling.pk),
    ]
    assert (
        client.post(url_of(world, "田守一", "transfer/"), {"unit": world.sibling.pk, "on": "2026-05-19"}).status_code
        == 302
    )
    assert world.member("田守一").affiliations.get(valid_to=None).unit == world.sibling


def test_transfer_to_a_unit_of_others_is_refused(signed_in: SignedIn, world: World) -> None:
    sent = {"unit": world.other_branch.pk, "on": "2026-05-19"}
    response = signed_in(world.clerk).post(url_of(world, "田守一", "transfer/"), sent)
    assert (response.status_code, list(response.context["form"].errors)) == (400, ["unit"])


def test_attached_member_is_visited_but_not_edited_by_the_host(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    response = client.get(url_of(world, "西门四"))
    assert [code for code, _ in response.context["verbs"]] == ["answer"]
    assert client.get(url_of(world, "西门四", "edit/")).status_code == 404
    assert client.post(url_of(world, "西门四", "death/"), {"on": "2026-05-19"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "verb", "sent"),
    [
        ("田春禾", "full", {"on": "2026-05-19"}),
        ("田守一", "circumstance", {"kind": "homebound", "detail": "", "on": "2026-05-01"}),
        ("西门三", "attach", {"unit": "B1", "on": "2026-05-01"}),
        ("西门四", "detach", {"unit": "B1", "on": "2026-05-01"}),
    ],
)
def test_verb_is_carried_out_and_leads_back(
    signed_in: SignedIn, world: World, name: str, verb: str, sent: dict[str, Any]
) -> None:
    if "unit" in sent:
        sent = sent | {"unit": world.unit(sent["unit"]).pk}
    response = signed_in(world.clerk).post(url_of(world, name, f"{verb}/"), sent)
    assert (response.status_code, response["Location"]) == (302, url_of(world, name))
    assert Journal.objects.latest("seq").kind in {
        "member.made_full", "circumstance.begun", "member.attached", "member.detached",
    }  # fmt: skip


def test_circumstance_ends(signed_in: SignedIn, world: World) -> None:
    frail = world.member("田守一").circumstances.get()
    sent = {"circumstance": frail.pk, "on": "2026-05-01"}
    signed_in(world.recorder).post(url_of(world, "田守一", "circumstance-over/"), sent)
    frail.refresh_from_db()
    assert frail.valid_to == date(2026, 5, 1)


@pytest.mark.parametrize("verb", ["departure", "death"])
def test_whoever_left_is_on_the_roster_no_more(signed_in: SignedIn, world: World, verb: str) -> None:
    client = signed_in(world.recorder)
    response = client.post(url_of(world, "田守一", f"{verb}/"), {"on": "2026-05-01"})
    assert (response.status_code, response["Location"]) == (302, f"/units/{world.branch.pk}/roster/")
    assert client.get(url_of(world, "田守一")).status_code == 404


def test_verb_with_a_wrong_day_says_so_at_the_box(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.recorder).post(url_of(world, "田守一", "departure/"), {"on": "2019-01-01"})
    assert (response.status_code, list(response.context["form"].errors)) == (400, ["on"])


def test_answer_is_recorded_and_shown(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    sent = {"item": "constitutions", "kind": "later", "until": "2026-12-01", "on": DAY.isoformat()}
    assert client.post(url_of(world, "田守一", "answer/"), sent).status_code == 302
    assert Answer.objects.get().until == date(2026, 12, 1)
    assert [one.text for one in client.get(url_of(world, "田守一")).context["page"].held] == ["暂缓，到2026年12月1日"]


def test_number_is_opened_for_a_reason_and_shown_once(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    response = client.post(url_of(world, "罗远帆", "number/"), {"kind": "phone", "reason": "约上门时间"})
    assert ("13800001234" in text_of(response), response.headers["Cache-Control"]) == (
        True,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    assert Journal.objects.latest("seq").kind == "secret.opened"


def test_number_without_a_reason_stays_closed(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.recorder).post(url_of(world, "罗远帆", "number/"), {"kind": "phone", "reason": " "})
    assert (response.status_code, "13800001234" in text_of(response)) == (400, False)


def test_edit_changes_what_was_typed_and_leaves_masks(signed_in: SignedIn, world: World) -> None:
    response = edited(signed_in(world.recorder), world, "罗远帆", job="泥瓦匠")
    assert response.status_code == 302
    assert Member.objects.get(pk=world.member("罗远帆").pk).job == "泥瓦匠"
    assert [entry.touched["field"] for entry in Journal.objects.filter(kind="member.edited")] == [["job"]]


def test_edit_of_somebody_changed_meanwhile_is_told_so(signed_in: SignedIn, world: World) -> None:
    begin_circumstance(by=None, member=world.member("罗远帆"), kind="frail", on=DAY)
    response = edited(signed_in(world.recorder), world, "罗远帆", job="泥瓦匠", version="1")
    assert response.status_code == 400
    assert "刚才有别人改过" in text_of(response)
    assert 'value="泥瓦匠"' in text_of(response)


def test_member_of_others_is_not_found(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.outsider)
    assert {client.get(url_of(world, "田守一", page)).status_code for page in ("", "edit/", "death/")} == {404}
    assert signed_in(world.recorder).get(url_of(world, "田守一", "nonsense/")).status_code == 404


def test_member_queries_do_not_grow(signed_in: SignedIn, world: World) -> None:
    client, counts = signed_in(world.recorder), []
    for number in range(3):
        hand_over(world, "田守一", number)
        counts.append(client.count(url_of(world, "田守一")))
    assert len(set(counts)) == 1
