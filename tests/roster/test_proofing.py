"""A review as a person reads it: what stands in each cell, what was there before, and what is wrong with it."""

from __future__ import annotations

from qisong.roster.importing import apply_batch, decide, problems_of
from qisong.roster.models import ImportBatch
from qisong.roster.proofing import Proof, proofs
from qisong.roster.secrets import mask_of
from qisong.roster.terms import Secret
from tests.roster.forms import FULL, compared, person
from tests.roster.people import keep, member, number
from tests.world import World


def read(batch: ImportBatch) -> list[Proof]:
    return proofs(batch, list(batch.lines.order_by("number")), problems_of(batch))


def said(proof: Proof) -> dict[str, str]:
    return {column: cell.said for column, cell in proof.cells.items()}


def changed(proof: Proof) -> dict[str, tuple[str | None, str]]:
    return {column: (cell.before, cell.said) for column, cell in proof.cells.items() if cell.before is not None}


def test_new_row_says_what_the_form_says_with_its_numbers_masked(world: World) -> None:
    [proof] = read(compared(world.branch, person(), without=["serial"]))
    expected = {column: value for column, value in FULL.items() if column in said(proof)}
    masked = {"identity": "*" * 16 + number(serial=1)[-2:], "mobile": "138****01"}
    assert said(proof) == expected | {"name": "田守一"} | masked
    assert (proof.name, changed(proof), proof.problems) == ("田守一", {}, [])


def test_changed_row_keeps_what_is_held_beside_what_changes(world: World) -> None:
    member(world.branch, born="1958-03-05", sex="male", job="教师", address="东岭村三组")
    [proof] = read(compared(world.branch, {"name": "田守一", "born": "1958-03-05", "job": "退休人员"}))
    assert changed(proof) == {"job": ("教师", "退休人员")}
    assert {column: said(proof)[column] for column in ("sex", "address", "branch")} == {
        "sex": "男",
        "address": "东岭村三组",
        "branch": "东岭村党支部",
    }


def test_what_was_nothing_is_told_from_what_does_not_change(world: World) -> None:
    member(world.branch, born="1958-03-05")
    [proof] = read(
        compared(world.branch, {"name": "田守一", "born": "1958-03-05", "away": "是", "destination": "佳木斯"})
    )
    assert changed(proof) == {"away": ("否", "是"), "destination": ("", "佳木斯")}


def test_new_door_is_told_with_its_village(world: World) -> None:
    keep("identity", "address")
    member(world.branch, born="1958-03-05", address="东岭村三组", house="12号")
    [proof] = read(compared(world.branch, {"name": "田守一", "born": "1958-03-05", "address": "东岭村三组15号"}))
    assert changed(proof) == {"address": ("东岭村三组***", "东岭村三组***")}


def test_wrong_cell_shows_what_stands_in_the_file(world: World) -> None:
    member(world.branch, born="1958-03-05", job="教师")
    [proof] = read(compared(world.branch, {"name": "田守一", "born": "1958-03-05", "joined": "解放前"}))
    cell = proof.cells["joined"]
    assert (cell.said, cell.severity, [one.code for one in cell.problems]) == ("解放前", "error", ["date-unreadable"])


def test_warned_cell_shows_what_was_understood(world: World) -> None:
    old = "110101580305001"
    [proof] = read(compared(world.branch, person(identity=old)))
    cell = proof.cells["identity"]
    assert (cell.said, cell.severity) == (f"{'*' * 16}{number(serial=1)[-2:]}", "warning")


def test_doubtful_row_names_who_it_may_be(world: World) -> None:
    namesake = member(world.branch, born="1958", phone="13800001234")
    [proof, *_] = read(compared(world.branch, {"name": "田守一", "job": "教师"}))
    [candidate] = proof.candidates
    assert (candidate.id, candidate.values["born"], candidate.values["mobile"]) == (namesake.pk, "1958", "138****34")
    assert proof.may_be_new is True


def test_holder_elsewhere_stays_unknown(world: World) -> None:
    member(world.other_branch, name="云中客", identity=number(serial=1))
    [proof, *_] = read(compared(world.branch, person()))
    assert (proof.candidates, proof.may_be_new) == ([], False)


def test_missing_member_shows_what_is_held(world: World) -> None:
    absent = member(world.branch, name="云中客", born="1970-01-01", phone="13800001234")
    [_row, proof] = read(compared(world.branch, person()))
    assert said(proof) == {
        "name": "云中客",
        "born": "1970-01-01",
        "category": "正式党员",
        "branch": "东岭村党支部",
        "mobile": mask_of(absent, Secret.PHONE),
    }


def test_applied_row_still_shows_what_it_changed(world: World) -> None:
    member(world.branch, born="1958-03-05", job="教师")
    batch = compared(world.branch, {"name": "田守一", "born": "1958-03-05", "job": "退休人员"})
    apply_batch(by=world.clerk, batch=batch)
    assert changed(read(batch)[0]) == {"job": ("教师", "退休人员")}


def test_decided_row_shows_what_it_changed_once_applied(world: World) -> None:
    namesake = member(world.branch, born="1958", job="教师")
    batch = compared(world.branch, {"name": "田守一", "job": "退休人员"})
    decide(by=world.clerk, line=batch.lines.get(number=1), decision=f"same:{namesake.pk}")
    apply_batch(by=world.clerk, batch=batch)
    assert changed(read(batch)[0]) == {"job": ("教师", "退休人员")}
