from datetime import timedelta
from itertools import chain

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, authenticate
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import RequestFactory
from django.utils import timezone

from qisong.org.accounts import (
    DIGITS,
    LETTERS,
    choose_password,
    close_account,
    first_password,
    has_expired,
    may_reset,
    must_choose,
    open_account,
    open_first_account,
    reset_password,
    slip_of,
)
from qisong.org.appointing import add_person, give_post
from qisong.org.models import Account, Journal, Person
from qisong.words.text import Refusal
from tests.world import BEGINNING, PASSWORD, World


def signed_in(account: Account) -> str:
    """The key of a new session of the account."""
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def newcomer(world: World, name: str = "新来人") -> Person:
    person = add_person(by=None, name=name)
    give_post(by=None, person=person, unit=world.branch, role="recorder", on=BEGINNING)
    return person


def test_login_is_named_after_the_unit(world: World) -> None:
    names = [open_account(by=None, person=newcomer(world))[0].username for _ in range(2)]
    assert (world.recorder.username, names) == ("b1", ["b1-2", "b1-3"])


def test_login_of_somebody_without_a_post_is_drawn(world: World) -> None:
    account, _password = open_account(by=None, person=add_person(by=None, name="新来人"))
    assert len(account.username) == 10


def test_login_name_may_be_given(world: World) -> None:
    account, _password = open_account(by=None, person=newcomer(world), username=" Xin Lai ")
    assert account.username == "xinlai"


