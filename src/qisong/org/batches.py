"""Many rows at once: prepared outside the writer's lock, written inside it as fast as the database takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper


class Batch:
    """Rows of several models, written in the order in which their models were first added.

    ``add`` turns each object into parameters at once, which is most of the work and needs no lock; ``write`` then
    costs little more than the database itself. Objects must carry their primary keys, unless nothing refers to them.
    """

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], list[list[Any]]] = {}

    def add(self, objects: Iterable[models.Model]) -> None:
        database = connections[DEFAULT_DB_ALIAS]  # itself: the proxy in front of it would be asked for every value
        for one in objects:
            model = type(one)
            rows = self.rows.setdefault(model, [])
            rows.append([value_of(one, column, database) for column in columns_of(model)])

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.rows.values())

    def write(self) -> None:
        """Insert everything; call inside the transaction of the verb."""
        with connection.cursor() as cursor:
            for model, rows in self.rows.items():
                cursor.executemany(insertion(model), rows)


@cache
def columns_of(model: type[models.Model]) -> Sequence[models.Field[Any, Any]]:
    fields = model._meta.local_concrete_fields  # noqa: SLF001 - Django documents _meta
    return [field for field in fields if not isinstance(field, models.AutoField | models.BigAutoField)]


def value_of(one: models.Model, column: models.Field[Any, Any], database: BaseDatabaseWrapper) -> Any:
    value = column.pre_save(one, add=True)
    return None if value is None else column.get_db_prep_save(value, connection=database)


def insertion(model: type[models.Model]) -> str:
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in columns_of(model)]
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608, SLF001
