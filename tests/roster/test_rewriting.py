from pytest_django import DjangoAssertNumQueries

from qisong.org.models import Person
from qisong.roster.models import Member
from qisong.roster.rewriting import Rewriting
from tests.roster.people import member
from tests.world import World


def test_rows_are_changed_in_the_named_fields_only(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one, two = member(world.branch, "甲"), member(world.branch, "乙")
    one.job, one.born, two.job = "退休人员", "1958", "其他"
    one.person.name = "丙"
    rewriting = Rewriting()
    rewriting.add([one, two], "job")
    rewriting.add([one.person], "name")
    with django_assert_num_queries(2):
        rewriting.write()
    assert list(Member.objects.order_by("pk").values_list("job", "born")) == [("退休人员", ""), ("其他", "")]
    assert sorted(Person.objects.filter(member__isnull=False).values_list("name", flat=True)) == ["丙", "乙"]
