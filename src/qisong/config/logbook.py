"""What the log may hold: what failed and where, never what somebody typed or whom it concerned."""

from __future__ import annotations

import copy
import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType

QUERY = re.compile(r"\?[^\s'\"]*")
# The address of a calendar is all that opens it.
TOKEN = re.compile(r"/calendar/[^\s'\"]*")
# An exception with its trace, as the logging module hands it over.
Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """An exception is told by its kind and the code it went through; its words may quote a name or a number."""

    def format(self, record: logging.LogRecord) -> str:
        apart = copy.copy(record)
        apart.exc_text = None  # another handler may have written it out in full
        if isinstance(record.msg, BaseException):
            apart.msg, apart.args = type(record.msg).__name__, ()
        apart.msg, apart.args = TOKEN.sub("/calendar/…", QUERY.sub("?…", apart.getMessage())), ()
        return super().format(apart)

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - the logging module's name
        return "\n".join(line for error in causes(ei[1]) for line in told(error))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and those from which it arose, the first one last."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def told(error: BaseException) -> Iterator[str]:
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
