"""One member: the page, the particulars, and the verbs of a life."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import find_member
from qisong.desk.pages.member import MemberForm, MemberPage, filled
from qisong.desk.pages.member_verb import VerbForm
from qisong.desk.pages.member_verbs import VERBS, verbs_for
from qisong.desk.refusing import show_refusal
from qisong.org.terms import Right
from qisong.roster.editing import edit_member as edit
from qisong.roster.models import Member
from qisong.words.text import Refusal


def page_for(request: DeskRequest, member: UUID, right: Right = Right.NAMES) -> MemberPage:
    """The page of a member over whom the reader holds ``right``; 404 otherwise."""
    page = MemberPage(find_member(request.scope, member), request.scope)
    if right is not Right.NAMES and page.unit_for(right) is None:
        raise Http404
    return page


@require_safe
def member(request: DeskRequest, member: UUID) -> HttpResponse:
    page = page_for(request, member)
    return render(request, "desk/roster/member.html", {"page": page, "verbs": verbs_for(page)})


@require_http_methods(["GET", "POST"])
def edit_member(request: DeskRequest, member: UUID) -> HttpResponse:
    page = page_for(request, member, Right.ROSTER)
    form = MemberForm(request.POST or None, initial=filled(page.member))
    version = request.POST.get("version", str(page.member.version))
    if request.method == "POST" and form.is_valid():
        try:
            number = int(version) if version.isdecimal() else 0
            edit(by=request.user, member=page.member, version=number, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:member", page.member.pk)
    context = {
        "form": form,
        "version": version,
        "heading": _("What has changed for {name}?").format(name=page.member),
        "crumbs": page.crumbs,
        "back": reverse("desk:member", args=[page.member.pk]),
    }
    return render(request, "desk/roster/form.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def member_verb(request: DeskRequest, member: UUID, verb: str) -> HttpResponse:
    """One verb of a member's life: its form, then the deed."""
    if verb not in VERBS:
        raise Http404
    page = page_for(request, member, VERBS[verb].right)
    form = VERBS[verb](request.POST or None, page=page)
    if request.method == "POST" and form.is_valid() and enacted(request, form) and not form.shown:
        messages.success(request, _("Recorded."))
        return redirect(form.then) if form.then else after(request, page)
    return render(request, "desk/roster/verb.html", {"form": form, "page": page}, status=400 if form.errors else 200)


def enacted(request: DeskRequest, form: VerbForm) -> bool:
    try:
        form.enact(request.user)
    except Refusal as refusal:
        show_refusal(form, refusal)
        return False
    return True


def after(request: DeskRequest, page: MemberPage) -> HttpResponse:
    """Back to the member, or to the roster of somebody who has just left what the reader may see."""
    if Member.objects.within(request.scope).filter(pk=page.member.pk).exists():
        return redirect("desk:member", page.member.pk)
    return redirect("desk:roster", page.unit.pk)
