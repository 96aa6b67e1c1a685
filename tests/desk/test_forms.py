from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import timezone

from qisong.desk.forms import DayField, DeskForm, PlainField, UnitField
from qisong.org.scope import operator_scope
from tests.world import World


@pytest.mark.parametrize("typed", ["2026-05-19", "2026年5月19日", "２０２６.5.19", "20260519", "19/5/2026"])
def test_day_is_read_as_people_write_it(typed: str) -> None:
    assert DayField().clean(typed) == date(2026, 5, 19)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-05", "date-partial"),
        ("3/5/2026", "date-ambiguous"),
        ("明天", "date-unreadable"),
        ("", "required"),
        ("2999-01-01", "date-future"),
    ],
)
def test_day_is_never_guessed(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DayField().clean(typed)
    assert refused.value.code == code


def test_day_ahead_may_be_still_to_come() -> None:
    soon = timezone.localdate().replace(year=timezone.localdate().year + 1, day=1)
    assert DayField(ahead=True).clean(soon.isoformat()) == soon


def test_text_loses_stray_spaces_and_full_width_digits() -> None:
    assert PlainField().clean("  Ｂ１　号  ") == "B1 号"


class Chosen(DeskForm):
    unit = UnitField()


def test_units_are_offered_in_tree_order_set_in_by_depth(world: World) -> None:
    scope, form = operator_scope(), Chosen()
    form.fields["unit"].offer(scope, scope.tree.order[:3])
    assert [name for _, name in form.fields["unit"].choices] == ["—", "青山县委", "　东岭镇党委", "　　东岭村党支部"]


def test_unit_that_was_not_offered_is_refused(world: World) -> None:
    form = Chosen({"unit": world.sibling.pk})
    form.fields["unit"].offer(world.scope("recorder"), [world.branch.pk])
    assert form.errors["unit"] == ["请从列出的选项里选一个。"]


def test_errors_belong_to_their_box_for_those_who_listen(world: World) -> None:
    form = Chosen({"unit": ""})
    form.fields["unit"].offer(world.scope("recorder"), [world.branch.pk])
    drawn = Template("{% load desk %}{% field form.unit 'which one' %}").render(Context({"form": form}))
    parts = ('aria-invalid="true"', 'aria-describedby="id_unit-hint id_unit-errors"', 'id="id_unit-errors"')
    assert [part in drawn for part in parts] == [True, True, True]
