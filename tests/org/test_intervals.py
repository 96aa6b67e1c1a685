from datetime import date

import pytest
from django.db import IntegrityError, transaction

from qisong.org.intervals import holds_on
from qisong.org.models import Person, Post, Unit

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
DAYS = [date(2026, 5, day) for day in (1, 2, 3, 4)]


def post(start: date, stop: date | None) -> Post:
    unit, _ = Unit.objects.get_or_create(code="B1", defaults={"name": "东岭村党支部", "kind": "branch"})
    return Post.objects.create(
        person=Person.objects.create(name="高远行"), unit=unit, role="recorder", valid_from=start, valid_to=stop
    )


@pytest.mark.parametrize(
    ("start", "stop", "held"),
    [
        (DAYS[1], DAYS[3], [False, True, True, False]),
        (DAYS[1], None, [False, True, True, True]),
        (DAYS[1], DAYS[1], [False, False, False, False]),
    ],
)
def test_interval_holds_from_its_first_day_until_before_its_last(
    start: date, stop: date | None, held: list[bool]
) -> None:
    one = post(start, stop)
    assert [one.holds_on(day) for day in DAYS] == held
    assert [Post.objects.on(day).exists() for day in DAYS] == held
    assert [Person.objects.filter(holds_on(day, "posts__")).exists() for day in DAYS] == held


def test_interval_never_ends_before_it_begins() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        post(DAYS[1], DAYS[0])
    assert Post.objects.count() == 0
