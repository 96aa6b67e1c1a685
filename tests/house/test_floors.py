"""What imports cannot show: tables and migrations also look only downwards."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.house.source import floors


def upward(links: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The links from a room to a neighbour or to a room above it. Rooms of other packages are beneath all."""
    level = floors()
    return [(a, b) for a, b in links if a != b and b in level and level.get(a, -1) <= level[b]]


def rooms_of_relations() -> set[tuple[str, str]]:
    links = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.concrete and field.related_model:
                links.add((model._meta.app_label, field.related_model._meta.app_label))
    return links


def rooms_of_migrations() -> set[tuple[str, str]]:
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return {
        (room, needed) for (room, _), one in disk.items() for needed, _ in one.dependencies if needed != "__setting__"
    }


def test_relations_point_only_down() -> None:
    assert upward(rooms_of_relations()) == []


def test_migrations_depend_only_on_rooms_beneath() -> None:
    assert upward(rooms_of_migrations()) == []


def test_upward_finds_links_to_neighbours_and_above() -> None:
    good = [("ledger", "org"), ("roster", "roster"), ("org", "contenttypes"), ("config", "desk")]
    bad = [("org", "roster"), ("sheets", "files"), ("auth", "org")]
    assert upward(good + bad) == bad


def test_relations_and_migrations_are_found_at_all() -> None:
    assert ("roster", "org") in rooms_of_relations() & rooms_of_migrations()


@pytest.mark.django_db
def test_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
