"""Readers that catch up at different times, over and over, or all at once end with the same facts."""

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from qisong.coverage import feed, index
from qisong.coverage.engine.columns import TABLES
from qisong.coverage.feed import County, caught_up, position, read
from qisong.org.models import Journal
from tests.counts import count
from tests.coverage.story import owe_households
from tests.coverage.test_following import Story, let_rounds_follow
from tests.world import World, make_world

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> Iterator[World]:
    index.forget()
    made = make_world()
    let_rounds_follow()
    owe_households("constitutions")
    yield made
    index.forget()


def facts(county: County) -> dict[str, Counter[tuple[object, ...]]]:
    """Every row of every table, with keys and codes instead of numbers; who answered when stays in order."""
    things, codes = county.register.numbers.things, county.register.codes.things
    named = {"what": {"circumstances": codes, "posts": codes, "households": things}}
    found = {}
    for name in TABLES:
        table = getattr(county.columns, name)
        columns = []
        for one in table.__dataclass_fields__:
            values = getattr(table, one).tolist()
            names = things if one == "who" else codes if one == "channel" else named.get(one, {}).get(name)
            columns.append([names[value] for value in values] if names is not None else values)
        found[name] = Counter(zip(*columns, strict=True))
    return found


@pytest.mark.gate
@pytest.mark.parametrize("seed", range(count(ci=2, full=40)))
def test_any_way_of_catching_up_ends_with_the_same_facts(world: World, seed: int) -> None:
    story, draw = Story(world, seed), Random(seed)
    readers = [read(*position()) for _ in range(4)]
    first = readers[0].seq
    for _ in range(30):
        story.step()
        for place, reader in enumerate(readers):
            if draw.random() < (0, 0.2, 0.5, 1)[place]:
                readers[place] = caught_up(reader, *position())
        if draw.random() < 0.2:  # one looks at rows again that it has seen
            again = readers[3]
            readers[3] = caught_up(
                County(again.epoch, first, again.register, again.columns, again.obligations), *position()
            )
    anew = read(*position())
    assert Journal.objects.filter(seq__gt=first).exists()
    for reader in readers:
        assert facts(caught_up(reader, *position())) == facts(anew)


def test_reader_of_a_store_that_was_restored_reads_anew(world: World) -> None:
    known = feed.county()
    assert caught_up(known, known.epoch, known.seq - 1).register is not known.register
