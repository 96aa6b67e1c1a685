"""The figures a second time: every row in memory, sorted by hand. Runs with ``coverage.checking.check``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.utils import timezone

from qisong.casework.models import Case, Step
from qisong.casework.terms import Kind, State
from qisong.coverage.checking import Discrepancy, also_check
from qisong.ledger.models import Activity, Custody, Item, Programme, Receipt, Reversal
from qisong.ledger.terms import LESSON, MEETING, OATH, STUDY, Direction, Source
from qisong.org.chronicle import read_history
from qisong.org.models import ContactPoint, Pairing, Post
from qisong.reporting.figures import figures
from qisong.words.text import Text


@also_check
def check_figures() -> Iterator[Discrepancy]:
    """Every figure of every programme against a recount."""
    today = timezone.localdate()
    for programme in Programme.objects.all():
        plain = Recount(programme, today).figures()
        for key, value in figures(programme, today).items():
            if plain[key] != value:
                text = Text(
                    "{key}：重新数出来是 {plain}，不是 {value}。", "{key}: a recount gives {plain}, not {value}."
                )
                yield Discrepancy("figure", text.format(key=key, plain=plain[key], value=value), (programme.code, key))


class Recount:
    """All rows of a programme up to a day that nothing has reversed."""

    def __init__(self, programme: Programme, day: date) -> None:
        self.day = day
        self.history = read_history()
        codes, programmes = items_beneath(programme)
        gone = {kind: set(Reversal.objects.values_list(kind, flat=True)) for kind in ("activity", "receipt", "custody")}
        acts = Activity.objects.filter(on__lte=day).prefetch_related("parts", "served", "programmes", "participants")
        live = {act.pk: act for act in acts if act.pk not in gone["activity"]}
        self.acts = [act for act in live.values() if programmes & {one.pk for one in act.programmes.all()}]
        self.presences: dict[UUID, list[Receipt]] = defaultdict(list)
        self.receipts: dict[str, list[Receipt]] = defaultdict(list)
        self.custody: dict[str, list[Custody]] = defaultdict(list)
        for row in Receipt.objects.all():
            if row.pk not in gone["receipt"] and row.activity_id in live:
                if row.item_id is None:
                    self.presences[row.activity_id].append(row)
                elif row.item_id in codes:
                    self.receipts[codes[row.item_id]].append(row)
        for taken in Custody.objects.filter(direction=Direction.TAKEN):
            if taken.pk not in gone["custody"] and taken.activity_id in live and taken.item_id in codes:
                self.custody[codes[taken.item_id]].append(taken)

    def figures(self) -> dict[str, int]:
        sessions = self.held(MEETING, STUDY)
        leaders, members = self.oaths()
        found = {code: self.from_committees(code) for code in ("rules", "constitutions", "badges", "speeches")}
        return (
            found
            | {
                "flags": sum(row.copies for row in self.receipts["flags"] if row.unit_id),
                "lessons": len(self.held(LESSON)),
                "books_by_standing_committee": self.books(),
                "handbooks": sum(row.copies for row in self.receipts["skills"] if row.member_id),
                "committees": self.units("committee"),
                "organisations": self.units("organisation"),
                "study_sessions": len(sessions),
                "attendances": sum(len(self.presences[act.pk]) for act in sessions),
                "oath_leaders": len(leaders),
                "oath_members": len(members),
                "paired_units": len({pair.partner_id for pair in self.pairs()}),
                "paired_villages": self.paired("village"),
                "paired_communities": self.paired("community"),
            }
            | self.cases()
        )

    def cases(self) -> dict[str, int]:
        """From the last step of each case up to the day."""
        last: dict[UUID, Step] = {}
        for step in Step.objects.filter(on__lte=self.day).order_by("case", "number"):
            last[step.case_id] = step
        there = Case.objects.select_related("tracing", "finding").in_bulk(
            case for case, step in last.items() if step.state != State.WITHDRAWN
        )
        searches = [case for case in there.values() if case.kind == Kind.TRACING]
        problems = [case for case in there.values() if case.kind == Kind.FINDING]
        closed = {case for case, step in last.items() if step.state == State.CLOSED}
        return {
            "out_of_contact": len({case.member_id for case in searches}),
            "recontacted": len({one.member_id for one in searches if one.pk in closed and one.tracing.spoken_on}),
            "aspects": len({one.finding.aspect for one in problems} - {""}),
            "findings": len(problems),
            "findings_closed": len([one for one in problems if one.pk in closed]),
        }

    def held(self, kind: str, meeting: str = "") -> list[Activity]:
        return [
            act
            for act in self.acts
            if any(part.kind == kind and meeting in {"", part.meeting} for part in act.parts.all())
        ]

    def from_committees(self, item: str) -> int:
        return sum(
            row.copies
            for row in self.custody[item]
            if self.was(row.giver_unit_id, "committee", row.on) and self.was(row.unit_id, "organisation", row.on)
        )

    def was(self, unit: int | None, trait: str, day: date) -> bool:
        course = self.history.states.get(unit or 0)
        spans = course.spans() if course else ()
        return any(start <= day and (stop is None or day < stop) and trait in s.traits for start, stop, s in spans)

    def books(self) -> int:
        posts = [post for post in Post.objects.all() if post.role == "standing-committee"]
        given: list[Receipt | Custody] = [row for row in self.receipts["books"] if row.source != Source.CUSTODY]
        return sum(
            row.copies
            for row in [*given, *self.custody["books"]]
            if any(post.person_id == row.giver_person_id and post.holds_on(row.on) for post in posts)
        )

    def oaths(self) -> tuple[set[UUID], set[UUID]]:
        points = list(ContactPoint.objects.all())
        leaders, present = set(), set()
        for act in self.held(OATH):
            places = {served.unit_id for served in act.served.all()}
            hosts = {point.leader_id for point in points if point.unit_id in places and point.holds_on(act.on)}
            came = {row.member_id for row in self.presences[act.pk] if row.member_id}
            named = {one.person_id for one in act.participants.all() if one.person_id}
            if hosts:
                leaders |= hosts & (came | named)
                present |= came
        return leaders, present - leaders

    def units(self, trait: str) -> int:
        return sum(self.was(unit, trait, self.day) for unit in self.history.states)

    def pairs(self) -> list[Pairing]:
        return [pair for pair in Pairing.objects.all() if pair.holds_on(self.day)]

    def paired(self, trait: str) -> int:
        return len({pair.unit_id for pair in self.pairs() if self.was(pair.unit_id, trait, self.day)})


def items_beneath(programme: Programme) -> tuple[dict[int, str], set[int]]:
    """Item → code, and the programmes: this one and all beneath it."""
    programmes, waiting = set(), [programme]
    while waiting:
        one = waiting.pop()
        programmes.add(one.pk)
        waiting += one.children.all()
    return dict(Item.objects.filter(programme__in=programmes).values_list("pk", "code")), programmes
