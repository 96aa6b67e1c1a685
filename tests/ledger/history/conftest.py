from collections.abc import Callable

import pytest

from qisong.ledger.history.examining import Review, examine
from qisong.ledger.history.importing import apply_history, compare
from qisong.ledger.models import HistoryBatch
from qisong.roster.editing import add_member
from qisong.roster.models import Member
from tests.world import BEGINNING, World

Read = Callable[..., Review]
Bring = Callable[..., HistoryBatch]


@pytest.fixture
def read(world: World) -> Read:
    """Read files under a unit in the name of a role; writes nothing."""

    def read_(*files: bytes, code: str = "B1", role: str = "office", name: str = "旧台账.xlsx") -> Review:
        named = [(f"{number or ''}{name}", content) for number, content in enumerate(files)]
        return examine(by=world.account(role), scope=world.scope(role), unit=world.unit(code), files=named)

    return read_


@pytest.fixture
def compared(world: World) -> Bring:
    """Files handed in by a role, ready to be looked through."""

    def compared_(*files: bytes, code: str = "B1", role: str = "office", name: str = "旧台账.xlsx") -> HistoryBatch:
        named = [(f"{number or ''}{name}", content) for number, content in enumerate(files)]
        return compare(by=world.account(role), unit=world.unit(code), files=named)

    return compared_


@pytest.fixture
def bring(world: World, compared: Bring) -> Bring:
    """Files handed in and applied."""

    def bring_(*files: bytes, code: str = "B1", role: str = "office", name: str = "旧台账.xlsx") -> HistoryBatch:
        batch = compared(*files, code=code, role=role, name=name)
        return apply_history(by=world.account(role), scope=world.scope(role), batch=batch)

    return bring_


@pytest.fixture
def namesake(world: World) -> Member:
    """Another 何渺 of the same branch."""
    return add_member(by=None, unit=world.branch, on=BEGINNING, name="何渺", born="1950-01-01", category="full")
