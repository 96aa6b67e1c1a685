"""Suggestions: open to anybody, unnamed if they like, sealed, answered, and forgotten when their time is over."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from qisong.org import journal
from qisong.org.models import Suggestion, Unit, UnitState
from qisong.seals.blind import blind_index
from qisong.seals.keys import Keyring
from qisong.seals.sealing import seal, unseal
from qisong.words.digits import compact, tidy
from qisong.words.text import Refusal, refuse

if TYPE_CHECKING:
    from qisong.org.models import Account

# Without characters that are mistaken for one another when copied by hand.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
LONGEST, LONGEST_LINE = 2000, 100
MOST_SHOWN = 50
SEALED = ("text", "name", "reach", "about", "answer")


@dataclass(frozen=True)
class Opened:
    """What is sealed in a suggestion, in clear."""

    text: str
    name: str
    reach: str
    about: str
    answer: str


@dataclass(frozen=True)
class Shown:
    """A question in the office's own words, and the answer, for everybody."""

    question: str
    answer: str
    on: date


def suggest(*, text: str, name: str = "", reach: str = "", about: str = "") -> str:
    """Keep what somebody says, and answer with the code by which they can read the reply: it is kept nowhere.

    ``about`` is the name of an organisation as people write it; whoever answers for that unit then reads it, too. The
    journal says that a suggestion came and not which, for its hour might betray who was there.
    """
    told, today = checked_text(text, "text"), timezone.localdate()
    lines = {"name": name, "reach": reach, "about": about}
    kept = {"text": told} | {field: checked_line(value, field) for field, value in lines.items()}
    with journal.verb("suggestion.made", by=None):
        refuse_flood(today)
        code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        made = Suggestion(unit=unit_called(kept["about"], today), on=today, code=index_of(code))
        for field, value in kept.items():
            setattr(made, field, sealed(made, field, value))
        made.save(force_insert=True)
    return f"{code[:5]}-{code[5:]}"


def answer_suggestion(*, by: Account | None, suggestion: Suggestion, text: str, passed_to: str = "") -> None:
    """Reply, or say to whom it was passed on, or both; said again, it takes the place of what was said before."""
    passed = checked_line(passed_to, "passed_to")
    told = checked_text(text, "answer") if tidy(text) or not passed else ""
    with journal.verb("suggestion.answered", by=by, unit=suggestion.unit) as entry:
        held = held_back(suggestion)
        held.answer = sealed(held, "answer", told)
        held.passed_to, held.answered_on, held.answered_by = passed, timezone.localdate(), by
        held.save(update_fields=["answer", "passed_to", "answered_on", "answered_by"])
        entry.touch("suggestion", [held.pk])


def show_suggestion(*, by: Account | None, suggestion: Suggestion, question: str, answer: str) -> None:
    """Put question and answer on the public page, both in words that name nobody."""
    asked, told = checked_text(question, "question"), checked_text(answer, "answer")
    with journal.verb("suggestion.shown", by=by, unit=suggestion.unit) as entry:
        held = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
        if held.answered_on is None:
            raise refuse("not-answered", "请先答复，再公开。", "Answer it before it is shown.")
        held.shown_question, held.shown_answer, held.shown_on = asked, told, timezone.localdate()
        held.save(update_fields=["shown_question", "shown_answer", "shown_on"])
        entry.touch("suggestion", [held.pk])


def hide_suggestion(*, by: Account | None, suggestion: Suggestion) -> None:
    """Take it off the public page."""
    with journal.verb("suggestion.hidden", by=by, unit=suggestion.unit) as entry:
        nothing = {"shown_question": "", "shown_answer": "", "shown_on": None}
        Suggestion.objects.filter(pk=suggestion.pk).update(**nothing)
        entry.touch("suggestion", [suggestion.pk])


def forget_answered(today: date) -> int:
    """Empty what was answered long enough ago; that there was one, and what was shown to everybody, stays."""
    over = today - timedelta(days=settings.SUGGESTION_DAYS)
    old = Suggestion.objects.filter(erased=False, answered_on__lte=over)
    if not old.exists():
        return 0
    with journal.verb("suggestions.erased", by=None) as entry:
        entry.touch("suggestion", old.values_list("pk", flat=True))
        return old.update(**dict.fromkeys(SEALED, ""), passed_to="", erased=True)


def found_by(code: str) -> Suggestion:
    """The suggestion whose sender was given ``code``, typed in any way people copy it."""
    letters = re.sub(r"[\W_]", "", compact(code)).upper()
    found = Suggestion.objects.filter(code=index_of(letters)).first()
    if found is None:
        raise refuse(
            "unknown-code",
            "没有这个查询码。请对照记下的查询码，看看有没有抄错。",
            "There is no such code. Compare it with what you wrote down.",
            place="code",
        )
    return found


def shown_to_all() -> Sequence[Shown]:
    rows = Suggestion.objects.filter(shown_on__isnull=False).order_by("-shown_on", "pk")[:MOST_SHOWN]
    return [Shown(one.shown_question, one.shown_answer, one.shown_on) for one in rows if one.shown_on]


def opened(suggestion: Suggestion) -> Opened:
    return Opened(*(unsealed(suggestion, field) for field in SEALED))


def sealed(suggestion: Suggestion, field: str, value: str) -> str:
    return seal(keyring(), value, place=place_of(suggestion, field)) if value else ""


def unsealed(suggestion: Suggestion, field: str) -> str:
    kept = getattr(suggestion, field)
    return unseal(keyring(), kept, place=place_of(suggestion, field)) if kept else ""


def place_of(suggestion: Suggestion, field: str) -> str:
    return f"org_suggestion|{field}|{suggestion.pk}"


def index_of(code: str) -> str:
    return blind_index(keyring(), code, purpose="org_suggestion|code")


def keyring() -> Keyring:
    return Keyring.of(settings.DATA_DIR)


def unit_called(name: str, today: date) -> Unit | None:
    """The one unit that bears this name today; a name that is not one unit's stays a word of the sender's."""
    units = list(Unit.objects.filter(pk__in=UnitState.objects.on(today).filter(name=name).values("unit"))[:2])
    return units[0] if len(units) == 1 else None


def held_back(suggestion: Suggestion) -> Suggestion:
    """The suggestion, held against others meanwhile; refuses one whose time is over."""
    held = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if held.erased:
        raise refuse(
            "erased", "保存期已过，内容已经清除。", "Its time is over and its content is erased.", place="answer"
        )
    return held


def refuse_flood(today: date) -> None:
    """A machine that writes without end must not fill the house; counted for all together, so nobody is followed."""
    if Suggestion.objects.filter(on=today).count() >= settings.SUGGESTIONS_A_DAY:
        raise refuse(
            "box-full",
            "今天的意见箱已经满了，请明天再写，或直接找组织反映。",
            "The box is full for today. Write tomorrow, or speak to your organisation.",
        )


def checked_text(value: str, place: str) -> str:
    """Lines stay lines."""
    text = "\n".join(tidy(line) for line in value.splitlines()).strip()
    if not text:
        raise refuse("text-missing", "请写下内容。", "Write something.", place=place)
    if len(text) > LONGEST:
        raise too_long(LONGEST, place)
    return text


def checked_line(value: str, place: str) -> str:
    line = tidy(value)
    if len(line) > LONGEST_LINE:
        raise too_long(LONGEST_LINE, place)
    return line


def too_long(limit: int, place: str) -> Refusal:
    return refuse("too-long", "太长了，最多 {n} 个字。", "Too long; at most {n} characters.", place=place, n=limit)
