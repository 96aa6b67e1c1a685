"""The baseline survey: what members need, wish and already have, for many of them in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F, prefetch_related_objects
from django.utils import timezone

from qisong.ledger.answering import open_round
from qisong.ledger.models import Answer, Item, Receipt, Round, Submission
from qisong.ledger.programmes import open_items
from qisong.ledger.shapes import Problem
from qisong.ledger.terms import AnswerKind, Recipient, Standing, Verdict
from qisong.org import journal
from qisong.org.models import Account, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.roster.models import Affiliation, Member
from qisong.roster.replies import Known, Reply, checked_reply, keep_reply, newer_than
from qisong.seals.chain import canonical
from qisong.words.text import Refusal, Text


@dataclass(frozen=True)
class Surveyed:
    """A member as a sheet lists one: what is known, when they last answered, and where each item stands (by key)."""

    member: Member
    known: Reply
    answered: date | None
    items: Mapping[int, Standing]


@dataclass(frozen=True)
class Line:
    """What one member answered; ``has``: keys of items; ``place``: where that stands in what was handed in."""

    member: UUID
    reply: Reply
    has: frozenset[int] = frozenset()
    place: str = ""

    def as_json(self) -> dict[str, Any]:
        has = sorted(self.has)
        return {"member": str(self.member), "reply": self.reply.as_json(), "has": has, "place": self.place}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Line:
        return cls(UUID(kept["member"]), Reply.from_json(kept["reply"]), frozenset(kept["has"]), kept["place"])


@dataclass(frozen=True)
class SurveyAnswer:
    """The one answer to what was handed in: all of it is written, or none and ``problems`` say why."""

    verdict: Verdict
    problems: list[Problem] = field(default_factory=list)


OTHER_CONTENT = Problem(
    "id",
    "conflict",
    Text(
        "这张表已经交过，内容不同。请重新打开页面再填。",
        "This sheet was handed in before with other content. Open the page again.",
    ),
)


def survey_items(on: date) -> list[Item]:
    """What members may be asked whether they have it: owed to members, in a round open that day, and to be held."""
    items = open_items(on)
    prefetch_related_objects(items, "obligations__audience", "obligations__round")
    return [item for item in items if not item.by_presence and is_owed_to_members(item, on)]


def is_owed_to_members(item: Item, on: date) -> bool:
    duties = [one for one in item.obligations.all() if one.audience.recipient != Recipient.UNIT]
    return any(one.round.starts_on <= on and (one.round.ends_on is None or on < one.round.ends_on) for one in duties)


def members_of(units: Collection[int], on: date) -> list[Member]:
    """Who formally belongs to one of ``units`` that day, by name and then by birth."""
    ties = Affiliation.objects.formal(on).filter(unit__in=units).select_related("member__person").order_by()
    return sorted((tie.member for tie in ties), key=lambda one: (one.person.name, one.born, one.pk))


def record_survey(
    *, by: Account | None, scope: Scope, unit: Unit, lines: Sequence[Line], on: date, client_id: str, door: str
) -> SurveyAnswer:
    """Keep what members answered on ``on``, in one transaction. The same id and content get the same answer again."""
    document = {"unit": unit.pk, "on": on.isoformat(), "lines": [line.as_json() for line in lines]}
    sha256 = hashlib.sha256(canonical(document)).hexdigest()
    if again := answer_again(client_id, sha256):
        return again
    checked, problems = check_lines(scope=scope, unit=unit, lines=lines, on=on)
    if problems:
        return SurveyAnswer(Verdict.REJECTED, problems)
    submission = Submission(client_id=client_id, sha256=sha256, door=door, account=by, unit=unit)
    submission.verdict = Verdict.STORED
    try:
        keep_all(by, unit, checked, on, submission)
    except IntegrityError:
        if again := answer_again(client_id, sha256):
            return again
        raise
    return SurveyAnswer(Verdict.STORED)


def answer_again(client_id: str, sha256: str) -> SurveyAnswer | None:
    stored = Submission.objects.filter(client_id=client_id, verdict=Verdict.STORED).first()
    if stored is None:
        return None
    if stored.sha256 == sha256:
        return SurveyAnswer(Verdict.ALREADY_STORED)
    return SurveyAnswer(Verdict.CONFLICT, [OTHER_CONTENT])


def keep_all(by: Account | None, unit: Unit, lines: Sequence[Line], on: date, submission: Submission) -> None:
    ids = [line.member for line in lines]
    with journal.verb("survey.recorded", by=by, unit=unit) as entry:
        list(Member.objects.select_for_update(of=("self",)).filter(pk__in=ids).values_list("pk"))
        submission.save(force_insert=True)
        known = Known.load(ids, on)
        for line in lines:
            keep_reply(known, line.member, line.reply, by)
        Answer.objects.bulk_create(answers_of(by, lines, on))
        Member.objects.filter(pk__in=ids).update(version=F("version") + 1)
        entry.touch("member", ids)


def answers_of(by: Account | None, lines: Sequence[Line], on: date) -> Iterator[Answer]:
    """本人已有, for whatever is not held yet."""
    rounds = rounds_of({item for line in lines for item in line.has}, on)
    held = held_of([line.member for line in lines], rounds)
    for line in lines:
        for item in sorted(line.has):
            if (line.member, item) not in held:
                yield Answer(
                    member_id=line.member,
                    item_id=item,
                    round=rounds[item],
                    kind=AnswerKind.HAS,
                    on=on,
                    recorded_by=by,
                )


def rounds_of(items: Iterable[int], on: date) -> dict[int, Round]:
    """Item → its open round; an item that has none is left out."""
    found: dict[int, Round] = {}
    wanted = Item.objects.filter(pk__in=items).prefetch_related("obligations__round")
    for item in wanted:
        try:
            found[item.pk] = open_round([one.round for one in item.obligations.all()], item, on)
        except Refusal:
            continue
    return found


def held_of(members: Sequence[UUID], rounds: Mapping[int, Round]) -> set[tuple[UUID, int]]:
    """Who received which item in its round, or said that they have it."""
    received = Receipt.objects.live().filter(member__in=members, item__in=rounds).values_list("member", "item", "on")
    held = {(member, item) for member, item, on in received if on >= rounds[item].starts_on}
    said: dict[tuple[UUID, int], str] = {}
    answers = Answer.objects.live().filter(member__in=members, item__in=rounds, round__in=set(rounds.values()))
    for member, item, kind in answers.order_by("on", "id").values_list("member", "item", "kind"):
        said[member, item] = kind
    return held | {key for key, kind in said.items() if kind == AnswerKind.HAS}


def check_lines(*, scope: Scope, unit: Unit, lines: Sequence[Line], on: date) -> tuple[list[Line], list[Problem]]:
    """The lines as they would be kept, and everything that stands against it, each at ``<line's place>.<field>``."""
    problems = list(wrong_day(on))
    ids = [line.member for line in lines]
    here = among(scope, unit, ids)
    known, newer = Known.load(ids, on), newer_than(ids, on)
    rounds = rounds_of({item for line in lines for item in line.has}, on)
    checked: list[Line] = []
    seen: set[UUID] = set()
    for line in lines:
        if line.member not in here or line.member in seen:
            problems.append(Problem(f"{line.place}.member", *(TWICE if line.member in seen else STRANGER)))
            continue
        seen.add(line.member)
        if line.member in newer:
            problems.append(Problem(f"{line.place}.member", *ANSWERED_SINCE))
        reply, wrong = checked_reply(line.reply, known.reply(line.member), on)
        problems += [Problem(f"{line.place}.{one.place}", one.code, one.text) for one in wrong]
        problems += [Problem(f"{line.place}.has", *NOT_ASKED) for item in line.has if item not in rounds]
        checked.append(Line(line.member, reply, line.has, line.place))
    return checked, problems


