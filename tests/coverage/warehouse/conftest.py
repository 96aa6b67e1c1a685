from datetime import date
from pathlib import Path

import pytest

from qisong.coverage.warehouse.export import export
from qisong.org.models import Unit
from qisong.roster.households import join_household
from tests.coverage.histories import DAYS
from tests.coverage.story import exempt, give, reverse, say
from tests.world import World

AS_OF = date(2026, 9, 15)


@pytest.fixture
def told_world(busy_world: World) -> World:
    """Something of everything: plain lines and subtle ones, answers, exemptions, a household, units, reversals."""
    one, two, three = (busy_world.member(name) for name in ("田守一", "田春禾", "西门三"))
    join_household(by=None, member=two, head=one, on=DAYS[0])
    for on, copies, channel in ((DAYS[1], 1, "visit"), (DAYS[3], 2, "gathering"), (DAYS[5], 1, "visit")):
        give("badges", one, on, copies=copies, channel=channel)
        give("badges", three, on, channel=channel)
        give("speeches", one, on, channel="visit")
        give("speeches", three, on, channel=channel)
    give("rules", one, DAYS[2])
    give("rules", three, DAYS[5], channel="visit")
    give("rules", busy_world.member("柳青禾"), DAYS[4])
    reverse(give("rules", busy_world.member("西门四"), DAYS[5]))
    give("constitutions", two, DAYS[3], copies=2, channel="visit")
    give("flags", Unit.objects.get(code="B1"), DAYS[1])
    give("flags", Unit.objects.get(code="B2"), DAYS[4], channel="visit")
    say("rules", busy_world.member("司农田"), "has", DAYS[5])
    say("rules", busy_world.member("罗远帆"), "later", DAYS[5], until=DAYS[6])
    say("rules", busy_world.member("东方晓"), "declined", DAYS[5])
    say("badges", busy_world.member("柳随风"), "declined", DAYS[1])
    exempt(busy_world.member("西门四"), "rules", DAYS[2])
    exempt(busy_world.member("柳青禾"), None, DAYS[5])
    return busy_world


@pytest.fixture
def exported(told_world: World, tmp_path: Path) -> Path:
    """The small world's export."""
    export(tmp_path / "C0", as_of=AS_OF, above=["CN"])
    return tmp_path / "C0"
