from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from qisong.org.models import Journal, Suggestion, Term
from qisong.org.suggesting import (
    answer_suggestion,
    forget_answered,
    found_by,
    hide_suggestion,
    opened,
    show_suggestion,
    shown_to_all,
    suggest,
)
from qisong.org.todos import todos_for
from qisong.words.text import Refusal
from tests.world import World

TEXT = "送来的书字太小。\n请印大一点。"


def made(**told: str) -> Suggestion:
    return found_by(suggest(**({"text": TEXT} | told)))


def ids_seen(world: World, role: str) -> set[str]:
    return {str(one.pk) for one in Suggestion.objects.within(world.scope(role))}


def refused(**told: str) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        suggest(**({"text": TEXT} | told))
    return refusal.value.code, refusal.value.place


def test_what_is_said_is_sealed_and_opens_again(world: World) -> None:
    one = made(name="田守一", reach="傍晚打电话")
    rows = list(Suggestion.objects.values().get().values())
    assert [clear in str(rows) for clear in (TEXT, "田守一", "傍晚打电话")] == [False] * 3
    inside = opened(one)
    assert (inside.text, inside.name, inside.reach, inside.answer) == (TEXT, "田守一", "傍晚打电话", "")


def test_no_column_says_who_or_at_what_hour(world: World) -> None:
    one = made()
    kinds = {field.name: field.get_internal_type() for field in Suggestion._meta.get_fields()}
    assert [name for name, kind in kinds.items() if kind in {"DateTimeField", "GenericIPAddressField"}] == []
    assert (one.on, one.answered_by, one.id.version) == (timezone.localdate(), None, 4)


def test_journal_says_that_one_came_and_neither_which_nor_from_whom(world: World) -> None:
    made()
    row = Journal.objects.latest("seq")
    assert (row.kind, row.actor, row.unit, row.touched, row.reason) == ("suggestion.made", None, None, {}, "")


def test_code_is_kept_nowhere_and_read_however_it_is_typed(world: World) -> None:
    code = suggest(text=TEXT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM org_suggestion")
        stored = str(cursor.fetchall())
    assert [part in stored for part in (code, code.replace("-", ""))] == [False, False]
    assert found_by(f" {code.lower().replace('-', '－')} ").pk == found_by(code.replace("-", "")).pk


def test_unknown_code_finds_nothing(world: World) -> None:
    made()
    with pytest.raises(Refusal) as refusal:
        found_by("ABCDE-FGHJK")
    assert (refusal.value.code, refusal.value.place) == ("unknown-code", "code")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"text": " \n "}, ("text-missing", "text")),
        ({"text": "长" * 2001}, ("too-long", "text")),
        ({"name": "长" * 101}, ("too-long", "name")),
    ],
)
def test_what_is_empty_or_too_long_is_refused_at_its_place(
    world: World, told: dict[str, str], expected: tuple[str, str]
) -> None:
    assert refused(**told) == expected
    assert Suggestion.objects.count() == 0


@pytest.mark.postgres
def test_a_day_takes_only_so_many(world: World, settings: Any) -> None:
    settings.SUGGESTIONS_A_DAY = 2
    made(), made()
    assert refused() == ("box-full", "")
    Suggestion.objects.update(on=timezone.localdate() - timedelta(days=1))
    assert made().on == timezone.localdate()


def test_committee_reads_those_about_its_units_and_the_office_all(world: World) -> None:
    about, general, elsewhere = made(about="东岭村党支部"), made(), made(about="柳河村党支部")
    unknown = made(about="没有这个组织")
    assert ids_seen(world, "clerk") == {str(about.pk)}
    assert ids_seen(world, "office") == {str(one.pk) for one in (about, general, elsewhere, unknown)}
    assert [ids_seen(world, role) for role in ("recorder", "auditor", "system-administrator")] == [set()] * 3


