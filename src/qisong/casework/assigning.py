"""Who is responsible for a case, by when, and whose word ends it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from qisong.casework.models import Case
from qisong.casework.opening import check_due
from qisong.casework.rectifying import check_parties, verifies_own
from qisong.casework.stepping import is_party, stepping
from qisong.casework.terms import Kind, Move
from qisong.words.text import Refusal, Text, refuse

if TYPE_CHECKING:
    from qisong.org.models import Account, Person

LONGEST_LABEL = 40  # characters of a problem that stand in a list


def assign(*, by: Account | None, case: Case, owner: Person, due_on: date, on: date) -> Case:
    """``owner`` is responsible and is to be done by ``due_on``."""
    with stepping(by=by, case=case, move=Move.ASSIGN, on=on) as step:
        check_due(due_on, on)
        if step.case.kind == Kind.PERSONAL and owner.pk != step.case.owner_id:
            raise refuse(
                "own-matter",
                "个人查摆的问题只能由本人整改。",
                "Only its author puts such a problem right.",
                place="owner",
            )
        helper = step.case.lifting.helper if step.case.kind == Kind.LIFTING else None
        check_parties(owner, step.case.verifier, helper)
        step.case.owner, step.case.in_charge, step.case.due_on = owner, "", due_on
    return case


def entrust(*, by: Account | None, case: Case, verifier: Person | None, on: date) -> Case:
    """``verifier`` alone verifies from now on, and the timeline keeps the name; None: whoever handles the unit's cases
    and is no party.
    """
    with stepping(by=by, case=case, move=Move.ENTRUST, on=on, reason=verifier.name if verifier else "") as step:
        if verifier is None and step.case.kind == Kind.PERSONAL:
            raise refuse("verifier-missing", "请指定核实人。", "Name somebody to verify it.", place="verifier")
        if verifier is not None and is_party(verifier, step.case):
            raise verifies_own()
        step.case.verifier = verifier
    return case


@transaction.atomic
def assign_many(*, by: Account | None, cases: Collection[Case], owner: Person, due_on: date, on: date) -> int:
    """All of them or none; how many. A refusal says of which."""
    for case in cases:
        try:
            assign(by=by, case=case, owner=owner, due_on=due_on, on=on)
        except Refusal as refusal:
            of = Text("“{name}”：{zh}", "{name}: {en}")
            said = of.format(name=name_of(case), zh=refusal.text.zh, en=refusal.text.en)
            raise Refusal(refusal.code, said, refusal.place) from refusal
    return len(cases)


def name_of(case: Case) -> str:
    """What a case is known by in a list: who is looked for, which problem, which branch."""
    if case.member is not None:
        return case.member.person.name
    return case.unit.name if case.kind == Kind.LIFTING else shortened(case.subject)


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LABEL else line[: LONGEST_LABEL - 1] + "…"


def extend(*, by: Account | None, case: Case, due_on: date, on: date, reason: str) -> Case:
    """Another deadline, for a reason that stays with the case."""
    with stepping(by=by, case=case, move=Move.EXTEND, on=on, reason=reason) as step:
        check_due(due_on, on)
        if step.case.due_on == due_on:
            raise refuse("same-deadline", "期限没有变。", "This is the deadline already.", place="due_on")
        step.case.due_on = due_on
    return case
