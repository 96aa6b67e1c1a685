from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from qisong.org.models import Journal
from qisong.roster.arriving import decline, take_in
from qisong.roster.editing import record_death, record_departure
from qisong.roster.letter import Content
from qisong.roster.models import Affiliation, Arrival, Letter, Member
from qisong.roster.secrets import unsealed
from qisong.roster.terms import Fate
from qisong.words.text import Refusal
from tests.roster.letters import MAY, letter_to_us, sent, told
from tests.roster.people import keep, member, number
from tests.world import World

pytestmark = pytest.mark.postgres
EVERYTHING = {"name": "白露", "sex": "female", "born": "1970-08-08", "category": "full", "identity": number(2)}


def code_of(verb: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        verb()
    return refused.value.code


def taken(world: World, content: Content) -> Arrival:
    return take_in(by=world.clerk, content=content, unit=world.branch)


def formal(day: date) -> dict[str, str]:
    ties = Affiliation.objects.formal(day)
    return dict(ties.values_list("member__person__name", "unit__code"))


def test_member_belongs_from_the_day_of_the_letter_under_the_same_id(world: World) -> None:
    content = letter_to_us(circumstances={"frail": "2020", "unheard-of": ""}, needs=("large-print", "unheard-of"))
    arrival = taken(world, content)
    assert (arrival.fate, arrival.code, arrival.member_id) == (Fate.TAKEN, content.taken, content.member)
    assert [formal(date(2026, 4, 30)), formal(MAY)] == [{}, {"白露": "B1"}]
    one = Member.objects.get(pk=content.member)
    assert (one.sex, one.born, one.category, one.version) == ("female", "1970-08-08", "full", 1)
    assert list(one.circumstances.values_list("kind", "since", "valid_from")) == [("frail", "2020", MAY)]
    assert list(one.needs.values_list("kind", "valid_from")) == [("large-print", MAY)]


def test_numbers_are_sealed_anew_and_only_if_the_county_keeps_them(world: World) -> None:
    keep()
    bare = taken(world, letter_to_us(particulars=EVERYTHING)).member
    keep("identity")
    kept = taken(world, letter_to_us(particulars=EVERYTHING | {"name": "白霜"})).member
    assert bare
    assert kept
    assert [list(map(unsealed, one.sealed.all())) for one in (bare, kept)] == [[], [number(2)]]


def test_same_letter_again_gets_its_first_answer(world: World) -> None:
    content = letter_to_us()
    first, before = taken(world, content), Journal.objects.count()
    again = [taken(world, content), decline(by=None, content=content, unit=world.sibling)]
    assert [(one.code, one.unit) for one in again] == [(first.code, world.branch)] * 2
    assert (Journal.objects.count(), formal(MAY)) == (before, {"白露": "B1"})


def test_declined_letter_is_never_taken_in(world: World) -> None:
    content = letter_to_us()
    assert decline(by=None, content=content, unit=world.branch).code == content.declined
    assert (taken(world, content).fate, Member.objects.count()) == (Fate.DECLINED, 0)


def test_same_number_with_other_content_is_refused(world: World) -> None:
    content = letter_to_us()
    taken(world, content)
    assert code_of(lambda: taken(world, replace(content, on=date(2026, 5, 2)))) == "letter-conflict"


def test_another_letter_for_somebody_who_is_here_is_refused(world: World) -> None:
    content = letter_to_us()
    taken(world, content)
    other = letter_to_us(content.member)
    assert code_of(lambda: taken(world, other)) == "already-here"
    assert decline(by=None, content=other, unit=world.branch).code == other.declined


def test_somebody_known_under_another_id_is_refused(world: World) -> None:
    keep("identity")
    member(world.sibling, identity=number(2))
    assert code_of(lambda: taken(world, letter_to_us(particulars=EVERYTHING))) == "identity-held"
    assert Arrival.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"to_code": "C1"}, "wrong-county"),
        ({"until": timezone.localdate() - timedelta(days=1)}, "letter-expired"),
        ({"on": timezone.localdate() + timedelta(days=2)}, "date-future"),
        ({"on": date(2019, 12, 31)}, "not-standing"),
        ({"particulars": {"name": "白露", "category": "full", "born": "某年"}}, "letter-not-fitting"),
        ({"particulars": {"name": "白露", "category": "friend"}}, "letter-not-fitting"),
        ({"particulars": {"name": "白露", "category": "full", "religion": "x"}}, "letter-not-fitting"),
        ({"particulars": {"category": "full"}}, "letter-not-fitting"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(world: World, said: dict[str, object], code: str) -> None:
    assert code_of(lambda: taken(world, letter_to_us(**said))) == code
    assert (Member.objects.count(), Arrival.objects.count()) == (0, 0)


def test_expired_letter_is_declined(world: World) -> None:
    content = letter_to_us(until=date(2026, 1, 1))
    assert decline(by=None, content=content, unit=world.branch).fate == Fate.DECLINED


def test_whoever_comes_back_keeps_id_and_earlier_days(world: World) -> None:
    one = member(world.branch)
    letter = sent(one)
    back = letter_to_us(one.pk, date(2026, 6, 1), particulars={"name": "田守一", "category": "full", "job": "教师"})
    take_in(by=None, content=back, unit=world.sibling)
    days = [date(2026, 4, 30), MAY, date(2026, 6, 1)]
    assert [formal(day) for day in days] == [{"田守一": "B1"}, {}, {"田守一": "B2"}]
    one.refresh_from_db()
    assert (one.job, Letter.objects.get(pk=letter.pk).fate) == ("教师", Fate.TAKEN)


def test_letter_from_before_the_member_left_is_refused(world: World) -> None:
    one = member(world.branch)
    sent(one)
    assert code_of(lambda: taken(world, letter_to_us(one.pk, date(2026, 4, 1)))) == "too-early"


def test_the_dead_are_not_taken_in(world: World) -> None:
    one = member(world.branch)
    record_death(by=None, member=one, on=MAY)
    assert code_of(lambda: taken(world, letter_to_us(one.pk))) == "member-died"


def test_somebody_who_merely_left_is_taken_in(world: World) -> None:
    one = member(world.branch)
    record_departure(by=None, member=one, on=MAY)
    assert taken(world, letter_to_us(one.pk, date(2026, 5, 9))).member == one


def test_who_arrived_can_be_sent_on(world: World) -> None:
    arrival = taken(world, letter_to_us())
    assert arrival.member
    assert told(sent(arrival.member, date(2026, 6, 1))).member == arrival.member.pk
