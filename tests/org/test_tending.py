from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.dispatch import Signal

from qisong.org import signals
from qisong.org.models import ContactPoint, Journal, Pairing, Post, Unit, UnitEdge, UnitEvent, UnitState
from qisong.org.tending import (
    NewUnit,
    close_unit,
    create_unit,
    create_units,
    merge_units,
    move_unit,
    rename_unit,
    reopen_unit,
    split_unit,
)
from qisong.org.tree import Tree, tree_on
from qisong.words.text import Refusal, refuse
from tests.world import BEGINNING, World

DAY = date(2024, 3, 1)
BEFORE = date(2024, 2, 29)


def outline(tree: Tree) -> str:
    """The tree in one line: ``C0(D1(B1 B2) D2(B3))``."""

    def branch(unit: int) -> str:
        beneath = " ".join(branch(child) for child in tree.children.get(unit, []))
        return tree.nodes[unit].code + (f"({beneath})" if beneath else "")

    return " ".join(branch(root) for root in tree.roots)


WHOLE = "C0(D1(B1 B2) D2(B3) D3(B4))"


def created(world: World, **changes: object) -> Unit:
    wanted = {"by": None, "code": "G1", "name": "东岭一组", "kind": "group", "traits": []}
    return create_unit(**(wanted | {"parent": world.branch, "on": DAY} | changes))


def code_of(refusal: pytest.ExceptionInfo[Refusal]) -> tuple[str, str]:
    return refusal.value.code, refusal.value.place


@contextmanager
def heard(signal: Signal) -> Iterator[list[dict[str, object]]]:
    news: list[dict[str, object]] = []

    def listen(**told: object) -> None:
        news.append({key: told[key] for key in ("unit", "into", "on", "by") if key in told})

    signal.connect(listen)
    try:
        yield news
    finally:
        signal.disconnect(listen)


def test_created_unit_stands_from_its_day(world: World) -> None:
    created(world)
    assert outline(tree_on(BEFORE)) == WHOLE
    assert outline(tree_on(DAY)) == "C0(D1(B1(G1) B2) D2(B3) D3(B4))"


def test_created_unit_comes_after_its_siblings_unless_placed(world: World) -> None:
    created(world, parent=world.committee)
    created(world, parent=world.committee, code="A0", position=0)
    assert outline(tree_on(DAY)) == "C0(D1(A0 B1 B2 G1) D2(B3) D3(B4))"


def test_creation_is_journalled(world: World) -> None:
    unit = created(world, by=world.office)
    entry = Journal.objects.get(kind="unit.created", unit=unit)
    assert (entry.actor, entry.touched) == (world.office, {"unit": [str(unit.pk)], "county": True})


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"code": "B1"}, ("duplicate-code", "code")),
        ({"code": " B1 "}, ("duplicate-code", "code")),
        ({"code": "  "}, ("bad-code", "code")),
        ({"code": "G" * 41}, ("bad-code", "code")),
        ({"name": " "}, ("bad-name", "name")),
        ({"name": "岭" * 101}, ("bad-name", "name")),
        ({"kind": "队"}, ("unknown-kind", "kind")),
        ({"kind": "county"}, ("root-kind", "kind")),
        ({"parent": None}, ("root-kind", "kind")),
        ({"parent": None, "kind": "county"}, ("second-root", "parent")),
        ({"traits": ["village", "大"]}, ("unknown-trait", "traits")),
        ({"on": date(2019, 12, 31)}, ("parent-not-standing", "parent")),
    ],
)
def test_creation_that_cannot_be_is_refused(world: World, changes: dict[str, object], refusal: tuple[str, str]) -> None:
    with pytest.raises(Refusal) as told:
        created(world, **changes)
    assert code_of(told) == refusal
    assert (Unit.objects.count(), UnitEvent.objects.count()) == (8, 8)


def test_refusal_speaks_both_languages_and_names_the_units(world: World) -> None:
    with pytest.raises(Refusal) as told:
        created(world, on=date(2019, 12, 31))
    assert told.value.text.zh == "上级“东岭村党支部”在2019-12-31还没有成立或已经撤销。"
    assert told.value.text.en == "The parent 东岭村党支部 was not yet created, or already closed, on 2019-12-31."


def test_many_units_find_parents_among_themselves(world: World) -> None:
    plans = [
        NewUnit("G1", "一组", "group", (), "B9", DAY),
        NewUnit("B9", "南岭村党支部", "branch", (), "D9", DAY),
        NewUnit("D9", "南岭镇党委", "committee", (), "C0", DAY),
    ]
    assert [unit.code for unit in create_units(by=None, plans=plans)] == ["G1", "B9", "D9"]
    assert outline(tree_on(DAY)) == "C0(D1(B1 B2) D2(B3) D3(B4) D9(B9(G1)))"


