"""Logins of those below: slips printed for the ticked, and an end."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import need_right
from qisong.desk.pages.accounts import accounts_page, find_account, print_slips
from qisong.org.accounts import close_account
from qisong.org.terms import Right

ONCE = "slips"


@require_safe
def accounts(request: DeskRequest) -> HttpResponse:
    need_right(request.scope, Right.ACCOUNTS)
    page = accounts_page(request.scope, under=request.GET.get("under"), number=request.GET.get("page"))
    once = request.session.setdefault(ONCE, get_random_string(12))
    return render(request, "desk/accounts.html", {"page": page, "once": once})


@require_POST
@never_cache
def slips(request: DeskRequest) -> HttpResponse:
    """The slips stand in this answer and nowhere else; sent once more by a reload, nothing is reset again."""
    need_right(request.scope, Right.ACCOUNTS)
    if request.session.get(ONCE) != request.POST.get("once"):
        messages.error(request, _("These slips were shown once already. Tick again if you need new ones."))
        return redirect("desk:accounts")
    with transaction.atomic():
        printed = print_slips(request.scope, request.user, uuids(request.POST.getlist("person")))
    request.session[ONCE] = get_random_string(12)
    return render(request, "desk/slips.html", {"slips": printed})


@require_http_methods(["GET", "POST"])
def close(request: DeskRequest, account: int) -> HttpResponse:
    need_right(request.scope, Right.ACCOUNTS)
    found = find_account(request.scope, account)
    if found is None:
        raise Http404
    if request.method == "POST":
        close_account(by=request.user, account=found)
        messages.success(request, _("The login {name} is closed.").format(name=found.username))
        return redirect("desk:accounts")
    return render(request, "desk/close_account.html", {"account": found})


def uuids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError as unknown:
        raise Http404 from unknown
