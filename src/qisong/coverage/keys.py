"""Who is counted, by the key the database itself uses: a county has 50,000 of them in one question, and turning each
into an object would take longer than the counting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import CharField, ExpressionWrapper, F

Key = str | UUID | int  # a member's id as the database hands it over, or the id of a unit


def as_stored(column: str) -> ExpressionWrapper[Any]:
    """The column as the database hands it over: text on SQLite, a UUID on PostgreSQL."""
    return ExpressionWrapper(F(column), output_field=CharField())


def member_id(key: Key) -> UUID | None:
    """The member a key means; None for a unit."""
    if isinstance(key, int):
        return None
    return key if isinstance(key, UUID) else UUID(key)
