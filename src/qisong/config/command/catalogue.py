"""Every command by name."""

from __future__ import annotations

import click

from qisong import __version__
from qisong.config.command import (
    acts,
    answers,
    cases,
    ending,
    exchange,
    letters,
    many,
    measuring,
    safety,
    upkeep,
    warehouse,
)
from qisong.config.command.speaking import BilingualGroup


@click.group(cls=BilingualGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="qisong", message="%(prog)s %(version)s")
def qisong() -> None:
    """七送:不掉一个组织,不漏一名党员。

    No organisation dropped, no member missed.

    环境变量 QISONG_DATA 指定数据目录,DATABASE_URL 指定 PostgreSQL。

    QISONG_DATA says where the embedded database and the files live; DATABASE_URL names a PostgreSQL database.

    退出码 / Exit codes: 0 正常 well, 1 数据有问题 a problem in the data, 2 用法不对 wrong use.
    """


for command in (
    upkeep.init,
    upkeep.presets,
    upkeep.serve,
    upkeep.demo,
    upkeep.account,
    upkeep.upgrade,
    safety.backup,
    safety.verify,
    safety.restore,
    safety.doctor,
    ending.close_site,
    ending.reopen_site,
    exchange.import_,
    exchange.export,
    cases.cases,
    letters.letter,
    acts.record,
    acts.reverse,
    answers.gaps,
    answers.figures,
    answers.briefing,
    answers.check,
    warehouse.warehouse,
    many.planes,
    measuring.bench,
):
    qisong.add_command(command)
