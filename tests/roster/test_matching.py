"""Who a row speaks of. Units are 1 (the top), 2 and 3."""

from uuid import UUID

import pytest

from qisong.roster.holding import FIELDS, Held
from qisong.roster.matching import Match, Matcher, Told
from qisong.roster.secrets import index_of
from qisong.roster.statements import Statement
from qisong.roster.terms import Secret
from qisong.words.identity import mask_identity
from tests.roster.people import number

TOP, HERE, THERE = 1, 2, 3


def held(
    pk: int, name: str = "王伟", born: str = "1958-03", unit: int | None = HERE, identity: str = "", **more: str
) -> Held:
    values = dict.fromkeys(FIELDS, "") | {"name": name, "born": born} | more
    secrets = {"identity": (index_of(Secret.IDENTITY, identity), mask_identity(identity))} if identity else {}
    return Held(UUID(int=pk), 1, died=False, values=values, unit=unit, secrets=secrets)


def told(row: int, name: str = "王伟", born: str = "1958-03", unit: int | None = HERE, identity: str = "") -> Told:
    values = {"name": name, "born": born} if born else {"name": name}
    return Told(row, Statement(unit=unit, values=values, secrets={"identity": identity} if identity else {}), identity)


def matched(rows: list[Told], *members: Held, strangers: tuple[Held, ...] = ()) -> list[Match]:
    return Matcher(TOP, {one.id: one for one in members}, {one.id: one for one in strangers}).match(rows)


def outcome(rows: list[Told], *members: Held, strangers: tuple[Held, ...] = ()) -> list[tuple[int, str, list[int]]]:
    """Member, doubt and candidates of each row, by their small numbers; 0 is nobody."""
    return [
        (match.member.int if match.member else 0, match.doubt, [one.int for one in match.candidates])
        for match in matched(rows, *members, strangers=strangers)
    ]


def test_number_matches_whatever_else_differs() -> None:
    rows = [told(0, name="王维", born="1990", unit=THERE, identity=number())]
    assert outcome(rows, held(1, identity=number())) == [(1, "", [])]


def test_number_of_another_unit_is_doubtful() -> None:
    assert outcome([told(0, identity=number())], strangers=(held(1, unit=9, identity=number()),)) == [
        (0, "elsewhere", [1])
    ]


def test_number_of_somebody_who_left_brings_them_back() -> None:
    assert outcome([told(0, identity=number())], strangers=(held(1, unit=None, identity=number()),)) == [(1, "", [])]


def test_number_of_a_dead_member_is_doubtful() -> None:
    gone = held(1, unit=None, identity=number())
    gone.died = True
    assert outcome([told(0, identity=number())], strangers=(gone,)) == [(0, "died", [1])]


def test_branch_name_and_birth_date_match() -> None:
    assert outcome([told(0)], held(1), held(2, born="1960"), held(3, unit=THERE)) == [(1, "", [])]


def test_row_without_a_branch_means_the_unit_itself() -> None:
    assert outcome([told(0, unit=None)], held(1, unit=TOP)) == [(1, "", [])]


def test_birth_dates_match_as_far_as_both_are_known() -> None:
    assert outcome([told(0, born="1958-03-05")], held(1, born="1958")) == [(1, "", [])]


@pytest.mark.parametrize(("born", "kept"), [("", "1958-03"), ("1958-03", ""), ("", "")])
def test_name_alone_is_doubtful(born: str, kept: str) -> None:
    assert outcome([told(0, born=born)], held(1, born=kept)) == [(0, "no-birth-date", [1])]


def test_row_without_birth_date_that_repeats_what_is_held_matches() -> None:
    row = told(0, born="")
    row.said.values["joined"] = "1980-07-01"
    assert outcome([row], held(1, born="", joined="1980-07-01")) == [(1, "", [])]


def test_same_name_born_another_day_is_somebody_new() -> None:
    assert outcome([told(0, born="1990")], held(1)) == [(0, "", [])]


def test_several_of_one_name_and_birth_date_are_doubtful() -> None:
    assert outcome([told(0)], held(1), held(2)) == [(0, "several", [1, 2])]


def test_mask_tells_several_apart() -> None:
    one, two = held(1, identity=number(1)), held(2, identity=number(3))
    row = told(0)
    row.said.masks["identity"] = mask_identity(number(3))
    assert outcome([row], one, two) == [(2, "", [])]


def test_another_number_of_the_same_name_and_birth_date_is_doubtful() -> None:
    assert outcome([told(0, identity=number(3))], held(1, identity=number(1))) == [(0, "another-number", [1])]


def test_member_without_number_gains_one() -> None:
    assert outcome([told(0, identity=number(3))], held(1)) == [(1, "", [])]


def test_member_claimed_by_number_is_nobody_elses() -> None:
    rows = [told(0, identity=number(1)), told(1, identity=number(3))]
    assert outcome(rows, held(1, identity=number(1))) == [(1, "", []), (0, "", [])]


def test_same_person_in_another_branch_is_doubtful() -> None:
    assert outcome([told(0)], held(1, unit=THERE)) == [(0, "other-branch", [1])]


def test_row_of_an_unknown_branch_is_looked_for_everywhere() -> None:
    row = told(0, unit=None)
    row.lost_branch = True
    assert outcome([row], held(1, unit=TOP)) == [(0, "other-branch", [1])]


def test_two_rows_that_mean_one_member_are_doubtful() -> None:
    matches = matched([told(0), told(1)], held(1))
    assert [(match.doubt, match.twice) for match in matches] == [("namesakes", [1]), ("namesakes", [0])]
    assert outcome([told(0), told(1)], held(1)) == [(0, "namesakes", [1]), (0, "namesakes", [1])]


def test_newcomers_alike_are_doubtful_unless_numbers_tell_them_apart() -> None:
    assert [one[1] for one in outcome([told(0), told(1)])] == ["namesakes", "namesakes"]
    assert [one[1] for one in outcome([told(0, identity=number(1)), told(1)])] == ["namesakes", "namesakes"]
    assert [one[1] for one in outcome([told(0, identity=number(1)), told(1, identity=number(3))])] == ["", ""]


def test_newcomers_without_birth_dates_are_told_apart_by_what_else_is_said() -> None:
    one, two, three = told(0, born=""), told(1, born=""), told(2, born="")
    one.said.secrets["phone"] = "13800001234"
    assert [match.doubt for match in matched([one, two, three])] == ["", "namesakes", "namesakes"]


def test_two_hundred_of_one_name_are_never_one() -> None:
    members = [held(n, born=f"19{40 + n // 12:02}-{n % 12 + 1:02}") for n in range(1, 201)]
    rows = [told(n, born=one.values["born"]) for n, one in enumerate(members)]
    assert outcome(rows, *members) == [(one.id.int, "", []) for one in members]
    unborn = [told(n, born="") for n in range(200)]
    assert {match.member for match in matched(unborn, *members)} == {None}
