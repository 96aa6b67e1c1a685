"""The ledger of problems, in and out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from django.utils import timezone

from qisong.casework.ledger_sheet import annotated_ledger, examine_ledger, import_ledger, write_ledger
from qisong.config.command.exchange import READABLE, WRITABLE
from qisong.config.command.speaking import PROBLEM, BilingualGroup, Day, UnitCode, answer_json, say, show_problems
from qisong.org.models import Unit
from qisong.org.scope import operator_scope
from qisong.words.text import Text


@click.group(cls=BilingualGroup)
def cases() -> None:
    """整改台账。 The ledger of problems to be put right."""


@cases.command("import")
@click.argument("file", type=READABLE)
@click.option("--unit", required=True, type=UnitCode(), help="哪个组织的台账。 The unit whose ledger it is.")
@click.option("--on", type=Day(), help="没写日期的按哪天，默认今天。 The day of what has no date; today by default.")
@click.option("--apply", "apply_", is_flag=True, help="写入；有错误则一行也不写。 Write; nothing if any error exists.")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
@click.option(
    "--annotated", "annotated_file", type=WRITABLE, help="另存带“错误”栏的原表。 Save the sheet with an error column."
)
def import_cases(
    file: Path, *, unit: Unit, on: date | None, apply_: bool, as_json: bool, annotated_file: Path | None
) -> int:
    """核对整改台账;加 --apply 才写入。 Look a ledger through; nothing is written without --apply."""
    source, today = file.read_bytes(), timezone.localdate()
    review = examine_ledger(unit=unit, source=source, filename=file.name, on=on or today, today=today)
    applied = apply_ and bool(review.lines) and not review.has_errors
    if applied:
        review = import_ledger(by=None, unit=unit, source=source, filename=file.name, on=on or today, today=today)
    if annotated_file:
        annotated_file.write_bytes(annotated_ledger(source, file.name, review))
    if as_json:
        answer_json(review.as_json())
    else:
        show_problems(review.problems)
        counts = {"rows": review.rows, "new": len(review.lines), "held": review.held, "wrong": review.wrong}
        zh = "共 {rows} 行：新增 {new}、已有 {held}、有错 {wrong}。"
        say(Text(zh, "{rows} rows: {new} new, {held} held already, {wrong} wrong.").format(**counts))
        say(Text("已写入。", "Written.") if applied else Text("没有写入。", "Nothing was written."))
    return PROBLEM if review.problems else 0


@cases.command("export")
@click.argument("out", type=WRITABLE)
@click.option("--unit", required=True, type=UnitCode(), help="哪个组织，连同下级。 Which unit, with those beneath.")
def export_cases(out: Path, *, unit: Unit) -> None:
    """导出整改台账。 Export the ledger of problems."""
    out.write_bytes(write_ledger(operator_scope(), unit))
    say(Text("已导出：{out}", "Exported: {out}").format(out=out))
