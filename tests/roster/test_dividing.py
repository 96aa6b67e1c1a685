from datetime import date

import pytest

from qisong.org.models import Journal, Unit
from qisong.org.tending import NewUnit
from qisong.roster.dividing import divide_unit
from qisong.roster.models import Affiliation
from qisong.words.text import Refusal
from tests.roster.people import member
from tests.world import World

MAY = date(2026, 5, 1)
PARTS = [NewUnit("B1a", "东岭上村党支部", "branch"), NewUnit("B1b", "东岭下村党支部", "branch")]


def test_everybody_goes_with_their_part(world: World) -> None:
    one, two = member(world.branch), member(world.branch, "田守二")
    divide_unit(by=None, unit=world.branch, into=PARTS, members={one.pk: 0, two.pk: 1}, on=MAY)
    rows = Affiliation.objects.formal(MAY).values_list("member", "unit__code")
    assert dict(rows) == {one.pk: "B1a", two.pk: "B1b"}


@pytest.mark.postgres
def test_nothing_splits_when_somebody_is_left_out(world: World) -> None:
    one, _two = member(world.branch), member(world.branch, "田守二")
    before = Journal.objects.count(), Unit.objects.count()
    with pytest.raises(Refusal) as refused:
        divide_unit(by=None, unit=world.branch, into=PARTS, members={one.pk: 0}, on=MAY)
    assert refused.value.code == "assignment-incomplete"
    assert (Journal.objects.count(), Unit.objects.count()) == before
