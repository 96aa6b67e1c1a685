from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone

from qisong.org.appointing import give_post
from qisong.org.models import Account, Post
from qisong.org.scope import scope_of
from qisong.org.terms import Right
from tests.desk.acts import take
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.world import BEGINNING, World


def post_of(world: World, role: str = "recorder") -> Post:
    return Post.objects.get(person=world.account(role).person, role=role)


def hand_over(client: Reader, post: Post, **sent: object) -> HttpResponse:
    return client.post(f"/ties/post/{post.pk}/hand-over/", {"on": timezone.localdate().isoformat()} | sent)


def test_unit_offers_to_hand_a_post_over(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.clerk).get(f"/units/{world.branch.pk}/ties/"))
    assert f'href="/ties/post/{post_of(world).pk}/hand-over/"' in page


def test_successor_holds_the_post_and_gets_a_slip(signed_in: SignedIn, world: World) -> None:
    answer = hand_over(signed_in(world.clerk), post_of(world), person=world.member("田春禾").pk)
    account = Account.objects.get(person=world.member("田春禾").pk)
    assert (answer.status_code, account.username in text_of(answer), "交接清单" in text_of(answer)) == (200, True, True)
    assert scope_of(account).allows(Right.RECORD, world.branch)
    assert not scope_of(world.recorder).allows(Right.RECORD, world.branch)


def test_login_without_a_post_left_is_closed(signed_in: SignedIn, world: World) -> None:
    hand_over(signed_in(world.clerk), post_of(world), name="云中客")
    world.recorder.refresh_from_db()
    assert not world.recorder.is_active


def test_post_of_tomorrow_leaves_today_as_it_is(signed_in: SignedIn, world: World) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    hand_over(signed_in(world.clerk), post_of(world), name="云中客", on=tomorrow.isoformat())
    world.recorder.refresh_from_db()
    assert (world.recorder.is_active, scope_of(world.recorder).allows(Right.RECORD, world.branch)) == (True, True)
    assert not scope_of(world.recorder, tomorrow).allows(Right.RECORD, world.branch)


def test_paper_says_what_lies_there_and_whom_to_see(signed_in: SignedIn, world: World) -> None:
    take(world, "B1", "rules", 3)
    page = text_of(hand_over(signed_in(world.clerk), post_of(world), name="云中客"))
    for told in ("党规 3 册", "要上门看望的", "田守一（", "把已领的（党规 3 册）发到人", "问鲁望山"):
        assert told in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "二者选一"),
        ({"name": "云中客", "on": "2019-01-01"}, 'role="alert"'),
        ({"name": "云中客", "on": "某天"}, "看不出"),
    ],
    ids=["nobody", "too-early", "no-day"],
)
def test_what_is_wrong_changes_nothing(signed_in: SignedIn, world: World, sent: dict[str, str], told: str) -> None:
    before = list(Post.objects.order_by("pk").values_list("pk", "valid_to"))
    answer = hand_over(signed_in(world.clerk), post_of(world), **sent)
    assert (answer.status_code, told in text_of(answer)) == (400, True)
    assert list(Post.objects.order_by("pk").values_list("pk", "valid_to")) == before


def test_same_person_does_not_take_over(signed_in: SignedIn, world: World) -> None:
    answer = hand_over(signed_in(world.clerk), post_of(world), person=world.recorder.person_id)
    assert (answer.status_code, "还是同一个人" in text_of(answer)) == (400, True)


def test_clerk_does_not_hand_over_the_office(signed_in: SignedIn, world: World) -> None:
    post = post_of(world, "office")
    assert signed_in(world.clerk).get(f"/ties/post/{post.pk}/hand-over/").status_code == 404


def test_honorary_post_goes_on_without_a_login(signed_in: SignedIn, world: World) -> None:
    post = give_post(by=None, person=world.leader, unit=world.branch, role="secretary", on=BEGINNING)
    answer = hand_over(signed_in(world.clerk), post, name="云中客")
    assert (answer.status_code, answer.context["slip"]) == (200, None)
    assert not Account.objects.filter(person__name="云中客").exists()
