"""Who stands at the door, in which language we speak, and what happens when something is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from qisong.desk.refusing import refused_page
from qisong.org.accounts import has_expired, must_choose
from qisong.org.models import Account
from qisong.org.presence import note_presence
from qisong.org.scope import Scope, scope_of
from qisong.words.text import Refusal

# What remains open to somebody who has not yet chosen a password of their own.
BEFORE_PASSWORD = {"desk:choose-password", "desk:sign-out", "desk:language", "desk:elder-view"}
SEEN = "seen"
MINUTE = 60

View = Callable[..., HttpResponse]


class DeskRequest(HttpRequest):
    """A request of somebody who is signed in, as every view of this room gets it."""

    user: Account
    scope: Scope
    htmx: HtmxDetails


class DoorkeepingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        speak(request)
        if account := known(request):
            request.scope = SimpleLazyObject(lambda: scope_of(account))  # type: ignore[attr-defined]
            keep_session_alive(request, account)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: View, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let nobody further in on a first password: it is changed at once, and refused when it has run out."""
        account = known(request)
        open_to_all = request.resolver_match is not None and request.resolver_match.view_name in BEFORE_PASSWORD
        if account is None or not must_choose(account) or open_to_all:
            return None
        if not has_expired(account):
            return redirect("desk:choose-password")
        logout(request)
        messages.error(request, first_password_over())
        return redirect("desk:sign-in")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The net under every view: a refusal that no field took becomes a plain page, never a traceback."""
        return refused_page(request, exception) if isinstance(exception, Refusal) else None


def first_password_over() -> str:
    return _("The first password has run out. Ask the level above for a new login slip.")


def known(request: HttpRequest) -> Account | None:
    """Who has signed in."""
    return request.user if isinstance(request.user, Account) else None


def speak(request: HttpRequest) -> None:
    """The account's language, else the one chosen on this device, else the county's: never the browser's guess."""
    account = known(request)
    chosen = account.language if account else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    translation.activate(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
    request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE


def keep_session_alive(request: HttpRequest, account: Account) -> None:
    """Push the end of an idle session forward, once a minute at most: readers must not keep the writer waiting."""
    now = int(time.time())
    if now - request.session.get(SEEN, 0) >= MINUTE:
        request.session[SEEN] = now
        note_presence(account)