def test_todo_says_how_many_wait_and_for_how_long(world: World) -> None:
    old, _new, done = made(), made(), made()
    Suggestion.objects.filter(pk=old.pk).update(on=timezone.localdate() - timedelta(days=9))
    answer_suggestion(by=world.office, suggestion=done, text="好的。")
    [todo] = [one for one in todos_for(world.scope("office")) if one.url_name == "desk:suggestion-inbox"]
    assert todo.text.zh == "2 条意见建议等答复，最早的已等 9 天"
    assert [one for one in todos_for(world.scope("clerk")) if one.url_name == "desk:suggestion-inbox"] == []


def test_answer_is_sealed_and_told_to_the_journal_without_its_content(world: World) -> None:
    one = made(about="东岭村党支部")
    answer_suggestion(by=world.clerk, suggestion=one, text="下次换大字的。")
    one.refresh_from_db()
    assert (opened(one).answer, "大字" in one.answer, one.answered_by) == ("下次换大字的。", False, world.clerk)
    row = Journal.objects.latest("seq")
    assert (row.kind, row.unit, row.touched) == (
        "suggestion.answered",
        world.branch,
        {"suggestion": [str(one.pk)]},
    )


def test_passing_on_is_an_answer_and_saying_nothing_is_none(world: World) -> None:
    one = made()
    answer_suggestion(by=world.office, suggestion=one, text="", passed_to="镇文化站")
    assert Suggestion.objects.get(pk=one.pk).passed_to == "镇文化站"
    with pytest.raises(Refusal) as refusal:
        answer_suggestion(by=world.office, suggestion=one, text=" ", passed_to=" ")
    assert (refusal.value.code, refusal.value.place) == ("text-missing", "answer")


def test_only_the_words_of_the_office_are_shown_to_everybody(world: World) -> None:
    one = made()
    with pytest.raises(Refusal) as refusal:
        show_suggestion(by=world.office, suggestion=one, question="问", answer="答")
    assert refusal.value.code == "not-answered"
    answer_suggestion(by=world.office, suggestion=one, text="田守一同志，好的。")
    show_suggestion(by=world.office, suggestion=one, question="有大字的书吗？", answer="有。")
    assert [(shown.question, shown.answer) for shown in shown_to_all()] == [("有大字的书吗？", "有。")]
    hide_suggestion(by=world.office, suggestion=one)
    assert list(shown_to_all()) == []


def test_content_is_erased_when_its_time_is_over_and_never_before_it_is_answered(world: World, settings: Any) -> None:
    settings.SUGGESTION_DAYS = 30
    old, fresh, open_ = made(name="田守一"), made(), made()
    for one in (old, fresh):
        answer_suggestion(by=world.office, suggestion=one, text="好的。")
    show_suggestion(by=world.office, suggestion=old, question="问", answer="答")
    Suggestion.objects.filter(pk=old.pk).update(answered_on=date(2026, 5, 1))
    Suggestion.objects.filter(pk=fresh.pk).update(answered_on=date(2026, 5, 2))
    Suggestion.objects.filter(pk=open_.pk).update(on=date(2020, 1, 1))
    assert (forget_answered(date(2026, 5, 31)), forget_answered(date(2026, 5, 31))) == (1, 0)
    left = {one.pk: opened(one).text for one in Suggestion.objects.all()}
    assert left == {old.pk: "", fresh.pk: TEXT, open_.pk: TEXT}
    assert [shown.answer for shown in shown_to_all()] == ["答"]
    with pytest.raises(Refusal) as refusal:
        answer_suggestion(by=world.office, suggestion=old, text="再答")
    assert refusal.value.code == "erased"


@pytest.mark.postgres
def test_a_county_founded_earlier_learns_who_answers(world: World) -> None:
    roles = Term.objects.filter(category="role")
    wanted = {role.code: role.data.get("rights") for role in roles}
    for role in roles:
        role.data["rights"] = [right for right in role.data.get("rights", []) if right != "suggestions"]
        role.save()
    import_module("qisong.org.migrations.0004_let_offices_answer").let_offices_answer(apps, None)
    found = {role.code for role in Term.objects.filter(category="role") if "suggestions" in role.data["rights"]}
    assert found == {code for code, rights in wanted.items() if rights and "suggestions" in rights}