@pytest.mark.parametrize(
    ("parents", "refusal"),
    [
        ({"X1": "X2", "X2": "X1"}, ("parent-not-standing", "parent")),
        ({"X1": "C0", "X2": "X9"}, ("unknown-parent", "parent")),
    ],
)
def test_many_units_need_parents_that_are_there(
    world: World, parents: dict[str, str], refusal: tuple[str, str]
) -> None:
    with pytest.raises(Refusal) as told:
        create_units(by=None, plans=[NewUnit(code, code, "group", (), up, DAY) for code, up in parents.items()])
    assert code_of(told) == refusal
    assert Unit.objects.count() == 8


def test_new_unit_without_a_day_is_a_fault_of_the_caller(world: World) -> None:
    with pytest.raises(ValueError, match="first day"):
        create_units(by=None, plans=[NewUnit("X1", "一组", "group", (), "B1")])


def test_renamed_unit_was_called_otherwise_before(world: World) -> None:
    rename_unit(by=None, unit=world.branch, on=DAY, name="东岭新村党支部", traits=["organisation"])
    then, now = tree_on(BEFORE).nodes[world.branch.pk], tree_on(DAY).nodes[world.branch.pk]
    assert (then.name, now.name) == ("东岭村党支部", "东岭新村党支部")
    assert (then.traits, now.traits) == ({"organisation", "village"}, {"organisation"})
    assert (world.branch.name, world.branch.traits) == ("东岭新村党支部", ["organisation"])


def test_back_dated_name_does_not_replace_a_later_one(world: World) -> None:
    rename_unit(by=None, unit=world.branch, on=DAY, name="后名")
    rename_unit(by=None, unit=world.branch, on=BEFORE, name="前名")
    assert [tree_on(day).nodes[world.branch.pk].name for day in (BEFORE, DAY)] == ["前名", "后名"]
    assert Unit.objects.get(pk=world.branch.pk).name == "后名"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, ("nothing-changed", "name")),
        (
            {"name": "东岭村党支部", "kind": "branch", "traits": ["village", "organisation"]},
            ("nothing-changed", "name"),
        ),
        ({"name": ""}, ("bad-name", "name")),
        ({"kind": "county"}, ("root-kind", "kind")),
        ({"kind": "队"}, ("unknown-kind", "kind")),
        ({"traits": ["大"]}, ("unknown-trait", "traits")),
        ({"name": "新", "on": date(2019, 1, 1)}, ("not-standing", "on")),
    ],
)
def test_renaming_that_cannot_be_is_refused(world: World, changes: dict[str, object], refusal: tuple[str, str]) -> None:
    with pytest.raises(Refusal) as told:
        rename_unit(by=None, unit=world.branch, **({"on": DAY} | changes))
    assert code_of(told) == refusal


def test_root_keeps_its_kind_and_may_change_its_name(world: World) -> None:
    with pytest.raises(Refusal) as told:
        rename_unit(by=None, unit=world.county, on=DAY, kind="committee")
    rename_unit(by=None, unit=world.county, on=DAY, name="青山市委")
    assert (code_of(told), tree_on(DAY).nodes[world.county.pk].name) == (("root-kind", "kind"), "青山市委")


def test_moved_unit_takes_what_is_beneath_it(world: World) -> None:
    created(world, on=BEGINNING)
    move_unit(by=None, unit=world.branch, parent=world.other_committee, on=DAY)
    assert outline(tree_on(BEFORE)) == "C0(D1(B1(G1) B2) D2(B3) D3(B4))"
    assert outline(tree_on(DAY)) == "C0(D1(B2) D2(B1(G1) B3) D3(B4))"


@pytest.mark.parametrize(
    ("unit", "parent", "on", "refusal"),
    [
        ("B1", "D1", DAY, ("same-parent", "parent")),
        ("D1", "B1", DAY, ("loop", "parent")),
        ("D1", "D1", DAY, ("loop", "parent")),
        ("C0", "D1", DAY, ("root-stays", "unit")),
        ("B1", "D2", date(2019, 1, 1), ("not-standing", "on")),
    ],
)
def test_move_that_cannot_be_is_refused(
    world: World, unit: str, parent: str, on: date, refusal: tuple[str, str]
) -> None:
    with pytest.raises(Refusal) as told:
        move_unit(by=None, unit=world.unit(unit), parent=world.unit(parent), on=on)
    assert code_of(told) == refusal
    assert outline(tree_on(DAY)) == WHOLE


