from datetime import date
from uuid import UUID

import pytest

from qisong.roster.differing import (
    contradicts,
    corroborated,
    date_differs,
    dates_agree,
    difference,
    disagreeing_masks,
    state_change,
)
from qisong.roster.holding import FIELDS, Held, HeldState
from qisong.roster.secrets import index_of
from qisong.roster.statements import State, Statement
from qisong.roster.terms import Secret
from tests.roster.people import number

SINCE = date(2026, 5, 1)
MASK = "*" * 16 + number(serial=1)[-2:]


def held(**values: str) -> Held:
    known = dict.fromkeys(FIELDS, "") | {"name": "田守一", "category": "full"} | values
    secrets = {
        "identity": (index_of(Secret.IDENTITY, number(serial=1)), MASK),
        "phone": (index_of(Secret.PHONE, "13800001234"), "138****34"),
    }
    states = {"away": HeldState(7, "", "外省", SINCE)}
    return Held(UUID(int=1), 1, died=False, values=known, unit=3, tie=5, secrets=secrets, states=states)


def test_what_is_held_and_what_is_not_spoken_of_is_no_difference() -> None:
    said = Statement(
        unit=3,
        values={"name": "田守一", "category": "full"},
        secrets={"phone": "13800001234"},
        masks={"identity": MASK},
        states={"away": State(holds=True, detail="外省"), "suspended": State(holds=False)},
    )
    assert difference(said, held(born="1958-03-05", job="其他")) == Statement()


def test_difference_holds_only_what_would_change() -> None:
    said = Statement(
        unit=4,
        values={"name": "田守一", "job": "退休人员"},
        secrets={"phone": "13800005678", "landline": "0999-1234567"},
        states={"away": State(holds=False), "suspended": State(holds=True)},
    )
    assert difference(said, held()) == Statement(
        unit=4,
        values={"job": "退休人员"},
        secrets={"phone": "13800005678", "landline": "0999-1234567"},
        states={"away": State(holds=False), "suspended": State(holds=True)},
    )


@pytest.mark.parametrize(
    ("said", "kept", "differs"),
    [
        ("1958-03", "1958-03-05", False),
        ("1958", "1958-03-05", False),
        ("1958-03-05", "1958-03-05", False),
        ("1958-03-05", "1958-03", True),
        ("1958-04", "1958-03-05", True),
        ("1958", "", True),
    ],
)
def test_date_that_is_only_less_exact_does_not_differ(said: str, kept: str, differs: bool) -> None:  # noqa: FBT001 - a parameter of the table
    assert date_differs(said, kept) is differs


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("1958", "1958-03-05", True),
        ("1958-03", "1958-03-05", True),
        ("1958-04", "1958-03", False),
        ("", "1958", False),
        ("", "", False),
    ],
)
def test_dates_agree_as_far_as_both_are_known(one: str, other: str, agree: bool) -> None:  # noqa: FBT001 - as above
    assert dates_agree(one, other) is agree


@pytest.mark.parametrize(
    ("said", "kept", "change"),
    [
        (State(holds=True, since="2015"), None, State(holds=True, since="2015")),
        (State(holds=False), None, None),
        (State(holds=False), HeldState(7, "2015", "", SINCE), State(holds=False)),
        (State(holds=True), HeldState(7, "2015", "", SINCE), None),
        (State(holds=True, since="2015-03"), HeldState(7, "2015", "", SINCE), State(holds=True, since="2015-03")),
        (State(holds=True, since="2015"), HeldState(7, "2015-03", "", SINCE), None),
        (State(holds=True, detail="外省"), HeldState(7, "", "外县", SINCE), State(holds=True, detail="外省")),
        (State(holds=True), HeldState(7, "", "外县", SINCE), None),
    ],
)
def test_state_changes_when_it_begins_ends_or_is_told_more_exactly(
    said: State, kept: HeldState | None, change: State | None
) -> None:
    assert state_change(said, kept) == change


@pytest.mark.parametrize(
    ("said", "contradiction"),
    [
        (Statement(secrets={"identity": number(serial=1)}), False),
        (Statement(secrets={"identity": number(serial=3)}), True),
        (Statement(masks={"identity": MASK}), False),
        (Statement(masks={"identity": "*" * 16 + "zz"}), True),
        (Statement(), False),
    ],
)
def test_another_number_or_mask_contradicts(said: Statement, contradiction: bool) -> None:  # noqa: FBT001 - as above
    assert contradicts(said, held()) is contradiction


def test_mask_of_nothing_held_disagrees() -> None:
    said = Statement(masks={"identity": MASK, "phone": "139****34", "house": "***"})
    assert disagreeing_masks(said, held()) == ["phone", "house"]


@pytest.mark.parametrize(
    ("said", "enough"),
    [
        (Statement(values={"name": "田守一"}), False),
        (Statement(values={"name": "田守一", "joined": "1980"}), True),
        (Statement(values={"name": "田守一", "joined": "1981"}), False),
        (Statement(values={"name": "田守一"}, secrets={"phone": "13800001234"}), True),
        (Statement(values={"name": "田守一"}, masks={"phone": "138****34"}), True),
        (Statement(values={"name": "田守一"}, masks={"phone": "139****34"}), False),
    ],
)
def test_row_without_birth_date_is_corroborated_by_more_than_a_name(said: Statement, enough: bool) -> None:  # noqa: FBT001 - as above
    assert corroborated(said, held(joined="1980-07-01")) is enough
