"""Changes to many rows that exist: prepared outside the writer's lock, written inside it by one statement a kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

Shape = tuple[type[models.Model], tuple[str, ...]]
Column = models.Field[Any, Any]


class Rewriting:
    """Rows of several models to be updated, written in the order in which their kinds were first added."""

    def __init__(self) -> None:
        self._rows: dict[Shape, list[list[Any]]] = {}

    def add(self, objects: Iterable[models.Model], *names: str) -> None:
        """Write the fields ``names`` of each object as they are now."""
        for one in objects:
            rows = self._rows.setdefault((type(one), names), [])
            rows.append([prepared(one, column) for column in [*columns(type(one), names), key(type(one))]])

    def write(self) -> None:
        with connection.cursor() as cursor:
            for (model, names), rows in self._rows.items():
                cursor.executemany(statement(model, names), rows)


def columns(model: type[models.Model], names: Sequence[str]) -> list[Column]:
    by_name = {column.name: column for column in model._meta.local_concrete_fields}  # noqa: SLF001 - documented by Django
    return [by_name[name] for name in names]


def key(model: type[models.Model]) -> Column:
    return next(column for column in model._meta.local_concrete_fields if column.primary_key)  # noqa: SLF001 - as above


def prepared(one: models.Model, column: Column) -> Any:
    return column.get_db_prep_save(getattr(one, column.attname), connection=connection)


def statement(model: type[models.Model], names: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(str(column.column))} = %s" for column in columns(model, names))
    table = quote(model._meta.db_table)  # noqa: SLF001 - as above
    return f"UPDATE {table} SET {changes} WHERE {quote(str(key(model).column))} = %s"  # noqa: S608 - our own names
