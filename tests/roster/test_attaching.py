from datetime import date

import pytest

from qisong.ledger.expecting import expected
from qisong.org.models import Journal
from qisong.org.todos import todos_for
from qisong.roster.attaching import agree, decline, end_attachments, propose_attachments, seek_member, take_note
from qisong.roster.editing import record_death, transfer_member
from qisong.roster.models import Affiliation, Member, Proposal
from qisong.roster.terms import Standing
from qisong.words.text import Refusal
from tests.roster.people import member
from tests.world import World

MAY = date(2026, 5, 1)


def propose(world: World, *members: Member) -> list[int]:
    """B1 says that they live where B3 is."""
    ids = [one.pk for one in members]
    propose_attachments(by=world.recorder, home=world.branch, members=ids, to=world.other_branch.pk)
    return list(Proposal.objects.order_by("pk").values_list("pk", flat=True))


def attached(world: World, code: str = "B3", on: date = MAY) -> list[str]:
    return [one.member.person.name for one in expected(world.unit(code), on).attached]


def told(world: World, who: str) -> list[tuple[str, str]]:
    found = todos_for(world.scope(who))
    return [(todo.text.zh, todo.url_name) for todo in found if todo.url_name in {"desk:attached", "desk:away"}]


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> tuple[str, str]:
    return refused.value.code, refused.value.place


def test_nobody_is_on_a_sheet_there_before_that_unit_has_ticked(world: World) -> None:
    one, two = member(world.branch), member(world.branch, "田守二")
    first, _second = propose(world, one, two)
    assert attached(world) == []
    agree(by=world.outsider, asked=world.other_branch, proposals=[first], on=MAY)
    assert (attached(world), attached(world, on=date(2026, 4, 30))) == (["田守一"], [])


def test_totals_stay_with_the_formal_unit(world: World) -> None:
    [proposal] = propose(world, member(world.branch))
    agree(by=world.outsider, asked=world.other_branch, proposals=[proposal], on=MAY)
    assert list(Affiliation.objects.formal(MAY).values_list("unit__code", flat=True)) == ["B1"]
    assert [len(expected(world.unit(code), MAY).due) for code in ("B1", "B3")] == [1, 0]


def test_each_step_is_told_to_the_journal_with_everybody(world: World) -> None:
    one, two = member(world.branch), member(world.branch, "田守二")
    first, second = propose(world, one, two)
    agree(by=world.outsider, asked=world.other_branch, proposals=[first], on=MAY)
    decline(by=world.outsider, asked=world.other_branch, proposals=[second])
    take_note(by=world.recorder, asking=world.branch, proposals=[second])
    rows = Journal.objects.order_by("-seq")[:4]
    assert [(row.kind, row.unit, len(row.touched["member"])) for row in rows] == [
        ("attachments.noted", world.branch, 1),
        ("attachments.declined", world.other_branch, 1),
        ("attachments.agreed", world.other_branch, 1),
        ("attachments.proposed", world.branch, 2),
    ]


def test_to_dos_follow_whose_turn_it_is(world: World) -> None:
    [proposal] = propose(world, member(world.branch))
    assert (told(world, "recorder"), told(world, "outsider")) == (
        [],
        [("1 人说是住到这里的，请勾选确实在的：柳河村党支部", "desk:attached")],
    )
    decline(by=world.outsider, asked=world.other_branch, proposals=[proposal])
    assert (told(world, "recorder"), told(world, "outsider")) == (
        [("1 人被答复不在那里，请再联系：东岭村党支部", "desk:away")],
        [],
    )
    take_note(by=world.recorder, asking=world.branch, proposals=[proposal])
    assert told(world, "recorder") == []


@pytest.mark.postgres
def test_only_the_asked_unit_answers_and_only_once(world: World) -> None:
    [proposal] = propose(world, member(world.branch))
    with pytest.raises(Refusal) as foreign:
        agree(by=world.recorder, asked=world.branch, proposals=[proposal], on=MAY)
    agree(by=world.outsider, asked=world.other_branch, proposals=[proposal], on=MAY)
    with pytest.raises(Refusal) as again:
        decline(by=world.outsider, asked=world.other_branch, proposals=[proposal])
    assert code_of(foreign) == code_of(again) == ("changed-meanwhile", "ticked")
    assert Proposal.objects.get().standing == Standing.AGREED


def test_nobody_is_proposed_twice_to_one_place(world: World) -> None:
    one = member(world.branch)
    propose(world, one)
    with pytest.raises(Refusal) as refused:
        propose(world, one)
    assert (code_of(refused), Proposal.objects.count()) == (("nobody-new", "ticked"), 1)


def test_only_own_members_are_proposed_and_to_another_unit(world: World) -> None:
    foreign = member(world.sibling)
    with pytest.raises(Refusal) as refused:
        propose(world, foreign)
    with pytest.raises(Refusal) as same:
        propose_attachments(by=None, home=world.branch, members=[foreign.pk], to=world.branch.pk)
    assert (code_of(refused), code_of(same)) == (("nobody-new", "ticked"), ("same-unit", "to"))


def test_whoever_died_or_changed_unit_waits_no_longer(world: World) -> None:
    one, two = member(world.branch), member(world.branch, "田守二")
    proposals = propose(world, one, two)
    record_death(by=None, member=one, on=MAY)
    transfer_member(by=None, member=two, unit=world.sibling, on=MAY)
    assert told(world, "outsider") == []
    with pytest.raises(Refusal) as refused:
        agree(by=world.outsider, asked=world.other_branch, proposals=proposals, on=MAY)
    assert (refused.value.code, attached(world)) == ("changed-meanwhile", [])


def test_receiving_unit_ends_it(world: World) -> None:
    one = member(world.branch)
    [proposal] = propose(world, one)
    agree(by=world.outsider, asked=world.other_branch, proposals=[proposal], on=MAY)
    end_attachments(by=world.outsider, unit=world.other_branch, members=[one.pk], on=date(2026, 6, 1))
    assert [attached(world, on=date(2026, 5, 31)), attached(world, on=date(2026, 6, 1))] == [["田守一"], []]


def test_sought_member_is_attached_only_when_their_own_unit_agrees(world: World) -> None:
    member(world.branch, born="1958-03-05")
    assert seek_member(by=world.outsider, unit=world.other_branch, name="田守一", born="1958-03")
    assert attached(world) == []
    assert told(world, "recorder") == [("别的组织说我们有 1 人在他们那里：东岭村党支部", "desk:away")]
    agree(by=world.recorder, asked=world.branch, proposals=[Proposal.objects.get().pk], on=MAY)
    assert attached(world) == ["田守一"]


@pytest.mark.parametrize(("name", "born"), [("田守一", "1958-04"), ("田守", "1958-03"), ("田守二", "1958-03")])
def test_seeking_without_knowing_finds_nothing_and_is_journalled(world: World, name: str, born: str) -> None:
    member(world.branch, born="1958-03-05")
    member(world.branch, "田守二", born="1958-03-06")
    member(world.sibling, "田守二", born="1958-03-07")
    assert not seek_member(by=world.outsider, unit=world.other_branch, name=name, born=born)
    row = Journal.objects.latest("seq")
    assert (row.kind, row.actor, row.touched, Proposal.objects.count()) == (
        "attachment.sought",
        world.outsider,
        {},
        0,
    )
