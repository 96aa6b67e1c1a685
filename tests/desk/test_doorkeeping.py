import logging
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from qisong.desk.doorkeeping import DoorkeepingMiddleware
from qisong.org.models import Journal
from qisong.words.text import refuse
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, reading, text_of
from tests.world import World

REFUSAL = refuse("no-day", "日期没有填,请补上。", "The date is missing; fill it in.")


def test_unknown_address_is_told_plainly(signed_in: SignedIn, world: World) -> None:
    logging.getLogger("django.request").setLevel(logging.ERROR)
    page = signed_in(world.recorder).get("/no-such-page/")
    assert (page.status_code, "这里没有这一页" in text_of(page)) == (404, True)


def test_form_left_open_too_long_is_told_plainly(world: World) -> None:
    page = Reader(enforce_csrf_checks=True).post("/sign-in/", {"username": "b1", "password": "x"})
    assert (page.status_code, "请再交一次" in text_of(page)) == (403, True)


def test_refusal_that_no_view_took_becomes_a_page(world: World) -> None:
    page = DoorkeepingMiddleware(lambda _: None).process_exception(RequestFactory().post("/"), REFUSAL)
    assert (page.status_code, REFUSAL.text.zh in text_of(page), "Traceback" in text_of(page)) == (400, True, False)


def test_refusal_of_a_partial_request_goes_above_what_was_typed(world: World) -> None:
    request = RequestFactory().post("/")
    request.htmx = True
    page = DoorkeepingMiddleware(lambda _: None).process_exception(request, REFUSAL)
    assert (page.status_code, page.headers["HX-Retarget"], "<html" in text_of(page)) == (400, "#messages", False)


def test_fault_of_the_program_is_not_taken_for_a_refusal(world: World) -> None:
    assert DoorkeepingMiddleware(lambda _: None).process_exception(RequestFactory().get("/"), KeyError()) is None


def test_presence_is_noted_once_a_minute(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    client.get("/")
    long_ago = timezone.now() - timedelta(days=1)
    type(world.recorder).objects.update(last_seen_at=long_ago)
    client.get("/")
    world.recorder.refresh_from_db()
    assert world.recorder.last_seen_at == long_ago


def test_reading_leaves_no_row_in_the_journal(signed_in: SignedIn, world: World) -> None:
    before = Journal.objects.count()
    signed_in(world.recorder).get("/")
    assert Journal.objects.count() == before


def test_guard_cries_out_over_a_write(world: World) -> None:
    with reading(), pytest.raises(AssertionError, match="only read wrote"):
        world.branch.save()


def test_pages_carry_no_inline_script_or_style(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.recorder).get("/"))
    assert ("<style" in page, " style=" in page, "<script>" in page, " onclick" in page) == (False,) * 4


def test_page_answers_a_question_for_its_head_alone(signed_in: SignedIn, world: World) -> None:
    response = signed_in(world.office).head(f"/units/{world.county.pk}/")
    assert (response.status_code, response.content) == (200, b"")
