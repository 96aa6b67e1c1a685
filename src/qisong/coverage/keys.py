"""Who is counted, by the key the database itself uses: a county has 50,000 of them in one question, and turning each
into an object would take longer than the counting."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Key = str | UUID | int  # a member's id as the database hands it over, or the id of a unit


def stored(rows: QuerySet[Any, Any]) -> list[Any]:
    """The rows of a ``values_list`` as the database hands them over: a member's id is text on SQLite, a UUID on
    PostgreSQL, and a date is read by ``day_of``."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[Any] = cursor.fetchall()
        return found


def day_of(value: str | date) -> date:
    """A day, as the database hands it over."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def member_id(key: Key) -> UUID | None:
    """The member a key means; None for a unit."""
    if isinstance(key, int):
        return None
    return key if isinstance(key, UUID) else UUID(key)


def key_of(member: UUID) -> Key:
    """The key of a member, as the database hands it over."""
    return member if connection.features.has_native_uuid_field else member.hex
