"""Two who do the same thing at the same time: one does it, the other is told."""

import threading
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.db import connection

from qisong.casework.models import Case, Step
from qisong.casework.terms import Kind
from qisong.casework.verifying import reopen, settle
from qisong.words.text import Refusal
from tests.casework.cases import day, fixed, lifting, search
from tests.world import World

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*works: Callable[[], object]) -> list[str]:
    answers: list[str] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            gate.wait()
            work()
            answers.append("done")
        except Refusal as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_of_two_who_verify_at_once_one_does(transactional_db: None, world: World) -> None:
    case = fixed(world)
    works = [
        lambda by=by: settle(by=by, case=Case.objects.get(pk=case.pk), on=day(5)) for by in (world.clerk, world.office)
    ]
    assert at_once(*works) == ["done", "illegal-move"]
    steps = list(Step.objects.filter(case=case))
    assert all(one.until == two.on for one, two in pairwise(steps))
    assert [step.number for step in steps] == [1, 2, 3]


def test_of_two_who_reopen_at_once_one_is_counted(transactional_db: None, world: World) -> None:
    case = settle(by=world.clerk, case=fixed(world), on=day(5))

    def again() -> object:
        mine = Case.objects.get(pk=case.pk)
        return reopen(by=world.office, case=mine, due_on=day(90), on=day(9), reason="又缺了一次")

    assert at_once(again, again) == ["done", "illegal-move"]
    assert Case.objects.get(pk=case.pk).reopened == 1


def test_of_two_who_look_for_a_member_at_once_one_opens(transactional_db: None, world: World) -> None:
    assert at_once(lambda: search(world), lambda: search(world)) == ["done", "searched-already"]


def test_of_two_who_lift_a_branch_at_once_one_opens(transactional_db: None, world: World) -> None:
    assert at_once(lambda: lifting(world), lambda: lifting(world)) == ["done", "lifted-already"]
    assert Case.objects.filter(kind=Kind.LIFTING).count() == 1
