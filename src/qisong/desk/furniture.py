"""What stands on every page: names, words, navigation and the reader's own view of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qisong.desk.tables import Link
from qisong.org.accounts import must_choose
from qisong.org.models import Site, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.org.words import label, term_of, word

ELDER_COOKIE = "elder"
lazy_word = lazy(word, str)
lazy_label = lazy(label, str)


@dataclass(frozen=True)
class Place:
    """An entry of the navigation: shown to whoever holds ``right`` anywhere (None: to everyone)."""

    label: str | Promise
    url_name: str
    right: Right | None = None
    of_home: bool = False  # its address names the unit of the reader's first post
    args: tuple[str, ...] = ()


# In the order in which a person needs them; ``furniture`` leaves out what the reader has no right to.
PLACES = [
    Place(_("Home"), "desk:home"),
    Place(_("Who is missing"), "desk:unit", Right.FIGURES, of_home=True),
    Place(_("Acts"), "desk:ledger", Right.NAMES),
    Place(_("Cases"), "desk:my-cases", Right.CASES),
    Place(_("Type a sheet back"), "desk:find-paper", Right.RECORD),
    Place(_("Roster"), "desk:roster", Right.NAMES, of_home=True),
    Place(_("Import a roster"), "desk:imports", Right.IMPORT, of_home=True),
    Place(lazy_word("briefing"), "desk:briefing", Right.FIGURES),
    Place(_("Programmes"), "desk:programmes", Right.FIGURES),
    Place(lazy_word("contact-point"), "desk:tie-list", Right.POSTS, args=("contact-point",)),
    Place(lazy_word("pairing"), "desk:tie-list", Right.POSTS, args=("pairing",)),
    Place(_("Suggestions"), "desk:suggestion-inbox", Right.SUGGESTIONS),
    Place(_("Accounts"), "desk:accounts", Right.ACCOUNTS),
    Place(_("Journal"), "desk:journal", Right.JOURNAL),
]


class Words:
    """The county's own words for a template: ``{{ words.member }}``; a hyphen is written ``_``."""

    def __getitem__(self, code: str) -> str:
        return word(code.replace("_", "-"))


class Furniture:
    """Computed only as far as a template asks, so that error pages and sign-in cost nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.today = timezone.localdate()
        self.elder = request.COOKIES.get(ELDER_COOKIE) == "1"
        self.scope: Scope | None = getattr(request, "scope", None)

    @cached_property
    def site(self) -> Site | None:
        return Site.objects.first()

    @cached_property
    def title(self) -> str:
        """What the county calls its site; the product's name until there is one."""
        return word("site") if term_of(TermCategory.WORD, "site") else gettext("Qisong")

    @cached_property
    def unit(self) -> Unit | None:
        return self.scope.home if self.scope else None

    @cached_property
    def person(self) -> str:
        return self.scope.account.person.name if self.scope and self.scope.account else ""

    @cached_property
    def navigation(self) -> list[Link]:
        scope = self.scope
        if scope is None or (scope.account and must_choose(scope.account)):
            return []
        return [link for place in PLACES if (link := self.link(place, scope))]

    def link(self, place: Place, scope: Scope) -> Link | None:
        if place.right and not scope.allows(place.right):
            return None
        if place.of_home and (scope.home is None or (place.right and not scope.allows(place.right, scope.home))):
            return None
        url = reverse(place.url_name, args=[scope.home.pk] if place.of_home and scope.home else place.args)
        return Link(place.label, url, current=self.request.path == url)


def furniture(request: HttpRequest) -> dict[str, object]:
    """The context processor of every page."""
    return {"house": Furniture(request), "words": Words(), "scope": getattr(request, "scope", None)}
