"""From files to acts and back: what is asked, remembered, recorded once, recognised, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qisong.ledger.history import applying
from qisong.ledger.history.examining import examine
from qisong.ledger.history.importing import (
    annotated,
    answer,
    apply_history,
    compare,
    decide,
    discard_history,
    expire_history,
    problems_of,
    questions_of,
    receive_again,
    report,
    revert_history,
    run,
)
from qisong.ledger.models import Activity, Guests, HistoryBatch, OldWord, Receipt, Reversal
from qisong.org.models import Journal
from qisong.roster.uploads import uploads
from qisong.words.text import Refusal
from tests.ledger.history.books import MEETING_HEADINGS, book, handed, meeting, meetings, register
from tests.ledger.history.conftest import Bring, Read
from tests.world import World


def say(world: World, batch: HistoryBatch, meanings: Mapping[str, str], role: str = "office") -> HistoryBatch:
    """Answer questions by their words, and read the files again."""
    answers = {one.key: meanings[one.word] for one in questions_of(batch) if one.word in meanings}
    assert answer(by=world.account(role), batch=batch, answers=answers) == len(meanings)
    return run(batch)


def back(world: World, batch: HistoryBatch, role: str = "office", reason: str = "传错了") -> int:
    return revert_history(by=world.account(role), scope=world.scope(role), batch=batch, reason=reason)


def refused(verb: Any, **keys: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        verb(**keys)
    return refusal.value.code


# ---- questions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("meaning", "present", "guests"), [("member", 2, 0), ("guest", 1, 1), ("leave", 1, 0)])
def test_unknown_name_waits_for_an_answer(
    world: World, compared: Bring, meaning: str, present: int, guests: int
) -> None:
    batch = compared(meetings(meeting(present="东方晓、罗远凡")))
    assert (batch.counts["open"], batch.counts["new"]) == (1, 0)
    said = str(world.member("罗远帆").pk) if meaning == "member" else meaning
    batch = say(world, batch, {"罗远凡": said})
    apply_history(by=world.office, scope=world.scope("office"), batch=batch)
    assert (Receipt.objects.count(), sum(one.count for one in Guests.objects.all())) == (present, guests)


def test_answer_holds_for_the_next_file_of_the_unit(world: World, compared: Bring) -> None:
    say(world, compared(meetings(meeting(present="罗远凡"))), {"罗远凡": "guest"})
    assert compared(meetings(meeting("2026年4月5日", "罗远凡"))).counts["new"] == 1
    assert compared(meetings(meeting("2026年4月5日", "罗远凡"), title="西岭村党支部"), code="B2").counts["open"] == 1


def test_answer_may_be_taken_back(world: World, compared: Bring) -> None:
    batch = say(world, compared(meetings(meeting(present="罗远凡"))), {"罗远凡": "guest"})
    assert say(world, batch, {"罗远凡": ""}).counts["open"] == 1
    assert not OldWord.objects.exists()


def test_namesakes_are_decided_for_these_files_alone(world: World, compared: Bring, namesake: Any) -> None:
    batch = compared(meetings(meeting(present="何渺")))
    [question] = questions_of(batch)
    assert set(question.candidates) == {str(world.member("何渺").pk), str(namesake.pk)}
    assert say(world, batch, {"何渺": str(namesake.pk)}).counts["new"] == 1
    assert compared(meetings(meeting("2026年4月5日", "何渺"))).counts["open"] == 1


def test_unknown_heading_is_mapped_and_remembered(world: World, compared: Bring) -> None:
    rows = [["日期", "主题", "地点", "到场名单"], ["2026.3.5", "集中学习", "村部", "田守一"]]
    batch = compared(book(*rows))
    [question] = questions_of(batch)
    assert (question.kind, question.word, question.samples) == ("column", "到场名单", ["田守一"])
    say(world, batch, {"到场名单": "present"})
    again = compared(book(*rows), name="另一份.xlsx")
    assert [(one.word, one.meaning, one.samples) for one in questions_of(again)] == [
        ("到场名单", "present", ["田守一"])
    ]
    apply_history(by=world.office, scope=world.scope("office"), batch=again)
    assert Receipt.objects.get().member == world.member("田守一")


def test_word_for_an_item_is_remembered(world: World, compared: Bring) -> None:
    say(world, compared(register(handed(item="小红书"))), {"小红书": "constitutions"})
    assert compared(register(handed("2026-04-05", item="小红书3本"))).counts["new"] == 1


def test_unknown_kind_of_meeting_is_asked(world: World, compared: Bring) -> None:
    batch = compared(meetings(meeting(会议类型="组织生活会")))
    assert say(world, batch, {"组织生活会": "meeting/members"}).counts["new"] == 1


def test_reading_again_needs_an_open_batch(world: World, bring: Bring) -> None:
    batch = bring(meetings(meeting(present="东方晓、罗远凡"), meeting("2026年4月5日")))
    [question] = questions_of(batch)
    assert refused(answer, by=world.office, batch=batch, answers={question.key: "guest"}) == "not-open"


# ---- what is known already ------------------------------------------------------------------------------------------


def test_same_file_twice_records_nothing_new(bring: Bring) -> None:
    content = meetings(meeting(), meeting("2026年4月5日"))
    bring(content)
    again = bring(content, name="别的名字.xlsx")
    assert (again.counts["same"], again.counts["new"], Activity.objects.count()) == (2, 0, 2)


def test_day_with_an_act_is_shown_and_not_applied(bring: Bring, compared: Bring, world: World) -> None:
    bring(meetings(meeting()))
    batch = compared(meetings(meeting(会议名称="另一个会")))
    assert batch.counts["doubtful"] == 1
    assert decide(by=world.office, batch=batch, lines=batch.lines.all(), decision="record") == 1
    apply_history(by=world.office, scope=world.scope("office"), batch=batch)
    assert Activity.objects.count() == 2


def test_new_act_may_be_left_out(compared: Bring, world: World) -> None:
    batch = compared(meetings(meeting(), meeting("2026年4月5日")))
    decide(by=world.office, batch=batch, lines=batch.lines.all()[:1], decision="leave")
    apply_history(by=world.office, scope=world.scope("office"), batch=batch)
    assert [act.on.isoformat() for act in Activity.objects.all()] == ["2026-04-05"]


def test_rest_of_the_files_is_brought_in_later(bring: Bring, world: World) -> None:
    batch = bring(meetings(meeting(), meeting("2026年4月5日", "罗远凡")))
    again = run(receive_again(by=world.office, batch=batch, today=timezone.localdate()))
    again = say(world, again, {"罗远凡": "guest"})
    assert (again.counts["same"], again.counts["new"]) == (1, 1)


# ---- applying -------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_killed_midway_and_applied_again_each_act_is_recorded_once(
    compared: Bring, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "AT_ONCE", 2)
    batch = compared(meetings(*(meeting(f"2026年3月{day}日") for day in range(1, 8))))
    steps = count()
    note = applying.note

    def killed_before_noting(*told: Any) -> None:
        if next(steps) == 1:
            raise KeyboardInterrupt
        note(*told)

    monkeypatch.setattr(applying, "note", killed_before_noting)
    with pytest.raises(KeyboardInterrupt):
        apply_history(by=world.office, scope=world.scope("office"), batch=batch)
    assert (Activity.objects.count(), batch.lines.exclude(act=None).count()) == (4, 2)
    apply_history(by=world.office, scope=world.scope("office"), batch=batch)
    assert sorted(act.on.day for act in Activity.objects.all()) == [1, 2, 3, 4, 5, 6, 7]
    assert batch.lines.exclude(act=None).count() == 7


def test_applied_batch_is_not_applied_again(bring: Bring, world: World) -> None:
    batch = bring(meetings(meeting()))
    assert refused(apply_history, by=world.office, scope=world.scope("office"), batch=batch) == "not-ready"


def test_acts_are_recorded_by_the_rights_of_whoever_applies(compared: Bring, world: World) -> None:
    batch = compared(meetings(meeting(present="西门三"), title="西岭村党支部"), code="D1")
    apply_history(by=world.recorder, scope=world.scope("recorder"), batch=batch)
    assert (Activity.objects.count(), [line.finding for line in batch.lines.all()]) == (0, ["wrong"])


NAMES = ("东方晓", "田守一", "田春禾", "罗远帆", "何渺")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(st.lists(st.sampled_from(NAMES), unique=True, min_size=1), min_size=1, max_size=5),
    between=st.sampled_from(["、", "，", ",", " ", "\n", "; ", "　"]),
)
def test_presence_recorded_is_what_the_workbook_says(world: World, told: list[list[str]], between: str) -> None:
    rows = [meeting(f"2026年3月{day}日", between.join(names)) for day, names in enumerate(told, start=1)]
    review = examine(
        by=world.office, scope=world.scope("office"), unit=world.branch, files=[("甲.xlsx", meetings(*rows))]
    )
    names = {str(world.member(name).pk): name for name in NAMES}
    assert [[names[one] for one in line.draft.document["present"]] for line in review.lines] == told
    assert review.counts["new"] == len(told)


# ---- taking back ----------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_taken_back_every_act_is_reversed_once(bring: Bring, world: World) -> None:
    batch = bring(meetings(meeting(), meeting("2026年4月5日")))
    Reversal.objects.create(activity=Activity.objects.first(), reason="早已作废")
    assert back(world, batch) == 1
    assert (Activity.objects.live().count(), Reversal.objects.count()) == (0, 2)
    assert refused(back, world=world, batch=batch) == "not-applied"


def test_after_taking_back_the_same_file_is_new(bring: Bring, world: World) -> None:
    content = meetings(meeting())
    back(world, bring(content))
    again = bring(content)
    assert (again.counts["new"], Activity.objects.live().count()) == (1, 1)
    assert bring(content).counts["same"] == 1


@pytest.mark.parametrize(("days", "reason", "code"), [(31, "传错了", "too-late"), (0, " ", "reason-needed")])
def test_taking_back_is_refused(bring: Bring, world: World, days: int, reason: str, code: str) -> None:
    batch = bring(meetings(meeting()))
    batch.applied_at = timezone.now() - timedelta(days=days)
    assert refused(back, world=world, batch=batch, reason=reason) == code


def test_taking_back_needs_the_right_for_every_act(bring: Bring, world: World) -> None:
    batch = bring(meetings(meeting(present="西门三"), title="西岭村党支部"), code="D1")
    assert refused(back, world=world, batch=batch, role="recorder") == "not-allowed"


# ---- keeping --------------------------------------------------------------------------------------------------------


def test_nothing_personal_is_kept_in_the_open(compared: Bring, world: World) -> None:
    batch = say(world, compared(meetings(meeting(present="东方晓、罗远凡", 主持人="某甲乙"))), {"罗远凡": "guest"})
    kept = [
        batch.report,
        *batch.lines.values_list("content", flat=True),
        str([*Journal.objects.values(), *OldWord.objects.values()]),
    ]
    assert not any(name in text for text in kept for name in ("东方晓", "罗远凡", "某甲乙"))


@pytest.mark.parametrize("ending", ["discarded", "expired"])
def test_ended_batch_forgets_its_files(compared: Bring, world: World, ending: str) -> None:
    batch = compared(meetings(meeting()))
    [file] = batch.files
    if ending == "discarded":
        discard_history(by=world.office, batch=batch)
    else:
        assert expire_history(batch.expires_on) == 1
    batch.refresh_from_db()
    assert (batch.state, batch.files, batch.lines.get().content, file["sha256"] in uploads()) == (
        "discarded",
        [],
        "",
        False,
    )


def test_applied_batch_cannot_be_discarded(bring: Bring, world: World) -> None:
    assert refused(discard_history, by=world.office, batch=bring(meetings(meeting()))) == "already-applied"


def test_marked_copy_says_what_to_mend_and_comes_back_as_good(compared: Bring, read: Read) -> None:
    batch = compared(meetings(meeting("3月32日"), meeting("2026年4月5日"), title=""), name="东岭村.xlsx")
    marked = openpyxl.load_workbook(BytesIO(annotated(batch))).active
    assert "B2 日期" in str(marked.cell(2, len(MEETING_HEADINGS) + 1).value)
    again = read(annotated(batch), name="东岭村.xlsx")
    assert ([one.kind for one in again.questions], again.counts["new"]) == ([], 1)


def test_all_that_is_wrong_is_named_at_once(world: World) -> None:
    files = [("甲.xlsx", meetings(meeting("3月32日"))), ("乙.xlsx", b"x"), ("丙.csv", "你好\n再见\n".encode())]
    batch = compare(by=world.office, unit=world.branch, files=files)
    assert [(one.file, one.code) for one in problems_of(batch)] == [
        ("甲.xlsx", "date-unreadable"),
        ("乙.xlsx", "heading-missing"),
        ("丙.csv", "heading-missing"),
    ]
    assert report(batch)["wrong"] == 1
