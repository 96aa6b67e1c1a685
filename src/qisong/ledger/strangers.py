"""Names on a sheet that it did not list: the level above says who that was, and the act is set right."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from qisong.ledger.correcting import correct
from qisong.ledger.models import Activity, Stranger
from qisong.ledger.recording import Acknowledgement
from qisong.ledger.telling import document_of
from qisong.ledger.terms import SheetKind, StrangerFate, Verdict
from qisong.ledger.typing_back import name_of
from qisong.org import journal
from qisong.org.models import Account
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.org.todos import Todo
from qisong.roster.models import Member
from qisong.words.text import Text, refuse

REASON = "纸上有名单以外的人，已认出并补记 / Somebody not listed on the paper was recognised"


def waiting_for(scope: Scope) -> QuerySet[Stranger]:
    """Those whom the holder of ``scope`` is to recognise: of units beneath one in which they record acts."""
    found = Stranger.objects.within(scope).waiting()
    records = scope.units(Right.RECORD)
    sheets = found.filter(scope.among(records, "sheet__unit")).values_list("sheet__unit", flat=True)
    judged = [unit for unit in set(sheets) if scope.tree.parents.get(unit, unit) in records]
    waiting = found.filter(sheet__unit__in=judged).select_related("sheet__unit", "activity__unit")
    return waiting.prefetch_related("sheet__items").order_by("sheet", "pk")


def namesakes(strangers: Iterable[Stranger], scope: Scope) -> dict[UUID, list[Member]]:
    """Stranger → the members within reach who bear the written name."""
    names = {one.pk: name_of(one) for one in strangers}
    named = Member.objects.within(scope).filter(person__name__in=names.values()).select_related("person")
    members = list(named.order_by("born", "pk"))
    return {pk: [one for one in members if one.person.name == name] for pk, name in names.items()}


@transaction.atomic
def settle_stranger(
    *,
    by: Account | None,
    scope: Scope,
    stranger: Stranger,
    fate: StrangerFate,
    member: Member | None = None,
    got: Collection[str] = (),
) -> Acknowledgement | None:
    """Say who it was. A member is added to those present, and to those who got the items ``got`` (codes); a guest to
    the guests, by a correction of the act; of nobody only the name is erased. Answers what became of the correction, if
    there was one.

    Refuses one who was settled before, an act that was reversed meanwhile, and somebody on a hand-out register who
    got nothing.
    """
    stranger = Stranger.objects.select_for_update().select_related("sheet__unit").get(pk=stranger.pk)
    if stranger.fate:
        raise refuse("settled-already", "这个人已经认过了。", "It is known already who that was.")
    answer = None
    if fate is not StrangerFate.NOBODY:
        answer = add_to_act(by=by, scope=scope, stranger=stranger, member=member, got=got)
        if answer.verdict not in {Verdict.STORED, Verdict.ALREADY_STORED}:
            return answer
    with journal.verb("stranger.settled", by=by, unit=stranger.sheet.unit) as entry:
        stranger.fate, stranger.name = fate, ""
        stranger.save(update_fields=["fate", "name"])
        entry.touch("sheet", [stranger.sheet_id])
    return answer


def add_to_act(
    *, by: Account | None, scope: Scope, stranger: Stranger, member: Member | None, got: Collection[str]
) -> Acknowledgement:
    act = standing_act(stranger.activity)
    document = document_of(act) | {"id": f"stranger-{stranger.pk}"}
    if member:
        add_member(document, stranger.sheet.kind, str(member.pk), got)
    else:
        document["guests"] = one_more(document.get("guests", []))
    return correct(by=by, scope=scope, activity=act, document=document, reason=REASON, door="paper")


def add_member(document: dict[str, Any], kind: str, member: str, got: Collection[str]) -> None:
    """Whoever stands on a hand-out register was not at a meeting."""
    if kind != SheetKind.HAND_OUT:
        document["present"] = [*document.get("present", []), member]
    elif not got:
        raise refuse(
            "got-nothing",
            "请勾选这个人在纸上领了什么。",
            "Tick what the paper says this person received.",
            place="got",
        )
    received: list[dict[str, Any]] = document.setdefault("received", [])
    for item in got:
        give_one(received, item, member)


def give_one(received: list[dict[str, Any]], item: str, member: str) -> None:
    """One copy, however many the others got: a tick says no more. Title, giver and way are those of the item's line."""
    lines = [one for one in received if one["item"] == item and isinstance(one["to"], list)]
    single = next((one for one in lines if one["copies"] == 1), None)
    if single:
        single["to"] = [*single["to"], member]
    else:
        received.append({**(lines[0] if lines else {"item": item}), "to": [member], "copies": 1})


def one_more(guests: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The guests and one more, counted with those of whom no origin is told."""
    counts = {one.get("whence", ""): one["count"] for one in guests}
    counts[""] = counts.get("", 0) + 1
    return [{"whence": whence, "count": count} for whence, count in counts.items()]


def standing_act(act: Activity) -> Activity:
    """The act, or what took its place since."""
    while (later := act.corrected_by.first()) is not None:
        act = later
    if hasattr(act, "reversal"):
        raise refuse(
            "act-reversed",
            "这次活动已作废，不能再补人。请选“不是谁”。",
            "That act was reversed, so nobody can be added to it. Choose “nobody”.",
        )
    return act


def todos(scope: Scope) -> Iterable[Todo]:
    if scope.units(Right.RECORD) and (waiting := waiting_for(scope).count()):
        text = Text("纸上有 {n} 个名单以外的人，请认一认", "{n} people on paper who were not listed: say who they are")
        yield Todo(text.format(n=waiting), "desk:strangers")
