"""Many counties together: out of each as Parquet, counted in one run."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click
from django.utils import timezone

from qisong.config.command.speaking import Day, answer_json, progress_bar, say, site
from qisong.coverage.warehouse.export import export
from qisong.coverage.warehouse.nation import roll_up
from qisong.coverage.warehouse.running import Engine, duckdb_here, spark_at
from qisong.words.text import Text

FOLDER = click.Path(file_okay=False, path_type=Path)
LOCAL = "spark://127.0.0.1:7077"


@click.group()
def warehouse() -> None:
    """多个县合在一起数。 Many counties counted together."""


@warehouse.command("export")
@click.argument("folder", type=FOLDER)
@click.option("--as-of", type=Day(), help="哪一天，默认今天。 The date, by default today.")
@click.option(
    "--month",
    "months",
    multiple=True,
    help="只换这些月份的收件，如 2026-05。 Replace the receipts of these months only.",
)
@click.option(
    "--above", default="", help="上级代码，从最高起，用/隔开。 Codes of the units above, the topmost first: N/P."
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
def export_command(*, folder: Path, as_of: date | None, months: tuple[str, ...], above: str, as_json: bool) -> None:
    """把本县导出成 Parquet，只有编号，没有姓名。 Export the county as Parquet: ids and no names."""
    site()
    codes = [code for code in above.split("/") if code]
    made = export(folder, as_of=as_of or timezone.localdate(), months=frozenset(months), above=codes)
    told = {"county": made.county, "as_of": made.as_of, **made.rows}
    if as_json:
        answer_json(told)
        return
    zh = "已导出{county}（{as_of}）：组织 {units}、人 {people}、应送 {lines}、已收 {receipts}。"
    en = "Exported {county} as of {as_of}: {units} units, {people} people, {lines} owed, {receipts} receipts."
    say(Text(zh, en).format(**told))


@warehouse.command("rollup")
@click.argument("folders", nargs=-1, required=True, type=FOLDER)
@click.option("--engine", "named", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--spark-url", default=LOCAL, show_default=True, help="Spark 的地址。 Where Spark is.")
@click.option("--planes", "out", required=True, type=FOLDER, help="结果放在哪里。 Where the results go.")
@click.option("--as-of", type=Day(), help="各县都须按这一天导出。 All must be exported as of this day.")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
def rollup_command(
    *, folders: tuple[Path, ...], named: str, spark_url: str, out: Path, as_of: date | None, as_json: bool
) -> None:
    """合计各县的导出，每县得一个位图文件。 Count exported counties; each gets a file of planes."""
    with progress_bar("合计", "Counting") as progress, engine_named(named, spark_url) as engine:
        outcome = roll_up(folders, engine=engine, out=out, as_of=as_of, report=progress)
    if as_json:
        answer_json(asdict(outcome))
        return
    zh = "已合计 {counties} 个县（{as_of}）：人 {people}、已收 {receipts}，结果 {rows} 行。"
    en = "{counties} counties as of {as_of}: {people} people, {receipts} receipts, {rows} rows of results."
    say(Text(zh, en).format(**asdict(outcome)))


def engine_named(name: str, spark_url: str) -> AbstractContextManager[Engine]:
    return spark_at(spark_url) if name == "spark" else duckdb_here()
