"""The temporal tree as pure history; the verbs that write it are tested in ``test_tending.py``."""

from datetime import date

import pytest

from qisong.org.replaying import Contradiction, Ending, Event, History, State, replay
from qisong.org.terms import Verb

ROOT, TOWN, BRANCH, OTHER = 1, 2, 3, 4


def day(number: int) -> date:
    return date(2026, 1, number)


def tell(*events: tuple[int, Verb, int, dict[str, object]]) -> History:
    return replay(Event(n, day(on), verb, unit, **more) for n, (on, verb, unit, more) in enumerate(events, 1))


FOUNDED = [
    (1, Verb.CREATE, ROOT, {"name": "县", "kind": "county"}),
    (1, Verb.CREATE, TOWN, {"name": "镇", "kind": "committee", "parent": ROOT}),
    (1, Verb.CREATE, BRANCH, {"name": "村", "kind": "branch", "parent": TOWN, "traits": ("village",)}),
    (1, Verb.CREATE, OTHER, {"name": "邻", "kind": "branch", "parent": ROOT}),
]


def refused(*events: tuple[int, Verb, int, dict[str, object]]) -> tuple[str, int | None]:
    with pytest.raises(Contradiction) as refusal:
        tell(*FOUNDED, *events)
    return refusal.value.fault, refusal.value.other


def test_move_ends_one_stretch_and_begins_the_next() -> None:
    history = tell(*FOUNDED, (5, Verb.MOVE, BRANCH, {"parent": ROOT}))
    assert list(history.parents[BRANCH].spans()) == [(day(1), day(5), TOWN), (day(5), None, ROOT)]


def test_rename_keeps_what_it_does_not_name() -> None:
    history = tell(*FOUNDED, (5, Verb.RENAME, BRANCH, {"name": "新村"}))
    assert list(history.states[BRANCH].spans()) == [
        (day(1), day(5), State("村", "branch", ("village",))),
        (day(5), None, State("新村", "branch", ("village",))),
    ]


def test_events_count_by_date_and_not_by_when_they_were_told() -> None:
    history = tell(*FOUNDED, (9, Verb.RENAME, BRANCH, {"name": "晚"}), (5, Verb.RENAME, BRANCH, {"name": "早"}))
    assert history.latest[BRANCH].name == "晚"


def test_events_of_one_day_leave_only_their_last_outcome() -> None:
    history = tell(*FOUNDED, (5, Verb.MOVE, BRANCH, {"parent": ROOT}), (5, Verb.MOVE, BRANCH, {"parent": OTHER}))
    assert list(history.parents[BRANCH].spans()) == [(day(1), day(5), TOWN), (day(5), None, OTHER)]


def test_unit_closed_on_its_first_day_never_stood() -> None:
    history = tell(*FOUNDED, (1, Verb.CLOSE, BRANCH, {}))
    assert (list(history.states[BRANCH].spans()), list(history.parents[BRANCH].spans())) == ([], [])


def test_unit_closed_and_reopened_the_same_day_never_closed() -> None:
    history = tell(*FOUNDED, (5, Verb.CLOSE, BRANCH, {}), (5, Verb.REOPEN, BRANCH, {"parent": TOWN}))
    assert list(history.parents[BRANCH].spans()) == [(day(1), None, TOWN)]
    assert history.endings == {}


def test_reopened_unit_is_what_it_last_was() -> None:
    history = tell(*FOUNDED, (5, Verb.CLOSE, BRANCH, {}), (9, Verb.REOPEN, BRANCH, {"parent": OTHER}))
    assert [span[:2] for span in history.states[BRANCH].spans()] == [(day(1), day(5)), (day(9), None)]
    assert history.latest[BRANCH] == State("村", "branch", ("village",))


