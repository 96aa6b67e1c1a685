"""Sheets in and out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from qisong.config.command.speaking import PROBLEM, Day, UnitCode, answer_json, progress_bar, say, show_problems, site
from qisong.coverage.surveyed import surveyed
from qisong.ledger.history import importing as history
from qisong.ledger.models import HistoryBatch
from qisong.ledger.survey_sheet import read_survey, submission_id, write_survey
from qisong.ledger.surveying import check_lines, members_of, record_survey, survey_items
from qisong.org.models import Unit
from qisong.org.scope import operator_scope
from qisong.org.tree import tree_on
from qisong.org.units_sheet import import_units
from qisong.roster.exporting import export_roster
from qisong.roster.importing import annotated, apply_batch, examine, keep_review, problems_of, report
from qisong.sheets.problems import Problem
from qisong.words.text import Text

READABLE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
COUNTS = ("new", "changed", "moved", "doubtful", "same", "missing")


@click.group("import")
def import_() -> None:
    """导入表格。 Import sheets."""


@import_.command("units")
@click.argument("file", type=READABLE)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
def units(file: Path, *, as_json: bool) -> int:
    """导入组织表:上下级可以任意先后。 Import the units sheet; parents and children in any order.

    列 / Columns: 组织代码, 组织名称, 上级组织代码, 组织类别, 特征, 成立日期
    """
    site()
    outcome = import_units(by=None, source=file.read_bytes(), filename=file.name, today=timezone.localdate())
    if as_json:
        answer_json(outcome.as_json())
    else:
        show_problems(outcome.problems)
        say(
            Text("共 {rows} 行：新建 {created}，已有 {same}。", "{rows} rows: {created} created, {same} known.").format(
                rows=outcome.rows, created=outcome.created, same=outcome.same
            )
        )
    return PROBLEM if outcome.problems else 0


@import_.command("roster")
@click.argument("files", nargs=-1, required=True, type=READABLE)
@click.option("--unit", required=True, type=UnitCode(), help="哪个组织的名册。 The unit whose roster it is.")
@click.option("--apply", "apply_", is_flag=True, help="写入；有错误则一行也不写。 Write; nothing if any error exists.")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
@click.option(
    "--annotated", "annotated_file", type=WRITABLE, help="另存带“错误”栏的原表。 Save the sheet with an error column."
)
def roster(files: tuple[Path, ...], *, unit: Unit, apply_: bool, as_json: bool, annotated_file: Path | None) -> int:
    """核对党员名册;加 --apply 才写入。 Compare rosters; nothing is written without --apply."""
    today = timezone.localdate()
    sources = [(file.name, file.read_bytes()) for file in files]
    with progress_bar("核对", "Comparing") as progress:
        review = examine(unit=unit, files=sources, today=today, progress=lambda done: progress(done, 100))
    problems = problems_of(review)
    if annotated_file:
        annotated_file.write_bytes(annotated(review))
    applied = apply_ and not any(problem.severity == "error" for problem in problems)
    if applied:
        apply_batch(by=None, batch=keep_review(by=None, review=review))
    if as_json:
        answer_json(report(review))
    else:
        show_problems(problems)
        tell(report(review), applied=applied)
    return PROBLEM if problems else 0


def tell(outcome: dict[str, object], *, applied: bool) -> None:
    zh = (
        "共 {rows} 行：新增 {new}、变更 {changed}、调入 {moved}、存疑 {doubtful}、相同 {same}；"
        "名册里没有 {missing} 人。"
    )
    en = (
        "{rows} rows: {new} new, {changed} changed, {moved} moved, {doubtful} doubtful, {same} same; {missing} missing."
    )
    say(Text(zh, en).format(**{key: outcome[key] for key in ("rows", *COUNTS)}))
    say(Text("已写入。", "Written.") if applied else Text("没有写入。", "Nothing was written."))


@import_.command("acts")
@click.argument("files", nargs=-1, required=True, type=READABLE)
@click.option(
    "--unit", type=UnitCode(), help="哪个组织的旧台账，默认全县。 Whose records they are; the county by default."
)
@click.option("--apply", "apply_", is_flag=True, help="写入读得准的活动。 Record the acts that are whole.")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。 Answer in JSON.")
@click.option(
    "--annotated", "annotated_file", type=WRITABLE, help="另存带“错误”栏的原表。 Save the sheets with an error column."
)
def acts(
    files: tuple[Path, ...], *, unit: Unit | None, apply_: bool, as_json: bool, annotated_file: Path | None
) -> int:
    """旧台账变成活动;加 --apply 才写入。 Old records become acts; nothing is written without --apply.

    会议记录、发放登记、签到册都可以,几份文件一起也可以。 Meeting workbooks, hand-out registers, sign-in sheets.
    退出码 1:还有错误或没有回答的问题。 Exit code 1: errors or open questions are left.
    """
    site()
    sources = [(file.name, file.read_bytes()) for file in files]
    whose, scope = unit or the_county(), operator_scope()
    if apply_:
        read: history.Review | HistoryBatch = history.compare(by=None, unit=whose, files=sources)
    else:
        with progress_bar("核对", "Reading") as progress:
            read = history.examine(
                by=None, scope=scope, unit=whose, files=sources, progress=lambda done: progress(done, 100)
            )
    if annotated_file:
        annotated_file.write_bytes(history.annotated(read))
    if isinstance(read, HistoryBatch):
        with progress_bar("写入", "Recording") as progress:
            history.apply_history(by=None, scope=scope, batch=read, progress=lambda done: progress(done, 100))
    told = history.report(read)
    if as_json:
        answer_json(told | {"batch": str(read.pk) if isinstance(read, HistoryBatch) else None})
    else:
        tell_acts(told, history.problems_of(read), applied=apply_)
    return PROBLEM if told["wrong"] or told["open"] or has_error(history.problems_of(read)) else 0


def the_county() -> Unit:
    tree = tree_on(timezone.localdate())
    return Unit.objects.get(pk=tree.roots[0])


def has_error(problems: Sequence[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def tell_acts(told: dict[str, Any], problems: Sequence[Problem], *, applied: bool) -> None:
    show_problems(problems)
    for one in told["asked"]:
        click.echo(f"？ {one['word']} ×{one['count']}: {'; '.join(one['places'])}", err=True)
    zh = "共 {acts} 次活动：可记 {new}、有错 {wrong}、待回答 {open}、那天已有记录 {doubtful}、早已导入 {same}。"
    en = "{acts} acts: {new} new, {wrong} wrong, {open} open, {doubtful} on days with an act, {same} imported before."
    say(Text(zh, en).format(**{key: told[key] for key in ("acts", "new", "wrong", "open", "doubtful", "same")}))
    if told["asked"]:
        say(Text("问题请在页面上回答：旧台账导入。", "Answer the questions on the page: bring in old records."))
    say(Text("已写入。", "Written.") if applied and told["new"] else Text("没有写入。", "Nothing was written."))


@import_.command("survey")
@click.argument("file", type=READABLE)
@click.option("--unit", required=True, type=UnitCode(), help="哪个组织的摸底表。 The unit whose survey it is.")
@click.option("--on", type=Day(), help="哪天问的，默认今天。 The day of asking; today unless named.")
@click.option("--apply", "apply_", is_flag=True, help="写入；有错误则一行也不写。 Write; nothing if any error exists.")
def survey(file: Path, *, unit: Unit, on: date | None, apply_: bool) -> int:
    """核对填好的摸底表;加 --apply 才写入。 Compare a filled survey; nothing is written without --apply."""
    scope = operator_scope()
    day, items = on or scope.on, survey_items(scope.on)
    people = surveyed(members_of([unit.pk], scope.on), items=items, on=scope.on)
    reading = read_survey(file.read_bytes(), file.name, people=people, items=items, today=scope.on)
    _lines, wrong = check_lines(scope=scope, unit=unit, lines=reading.lines, on=day)
    for problem in wrong:
        reading.note(problem.place, problem.code, problem.text)
    show_problems(reading.problems)
    zh, en = "答复 {answered} 人，没有动过 {untouched} 行。", "{answered} answered, {untouched} rows were left alone."
    say(Text(zh, en).format(answered=len(reading.lines), untouched=reading.untouched))
    apply_ = apply_ and bool(reading.lines) and not reading.has_errors
    if apply_:
        client_id = submission_id(reading.lines, day)
        record_survey(by=None, scope=scope, unit=unit, lines=reading.lines, on=day, client_id=client_id, door="command")
    say(Text("已写入。", "Written.") if apply_ else Text("没有写入。", "Nothing was written."))
    return PROBLEM if reading.problems else 0


@click.group("export")
def export() -> None:
    """导出表格。 Export sheets."""


@export.command("roster")
@click.argument("out", type=WRITABLE)
@click.option("--unit", required=True, type=UnitCode(), help="哪个组织。 Which unit.")
@click.option("--unmask", is_flag=True, help="证件号和电话不遮盖，须写明原因。 Show numbers in full; needs a reason.")
@click.option("--reason", default="", help="不遮盖的原因，记入日志。 Why they are shown; written to the journal.")
def export_roster_command(out: Path, *, unit: Unit, unmask: bool, reason: str) -> None:
    """按全国汇总表的格式导出名册。 Export the roster in the national form."""
    with out.open("wb") as stream:
        count = export_roster(by=None, unit=unit, stream=stream, on=timezone.localdate(), unmask=unmask, reason=reason)
    say(Text("已导出 {n} 人：{out}", "{n} members exported: {out}").format(n=count, out=out))


@export.command("survey")
@click.argument("out", type=WRITABLE)
@click.option("--unit", required=True, type=UnitCode(), help="哪个组织。 Which unit.")
def export_survey(out: Path, *, unit: Unit) -> None:
    """导出摸底表，已经知道的先填好。 Export the survey with what is known filled in."""
    on = timezone.localdate()
    items = survey_items(on)
    people = surveyed(members_of([unit.pk], on), items=items, on=on)
    out.write_bytes(write_survey(people, items, unit=unit.name, on=on))
    say(Text("已导出 {n} 人：{out}", "{n} members exported: {out}").format(n=len(people), out=out))
