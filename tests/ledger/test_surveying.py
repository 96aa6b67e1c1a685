from datetime import date
from typing import Any

import pytest

from qisong.ledger.models import Answer, Item, Submission
from qisong.ledger.surveying import Line, SurveyAnswer, record_survey, survey_items
from qisong.org.models import Journal
from qisong.roster.contacts import Contact
from qisong.roster.models import ContactPerson, Need, SurveyReply, Wish
from qisong.roster.replies import Known, Reply
from tests.desk.acts import hand_out
from tests.world import World

ASKED = date(2026, 5, 19)
LATER = date(2026, 6, 1)


def line(world: World, name: str, *items: str, place: str = "1", **reply: Any) -> Line:
    has = frozenset(Item.objects.filter(code__in=items).values_list("pk", flat=True))
    return Line(world.member(name).pk, Reply(**reply), has, place)


def put_down(world: World, *lines: Line, role: str = "recorder", client: str = "s-1", on: date = ASKED) -> SurveyAnswer:
    return record_survey(
        by=world.account(role),
        scope=world.scope(role),
        unit=world.branch,
        lines=lines,
        on=on,
        client_id=client,
        door="desk",
    )


def problems(answer: SurveyAnswer) -> list[tuple[str, str]]:
    return [(one.place, one.code) for one in answer.problems]


def known(world: World, name: str, on: date) -> Reply:
    pk = world.member(name).pk
    return Known.load([pk], on).reply(pk)


def test_several_members_are_kept_in_one_verb(world: World) -> None:
    broken = Reply({"visit": LATER}, ("visit", "phone"), "果树修剪", Contact("田小妹", "女儿", "13900002222"))
    lines = [
        Line(world.member("田守一").pk, broken, frozenset(), "1"),
        line(world, "田春禾", "rules", "badges", place="2", needs={"audio": None}),
    ]
    assert put_down(world, *lines).verdict == "stored"
    entry = Journal.objects.latest("seq")
    assert (entry.kind, entry.unit, set(entry.touched)) == ("survey.recorded", world.branch, {"member"})
    assert known(world, "田守一", ASKED) == Reply(
        {"visit": LATER}, ("visit", "phone"), "果树修剪", Contact("田小妹", "女儿", "139****22")
    )
    said = Answer.objects.values_list("member__person__name", "item__code", "kind", "on")
    assert sorted(said) == [("田春禾", "badges", "has", ASKED), ("田春禾", "rules", "has", ASKED)]


def test_a_need_ends_on_its_day_and_what_a_later_reply_leaves_out_ends_then(world: World) -> None:
    put_down(world, line(world, "田守一", needs={"visit": LATER, "audio": None}, ways=("visit",)))
    assert set(known(world, "田守一", date(2026, 5, 31)).needs) == {"visit", "audio"}
    assert set(known(world, "田守一", LATER).needs) == {"audio"}
    put_down(world, line(world, "田守一", ways=("wechat",)), client="s-2", on=date(2026, 6, 10))
    assert known(world, "田守一", date(2026, 6, 10)) == Reply(ways=("wechat",))
    assert known(world, "田守一", date(2026, 6, 9)) == Reply({"audio": None}, ("visit",))


def test_a_reply_older_than_what_is_known_is_refused(world: World) -> None:
    put_down(world, line(world, "田守一", needs={"audio": None}), on=LATER)
    assert problems(put_down(world, line(world, "田守一"), client="s-2")) == [("1.member", "answered-since")]


def test_same_content_gets_the_same_answer_and_other_content_none(world: World) -> None:
    first = line(world, "田守一", "rules", needs={"audio": None})
    answers = [put_down(world, first), put_down(world, first), put_down(world, line(world, "田守一"))]
    assert [one.verdict for one in answers] == ["stored", "already_stored", "conflict"]
    assert (Need.objects.count(), Answer.objects.count(), Submission.objects.count()) == (1, 1, 1)


def test_one_wrong_line_keeps_everything_out(world: World) -> None:
    lines = [
        line(world, "田守一", needs={"audio": None}),
        line(world, "田春禾", needs={"visit": ASKED, "flight": None}, ways=("pigeon",), place="2"),
        line(world, "何渺", topics="治病", contact=Contact("", "邻居", "139****22"), place="3"),
        line(world, "西门三", place="4"),
    ]
    assert sorted(problems(put_down(world, *lines))) == [
        ("2.needs", "unknown-need"),
        ("2.until", "until-passed"),
        ("2.ways", "unknown-way"),
        ("3.contact", "name-missing"),
        ("3.phone", "mask-only"),
        ("3.topics", "health-or-faith"),
        ("4.member", "unknown-person"),
    ]
    counts = [model.objects.count() for model in (Need, Wish, ContactPerson, SurveyReply, Submission)]  # type: ignore[attr-defined]
    assert counts == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("role", ["outsider", "visitor", "auditor"])
def test_only_who_keeps_the_roster_and_records_may_survey(world: World, role: str) -> None:
    assert problems(put_down(world, line(world, "田守一"), role=role)) == [("1.member", "unknown-person")]


def test_what_is_held_already_gets_no_second_answer(world: World) -> None:
    hand_out(world, "B1", "rules", ["田守一"])
    put_down(world, line(world, "田守一", "rules", "badges"), on=LATER)
    put_down(world, line(world, "田守一", "badges"), on=LATER, client="s-2")
    assert list(Answer.objects.values_list("item__code", flat=True)) == ["badges"]


def test_mask_keeps_the_number_and_a_new_name_the_mask(world: World) -> None:
    put_down(world, line(world, "田守一", contact=Contact("田小妹", "女儿", "13900002222")))
    first = ContactPerson.objects.get()
    put_down(world, line(world, "田守一", contact=Contact("田大妹", "女儿", first.mask)), client="s-2", on=LATER)
    second = ContactPerson.objects.get(valid_to=None)
    assert (second.name, second.mask, second.sealed != first.sealed) == ("田大妹", first.mask, True)
    assert "13900002222" not in second.sealed


def test_the_survey_asks_for_what_members_are_owed_and_can_hold(world: World) -> None:
    codes = [item.code for item in survey_items(ASKED)]
    assert codes == ["badges", "constitutions", "rules", "speeches", "skills"]
    assert survey_items(date(2025, 1, 1)) == []
