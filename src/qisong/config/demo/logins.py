"""One login for each role, with a first password that is printed once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from qisong.config.demo.county import County
from qisong.config.demo.offices import OUTSIDERS, PlannedPost
from qisong.org.accounts import LoginSlip, open_account, slip_of
from qisong.org.models import Person, Unit
from qisong.org.terms import TermCategory
from qisong.org.words import label

if TYPE_CHECKING:
    from uuid import UUID

USERNAMES = {
    "system-administrator": "system",
    "security-administrator": "security",
    "audit-administrator": "audit",
}


def open_logins(county: County, ids: Mapping[int, UUID]) -> list[LoginSlip]:
    """The slips in the order of the roles; a slip names the post that the login is meant to show."""
    slips = []
    for username, post in chosen_posts(county):
        account, password = open_account(by=None, person=Person.objects.get(pk=ids[post.holder]), username=username)
        unit = Unit.objects.get(code=post.unit)
        slips.append(replace(slip_of(account, password), unit=unit.name, role=label(TermCategory.ROLE, post.role)))
    return slips


def chosen_posts(county: County) -> Iterator[tuple[str, PlannedPost]]:
    """Recorder, clerk and visiting leader belong together: the leader visits the recorder's branch."""
    posts = county.offices.posts
    places = dict.fromkeys(point.unit for point in county.offices.contact_points)
    today = county.period.today
    branch, other = [place for place in places if county.secretary(place, today) != county.recorder(place, today)][:2]
    leader = next(point.leader for point in county.offices.contact_points if point.unit == branch)
    committee = county.tree.committee_of(branch, today)
    partner = next(pairing.partner for pairing in county.offices.pairings if pairing.unit == branch)
    yield "office", next(post for post in posts if post.role == "office")
    yield "clerk", next(post for post in posts if post.role == "clerk" and post.unit == committee)
    yield "recorder", next(post for post in posts if post.role == "recorder" and post.unit == branch)
    yield "recorder-2", next(post for post in posts if post.role == "recorder" and post.unit == other)
    yield "leader", next(post for post in posts if post.role == "visitor" and post.holder == leader)
    yield "partner", next(post for post in posts if post.role == "visitor" and post.unit == partner)
    yield "trainer", next(post for post in posts if post.role == "trainer")
    for role in OUTSIDERS:
        yield USERNAMES.get(role, role), next(post for post in posts if post.role == role)
