from datetime import date

import pytest

from qisong.org.models import ContactPoint, Pairing, Person, Post
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.world import World

DAY = "2026-05-19"


def test_unit_s_people_are_listed_with_role_and_since(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.recorder).get(f"/units/{world.branch.pk}/ties/"))
    assert [word in page for word in ("东方晓", "支部信息员", "高远行", "2020年1月1日")] == [True] * 4


def test_recorder_sees_no_way_to_change_them(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.recorder).get(f"/units/{world.branch.pk}/ties/"))
    assert ("/end/" in page, "/ties/post/" in page) == (False, False)


def test_post_is_given_to_a_new_person(signed_in: SignedIn, world: World) -> None:
    sent = {"name": "  林 间 ", "role": "secretary", "on": DAY}
    answer = signed_in(world.clerk).post(f"/units/{world.branch.pk}/ties/post/", sent)
    post = Post.objects.get(role="secretary")
    assert (answer.status_code, post.person.name, post.unit, post.valid_from) == (
        302,
        "林间",
        world.branch,
        date(2026, 5, 19),
    )


def test_post_is_given_to_somebody_known_here(signed_in: SignedIn, world: World) -> None:
    recorder = world.recorder.person
    sent = {"person": str(recorder.pk), "role": "secretary", "on": DAY}
    signed_in(world.clerk).post(f"/units/{world.branch.pk}/ties/post/", sent)
    assert Post.objects.get(role="secretary").person == recorder


@pytest.mark.parametrize("sent", [{"name": ""}, {"name": "林间", "person": "one"}])
def test_post_asks_for_exactly_one_person(signed_in: SignedIn, world: World, sent: dict[str, str]) -> None:
    person = str(world.recorder.person.pk) if "person" in sent else ""
    filled = sent | {"person": person, "role": "secretary", "on": DAY}
    page = signed_in(world.clerk).post(f"/units/{world.branch.pk}/ties/post/", filled)
    assert (page.status_code, "二者选一" in text_of(page), Person.objects.filter(name="林间").count()) == (200, True, 0)


def test_refused_post_leaves_no_new_person_behind(signed_in: SignedIn, world: World) -> None:
    sent = {"name": "林间", "role": "secretary", "on": "2019-01-01"}
    page = signed_in(world.clerk).post(f"/units/{world.branch.pk}/ties/post/", sent)
    assert (page.status_code, "还没有成立" in text_of(page), Person.objects.filter(name="林间").exists()) == (
        200,
        True,
        False,
    )


def test_clerk_cannot_hand_out_a_reach_beyond_the_own(signed_in: SignedIn, world: World) -> None:
    sent = {"name": "林间", "role": "office", "on": DAY}
    page = signed_in(world.clerk).post(f"/units/{world.branch.pk}/ties/post/", sent)
    assert (page.status_code, Post.objects.filter(role="office").count()) == (200, 1)


def test_leader_is_named_for_a_place(signed_in: SignedIn, world: World) -> None:
    leader = str(world.leader.pk)
    signed_in(world.office).post(f"/units/{world.sibling.pk}/ties/contact-point/", {"person": leader, "on": DAY})
    assert ContactPoint.objects.get(unit=world.sibling).leader == world.leader


def test_units_are_paired(signed_in: SignedIn, world: World) -> None:
    sent = {"partner": world.county_unit.pk, "on": DAY}
    signed_in(world.office).post(f"/units/{world.branch.pk}/ties/pairing/", sent)
    assert Pairing.objects.get(unit=world.branch).partner == world.county_unit


def test_post_is_ended_with_a_day(signed_in: SignedIn, world: World) -> None:
    post = Post.objects.get(unit=world.branch, role="recorder")
    client = signed_in(world.clerk)
    assert "东方晓" in text_of(client.get(f"/ties/post/{post.pk}/end/"))
    client.post(f"/ties/post/{post.pk}/end/", {"on": DAY})
    post.refresh_from_db()
    assert post.valid_to == date(2026, 5, 19)


def test_end_before_the_beginning_is_refused_at_the_day(signed_in: SignedIn, world: World) -> None:
    point = ContactPoint.objects.get()
    page = signed_in(world.office).post(f"/ties/contact-point/{point.pk}/end/", {"on": "2019-12-31"})
    assert (page.status_code, 'aria-invalid="true"' in text_of(page)) == (200, True)


def test_tie_of_another_committee_does_not_exist(signed_in: SignedIn, world: World) -> None:
    post = Post.objects.get(unit=world.other_branch)
    assert signed_in(world.clerk).get(f"/ties/post/{post.pk}/end/").status_code == 404


@pytest.mark.parametrize(("kind", "name"), [("contact-point", "高远行"), ("pairing", "农机站党支部")])
def test_list_of_the_county_names_both_ends(signed_in: SignedIn, world: World, kind: str, name: str) -> None:
    page = text_of(signed_in(world.office).get(f"/ties/{kind}/"))
    assert ("东岭镇党委" in page, name in page) == (True, True)


def test_list_under_a_committee_leaves_the_others_out(signed_in: SignedIn, world: World) -> None:
    url = f"/ties/contact-point/?under={world.other_committee.pk}"
    assert "高远行" not in text_of(signed_in(world.office).get(url))


@pytest.mark.parametrize("under", ["x", "999999"])
def test_list_under_an_unknown_unit_does_not_exist(signed_in: SignedIn, world: World, under: str) -> None:
    assert signed_in(world.office).get("/ties/pairing/", {"under": under}).status_code == 404


def test_queries_do_not_grow_with_the_list(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.office)
    urls = ["/ties/contact-point/", f"/units/{world.branch.pk}/ties/"]
    one = [client.count(url) for url in urls]
    for name in ("云间", "月下"):
        person = Person.objects.create(name=name)
        ContactPoint.objects.create(leader=person, unit=world.branch, valid_from=date(2021, 1, 1))
    assert [client.count(url) for url in urls] == one