def wrong_day(on: date) -> Iterator[Problem]:
    if on > timezone.localdate():
        yield Problem("on", "future", Text("日期还没到，请核对。", "That day has not come yet; check the date."))


def among(scope: Scope, unit: Unit, members: Sequence[UUID]) -> set[UUID]:
    """Those who formally belong today beneath ``unit``, where the reader keeps the roster and records."""
    kept = scope.units(Right.ROSTER) & scope.units(Right.RECORD) & {*scope.tree.subtree(unit.pk)}
    ties = Affiliation.objects.formal(scope.on).filter(member__in=members, unit__in=kept)
    return set(ties.values_list("member", flat=True))


STRANGER = (
    "unknown-person",
    Text(
        "这个组织的名册上没有这个人，请核对姓名；刚转走的，请由现在的组织填。",
        "This unit's roster has no such person. Whoever has just moved is asked where they belong now.",
    ),
)
TWICE = ("twice", Text("这个人有两行，请只留一行。", "This person has two rows; keep one."))
ANSWERED_SINCE = (
    "answered-since",
    Text(
        "这一天之后已经有更新的记录。请核对询问的日期；确实更早的，不用再录。",
        "Something newer than this day is known already. Check the day; an older answer need not be typed in.",
    ),
)
NOT_ASKED = (
    "no-open-round",
    Text("这一项现在不用问。", "This item need not be asked about now."),
)
