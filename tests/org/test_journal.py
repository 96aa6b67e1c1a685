import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import connection, transaction

from qisong.org import journal
from qisong.org.journal import MANY, broken_links, position
from qisong.org.models import Clock, Journal
from tests.world import World


def told(kind: str = "test.done", **verb: object) -> None:
    with journal.verb(kind, by=None, **verb) as entry:
        entry.touch("member", ["a"])


def in_threads(works: list[Callable[[], None]]) -> None:
    def run(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_verb_leaves_one_row(world: World) -> None:
    before = position()
    with journal.verb("test.done", by=world.office, unit=world.branch, reason="试") as entry:
        entry.touch("member", ["a", "b"])
        entry.touch("act", [7])
        entry.touch("member", ["c"])
    row = Journal.objects.get(seq=before + 1)
    assert (row.kind, row.actor, row.unit, row.reason) == ("test.done", world.office, world.branch, "试")
    assert row.touched == {"member": ["a", "b", "c"], "act": ["7"]}
    assert (entry.seq, position()) == (before + 1, before + 1)


def test_failed_verb_leaves_nothing(db: None) -> None:
    told()
    with pytest.raises(ZeroDivisionError), journal.verb("test.done", by=None):
        1 / 0  # noqa: B018
    assert (position(), Journal.objects.count(), broken_links()) == (1, 1, [])


def test_verb_within_a_verb_has_its_own_row_before(db: None) -> None:
    with journal.verb("outer.done", by=None):
        told("inner.done")
    assert list(Journal.objects.values_list("seq", "kind")) == [(1, "inner.done"), (2, "outer.done")]
    assert broken_links() == []


def test_verb_that_fails_within_another_takes_no_number(db: None) -> None:
    def fail() -> None:
        with transaction.atomic():
            told("inner.done")
            1 / 0  # noqa: B018

    with journal.verb("outer.done", by=None), pytest.raises(ZeroDivisionError):
        fail()
    assert (list(Journal.objects.values_list("seq", "kind")), broken_links()) == ([(1, "outer.done")], [])


def test_several_entries_are_chained_in_order(db: None) -> None:
    told()
    with transaction.atomic():
        journal.append([journal.Entry(kind, None, None, "") for kind in ("one", "two", "three")])
    assert list(Journal.objects.values_list("seq", "kind")) == [(1, "test.done"), (2, "one"), (3, "two"), (4, "three")]
    assert broken_links() == []


def test_nothing_told_takes_no_number(db: None) -> None:
    journal.append([])
    assert position() == 0


def test_very_many_ids_become_the_county(db: None) -> None:
    with journal.verb("few.touched", by=None) as entry:
        entry.touch("member", range(MANY))
    with journal.verb("many.touched", by=None) as entry:
        entry.touch("member", range(MANY))
        entry.touch("act", [1])
    few, many = Journal.objects.all()
    assert (len(few.touched["member"]), many.touched) == (MANY, {"county": True})


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"kind": "other.done"}, [3]),
        ({"touched": {}}, [3]),
        ({"reason": "改"}, [3]),
        ({"actor_id": None}, [3]),
        ({"hash": "f" * 64}, [3, 4]),
        ({"prev_hash": "0" * 64}, [3]),
    ],
)
def test_changed_row_is_found(world: World, change: dict[str, object], broken: list[int]) -> None:
    Journal.objects.all().delete()
    Clock.objects.update(seq=0)
    for _ in range(5):
        told(unit=world.branch)
    row = Journal.objects.filter(seq=3)
    if "actor_id" in change:
        row.update(actor=world.office)
        change = {}
    row.update(**change)
    assert broken_links() == broken


def test_missing_row_is_found(db: None) -> None:
    for _ in range(5):
        told()
    Journal.objects.filter(seq=2).delete()
    assert broken_links() == [3]


def test_missing_last_row_is_found(db: None) -> None:
    for _ in range(3):
        told()
    Journal.objects.filter(seq=3).delete()
    assert broken_links() == [3]


def test_row_put_in_by_hand_is_found(db: None) -> None:
    told()
    last = Journal.objects.get()
    Journal.objects.create(seq=2, at=last.at, kind="forged.done", prev_hash=last.hash, hash="a" * 64)
    Clock.objects.update(seq=2)
    assert broken_links() == [2]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_however_many_write_at_once() -> None:
    Clock.objects.create(pk=1)

    def write() -> None:
        for turn in range(12):
            with suppress(ZeroDivisionError), journal.verb("test.done", by=None) as entry:
                entry.touch("share", [6 // (turn % 3)])  # every third fails and takes no number

    in_threads([write] * 4)
    assert list(Journal.objects.values_list("seq", flat=True)) == list(range(1, 33))
    assert (broken_links(), position()) == ([], 32)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_numbers_follow_the_order_of_commits() -> None:
    Clock.objects.create(pk=1)
    seen: list[int] = []

    def write() -> None:
        for _ in range(10):
            told()

    def follow() -> None:
        while len(seen) < 20:
            known = seen[-1] if seen else 0
            seen.extend(Journal.objects.filter(seq__gt=known).values_list("seq", flat=True))

    in_threads([write, write, follow])
    assert seen == list(range(1, 21))
