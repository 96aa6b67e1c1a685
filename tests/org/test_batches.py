"""Rows written in bulk must be the rows that Django itself would write, on both databases."""

from datetime import UTC, date, datetime
from time import process_time

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from qisong.org.batches import Batch
from qisong.org.models import Journal, Person, Post, Site, Term, Unit, UnitEvent
from qisong.org.terms import Verb

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def unit(code: str = "B1") -> Unit:
    return Unit.objects.create(code=code, name="东岭村党支部", kind="branch")


def written(*objects: object) -> None:
    batch = Batch()
    batch.add(objects)
    with transaction.atomic():
        batch.write()


def test_row_is_what_django_would_have_written() -> None:
    person = Person(name="高远行")
    place = unit()
    written(person, Post(person=person, unit=place, role="visitor", valid_from=date(2026, 5, 1)))
    post = Post.objects.get()
    assert (post.person, post.unit, post.role) == (person, place, "visitor")
    assert (post.valid_from, post.valid_to, post.person.name) == (date(2026, 5, 1), None, "高远行")


def test_json_comes_back_as_it_went() -> None:
    data = {"aliases": ["入户", "%s"], "excused": True, "n": None, "deep": {"a": [1, 2.5]}}
    written(Term(category="channel", code="visit", zh="上门", en="Visit", data=data))
    assert Term.objects.get().data == data
    assert Term.objects.get(data__excused=True).code == "visit"


def test_absent_json_is_null() -> None:
    place = unit()
    written(UnitEvent(unit=place, verb=Verb.MOVE, on=date(2026, 5, 1)))
    assert UnitEvent.objects.get(traits__isnull=True).unit == place


def test_moment_of_recording_is_set() -> None:
    before = datetime.now(UTC)
    written(UnitEvent(unit=unit(), verb=Verb.CLOSE, on=date(2026, 5, 1)))
    assert before <= UnitEvent.objects.get().recorded_at <= datetime.now(UTC)


def test_moment_keeps_its_zone() -> None:
    at = datetime(2026, 5, 1, 8, 30, 0, 123456, tzinfo=UTC)
    written(Journal(seq=1, at=at, kind="test.done", touched={}, prev_hash="0" * 64, hash="1" * 64))
    assert Journal.objects.get().at == at


def test_numbers_go_on_after_a_batch() -> None:
    place = unit()
    written(*(UnitEvent(unit=place, verb=Verb.MOVE, on=date(2026, 5, day)) for day in (1, 2, 3)))
    last = UnitEvent.objects.create(unit=place, verb=Verb.CLOSE, on=date(2026, 5, 4))
    numbers = list(UnitEvent.objects.order_by("on").values_list("pk", flat=True))
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == last.pk


def test_rows_without_a_number_of_their_own_keep_their_order() -> None:
    place = unit()
    written(*(UnitEvent(unit=place, verb=Verb.RENAME, on=date(2026, 5, 1), name=str(n)) for n in range(500)))
    assert list(UnitEvent.objects.order_by("pk").values_list("name", flat=True)) == [str(n) for n in range(500)]


def test_models_are_written_in_the_order_in_which_they_came() -> None:
    person = Person(name="高远行")
    batch = Batch()
    batch.add([person])
    batch.add([Post(person=person, unit=unit(), role="visitor", valid_from=date(2026, 5, 1))])
    batch.add([Person(name="岳登高")])
    batch.write()
    assert (len(batch), Person.objects.count(), Post.objects.count()) == (3, 2, 1)


def test_batch_is_all_or_nothing() -> None:
    batch = Batch()
    batch.add([Person(name="高远行"), *(Term(category="word", code="same", zh="同", en="same") for _ in range(2))])
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.write()
    assert (Person.objects.count(), Term.objects.count()) == (0, 0)


def test_adding_asks_the_database_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    batch = Batch()
    with django_assert_num_queries(0):
        batch.add(Person(name=f"第{n}人") for n in range(10))
    assert len(batch) == 10


def test_given_key_is_kept_where_the_model_has_one() -> None:
    written(Site(name="青山县委", code="C0", preset="seven-deliveries", keep={"identity": {"zh": "核对"}}))
    assert (Site.current().code, Site.current().keeps("identity")) == ("C0", True)


def test_ten_thousand_rows_are_written_in_a_breath() -> None:
    batch = Batch()
    batch.add(Person(name=f"第{n}人") for n in range(10_000))
    started = process_time()
    batch.write()
    assert process_time() - started < 2
    assert Person.objects.count() == 10_000
