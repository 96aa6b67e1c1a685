"""S5, S6, S8, S9, S14: study sessions, oaths, training and trips, paired lessons, visits to contact points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from qisong.ledger.models import ActivityUnit, Guests, Participant
from qisong.ledger.terms import LESSON, MEETING, OATH, STUDY, TRAINING, TRIP, VISIT, Task
from qisong.org import words
from qisong.org.models import ContactPoint
from qisong.org.terms import TermCategory
from qisong.org.words import worded
from qisong.reporting.deliveries import find_acts
from qisong.reporting.indicators import PEOPLE, PERSON_TIMES, TIMES, UNITS, Found, Indicator, Measure, registers
from qisong.reporting.spans import Span
from qisong.reporting.terms import Dimension, RowKind
from qisong.words.text import Text

COURSES = Measure("期", "courses", "course")


def find_presences(span: Span, kind: str, meeting: str = "") -> Iterator[Found]:
    """Members present at acts of a kind."""
    for pk, member in span.presences(span.acts(kind, meeting)).values_list("pk", "member_id"):
        yield Found(RowKind.RECEIPT, pk, who=member)


def find_guests(span: Span, kind: str, meeting: str = "") -> Iterator[Found]:
    """Those present who are not members, as often as they came."""
    rows = Guests.objects.filter(activity__in=span.acts(kind, meeting))
    for pk, act, count in rows.values_list("pk", "activity_id", "count"):
        yield Found(RowKind.ACT, act, count, who=pk)


def find_served(span: Span, kind: str) -> Iterator[Found]:
    """Units for which acts of a kind were held."""
    rows = ActivityUnit.objects.filter(activity__in=span.acts(kind))
    for act, unit in rows.values_list("activity_id", "unit_id"):
        if span.holds(unit):
            yield Found(RowKind.ACT, act, who=unit)


# ---- at contact points ---------------------------------------------------------------------------------------------


def read_hosts(span: Span, kind: str) -> dict[UUID, set[UUID]]:
    """Act of ``kind`` at a contact point → the leaders who look after a place that it served, on its day."""
    rows = ActivityUnit.objects.filter(holding("unit__contact_points__"), activity__in=span.acts(kind))
    hosts: dict[UUID, set[UUID]] = defaultdict(set)
    for act, leader in rows.values_list("activity_id", "unit__contact_points__leader_id"):
        hosts[act].add(leader)
    return hosts


def holding(tie: str) -> Q:
    """The dated ``tie`` of a served unit held on the day of the act."""
    open_then = Q(**{f"{tie}valid_to__isnull": True}) | Q(**{f"{tie}valid_to__gt": F("activity__on")})
    return open_then & Q(**{f"{tie}valid_from__lte": F("activity__on")})


def find_hosts(span: Span, kind: str) -> Iterator[tuple[UUID, Found]]:
    """Act and leader, for every leader who came to an act of ``kind`` at a contact point of their own: present, or
    named as leading it."""
    hosts, acts = read_hosts(span, kind), span.acts(kind)
    for pk, act, member in span.presences(acts).values_list("pk", "activity_id", "member_id"):
        if member in hosts.get(act, ()):
            yield act, Found(RowKind.RECEIPT, pk, who=member)
    named = Participant.objects.filter(activity__in=acts, person__isnull=False)
    for act, person in named.values_list("activity_id", "person_id"):
        if person in hosts.get(act, ()):
            yield act, Found(RowKind.ACT, act, who=person)


def find_leaders(span: Span, kind: str) -> Iterator[Found]:
    return (found for _act, found in find_hosts(span, kind))


def find_joined(span: Span, kind: str) -> Iterator[Found]:
    """Members present at acts of ``kind`` at contact points, besides those leaders."""
    hosts = read_hosts(span, kind)
    leaders = {found.who for found in find_leaders(span, kind)}
    for pk, act, member in span.presences(span.acts(kind)).values_list("pk", "activity_id", "member_id"):
        if act in hosts and member not in leaders:
            yield Found(RowKind.RECEIPT, pk, who=member)


def find_visits(span: Span) -> Iterator[Found]:
    """Visits to contact points by a leader who looks after them."""
    acts = dict.fromkeys(act for act, _found in find_hosts(span, VISIT))
    return (Found(RowKind.ACT, act, who=act) for act in acts)


def find_contact_points(span: Span) -> Iterator[Found]:
    points = ContactPoint.objects.on(span.last).values_list("pk", "leader_id", "unit_id")
    return (Found(RowKind.CONTACT_POINT, pk, who=leader) for pk, leader, unit in points if span.holds(unit))


# ---- paired lessons --------------------------------------------------------------------------------------------------


def find_paired_lessons(span: Span) -> Iterator[Found]:
    """Lessons at a paired place in which the partner took part: served as well, or by whoever led."""
    lessons = span.acts(LESSON)
    served = set(ActivityUnit.objects.filter(activity__in=lessons).values_list("activity_id", "unit_id"))
    partner = "unit__paired_by__partner"
    pairs = ActivityUnit.objects.filter(holding("unit__paired_by__"), activity__in=lessons)
    by_post = Participant.objects.filter(
        Q(person__posts__valid_to__isnull=True) | Q(person__posts__valid_to__gt=OuterRef("activity__on")),
        task=Task.LED,
        activity=OuterRef("activity"),
        person__posts__unit=OuterRef(partner),
        person__posts__valid_from__lte=OuterRef("activity__on"),
    )
    rows = pairs.annotate(led=Exists(by_post)).values_list("activity_id", f"{partner}_id", "led")
    acts = dict.fromkeys(act for act, unit, is_led in rows if is_led or (act, unit) in served)
    return (Found(RowKind.ACT, act, who=act) for act in acts)


# ---- what a county has, as far as its preset names such parts -------------------------------------------------------


@registers
def of_gatherings(span: Span) -> Iterator[Indicator]:
    """An indicator is left out where the county knows no such part of an act."""
    for part, family in FAMILIES.items():
        if words.term_of(TermCategory.PART, part):
            yield from family(span)
    label = naming("有{contact_point}的{leader}", "In charge of a {contact_point}: {leader}")
    yield Indicator("contact-leaders", "S14", label, PEOPLE, Dimension.PEOPLE, find_contact_points)


def naming(zh: str, en: str) -> Text:
    return worded(zh, en, leader="leader", contact_point="contact-point", members="members", units="units")


def of_sessions(_span: Span) -> Iterator[Indicator]:
    said = words.text_of(TermCategory.MEETING, STUDY)
    attended = Text(f"参加{said.zh}", f"{said.en}: attendances")
    guests = Text(f"列席{said.zh}的来客", f"{said.en}: guests")
    held, came = partial(find_acts, kind=MEETING, meeting=STUDY), partial(find_presences, kind=MEETING, meeting=STUDY)
    listened = partial(find_guests, kind=MEETING, meeting=STUDY)
    yield Indicator("sessions", "S5", said, TIMES, Dimension.ACTS, held)
    yield Indicator("attendances", "S5", attended, PERSON_TIMES, Dimension.PERSON_TIMES, came)
    yield Indicator("session-guests", "S5", guests, PERSON_TIMES, Dimension.PERSON_TIMES, listened)


def of_oaths(_span: Span) -> Iterator[Indicator]:
    people = Dimension.PEOPLE
    leaders = naming("在{contact_point}参加重温誓词的{leader}", "Oath renewed at a {contact_point}: {leader}")
    others = naming("在{contact_point}一起重温誓词的{members}", "Oath renewed at a {contact_point}: other {members}")
    held = Text("重温誓词", "Oaths renewed")
    yield Indicator("oaths", "S6", held, TIMES, Dimension.ACTS, partial(find_acts, kind=OATH))
    yield Indicator("oath-leaders", "S6", leaders, PEOPLE, people, partial(find_leaders, kind=OATH))
    yield Indicator("oath-members", "S6", others, PEOPLE, people, partial(find_joined, kind=OATH))


def of_trainings(_span: Span) -> Iterator[Indicator]:
    said = words.text_of(TermCategory.PART, TRAINING)
    taking_part = Text(f"参加{said.zh}", f"{said.en}: people trained")
    yield Indicator("trainings", "S8", said, COURSES, Dimension.ACTS, partial(find_acts, kind=TRAINING))
    yield Indicator("trained", "S8", taking_part, PEOPLE, Dimension.PEOPLE, partial(find_presences, kind=TRAINING))


def of_trips(_span: Span) -> Iterator[Indicator]:
    said = words.text_of(TermCategory.PART, TRIP)
    units = words.text_of(TermCategory.WORD, "units")
    taking_part = Text(f"参加{said.zh}的{units.zh}", f"{said.en}: {units.en}")
    yield Indicator("trips", "S8", said, TIMES, Dimension.ACTS, partial(find_acts, kind=TRIP))
    yield Indicator("trip-units", "S8", taking_part, UNITS, Dimension.UNITS, partial(find_served, kind=TRIP))


def of_lessons(span: Span) -> Iterator[Indicator]:
    """In the measure word of the lessons themselves, if an item counts them."""
    said = words.text_of(TermCategory.PART, LESSON)
    counted = (item for item in span.items.values() if item.part_kind == LESSON)
    measure = next((Measure(item.measure_zh, item.measure_en) for item in counted), TIMES)
    label = Text(f"结对{said.zh}", f"{said.en} by a paired unit")
    yield Indicator("paired-lessons", "S9", label, measure, Dimension.ACTS, find_paired_lessons)


def of_visits(_span: Span) -> Iterator[Indicator]:
    label = naming("{leader}走访{contact_point}", "Visits to a {contact_point}")
    yield Indicator("contact-visits", "S14", label, TIMES, Dimension.ACTS, find_visits)


FAMILIES: dict[str, Callable[[Span], Iterator[Indicator]]] = {
    MEETING: of_sessions,
    OATH: of_oaths,
    TRAINING: of_trainings,
    TRIP: of_trips,
    LESSON: of_lessons,
    VISIT: of_visits,
}