def test_ending_of_a_closed_unit_names_its_last_parent() -> None:
    history = tell(*FOUNDED, (4, Verb.MOVE, BRANCH, {"parent": OTHER}), (5, Verb.CLOSE, BRANCH, {}))
    assert history.endings == {BRANCH: Ending(day(5), Verb.CLOSE, OTHER)}


def test_ending_of_a_merged_unit_names_what_it_merged_into() -> None:
    history = tell(*FOUNDED, (5, Verb.MERGE, BRANCH, {"counterpart": OTHER}))
    assert history.endings == {BRANCH: Ending(day(5), Verb.MERGE, OTHER)}


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        ((2, Verb.CREATE, 9, {"name": "另县"}), ("second-root", None)),
        ((2, Verb.CREATE, BRANCH, {"parent": ROOT}), ("already-created", None)),
        ((2, Verb.CREATE, 9, {"parent": 8}), ("parent-not-standing", 8)),
        ((2, Verb.CREATE, 9, {"parent": ROOT, "counterpart": 8}), ("counterpart-not-standing", 8)),
        ((2, Verb.RENAME, 9, {"name": "无"}), ("not-standing", None)),
        ((2, Verb.MOVE, ROOT, {"parent": TOWN}), ("root-stays", None)),
        ((2, Verb.MOVE, TOWN, {"parent": BRANCH}), ("loop", BRANCH)),
        ((2, Verb.MOVE, TOWN, {"parent": TOWN}), ("loop", TOWN)),
        ((2, Verb.MOVE, TOWN, {"parent": 9}), ("parent-not-standing", 9)),
        ((2, Verb.MERGE, BRANCH, {"counterpart": BRANCH}), ("into-itself", None)),
        ((2, Verb.MERGE, BRANCH, {"counterpart": 9}), ("counterpart-not-standing", 9)),
        ((2, Verb.MERGE, TOWN, {"counterpart": OTHER}), ("open-children", BRANCH)),
        ((2, Verb.SPLIT, TOWN, {}), ("open-children", BRANCH)),
        ((2, Verb.CLOSE, TOWN, {}), ("open-children", BRANCH)),
        ((2, Verb.CLOSE, ROOT, {}), ("root-stays", None)),
        ((2, Verb.REOPEN, BRANCH, {"parent": TOWN}), ("still-standing", None)),
        ((2, Verb.REOPEN, 9, {"parent": TOWN}), ("not-standing", None)),
    ],
)
def test_event_that_does_not_fit_is_refused(
    event: tuple[int, Verb, int, dict[str, object]], outcome: tuple[str, int | None]
) -> None:
    assert refused(event) == outcome


def test_nothing_happens_to_a_closed_unit_but_reopening() -> None:
    closed = (5, Verb.CLOSE, BRANCH, {})
    assert refused(closed, (6, Verb.RENAME, BRANCH, {"name": "无"})) == ("not-standing", None)
    assert refused(closed, (6, Verb.MOVE, BRANCH, {"parent": ROOT})) == ("not-standing", None)
    assert refused(closed, (6, Verb.CLOSE, BRANCH, {})) == ("not-standing", None)
    assert refused(closed, (6, Verb.MERGE, OTHER, {"counterpart": BRANCH})) == ("counterpart-not-standing", BRANCH)


def test_reopening_needs_a_standing_parent() -> None:
    closed = [(5, Verb.CLOSE, BRANCH, {}), (5, Verb.CLOSE, TOWN, {})]
    assert refused(*closed, (6, Verb.REOPEN, BRANCH, {"parent": TOWN})) == ("parent-not-standing", TOWN)


def test_back_dated_event_may_be_refuted_by_a_later_one() -> None:
    later = (9, Verb.MOVE, OTHER, {"parent": TOWN})
    with pytest.raises(Contradiction) as refusal:
        tell(*FOUNDED, later, (5, Verb.CLOSE, BRANCH, {}), (5, Verb.CLOSE, TOWN, {}))
    assert (refusal.value.event.number, refusal.value.fault) == (5, "parent-not-standing")
