"""How every command speaks: help and refusals in Chinese and English, and three exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NoReturn

import click
from django.db import DatabaseError

from qisong.config.upgrading import is_founded, pending
from qisong.org.models import Site, Unit
from qisong.sheets.problems import Problem
from qisong.words.text import Refusal, Text

WELL, PROBLEM, WRONG_USE = 0, 1, 2

# What click says of a wrong line, by the class of its complaint.
COMPLAINTS = {
    click.NoSuchOption: "没有这个选项",
    click.MissingParameter: "缺少参数",
    click.BadParameter: "参数不对",
    click.BadOptionUsage: "选项用法不对",
    click.BadArgumentUsage: "参数用法不对",
    click.UsageError: "用法不对",
}
# Codes of refusals that come from the line typed and not from the data.
OF_THE_LINE = {
    "unknown-unit",
    "unknown-item",
    "unknown-programme",
    "unknown-role",
    "unknown-column",
    "unknown-preset",
    "unknown-figure",
    "unknown-date",
    "unknown-peer",
    "unknown-plane",
    "ambiguous-item",
    "reason-missing",
}


class BilingualGroup(click.Group):
    """A group whose refusals are answers in two languages instead of tracebacks."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["standalone_mode"] = False
        try:
            outcome = super().main(*args, **kwargs)
        except click.UsageError as error:
            stop(complaint(error), WRONG_USE)
        except click.ClickException as error:
            stop(error.format_message(), WRONG_USE)
        except (click.Abort, KeyboardInterrupt):
            stop("已中断，没有写入。 / Stopped; nothing was written.", WRONG_USE)
        except Refusal as refusal:
            stop(refusal.text.both, WRONG_USE if refusal.code in OF_THE_LINE else PROBLEM)
        except DatabaseError as error:
            stop(unreachable(error), WRONG_USE)
        except OSError as error:
            # One that names no file is no fault of the line typed.
            if not error.filename:
                raise
            stop(unusable(error), WRONG_USE)
        sys.exit(outcome if isinstance(outcome, int) else WELL)


def complaint(error: click.UsageError) -> str:
    zh = next(words for kind, words in COMPLAINTS.items() if isinstance(error, kind))
    where = f"{error.ctx.command_path} --help" if error.ctx else "qisong --help"
    return f"{zh}:{error.format_message()}\n请看 / See: {where}"


def unreachable(error: DatabaseError) -> str:
    if is_older():
        return OLDER.both
    if "no such table" in str(error) or "does not exist" in str(error):
        return NOT_FOUNDED.both
    return f"数据库出错，没有写入：{error} / The database failed; nothing was written: {error}"


def unusable(error: OSError) -> str:
    where, why = error.filename, error.strerror
    return f"{where} 读写不了（{why}），请检查路径。 / {where} cannot be read or written ({why}); check the path."


def is_older() -> bool:
    """Whether somebody put a newer version onto the database and has not said ``qisong upgrade`` yet."""
    try:
        return is_founded() and bool(pending())
    except DatabaseError:
        return False


OLDER = Text(
    "数据库是旧版本的。请停下网站，运行 qisong upgrade：它先备份，再升级，不成会原样退回。",
    "The database is of an older version. Stop the site and run qisong upgrade: it backs up, upgrades, and leaves "
    "everything as it was should that fail.",
)
NOT_FOUNDED = Text(
    "这里还没有建站。请先运行：qisong init --county 县名 --code 代码",
    "There is no site here yet. First run: qisong init --county NAME --code CODE",
)


def stop(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def say(text: Text) -> None:
    click.echo(text.both)


def answer_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def site() -> Site:
    """The site of the data directory, or the advice to found one."""
    try:
        found = Site.objects.first()
    except DatabaseError as error:
        stop(unreachable(error), WRONG_USE)
    if found is None:
        stop(NOT_FOUNDED.both, WRONG_USE)
    return found


class UnitCode(click.ParamType[Unit]):
    """A unit given by its code."""

    name = "CODE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Unit:
        if isinstance(value, Unit):
            return value
        site()
        unit = Unit.objects.filter(code=value).first()
        if unit is None:
            self.fail(f"没有代码为“{value}”的组织。 / There is no unit with the code {value}.", param, ctx)
        return unit


class Day(click.ParamType[date]):
    """A date such as 2026-05-19."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(
                f"“{value}”不是日期，请写成 2026-05-19。 / {value} is not a date; write it as 2026-05-19.", param, ctx
            )


def show_problems(problems: Sequence[Problem], limit: int = 200) -> None:
    """One line a problem on the error stream: where, what, what to do."""
    for problem in problems[:limit]:
        where = " ".join(part for part in (problem.file, problem.sheet, problem.cell) if part)
        click.echo(f"{where}: {problem.text.both}", err=True)
    if len(problems) > limit:
        rest = len(problems) - limit
        click.echo(f"……还有 {rest} 处，用 --json 看全部。 / … and {rest} more; --json shows all.", err=True)


@contextmanager
def progress_bar(zh: str, en: str) -> Iterator[Callable[..., None]]:
    """A bar on the error stream for work that lasts; ``report(done, total, what="")`` moves it."""
    hidden = not sys.stderr.isatty()
    label = f"{zh} / {en}"
    with click.progressbar(
        length=100, label=label, file=sys.stderr, item_show_func=lambda what: what or "", hidden=hidden
    ) as bar:

        def report(done: int, total: int, what: str = "") -> None:
            bar.update(int(100 * done / max(total, 1)) - bar.pos, what)

        yield report
