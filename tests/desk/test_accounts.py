import re

import pytest

from qisong.org.appointing import add_person, give_post
from qisong.org.models import Account, Person
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.world import BEGINNING, World


def once_of(client: Reader) -> str:
    found = re.search(r'name="once" value="(\w+)"', text_of(client.get("/accounts/")))
    assert found
    return found[1]


def secretary(world: World, name: str = "林间") -> str:
    person = add_person(by=None, name=name)
    give_post(by=None, person=person, unit=world.branch, role="recorder", on=BEGINNING)
    return str(person.pk)


def codes_of(page: str) -> list[str]:
    return re.findall(r'class="code">([^<]+)<', page)


def test_clerk_sees_who_holds_posts_below_and_whether_they_can_sign_in(signed_in: SignedIn, world: World) -> None:
    secretary(world)
    page = text_of(signed_in(world.clerk).get("/accounts/"))
    assert [word in page for word in ("东方晓", "林间", "还没有开通", "柳随风")] == [True, True, True, False]


def test_slip_opens_a_login_that_works_once(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    page = text_of(client.post("/accounts/slips/", {"once": once_of(client), "person": [secretary(world)]}))
    username, password = codes_of(page)
    entered = Reader().post("/sign-in/", {"username": username, "password": password})
    assert ("林间" in page, entered.status_code, entered.headers["Location"]) == (True, 302, "/")


def test_slip_of_a_login_resets_it(signed_in: SignedIn, world: World) -> None:
    client, theirs = signed_in(world.clerk), signed_in(world.recorder)
    person = str(world.recorder.person_id)
    page = text_of(client.post("/accounts/slips/", {"once": once_of(client), "person": [person]}))
    assert (codes_of(page)[0], theirs.get("/").status_code) == (world.recorder.username, 302)


def test_slips_are_shown_once(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    sent = {"once": once_of(client), "person": [secretary(world)]}
    client.post("/accounts/slips/", sent)
    kept = Account.objects.latest("pk").password
    again = client.post("/accounts/slips/", sent)
    assert (again.status_code, Account.objects.latest("pk").password) == (302, kept)


def test_nobody_ticked_is_said(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    page = client.post("/accounts/slips/", {"once": once_of(client)})
    assert (page.status_code, "请先在名单里勾选" in text_of(page)) == (400, True)


def test_login_of_another_committee_is_out_of_reach(signed_in: SignedIn, world: World) -> None:
    client, before = signed_in(world.clerk), world.outsider.password
    client.post("/accounts/slips/", {"once": once_of(client), "person": [str(world.outsider.person_id)]})
    client.post(f"/accounts/{world.outsider.pk}/close/")
    world.outsider.refresh_from_db()
    assert (world.outsider.password, world.outsider.is_active) == (before, True)


def test_login_that_reaches_further_is_left_to_the_level_above(signed_in: SignedIn, world: World) -> None:
    give_post(by=None, person=world.recorder.person, unit=world.other_branch, role="recorder", on=BEGINNING)
    client, before = signed_in(world.clerk), world.recorder.password
    sent = {"once": once_of(client), "person": [str(world.recorder.person_id), secretary(world)]}
    page = client.post("/accounts/slips/", sent)
    world.recorder.refresh_from_db()
    assert (page.status_code, world.recorder.password, Account.objects.filter(person__name="林间").count()) == (
        400,
        before,
        0,
    )


def test_closed_login_signs_in_no_more_and_a_slip_opens_a_new_one(signed_in: SignedIn, world: World) -> None:
    client, theirs = signed_in(world.clerk), signed_in(world.recorder)
    client.post(f"/accounts/{world.recorder.pk}/close/")
    sent = {"once": once_of(client), "person": [str(world.recorder.person_id)]}
    username = codes_of(text_of(client.post("/accounts/slips/", sent)))[0]
    assert (theirs.get("/").status_code, username) == (302, f"{world.recorder.username}-2")


def test_login_is_not_opened_for_somebody_who_reaches_further(signed_in: SignedIn, world: World) -> None:
    person = secretary(world)
    give_post(by=None, person=Person.objects.get(pk=person), unit=world.county, role="office", on=BEGINNING)
    client = signed_in(world.clerk)
    page = client.post("/accounts/slips/", {"once": once_of(client), "person": [person]})
    assert (page.status_code, Account.objects.filter(person=person).count()) == (400, 0)


@pytest.mark.parametrize("person", ["x", "nothing"])
def test_nonsense_for_a_person_does_not_exist(signed_in: SignedIn, world: World, person: str) -> None:
    client = signed_in(world.clerk)
    assert client.post("/accounts/slips/", {"once": once_of(client), "person": [person]}).status_code == 404


def test_security_administrator_resets_anywhere_but_sees_no_unit(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.account("security-administrator")).get("/accounts/"))
    assert ("柳随风" in page, f"/units/{world.branch.pk}/" in page) == (True, False)


def test_queries_do_not_grow_with_the_list(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    one = client.count("/accounts/")
    for name in ("云间", "月下"):
        secretary(world, name)
    assert client.count("/accounts/") == one
