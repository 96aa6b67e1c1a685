"""The ledger of problems and the registers of searches, in and out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from qisong.casework.ledger_sheet import examine_ledger, import_ledger
from qisong.casework.ledger_writing import write_ledger
from qisong.casework.registration import Register, write_register
from qisong.casework.registration_sheet import examine_register, import_register
from qisong.casework.sheet_review import SheetReview
from qisong.config.command.exchange import READABLE, WRITABLE
from qisong.config.command.speaking import PROBLEM, BilingualGroup, Day, UnitCode, answer_json, say, show_problems
from qisong.org.models import Unit
from qisong.org.scope import operator_scope
from qisong.words.text import Text

LEDGER, REGISTER = "ledger", "register"


@click.group(cls=BilingualGroup)
def cases() -> None:
    """整改台账和查找登记表。 The ledger of problems, and the registers of searches."""


@cases.command("import")
@click.argument("file", type=READABLE)
@click.option("--unit", required=True, type=UnitCode(), help="哪个组织的台账。 The unit whose ledger it is.")
@click.option(
    "--form",
    type=click.Choice([LEDGER, REGISTER]),
    default=LEDGER,
    help="整改台账（ledger），还是查找登记表（register）。 A ledger of problems, or a register of searches.",
)
@click.option("--on", type=Day(), help="没写日期的按哪天，默认今天。 The day of what has no date; today by default.")
@click.option("--apply", "apply_", is_flag=True, help="写入；有错误则一行也不写。 Write; nothing if any error exists.")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
@click.option(
    "--annotated", "annotated_file", type=WRITABLE, help="另存带“错误”栏的原表。 Save the sheet with an error column."
)
def import_cases(
    file: Path, *, unit: Unit, form: str, on: date | None, apply_: bool, as_json: bool, annotated_file: Path | None
) -> int:
    """核对台账或登记表;加 --apply 才写入。 Look a sheet through; nothing is written without --apply."""
    source, today = file.read_bytes(), timezone.localdate()
    told: dict[str, Any] = {"unit": unit, "source": source, "filename": file.name, "on": on or today, "today": today}
    review: SheetReview[Any] = examine_ledger(**told) if form == LEDGER else examine_register(**told)
    applied = apply_ and bool(review.lines) and not review.has_errors
    if applied:
        review = import_ledger(by=None, **told) if form == LEDGER else import_register(by=None, **told)
    if annotated_file:
        annotated_file.write_bytes(review.annotated(source, file.name))
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
@click.option(
    "--form",
    type=click.Choice([LEDGER, *(one.value for one in Register)]),
    default=LEDGER,
    help="整改台账，或取得联系（found）、仍无法取得联系（lost）的登记表。 The ledger, or either register of searches.",
)
def export_cases(out: Path, *, unit: Unit, form: str) -> None:
    """导出整改台账或登记表。 Export the ledger of problems or a register."""
    scope = operator_scope()
    out.write_bytes(write_ledger(scope, unit) if form == LEDGER else write_register(scope, unit, Register(form)))
    say(Text("已导出：{out}", "Exported: {out}").format(out=out))
