from datetime import date, timedelta

from qisong.org.digest import digest_for, number, number_by_day
from qisong.org.scope import Scope
from tests.org.todo_lines import only, todo

TODAY = date(2026, 6, 1)
NOBODY = Scope(account=None, on=TODAY)


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


def test_each_todo_stands_in_the_group_of_its_day() -> None:
    lines = [todo(str(days), on(days)) for days in (-400, -1, 0, 1, 10, 11)]
    with only(*lines, todo("无期")):
        digest = digest_for(NOBODY, TODAY)
    groups = (digest.overdue, digest.due_today, digest.soon, digest.later, digest.undated)
    assert [[one.text.zh for one in group] for group in groups] == [
        ["-400", "-1"],
        ["0"],
        ["1", "10"],
        ["11"],
        ["无期"],
    ]
    assert [one.text.zh for one in digest.pressing] == ["-400", "-1", "0", "1", "10"]


def test_line_counts_for_as_many_things_as_it_stands_for() -> None:
    with only(todo("a", on(3), count=4), todo("b", on(1)), todo("c", on(3)), todo("d")):
        digest = digest_for(NOBODY, TODAY)
    assert (number(digest.pressing), number_by_day(digest.dated)) == (6, [(on(1), 1), (on(3), 5)])


def test_nothing_waits() -> None:
    with only():
        digest = digest_for(NOBODY, TODAY)
    assert (digest.dated, digest.undated, number_by_day(digest.dated)) == ([], [], [])