def test_only_what_differs_is_written(world: World) -> None:
    before = set(UnitEdge.objects.values_list("pk", flat=True)), set(UnitState.objects.values_list("pk", flat=True))
    move_unit(by=None, unit=world.branch, parent=world.other_committee, on=DAY)
    edges, states = (
        set(UnitEdge.objects.values_list("pk", flat=True)),
        set(UnitState.objects.values_list("pk", flat=True)),
    )
    assert (len(before[0] - edges), len(edges - before[0]), states) == (1, 2, before[1])


def test_merged_unit_hands_its_children_on(world: World) -> None:
    with heard(signals.units_merged) as news:
        merge_units(by=world.office, unit=world.committee, into=world.other_committee, on=DAY)
    assert outline(tree_on(BEFORE)) == WHOLE
    assert outline(tree_on(DAY)) == "C0(D2(B1 B2 B3) D3(B4))"
    assert news == [{"unit": world.committee, "into": world.other_committee, "on": DAY, "by": world.office}]


def test_merger_into_the_own_parent(world: World) -> None:
    merge_units(by=None, unit=world.branch, into=world.committee, on=DAY)
    assert outline(tree_on(DAY)) == "C0(D1(B2) D2(B3) D3(B4))"


@pytest.mark.parametrize(
    ("unit", "into", "on", "refusal"),
    [
        ("B1", "B1", DAY, ("into-itself", "into")),
        ("D1", "B1", DAY, ("into-itself", "into")),
        ("C0", "D1", DAY, ("into-itself", "into")),
        ("B1", "B2", date(2019, 1, 1), ("not-standing", "on")),
    ],
)
def test_merger_that_cannot_be_is_refused(
    world: World, unit: str, into: str, on: date, refusal: tuple[str, str]
) -> None:
    with pytest.raises(Refusal) as told:
        merge_units(by=None, unit=world.unit(unit), into=world.unit(into), on=on)
    assert code_of(told) == refusal


def test_merger_into_a_closed_unit_is_refused(world: World) -> None:
    close_unit(by=None, unit=world.sibling, on=BEFORE)
    with pytest.raises(Refusal) as told:
        merge_units(by=None, unit=world.branch, into=world.sibling, on=DAY)
    assert code_of(told) == ("counterpart-not-standing", "into")


def test_split_unit_gives_way_to_new_ones(world: World) -> None:
    group = created(world, on=BEGINNING)
    with heard(signals.unit_split) as news:
        parts = [
            NewUnit("B7", "东岭东村党支部", "branch", ("village",)),
            NewUnit("B8", "东岭西村党支部", "branch", ("village",), children=(group,)),
        ]
        units = split_unit(by=None, unit=world.branch, into=parts, on=DAY)
    assert [unit.code for unit in units] == ["B7", "B8"]
    assert outline(tree_on(DAY)) == "C0(D1(B2 B7 B8(G1)) D2(B3) D3(B4))"
    assert news == [{"unit": world.branch, "into": units, "on": DAY, "by": None}]


def test_split_names_where_new_units_come_from(world: World) -> None:
    parts = [NewUnit("B7", "东村", "branch"), NewUnit("B8", "西村", "branch")]
    split_unit(by=None, unit=world.branch, into=parts, on=DAY)
    assert list(UnitEvent.objects.filter(counterpart=world.branch).values_list("unit__code", "verb")) == [
        ("B7", "create"),
        ("B8", "create"),
    ]


@pytest.mark.parametrize(
    ("unit", "codes", "on", "refusal"),
    [
        ("B1", ["B7"], DAY, ("too-few-parts", "into")),
        ("B1", ["B7", "B2"], DAY, ("duplicate-code", "code")),
        ("B1", ["B7", "B7"], DAY, ("duplicate-code", "code")),
        ("C0", ["B7", "B8"], DAY, ("root-stays", "unit")),
        ("D1", ["B7", "B8"], DAY, ("open-children", "unit")),
        ("B1", ["B7", "B8"], date(2019, 1, 1), ("not-standing", "on")),
    ],
)
def test_split_that_cannot_be_is_refused(
    world: World, unit: str, codes: list[str], on: date, refusal: tuple[str, str]
) -> None:
    parts = [NewUnit(code, code, "branch") for code in codes]
    with pytest.raises(Refusal) as told:
        split_unit(by=None, unit=world.unit(unit), into=parts, on=on)
    assert code_of(told) == refusal
    assert outline(tree_on(DAY)) == WHOLE


