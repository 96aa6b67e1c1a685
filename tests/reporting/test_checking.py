from datetime import date

from qisong.casework.tracing import record_found
from qisong.casework.verifying import settle, withdraw
from qisong.coverage.checking import check
from qisong.ledger.models import Custody
from qisong.reporting.checking import check_figures
from tests.casework.cases import day, fixed, problem, search
from tests.reporting.test_briefing import lived_in
from tests.world import World


def test_figures_and_their_recount_agree(world: World) -> None:
    lived_in(world)
    assert list(check_figures()) == []


def test_figure_that_differs_is_named(world: World) -> None:
    lived_in(world)
    Custody.objects.update(on=date(2030, 1, 1))
    found = list(check_figures())
    assert [one.ids for one in found] == [("study-education", "rules"), ("seven-deliveries", "rules")]
    assert found[1].text.zh == "rules：重新数出来是 5，不是 0。"


def test_cases_and_their_recount_agree(world: World) -> None:
    settle(by=world.clerk, case=record_found(by=world.recorder, case=search(world), on=day(3)), on=day(4))
    settle(by=world.clerk, case=fixed(world), on=day(5))
    problem(world)
    withdraw(by=world.clerk, case=search(world, "西门三"), on=day(2), reason="立错了")
    assert list(check_figures()) == []


def test_check_of_everything_includes_the_figures(world: World) -> None:
    lived_in(world)
    Custody.objects.update(on=date(2030, 1, 1))
    assert {one.code for one in check()} == {"custody-day", "figure"}
