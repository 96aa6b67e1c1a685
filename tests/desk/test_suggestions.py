import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qisong.desk.turnstile import Turnstile
from qisong.desk.views import suggestions as views
from qisong.org.models import Journal, Suggestion
from qisong.org.suggesting import answer_suggestion, found_by, opened, suggest
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.world import World

TEXT = "送来的书字太小，请印大一点。"


@pytest.fixture(autouse=True)
def _open_turnstiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "WRITING", Turnstile(3))
    monkeypatch.setattr(views, "ASKING", Turnstile(3))


def send(client: Reader, **told: str) -> Any:
    return client.post("/suggestions/", {"text": TEXT} | told)


def code_on(page: Any) -> str:
    found = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", text_of(page))
    return found[0] if found else ""


def test_anybody_writes_and_reads_the_answer_by_the_code(visitor: Reader, world: World) -> None:
    code = code_on(send(visitor))
    waiting = text_of(visitor.post("/suggestions/answer/", {"code": code}))
    answer_suggestion(by=world.office, suggestion=found_by(code), text="下次换大字的。", passed_to="镇文化站")
    answered = text_of(visitor.post("/suggestions/answer/", {"code": code}))
    assert ["还没有答复" in waiting, "下次换大字的。" in answered, "镇文化站" in answered] == [True, True, True]
    assert TEXT not in answered


def test_every_page_leads_there_and_so_does_the_sign_in(visitor: Reader, signed_in: SignedIn, world: World) -> None:
    pages = [visitor.get("/sign-in/"), signed_in(world.recorder).get("/"), visitor.get("/suggestions/answer/")]
    assert ['href="/suggestions/"' in text_of(page) for page in pages] == [True] * 3


def test_nothing_of_somebody_signed_in_is_kept_unless_they_sign(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    client.get("/suggestions/")
    with CaptureQueriesContext(connection) as queries:
        unnamed = found_by(code_on(send(client)))
    written = [one["sql"] for one in queries if "INSERT" in one["sql"] or "UPDATE" in one["sql"]]
    assert [sql for sql in written if "session" in sql or "last_seen" in sql] == []
    assert (opened(unnamed).name, Journal.objects.latest("seq").actor) == ("", None)
    assert opened(found_by(code_on(send(client, signed="on")))).name == "东方晓"


def test_a_visitor_cannot_sign_as_somebody(visitor: Reader, world: World) -> None:
    assert 'name="signed"' not in text_of(visitor.get("/suggestions/"))
    assert opened(found_by(code_on(send(visitor, signed="on")))).name == ""


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"text": ""}, "请填写这一项"),
        ({"text": "长" * 2001}, "最多 2000 个字"),
        ({"name": "长" * 101}, "最多 100 个字"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    visitor: Reader, world: World, told: dict[str, str], said: str
) -> None:
    page = send(visitor, reach="傍晚打电话", **told)
    assert (page.status_code, said in text_of(page), "傍晚打电话" in text_of(page)) == (400, True, True)
    assert Suggestion.objects.count() == 0


def test_flood_from_one_place_is_held_back_and_what_was_typed_stays(visitor: Reader, world: World) -> None:
    pages = [send(visitor) for _ in range(4)]
    assert [page.status_code for page in pages] == [200, 200, 200, 429]
    assert (TEXT in text_of(pages[3]), Suggestion.objects.count()) == (True, 3)


def test_codes_cannot_be_tried_without_end(visitor: Reader, world: World) -> None:
    tries = [visitor.post("/suggestions/answer/", {"code": "ABCDE-FGHJK"}).status_code for _ in range(4)]
    assert tries == [400, 400, 400, 429]


def test_code_in_an_address_reads_nothing(visitor: Reader, world: World) -> None:
    code = suggest(text=TEXT)
    assert "还没有答复" not in text_of(visitor.get("/suggestions/answer/", {"code": code}))


def test_those_that_wait_come_first_the_oldest_at_the_head(signed_in: SignedIn, world: World) -> None:
    days = ["2026-05-03", "2026-05-01", "2026-05-02"]
    made = [found_by(suggest(text=TEXT)) for _ in days]
    for one, day in zip(made, days, strict=True):
        Suggestion.objects.filter(pk=one.pk).update(on=day)
    answer_suggestion(by=world.office, suggestion=made[1], text="好的。")
    page = signed_in(world.office).get("/suggestions/inbox/").context["page"]
    assert [str(row.cells[0].text) for row in page.table.rows] == ["2026年5月2日", "2026年5月3日", "2026年5月1日"]
    assert page.answer == "2 条等答复"


def test_list_takes_no_more_queries_for_more_rows(signed_in: SignedIn, world: World) -> None:
    client, counts = signed_in(world.office), []
    for _ in range(3):
        suggest(text=TEXT, about="东岭村党支部")
        counts.append(client.count("/suggestions/inbox/"))
    assert len(set(counts)) == 1


def test_office_answers_on_the_page(signed_in: SignedIn, world: World) -> None:
    one = found_by(suggest(text=TEXT))
    client = signed_in(world.office)
    assert TEXT in text_of(client.get(f"/suggestions/{one.pk}/"))
    empty = client.post(f"/suggestions/{one.pk}/", {"answer": "", "passed_to": ""})
    assert (empty.status_code, "请写下内容。" in text_of(empty)) == (400, True)
    client.post(f"/suggestions/{one.pk}/", {"answer": "好的。", "passed_to": ""})
    assert opened(Suggestion.objects.get()).answer == "好的。"


def test_shown_answer_stands_on_the_public_page_without_the_question_as_sent(
    signed_in: SignedIn, visitor: Reader, world: World
) -> None:
    one = found_by(suggest(text=TEXT, name="田守一"))
    answer_suggestion(by=world.office, suggestion=one, text="田守一同志，好的。")
    client = signed_in(world.office)
    client.post(f"/suggestions/{one.pk}/show/", {"question": "有大字的书吗？", "answer": "有。"})
    page = text_of(visitor.get("/suggestions/"))
    assert [part in page for part in ("有大字的书吗？", "有。", TEXT, "田守一")] == [True, True, False, False]
    client.post(f"/suggestions/{one.pk}/hide/")
    assert "有大字的书吗？" not in text_of(visitor.get("/suggestions/"))
