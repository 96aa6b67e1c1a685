from datetime import date

import pytest
from django.utils import timezone

from qisong.ledger.models import Audience, Round
from qisong.ledger.opening import Share, open_round, plan_round
from qisong.ledger.programmes import find_items, find_programme
from qisong.ledger.terms import RoundKind
from qisong.org.models import Journal
from qisong.org.scope import operator_scope
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.desk.test_home import plain
from tests.desk.test_unit import cells_of
from tests.world import World

URL = "/programmes/seven-deliveries/"
OPEN = f"{URL}rounds/open/"


def rules() -> Share:
    (item,) = find_items(["rules"], operator_scope().on)
    return Share(item, Audience.objects.get(code="everyone"))


def edition(*, carry_over: bool = False, due_on: date | None = None) -> Round:
    """Opened today; the first round makes way for it."""
    Round.objects.update(carry_over=carry_over)
    programme, today = find_programme("seven-deliveries"), timezone.localdate()
    named = {"zh": "新版", "en": "New edition", "due_on": due_on, "shares": [rules()]}
    plan = plan_round(programme=programme, kind=RoundKind.EDITION, starts_on=today, **named)
    return open_round(by=None, plan=plan)


def sent(**more: object) -> dict[str, object]:
    share = rules()
    usual = {"kind": "quarter", "starts_on": "2026-10-01", "items": [share.item.pk], "audience": share.audience.pk}
    return usual | {"quantity": 1, "continues": "on"} | more


def test_round_is_opened_by_the_sentence_that_was_read(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.office)
    page = text_of(client.post(OPEN, sent()))
    will = page.split('name="sure" value="')[1].split('"')[0]
    assert will == (
        "2026年第四季度从2026年10月1日起，到2027年1月1日前为止。请在2026年12月31日前送到。"
        "要送：党规，全体党员，1册。党规的首轮当天结束，没送到的不再送。下一轮到时自动开。"
    )
    assert Round.objects.count() == 1
    assert client.post(OPEN, sent(sure=will)).status_code == 302
    assert "2027年1月1日 没送到的不再送；下一轮自动开" in plain(text_of(client.get(URL)))


def test_another_sentence_than_the_one_read_opens_nothing(signed_in: SignedIn, world: World) -> None:
    signed_in(world.office).post(OPEN, sent(sure="就这样"))
    assert Round.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"items": []}, "请选这一轮要送的内容"),
        ({"kind": "edition", "continues": ""}, "请填写"),
        ({"min_interval_days": 9}, "只有按次的轮次有间隔天数"),
    ],
)
def test_round_that_makes_no_sense_is_refused(
    signed_in: SignedIn, world: World, wrong: dict[str, object], said: str
) -> None:
    page = text_of(signed_in(world.office).post(OPEN, sent(**wrong)))
    assert (said in page, 'name="sure"' in page) == (True, False)


def test_rhythm_is_stopped_and_a_round_ended(signed_in: SignedIn, world: World) -> None:
    client, made = signed_in(world.office), edition()
    Round.objects.filter(pk=made.pk).update(continues=True)
    client.post(f"{URL}rounds/{made.pk}/stop/", {})
    client.post(f"{URL}rounds/{made.pk}/end/", {"on": "2027-03-01"})
    made.refresh_from_db()
    assert (made.continues, made.ends_on) == (False, date(2027, 3, 1))
    kinds = Journal.objects.order_by("-seq").values_list("kind", flat=True)[:2]
    assert list(kinds) == ["round.ended", "round.stopped"]


def test_end_before_the_beginning_is_refused_at_its_day(signed_in: SignedIn, world: World) -> None:
    made = Round.objects.get()
    page = text_of(signed_in(world.office).post(f"{URL}rounds/{made.pk}/end/", {"on": "2026-01-01"}))
    assert "结束日期早于开始日期" in page


def test_round_of_another_programme_does_not_exist(signed_in: SignedIn, world: World) -> None:
    url = f"/programmes/study-education/rounds/{Round.objects.get().pk}/stop/"
    assert signed_in(world.office).get(url).status_code == 404


def test_names_say_what_is_left_over(signed_in: SignedIn, world: World) -> None:
    edition(carry_over=True)
    page = text_of(signed_in(world.recorder).get(f"/units/{world.branch.pk}/names/?item=rules"))
    assert cells_of(page)["田守一"][0] == "党规（首轮没送到的）、党规"


def test_round_may_be_chosen_where_there_are_several(signed_in: SignedIn, world: World) -> None:
    client, url = signed_in(world.clerk), f"/units/{world.committee.pk}/"
    assert 'name="round"' not in text_of(client.get(url))
    made = edition()
    Round.objects.filter(pk=made.pk).update(starts_on=date(2026, 5, 1))
    page = text_of(client.get(f"{url}?round=once"))
    shown = cells_of(page)["东岭村党支部"]
    assert (shown[0], shown[2]) == ("0/5", "—")


@pytest.mark.parametrize(("days", "said"), [(0, "前"), (-1, "已过期")])
def test_what_is_due_is_said_on_home_unit_and_week(signed_in: SignedIn, world: World, days: int, said: str) -> None:
    today = timezone.localdate()
    due_on = today if days == 0 else date(2026, 2, 2)
    Round.objects.update(due_on=due_on)
    client = signed_in(world.recorder)
    words = "党规（首轮）：还有5人没送到"
    for url in ("/", f"/units/{world.branch.pk}/"):
        page = plain(text_of(client.get(url)))
        assert (words in page, said in page) == (True, True)
    week = text_of(client.get(f"/units/{world.branch.pk}/week/"))
    assert f"党规 {due_on.month}月{due_on.day}日前" in week


def test_nothing_due_says_nothing(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    pages = [text_of(client.get(url)) for url in ("/", f"/units/{world.branch.pk}/", f"/units/{world.branch.pk}/week/")]
    assert not any("快到期" in page for page in pages)
