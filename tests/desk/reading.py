"""A page that is only read must not write: every GET of these tests runs behind this guard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\b", re.IGNORECASE)
# What the door itself leaves behind, once a minute at most.
PRESENCE = ('"django_session"', 'UPDATE "org_account" SET "last_seen_at"')


def refuse_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django calls it so
    if WRITES.match(sql) and not any(allowed in sql for allowed in PRESENCE):
        raise AssertionError(f"a page that is only read wrote: {sql}")
    return execute(sql, params, many, context)


@contextmanager
def reading() -> Iterator[None]:
    with connection.execute_wrapper(refuse_writes):
        yield


class Reader(Client):
    """The test client, with the guard around every GET."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        with reading():
            return super().get(*args, **kwargs)

    def count(self, url: str) -> int:
        """The number of queries a page takes; the door has already noted who came."""
        self.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert self.get(url).status_code == 200
        return len(queries)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()
