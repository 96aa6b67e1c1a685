"""Paper out and back: numbered sheets are printed, typed back, and whoever was not listed is recognised."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qisong.desk.crumbs import way_to
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import find_unit, need_right
from qisong.desk.forms import posted_day
from qisong.desk.pages.paper import Paper, paper_plan, print_plan
from qisong.desk.pages.saying import sentences
from qisong.desk.pages.strangers import unknown_people
from qisong.desk.pages.typing_back import TypedSheet, printed_lately
from qisong.desk.refusing import said, show_refusal
from qisong.ledger.models import PaperSheet, Stranger
from qisong.ledger.papers import find_sheet
from qisong.ledger.strangers import namesakes, settle_stranger, waiting_for
from qisong.ledger.terms import SheetKind, StrangerFate, Verdict
from qisong.ledger.typing_back import next_go, type_back
from qisong.org.terms import Right
from qisong.roster.models import Member
from qisong.words.text import Refusal, refuse

FIGURES_OF_A_GO = 4


@require_http_methods(["GET", "POST"])
def print_paper(request: DeskRequest, unit: int) -> HttpResponse:
    """Which sheet, for whom; names ticked on another page come by POST, so that no address holds any."""
    found = find_unit(request.scope, unit, Right.RECORD)
    sent = request.POST if "print" in request.POST else None
    ticked = request.POST.getlist("for")
    plan = paper_plan(found, request.scope, sent, ticked=ticked, kind=request.GET.get("kind", ""))
    if sent is not None and plan.form.is_valid():
        try:
            return redirect("desk:papers", print_plan(plan))
        except Refusal as refusal:
            show_refusal(plan.form, refusal)
    context = {"plan": plan, "crumbs": way_to(request.scope, unit, _("Print a sheet"))}
    return render(request, "desk/paper/new.html", context, status=200 if sent is None else 400)


@require_safe
def papers(request: DeskRequest, batch: UUID) -> HttpResponse:
    """What was numbered together, to be printed now or again."""
    sheets = PaperSheet.objects.within(request.scope).filter(batch=batch).select_related("unit").order_by("pk")
    printed = [Paper(sheet, request.scope, address_of(request, sheet)) for sheet in sheets]
    if not printed:
        raise Http404
    return render(request, "desk/paper/print.html", {"papers": printed})


def address_of(request: DeskRequest, sheet: PaperSheet) -> str:
    return request.build_absolute_uri(reverse("desk:type-back", args=[sheet.number]))


@require_http_methods(["GET", "POST"])
def find_paper(request: DeskRequest) -> HttpResponse:
    """Which sheet came back? By the number at its top right, or from the list of those printed lately."""
    need_right(request.scope, Right.RECORD)
    number, wrong = request.POST.get("number", ""), ""
    if request.method == "POST":
        try:
            return redirect("desk:type-back", find_sheet(request.scope, number).number)
        except Refusal as refusal:
            wrong = said(refusal.text)
    context = {"printed": printed_lately(request.scope), "number": number, "wrong": wrong}
    return render(request, "desk/paper/find.html", context, status=400 if wrong else 200)


@require_http_methods(["GET", "POST"])
def type_back_paper(request: DeskRequest, number: str) -> HttpResponse:
    """What stands on the paper, typed by row numbers or ticked; looked at, then recorded."""
    paper = sheet_within(request, number)
    if paper.kind == SheetKind.SURVEY:
        return redirect(f"{reverse('desk:survey', args=[paper.unit_id])}?sheet={paper.number}")
    sheet = sent_sheet(request, paper)
    if "save" not in request.POST or not sheet.is_valid():
        return show(request, sheet)
    answer = type_back(
        by=request.user,
        scope=request.scope,
        sheet=paper,
        go=sheet.go,
        document=sheet.document(),
        strangers=sheet.strangers,
    )
    if answer.verdict not in {Verdict.STORED, Verdict.ALREADY_STORED}:
        sheet.problems = [said(problem.text) for problem in answer.problems]
        return show(request, sheet)
    messages.success(request, "".join(sentences(sheet, done=True)))
    if sheet.strangers:
        messages.info(
            request, _("{n} names that were not listed wait for the level above.").format(n=len(sheet.strangers))
        )
    return redirect("desk:act", answer.act)


def sheet_within(request: DeskRequest, number: str) -> PaperSheet:
    try:
        paper = find_sheet(request.scope, number)
    except Refusal as refusal:
        raise Http404 from refusal
    if not request.scope.allows(Right.RECORD, paper.unit_id):
        raise Http404
    return paper


def sent_sheet(request: DeskRequest, paper: PaperSheet) -> TypedSheet:
    sent = request.POST.copy() if request.method == "POST" else None
    typed = request.POST.get("go", "")
    go = int(typed) if typed.isdecimal() and len(typed) <= FIGURES_OF_A_GO else next_go(paper)
    day = posted_day(sent.get("on") if sent else None, paper.on or timezone.localdate())
    return TypedSheet(paper.unit, request.scope, day, sent=sent, paper=paper, go=go)


def show(request: DeskRequest, sheet: TypedSheet) -> HttpResponse:
    context = {
        "sheet": sheet,
        "sentences": sentences(sheet, done=False) if sheet.sent is not None else [],
        "returned": list(sheet.paper.returns.select_related("activity")),
        "crumbs": way_to(request.scope, sheet.unit.pk, _("Type a sheet back")),
    }
    return render(request, "desk/paper/type_back.html", context, status=400 if "save" in request.POST else 200)


@require_safe
def strangers(request: DeskRequest) -> HttpResponse:
    need_right(request.scope, Right.RECORD)
    return render(request, "desk/paper/strangers.html", {"unknown": unknown_people(request.scope)})


@require_POST
def settle(request: DeskRequest, stranger: UUID) -> HttpResponse:
    """``who``: a member's id, ``guest`` or ``nobody``."""
    found = waiting_for(request.scope).filter(pk=stranger).first()
    if found is None:
        raise Http404
    fate, member = chosen(request, found)
    got = [item.code for item in found.sheet.items.all() if item.code in request.POST.getlist("got")]
    answer = settle_stranger(by=request.user, scope=request.scope, stranger=found, fate=fate, member=member, got=got)
    if answer and answer.verdict not in {Verdict.STORED, Verdict.ALREADY_STORED}:
        for problem in answer.problems:
            messages.error(request, said(problem.text))
    else:
        messages.success(request, _("Noted."))
    return redirect("desk:strangers")


def chosen(request: DeskRequest, stranger: Stranger) -> tuple[StrangerFate, Member | None]:
    who = request.POST.get("who", "")
    if who in {StrangerFate.GUEST, StrangerFate.NOBODY}:
        return StrangerFate(who), None
    member = next((one for one in namesakes([stranger], request.scope)[stranger.pk] if str(one.pk) == who), None)
    if member is None:
        raise refuse("choose-who", "请选这个人是谁。", "Choose who that was.", place="who")
    return StrangerFate.MEMBER, member
