"""How a case takes a step: held against others, judged by its machine, written with who, when and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.utils import timezone

from qisong.casework.machines import MACHINES
from qisong.casework.models import Action, Case, ContactAttempt, Lead, Step
from qisong.casework.terms import ASKING, ENDED, LONGEST_LINE, TAKEN_UP, Kind, Move, State
from qisong.org import journal
from qisong.org.models import new_id
from qisong.roster.checking import says_too_much
from qisong.words.digits import tidy
from qisong.words.text import Refusal, refuse

if TYPE_CHECKING:
    from qisong.org.journal import Entry
    from qisong.org.models import Account, Person

NUMBER = re.compile(r"\d(?:[\s-]?\d){6,}")


class Word(NamedTuple):
    """What is done, when, by whom (None: a ledger or the roster tells it) and why."""

    move: Move
    on: date
    by: Account | None
    reason: str = ""


@dataclass
class Stepping:
    """A step about to be taken; whoever takes it changes ``case`` and its parts before it is written."""

    case: Case
    before: Step
    entry: Entry


@contextmanager
def stepping(*, by: Account | None, case: Case, move: Move, on: date, reason: str = "") -> Iterator[Stepping]:
    """One verb on one case. Refuses what the case's machine does not know, a day before its last step or to come, a
    missing reason, and the word of somebody who is responsible where another's is needed.
    """
    with journal.verb(f"case.{move}", by=by, unit=None if case.kind == Kind.PERSONAL else case.unit) as entry:
        held = Case.objects.select_for_update(of=("self",)).select_related("unit", "owner").get(pk=case.pk)
        before = Step.objects.select_related("by").get(case=held, until=None)
        transition, state = MACHINES[Kind(held.kind)].take(State(held.state), move)
        check_on(on, before.on)
        reason = checked_reason(reason, needed=transition.reason)
        if held.kind == Kind.TRACING:
            check_no_number(reason, "reason")
        if transition.by_another:
            check_another(by, held)
        held.state = state
        yield Stepping(held, before, entry)
        write(held, before, Word(move, on, by, reason))
        entry.touch("case", [held.pk])
    case.refresh_from_db()


def write(held: Case, before: Step, word: Word) -> None:
    """Close the step before and write the next; of two on one day the later says how the case stood."""
    held.ended_on = word.on if held.state in ENDED else None
    if held.ended:
        forget_leads(held)
    held.save()
    Step.objects.filter(pk=before.pk).update(until=word.on)
    step_of(held, before.number + 1, word).save(force_insert=True)


def step_of(case: Case, number: int, word: Word) -> Step:
    return Step(
        case=case,
        number=number,
        move=word.move,
        on=word.on,
        kind=case.kind,
        unit_id=case.unit_id,
        state=case.state,
        due_on=case.due_on,
        owner_id=case.owner_id,
        by=word.by,
        reason=word.reason,
    )


def check_once(model: type[Lead | ContactAttempt | Action], key: UUID | None) -> UUID:
    """The id under which a form has its entry written; one that is sent again is not written again."""
    if key is not None and model._base_manager.filter(pk=key).exists():  # noqa: SLF001 - as Django's own checks
        raise refuse("recorded-already", "已经登记过了，没有重复登记。", "Recorded already; nothing is written twice.")
    return key or new_id()


def forget_leads(case: Case) -> None:
    """Who was asked is nobody's business once the case has ended; that there was a lead, and of what kind, stays."""
    Lead.objects.filter(case=case).update(sealed="")


def check_on(on: date, earliest: date) -> None:
    if on > timezone.localdate():
        raise refuse("day-to-come", "日期还没有到，请填今天或以前的日子。", "That day is still to come.", place="on")
    if on < earliest:
        raise refuse(
            "too-early",
            "日期太早：这件事上一步是在{earliest}，请填这一天或以后。",
            "Too early: the last step was taken on {earliest}; give that day or a later one.",
            place="on",
            earliest=earliest,
        )


def checked_reason(reason: str, *, needed: bool, place: str = "reason") -> str:
    told = tidy(reason)
    if needed and not told:
        raise refuse("reason-missing", "请写明理由。", "Say why.", place=place)
    return checked_line(told, place)


def checked_line(text: str, place: str, longest: int = LONGEST_LINE) -> str:
    """One line that tells of no illness and no faith."""
    line = tidy(text)
    if len(line) > longest:
        raise too_long(longest, place)
    check_discreet(line, place)
    return line


def checked_lines(text: str, place: str, longest: int) -> str:
    """Lines stay lines."""
    lines = "\n".join(tidy(line) for line in text.splitlines()).strip()
    if len(lines) > longest:
        raise too_long(longest, place)
    check_discreet(lines, place)
    return lines


def check_discreet(text: str, place: str) -> None:
    if says_too_much(text):
        raise refuse(
            "health-or-faith",
            "这里不记病情和信仰，请只写实际的事情。",
            "Neither illness nor faith is kept here; write only what is to be done or was done.",
            place=place,
        )


def check_no_number(text: str, place: str) -> None:
    if NUMBER.search(text):
        raise refuse(
            "number-in-note",
            "说明里不写电话号码。亲友的电话写进线索，结案时自动清除；本人的电话写进名册。",
            "No telephone number belongs into a note. Keep a relative's with the lead, which is erased at the end, and "
            "the member's own on the roster.",
            place=place,
        )


def too_long(longest: int, place: str) -> Refusal:
    return refuse("too-long", "太长了，最多 {n} 个字。", "Too long; at most {n} characters.", place=place, n=longest)


def check_another(by: Account | None, case: Case) -> None:
    """Verified by somebody who is neither responsible nor asked for it; where a verifier is named, by them alone."""
    if by is None:
        return
    if is_party(by.person, case):
        raise refuse(
            "own-case",
            "不能自己给自己销号：责任人、联系帮助的人和申请销号的人都不能核实。请换一个人来核实。",
            "Nobody verifies their own case: neither whoever is responsible or helps, nor whoever asked for its end. "
            "Let somebody else look.",
        )
    if case.verifier_id is not None and by.person_id != case.verifier_id:
        raise refuse(
            "not-the-verifier",
            "这件事指定了核实人，只能由指定的人核实。",
            "A verifier is named for this case; only they may verify it.",
        )


def is_party(person: Person, case: Case) -> bool:
    """Somebody whose name stands where the county knows nobody is taken for whoever bears it."""
    return person.pk in responsible(case) or (case.owner_id is None and case.in_charge == person.name)


def responsible(case: Case) -> set[object]:
    """Whose word does not count for the end of ``case``: its owner, its helper, and since it was last taken up whoever
    asked for the end or was responsible then. Handing the case on makes nobody a stranger to it.
    """
    steps = Step.objects.filter(case=case)
    again = steps.filter(move__in=TAKEN_UP).order_by("-number").values_list("number", flat=True)
    asked = steps.filter(number__gt=again.first() or 0, move__in=ASKING)
    parties = {one for pair in asked.values_list("by__person", "owner") for one in pair}
    helper = case.lifting.helper_id if case.kind == Kind.LIFTING else None
    return {one for one in (*parties, case.owner_id, helper) if one is not None}
