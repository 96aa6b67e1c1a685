"""Keep the site safe: back it up, prove a backup, bring one back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

from qisong.config.backup.manifest import Manifest
from qisong.config.backup.restoring import Verdict
from qisong.config.backup.restoring import restore as bring_back
from qisong.config.backup.restoring import verify as prove
from qisong.config.backup.writing import write_backup
from qisong.config.command.speaking import PROBLEM, WELL, answer_json, progress_bar, say, site
from qisong.org.health import Condition, examine, worst
from qisong.words.text import Text

BackupFile = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="用 JSON 回答。 Answer in JSON.")
def backup(*, folder: Path | None, as_json: bool) -> int:
    """备份整个站点，封好并当场验证。 Back the whole site up, sealed, and prove it at once."""
    site()
    with progress_bar("备份并验证", "Backing up and proving") as report:
        report(0, 2)
        made = write_backup(folder or settings.BACKUP_DIR, timezone.localtime())
        report(1, 2)
        proven = prove(made)
        report(2, 2)
    return tell(made, proven, as_json=as_json)


@click.command()
@BackupFile
@click.option("--json", "as_json", is_flag=True, help="用 JSON 回答。 Answer in JSON.")
def verify(*, file: Path, as_json: bool) -> int:
    """试恢复一份备份，看它全不全。 Restore a backup into nothing, to see whether it is whole."""
    with progress_bar("验证", "Proving") as report:
        report(0, 1)
        proven = prove(file)
        report(1, 1)
    return tell(file, proven, as_json=as_json)


@click.command()
@BackupFile
@click.option("--replace", is_flag=True, help="现有数据移到一边。 Put the present data aside.")
def restore(*, file: Path, replace: bool) -> None:
    """用备份恢复站点。 Bring the site back from a backup."""
    with progress_bar("恢复", "Restoring") as report:
        report(0, 1)
        manifest = bring_back(file, replace=replace, now=timezone.localtime())
        report(1, 1)
    say(described(RESTORED, file, manifest))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="用 JSON 回答。 Answer in JSON.")
def doctor(*, as_json: bool) -> int:
    """看站点哪里不对、怎么办。 What is wrong with the site, and what to do."""
    site()
    found = list(examine(timezone.now(), thorough=True))
    if as_json:
        answer_json([{"code": one.code, "condition": one.condition, **asdict(one.text)} for one in found])
    else:
        for one in found:
            click.echo(f"{SIGNS[one.condition]} {one.text.both}")
    return PROBLEM if worst(found) is Condition.WRONG else WELL


SIGNS = {Condition.WELL: "✓", Condition.ATTENTION: "!", Condition.WRONG: "✗"}


def tell(file: Path, proven: Verdict, *, as_json: bool) -> int:
    manifest, wrong, means = proven
    if as_json:
        faults = [asdict(fault) for fault in wrong]
        told = {"file": str(file), "whole": not wrong, "faults": faults, "proof": asdict(means)}
        answer_json(told | {"manifest": vars(manifest)})
    else:
        for text in [*wrong, means] if wrong else [described(WHOLE, file, manifest), means]:
            say(text)
    return PROBLEM if wrong else WELL


def described(text: Text, file: Path, manifest: Manifest) -> Text:
    rows = sum(manifest.tables.values())
    return text.format(file=file, county=manifest.county, made_at=manifest.made_at, rows=rows, seq=manifest.seq)


WHOLE = Text(
    "{file}：完整，可以恢复。{county}，{made_at}，共 {rows} 行，日志到第 {seq} 条。"
    "请把 master.key 另外保存，没有它打不开备份。",
    "{file}: whole, and can be restored. {county}, {made_at}, {rows} rows, journal up to {seq}. Keep master.key apart; "
    "without it no backup opens.",
)
RESTORED = Text(
    "已恢复：{county}，{made_at} 的备份，共 {rows} 行，日志到第 {seq} 条。所有人请重新登录；请运行 qisong check 核对。",
    "Restored: {county} as backed up at {made_at}, {rows} rows, journal up to {seq}. Everybody signs in again; run "
    "qisong check.",
)
