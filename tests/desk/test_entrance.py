from datetime import timedelta

import pytest
from django.utils import timezone

from qisong.org.accounts import reset_password
from qisong.org.models import Account
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.world import PASSWORD, World

OWN = "清风明月-照东岭"


def sign_in(client: Reader, account: Account, password: str = PASSWORD, **more: str) -> int:
    return client.post("/sign-in/", {"username": account.username, "password": password, **more}).status_code


def test_home_sends_a_stranger_to_the_entrance(visitor: Reader, world: World) -> None:
    assert visitor.get("/").headers["Location"] == "/sign-in/?next=/"


def test_sign_in_leads_home(visitor: Reader, world: World) -> None:
    assert (sign_in(visitor, world.recorder), visitor.get("/").status_code) == (302, 200)


def test_sign_in_never_leads_out_of_the_house(visitor: Reader, world: World) -> None:
    sent = {"username": world.recorder.username, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert visitor.post("/sign-in/", sent).headers["Location"] == "/"


def test_sign_in_says_that_the_password_is_wrong_and_keeps_the_name(visitor: Reader, world: World) -> None:
    page = text_of(visitor.post("/sign-in/", {"username": "b1", "password": "nonsense"}))
    assert ("登录名或密码不对" in page, 'value="b1"' in page) == (True, True)


def test_sign_in_locks_after_five_failures_and_says_for_how_long(visitor: Reader, world: World) -> None:
    answers = [sign_in(visitor, world.recorder, "nonsense") for _ in range(5)]
    refused = visitor.post("/sign-in/", {"username": world.recorder.username, "password": PASSWORD})
    assert (answers, refused.status_code) == ([200] * 4 + [429], 429)
    assert "请等 15 分钟再试" in text_of(refused)


def test_lock_keeps_nobody_else_out(visitor: Reader, world: World) -> None:
    for _ in range(6):
        sign_in(visitor, world.recorder, "nonsense")
    assert sign_in(visitor, world.clerk) == 302


def test_first_password_opens_only_the_page_to_choose_one(visitor: Reader, world: World) -> None:
    first = reset_password(by=None, account=world.recorder)
    sign_in(visitor, world.recorder, first)
    assert visitor.get("/").headers["Location"] == "/password/"
    page = text_of(visitor.get("/password/"))
    assert ("登录条上的密码只用一次" in page, 'class="places"' in page) == (True, False)


def test_chosen_password_opens_the_house(visitor: Reader, world: World) -> None:
    sign_in(visitor, world.recorder, reset_password(by=None, account=world.recorder))
    chosen = visitor.post("/password/", {"password": OWN, "again": OWN})
    assert (chosen.headers["Location"], visitor.get("/").status_code) == ("/", 200)
    assert sign_in(Reader(), world.recorder, OWN) == 302


def test_choosing_ends_every_other_session(signed_in: SignedIn, world: World) -> None:
    here, there = signed_in(world.recorder), signed_in(world.recorder)
    here.post("/password/", {"password": OWN, "again": OWN})
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        (OWN, "清风明月-照西岭", "两遍不一样"),
        ("12345678", "12345678", "error"),
        ("short", "short", "error"),
        (PASSWORD, PASSWORD, "新密码要与原来的不同"),
    ],
)
def test_poor_choice_is_refused_at_its_box(
    signed_in: SignedIn, world: World, password: str, again: str, said: str
) -> None:
    page = signed_in(world.recorder).post("/password/", {"password": password, "again": again})
    assert (page.status_code, said in text_of(page), "aria-invalid" in text_of(page)) == (200, True, True)


def run_out(account: Account) -> None:
    account.first_password_until = timezone.now() - timedelta(minutes=1)
    account.save()


def test_first_password_that_ran_out_is_refused_with_advice(visitor: Reader, world: World) -> None:
    first = reset_password(by=None, account=world.recorder)
    world.recorder.refresh_from_db()
    run_out(world.recorder)
    page = visitor.post("/sign-in/", {"username": world.recorder.username, "password": first})
    assert "首次密码已经过期。请上级重新打印一张登录条。" in text_of(page)


def test_first_password_that_runs_out_on_the_way_ends_the_session(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    run_out(world.recorder)
    assert client.get("/").headers["Location"] == "/sign-in/"
    assert "首次密码已经过期" in text_of(client.get("/sign-in/"))


def test_sign_out_ends_the_session(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    client.post("/sign-out/")
    assert client.get("/").status_code == 302


def test_language_follows_the_account_wherever_it_signs_in(signed_in: SignedIn, world: World) -> None:
    signed_in(world.recorder).post("/language/", {"language": "en", "next": "/password/"})
    world.recorder.refresh_from_db()
    assert "Choose your password" in text_of(signed_in(world.recorder).get("/password/"))


def test_language_of_a_stranger_is_kept_by_the_device(visitor: Reader, world: World) -> None:
    assert visitor.post("/language/", {"language": "en", "next": "/sign-in/"}).headers["Location"] == "/sign-in/"
    assert "Login name" in text_of(visitor.get("/sign-in/"))


def test_language_is_chinese_whatever_the_browser_asks(visitor: Reader, world: World) -> None:
    assert 'lang="zh-hans"' in text_of(visitor.get("/sign-in/", headers={"accept-language": "fr,en"}))


def test_unknown_language_is_refused(visitor: Reader, world: World) -> None:
    assert visitor.post("/language/", {"language": "xx"}).status_code == 400


def test_large_print_is_remembered_and_taken_back(visitor: Reader, world: World) -> None:
    visitor.post("/elder-view/", {"elder": "1"})
    large = text_of(visitor.get("/sign-in/"))
    visitor.post("/elder-view/", {"elder": "0"})
    assert ('class="elder"' in large, 'class="elder"' in text_of(visitor.get("/sign-in/"))) == (True, False)


def test_switch_never_leads_out_of_the_house(visitor: Reader, world: World) -> None:
    assert visitor.post("/elder-view/", {"elder": "1", "next": "//elsewhere.example"}).headers["Location"] == "/"
