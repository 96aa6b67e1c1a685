"""What is due, and how one is reminded of it outside these pages."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.pages.reminders import AddressForm, Wanted, reminders_page
from qisong.desk.pages.today import today_page
from qisong.desk.refusing import show_refusal
from qisong.org.calendar_feed import calendar_of
from qisong.org.digest import digest_for
from qisong.org.reminding import feed_of, forget_address, keep_address, make_feed, revoke_feed
from qisong.org.scope import scope_of
from qisong.words.text import Refusal


@require_safe
def today(request: DeskRequest) -> HttpResponse:
    return render(request, "desk/today.html", {"page": today_page(request.scope)})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def reminders(request: DeskRequest) -> HttpResponse:
    match request.POST.get("want"):
        case Wanted.MAKE_FEED:
            return feed_made(request)
        case Wanted.REVOKE_FEED:
            revoke_feed(by=request.user)
            messages.success(request, _("The calendar address opens nothing any more."))
        case Wanted.FORGET_ADDRESS:
            forget_address(by=request.user)
            messages.success(request, _("Your e-mail address is deleted here."))
        case Wanted.KEEP_ADDRESS if settings.SMTP:
            return address_given(request)
        case _other:
            return shown(request, AddressForm(), status=400 if request.method == "POST" else 200)
    return redirect("desk:reminders")


def shown(request: DeskRequest, form: AddressForm, *, status: int) -> HttpResponse:
    context = {"page": reminders_page(request.user), "form": form}
    return render(request, "desk/reminders.html", context, status=status)


@sensitive_variables("address", "token")
def feed_made(request: DeskRequest) -> HttpResponse:
    """The address stands on the page that answers, and nowhere else."""
    token = make_feed(by=request.user)
    address = request.build_absolute_uri(reverse("desk:calendar", args=[token]))
    return render(request, "desk/feed_made.html", {"address": address})


def address_given(request: DeskRequest) -> HttpResponse:
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            keep_address(by=request.user, address=form.value("address"))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("On working days when something is due, an e-mail goes there in the morning."))
            return redirect("desk:reminders")
    return shown(request, form, status=400)


@login_not_required
@require_safe
@conditional_page
@cache_control(private=True, no_cache=True)
@sensitive_variables("token")
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """For programs that nobody has signed in: whoever holds the address reads counts and days."""
    feed = feed_of(token)
    if feed is None:
        # Not the page of the house, which would hold the address that was asked for.
        return HttpResponse(status=404, content_type="text/plain")
    day = timezone.localdate()
    page = request.build_absolute_uri(reverse("desk:today"))
    content = calendar_of(feed, digest_for(scope_of(feed.account, day), day), page=page)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