@pytest.mark.parametrize(
    ("username", "code"), [("B1", "username-taken"), (" ", "bad-username"), ("x" * 61, "bad-username")]
)
def test_login_name_that_cannot_be_is_refused(world: World, username: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        open_account(by=None, person=newcomer(world), username=username)
    assert (refusal.value.code, refusal.value.place) == (code, "username")


def test_first_password_signs_in_once_it_is_told(world: World) -> None:
    account, password = open_account(by=None, person=newcomer(world))
    request = RequestFactory().post("/")
    assert authenticate(request, username="Ｂ1-2", password=password) == account
    assert password not in str(list(chain(Journal.objects.values_list(), Account.objects.values_list())))


def test_first_password_must_be_replaced_and_runs_out(world: World) -> None:
    account, _password = open_account(by=None, person=newcomer(world))
    until = account.first_password_until
    assert until is not None
    assert timedelta(days=13) < until - timezone.now() <= timedelta(days=settings.FIRST_PASSWORD_DAYS)
    assert (must_choose(account), has_expired(account), has_expired(account, until)) == (True, False, True)


def test_first_passwords_are_readable() -> None:
    drawn = [first_password() for _ in range(300)]
    assert {len(password) for password in drawn} == {10}
    assert set("".join(drawn)) == set(LETTERS + DIGITS)
    assert not set(LETTERS + DIGITS) & set("0o1li2z5s9gqvuIOB")
    assert all(set(password) & set(LETTERS) and set(password) & set(DIGITS) for password in drawn)


def test_slip_says_all_that_is_printed(world: World) -> None:
    account, password = open_account(by=None, person=newcomer(world))
    slip = slip_of(account, password)
    assert (slip.name, slip.unit, slip.role) == ("新来人", "东岭村党支部", "支部信息员")
    assert (slip.username, slip.password, slip.valid_until) == ("b1-2", password, account.first_password_until)


def test_operator_opens_an_account_at_once(world: World) -> None:
    slip = open_first_account(name="首任官", role="office", unit=world.county, on=BEGINNING)
    account = Account.objects.get(username=slip.username)
    assert (account.person.name, account.check_password(slip.password)) == ("首任官", True)
    assert [entry.kind for entry in Journal.objects.order_by("-seq")[:3]] == [
        "account.opened",
        "post.given",
        "person.added",
    ]


def test_chosen_password_replaces_the_first(world: World) -> None:
    account, _password = open_account(by=None, person=newcomer(world))
    choose_password(account=account, password="xin-mima-2026")
    account.refresh_from_db()
    assert (must_choose(account), account.check_password("xin-mima-2026")) == (False, True)


@pytest.mark.parametrize(
    ("password", "zh", "en"),
    [
        (
            "abc4xy7",
            "密码太短，至少要 8 个字符。",
            "The password is too short; it needs at least 8 characters.",
        ),
        (
            "recorder-b1",
            "密码与登录名太相似，请换一个。",
            "The password is too much like the login name; choose another.",
        ),
        (
            "1q2w3e",
            "密码太短，至少要 8 个字符。这个密码太常见，别人容易猜到，请换一个。",
            (
                "The password is too short; it needs at least 8 characters. "
                "This password is too common and easily guessed; choose another."
            ),
        ),
    ],
)
def test_weak_password_is_refused_in_both_languages(world: World, password: str, zh: str, en: str) -> None:
    account, _first = open_account(by=None, person=newcomer(world), username="recorder-b1-east")
    with pytest.raises(Refusal) as refusal:
        choose_password(account=account, password=password)
    assert (refusal.value.place, refusal.value.text.zh, refusal.value.text.en) == ("password", zh, en)


def test_every_validator_of_the_settings_has_its_words() -> None:
    known = {"UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator"}
    assert {one["NAME"].rpartition(".")[2] for one in settings.AUTH_PASSWORD_VALIDATORS} == known


def test_same_password_again_is_refused(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        choose_password(account=world.recorder, password=PASSWORD)
    assert refusal.value.code == "same-password"


def test_reset_password_signs_everybody_else_out(world: World) -> None:
    mine, others = signed_in(world.recorder), signed_in(world.outsider)
    password = reset_password(by=world.clerk, account=world.recorder)
    world.recorder.refresh_from_db()
    assert (world.recorder.check_password(password), must_choose(world.recorder)) == (True, True)
    assert list(Session.objects.values_list("pk", flat=True)) == [others] != [mine]


def test_closed_account_signs_in_no_more(world: World) -> None:
    signed_in(world.recorder)
    close_account(by=world.clerk, account=world.recorder)
    assert Session.objects.count() == 0
    assert authenticate(RequestFactory().post("/"), username="b1", password=PASSWORD) is None
    with pytest.raises(Refusal) as refusal:
        reset_password(by=world.clerk, account=world.recorder)
    assert refusal.value.code == "account-closed"


def test_accounts_are_journalled_by_id_alone(world: World) -> None:
    reset_password(by=world.clerk, account=world.recorder)
    entry = Journal.objects.order_by("-seq")[0]
    assert (entry.kind, entry.actor, entry.unit) == ("account.reset", world.clerk, world.branch)
    assert entry.touched == {"account": [str(world.recorder.pk)]}


@pytest.mark.parametrize(
    ("role", "account", "allowed"),
    [
        ("clerk", "recorder", True),
        ("clerk", "outsider", False),  # another committee's
        ("clerk", "clerk", False),  # one's own
        ("clerk", "office", False),
        ("office", "clerk", True),
        ("office", "partner", True),
        ("office", "trainer", False),  # reaches as far as the office itself
        ("office", "security-administrator", False),
        ("security-administrator", "office", True),
        ("security-administrator", "auditor", True),
        ("security-administrator", "security-administrator", False),
        ("recorder", "outsider", False),
        ("auditor", "recorder", False),
    ],
)
def test_password_is_reset_by_the_level_above(world: World, role: str, account: str, *, allowed: bool) -> None:
    assert may_reset(world.scope(role), world.account(account)) is allowed


def test_recorder_with_a_second_post_elsewhere_is_beyond_the_clerk(world: World) -> None:
    give_post(by=None, person=world.recorder.person, unit=world.other_branch, role="recorder", on=BEGINNING)
    assert not may_reset(world.scope("clerk"), world.recorder)
    assert may_reset(world.scope("office"), world.recorder)


def test_login_without_a_post_belongs_to_the_county(world: World) -> None:
    account, _password = open_account(by=None, person=add_person(by=None, name="新来人"))
    assert [may_reset(world.scope(role), account) for role in ("office", "security-administrator")] == [False, True]
