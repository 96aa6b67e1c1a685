from datetime import date

from django.forms.models import model_to_dict
from pytest_django import DjangoAssertNumQueries

from qisong.org.models import Journal, Person
from qisong.roster.editing import add_member, begin_circumstance
from qisong.roster.enrolling import NewCircumstance, NewMember, enrol
from qisong.roster.models import Affiliation, Circumstance, Member
from qisong.roster.secrets import open_secret
from qisong.roster.terms import Secret
from tests.roster.people import number
from tests.world import BEGINNING, World

MAY = date(2026, 5, 1)
PARTICULARS = {"sex": "male", "born": "1958-03", "joined": "1980-07-01", "became_full": "1981-07-01", "job": "其他"}


def content(member: Member) -> list[dict[str, object]]:
    """Everything the roster holds of a member, without its numbers."""
    rows = [member, *Affiliation.objects.filter(member=member), *Circumstance.objects.filter(member=member)]
    return [{"name": member.person.name}, *(model_to_dict(row, exclude=["id", "person", "member"]) for row in rows)]


def test_enrolled_member_is_the_same_as_an_added_one(world: World) -> None:
    away = NewCircumstance(kind="away", on=MAY, since="2026-05-01", detail="外省")
    new = NewMember(unit=world.branch.pk, on=BEGINNING, name="田守一", circumstances=(away,), **PARTICULARS)
    [pk] = enrol(by=world.office, members=[new])
    added = add_member(by=None, unit=world.branch, on=BEGINNING, name="田守一", category="full", **PARTICULARS)
    begin_circumstance(by=None, member=added, kind="away", on=MAY, detail="外省")
    added.refresh_from_db()
    enrolled = Member.objects.get(pk=pk)
    enrolled.version += 1  # adding one took two verbs
    assert content(enrolled) == content(added)


def test_enrolled_secrets_open(world: World) -> None:
    new = NewMember(unit=world.branch.pk, on=MAY, name="田守一", identity=number(), house="12号")
    [pk] = enrol(by=None, members=[new])
    member = Member.objects.get(pk=pk)
    opened = {kind: open_secret(by=None, member=member, kind=kind, reason="试验") for kind in Secret}
    assert opened == {"identity": number(), "phone": "", "landline": "", "house": "12号"}


def test_many_are_enrolled_in_one_verb_by_few_queries(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [NewMember(unit=world.branch.pk, on=MAY, name=f"田{n}", phone="13800001234") for n in range(40)]
    before = Journal.objects.count()
    with django_assert_num_queries(9):  # savepoint, four tables, the clock, the hash before, the row, release
        enrol(by=None, members=people)
    assert (Member.objects.count(), Person.objects.filter(name__startswith="田").count()) == (40, 40)
    assert Journal.objects.count() == before + 1
