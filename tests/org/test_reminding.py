import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from qisong.org.accounts import close_account, reset_password
from qisong.org.appointing import end_post
from qisong.org.closing import close_site
from qisong.org.models import DigestAddress, Feed, Journal, Post
from qisong.org.reminding import (
    feed_of,
    forget_address,
    keep_address,
    kept_address,
    live_feed,
    make_feed,
    revoke_feed,
)
from qisong.words.text import Refusal
from tests.world import World

ADDRESS = "dongfang@mail.example"


def test_token_opens_the_feed_of_its_account_and_is_kept_nowhere(world: World) -> None:
    token = make_feed(by=world.recorder)
    feed = feed_of(token)
    assert feed is not None
    assert (feed.account, feed.digest == token, len(token)) == (world.recorder, False, 43)
    assert feed_of(feed.digest) is None


def test_new_token_ends_the_one_before(world: World) -> None:
    first, second = make_feed(by=world.recorder), make_feed(by=world.recorder)
    other = make_feed(by=world.clerk)
    assert [feed_of(token) is not None for token in (first, second, other)] == [False, True, True]
    assert Feed.objects.filter(revoked_at=None).count() == 2


@pytest.mark.postgres
def test_second_live_feed_of_an_account_cannot_be_stored(world: World) -> None:
    make_feed(by=world.recorder)
    with pytest.raises(IntegrityError), transaction.atomic():
        Feed.objects.create(account=world.recorder, digest="0" * 64, made_at=timezone.now())


def test_revoked_feed_opens_nothing(world: World) -> None:
    token = make_feed(by=world.recorder)
    revoke_feed(by=world.recorder)
    assert (feed_of(token), live_feed(world.recorder)) == (None, None)


def test_login_without_a_post_of_today_has_no_feed(world: World) -> None:
    token = make_feed(by=world.recorder)
    end_post(by=None, post=Post.objects.get(person=world.recorder.person), on=timezone.localdate())
    assert feed_of(token) is None


def test_closing_a_login_ends_its_reminders(world: World) -> None:
    token = make_feed(by=world.recorder)
    keep_address(by=world.recorder, address=ADDRESS)
    keep_address(by=world.clerk, address=ADDRESS)
    close_account(by=world.office, account=world.recorder)
    assert (feed_of(token), [one.account for one in DigestAddress.objects.all()]) == (None, [world.clerk])


def test_a_password_reset_ends_the_calendars_address(world: World) -> None:
    token = make_feed(by=world.recorder)
    reset_password(by=world.office, account=world.recorder)
    assert feed_of(token) is None


def test_inactive_login_has_no_feed_even_if_it_was_never_revoked(world: World) -> None:
    token = make_feed(by=world.recorder)
    world.recorder.is_active = False
    world.recorder.save()
    assert feed_of(token) is None


def test_address_is_sealed_replaced_and_forgotten(world: World) -> None:
    keep_address(by=world.recorder, address="older@mail.example")
    keep_address(by=world.recorder, address=f" {ADDRESS} ")
    kept = DigestAddress.objects.get()
    assert ("mail.example" in kept.sealed, kept_address(world.recorder)) == (False, ADDRESS)
    forget_address(by=world.recorder)
    assert (kept_address(world.recorder), DigestAddress.objects.count()) == ("", 0)


@pytest.mark.parametrize(
    "typed", ["", "dongfang", "a@b\nBcc: c@d.example", f"{'a' * 60}@{'b' * 60}.{'c' * 200}.example"]
)
def test_what_is_no_address_is_refused(world: World, typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        keep_address(by=world.recorder, address=typed)
    assert (refused.value.code, DigestAddress.objects.count()) == ("bad-address", 0)


def test_journal_tells_the_login_and_neither_token_nor_address(world: World) -> None:
    before = Journal.objects.count()
    token = make_feed(by=world.recorder)
    keep_address(by=world.recorder, address=ADDRESS)
    forget_address(by=world.recorder)
    revoke_feed(by=world.recorder)
    rows = list(Journal.objects.order_by("seq"))[before:]
    assert [row.kind for row in rows] == ["feed.made", "address.kept", "address.forgotten", "feed.revoked"]
    assert {row.actor for row in rows} == {world.recorder}
    assert [row.touched for row in rows] == [{"account": [str(world.recorder.pk)]}] * 4
    assert [word for row in rows for word in (token, ADDRESS) if word in str(row.payload())] == []


def test_closed_site_lets_reminders_end_and_none_begin(world: World) -> None:
    make_feed(by=world.recorder)
    keep_address(by=world.recorder, address=ADDRESS)
    close_site(by=None, on=timezone.localdate())
    revoke_feed(by=world.recorder)
    forget_address(by=world.recorder)
    assert (live_feed(world.recorder), kept_address(world.recorder)) == (None, "")
    with pytest.raises(Refusal):
        make_feed(by=world.recorder)