def test_closed_unit_stood_until_the_day_before(world: World) -> None:
    with heard(signals.unit_closed) as news:
        close_unit(by=None, unit=world.branch, on=DAY)
    assert (outline(tree_on(BEFORE)), outline(tree_on(DAY))) == (WHOLE, "C0(D1(B2) D2(B3) D3(B4))")
    assert news == [{"unit": world.branch, "on": DAY, "by": None}]


def test_closing_is_undone_when_a_room_above_refuses(world: World) -> None:
    def object_to_it(**_told: object) -> None:
        raise refuse("members-left", "还有人。", "People are left.")

    signals.unit_closed.connect(object_to_it)
    try:
        with pytest.raises(Refusal):
            close_unit(by=None, unit=world.branch, on=DAY)
    finally:
        signals.unit_closed.disconnect(object_to_it)
    assert outline(tree_on(DAY)) == WHOLE
    assert not Journal.objects.filter(kind="unit.closed").exists()


@pytest.mark.parametrize(
    ("unit", "on", "refusal"),
    [
        ("C0", DAY, ("root-stays", "unit")),
        ("D1", DAY, ("open-children", "unit")),
        ("B1", date(2019, 1, 1), ("not-standing", "on")),
    ],
)
def test_closing_that_cannot_be_is_refused(world: World, unit: str, on: date, refusal: tuple[str, str]) -> None:
    with pytest.raises(Refusal) as told:
        close_unit(by=None, unit=world.unit(unit), on=on)
    assert code_of(told) == refusal


def test_closing_ends_posts_contact_points_and_pairings(world: World) -> None:
    close_unit(by=None, unit=world.branch, on=DAY)
    close_unit(by=None, unit=world.county_unit, on=DAY)
    assert set(Post.objects.filter(unit__in=[world.branch, world.county_unit]).values_list("valid_to", flat=True)) == {
        DAY
    }
    assert ContactPoint.objects.get().valid_to == DAY
    assert Pairing.objects.get().valid_to == DAY
    assert Post.objects.filter(valid_to__isnull=True).count() == 9


def test_reopened_unit_may_stand_elsewhere(world: World) -> None:
    close_unit(by=None, unit=world.branch, on=BEFORE)
    reopen_unit(by=None, unit=world.branch, parent=world.other_committee, on=DAY)
    assert outline(tree_on(BEFORE)) == "C0(D1(B2) D2(B3) D3(B4))"
    assert outline(tree_on(DAY)) == "C0(D1(B2) D2(B1 B3) D3(B4))"
    assert tree_on(DAY).nodes[world.branch.pk].name == "东岭村党支部"


def test_standing_unit_is_not_reopened(world: World) -> None:
    with pytest.raises(Refusal) as told:
        reopen_unit(by=None, unit=world.branch, parent=world.committee, on=DAY)
    assert code_of(told) == ("still-standing", "unit")


def test_back_dated_verb_is_allowed_when_all_that_followed_still_fits(world: World) -> None:
    move_unit(by=None, unit=world.branch, parent=world.other_committee, on=DAY)
    created(world, on=date(2022, 1, 1))
    assert outline(tree_on(date(2022, 1, 1))) == "C0(D1(B1(G1) B2) D2(B3) D3(B4))"
    assert outline(tree_on(DAY)) == "C0(D1(B2) D2(B1(G1) B3) D3(B4))"


def test_back_dated_verb_is_refused_with_the_later_event_it_meets(world: World) -> None:
    move_unit(by=None, unit=world.sibling, parent=world.branch, on=DAY)
    with pytest.raises(Refusal) as told:
        close_unit(by=None, unit=world.branch, on=BEFORE)
    assert code_of(told) == ("later-event", "on")
    assert told.value.text.zh == (
        "这与后来记下的事冲突：2024-03-01划转“西岭村党支部”——"
        "上级“东岭村党支部”在2024-03-01还没有成立或已经撤销。请先处理那件事，或者换一个日期。"
    )
    assert told.value.text.en == (
        "This conflicts with what was recorded later: move of 西岭村党支部 on 2024-03-01. The parent 东岭村党支部 was "
        "not yet created, or already closed, on 2024-03-01. Settle that first, or choose another date."
    )


def test_back_dated_loop_with_a_later_move_is_refused(world: World) -> None:
    move_unit(by=None, unit=world.branch, parent=world.sibling, on=DAY)
    with pytest.raises(Refusal) as told:
        move_unit(by=None, unit=world.sibling, parent=world.branch, on=BEFORE)
    assert code_of(told) == ("later-event", "on")
