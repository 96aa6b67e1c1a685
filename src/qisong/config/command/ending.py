"""The orderly end of a site, and its taking back."""

from __future__ import annotations

from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

from qisong.config.backup.restoring import require_rest, verify
from qisong.config.backup.writing import write_backup
from qisong.config.closing.erasing import erase_site
from qisong.config.closing.handing_out import hand_out, require_empty, write_index
from qisong.config.command.speaking import progress_bar, say, site
from qisong.org.closing import close_site as close
from qisong.org.closing import dismiss_everybody
from qisong.org.closing import reopen_site as reopen
from qisong.words.text import Text, refuse


@click.command("close-site")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--unmask", is_flag=True, help="名册里的号码不遮盖，须写明原因。 Numbers of the roster in full; needs a reason."
)
@click.option("--reason", default="", help="不遮盖的原因，记入日志。 Why they are shown; written to the journal.")
@click.option(
    "--erase", is_flag=True, help="导出后删去本机数据，须输入县名。 Erase the data afterwards; asks for the name."
)
def close_site(*, folder: Path, unmask: bool, reason: str, erase: bool) -> None:
    """结束使用：全部导出，然后只能查看；加 --erase 则删去。 Hand everything out, then close the site."""
    county, today = site().name, timezone.localdate()
    require_reason(unmask=unmask, reason=reason)
    if erase:
        require_rest()
        confirm(county)
    require_empty(folder)
    with progress_bar("导出", "Handing out") as report:
        close(by=None, on=today)
        hand_out(folder, on=today, unmask=unmask, reason=reason)
        report(2, 4)
        if erase:
            dismiss_everybody(by=None)
        require_whole(write_backup(folder / "backup", timezone.localtime()))
        write_index(folder, on=today)
        report(3, 4)
        if erase:
            erase_site(folder)
        report(4, 4)
    say((ERASED if erase else CLOSED).format(folder=folder, data=settings.DATA_DIR))


def require_reason(*, unmask: bool, reason: str) -> None:
    """Before anything is closed, not in the middle of it."""
    if unmask and not reason.strip():
        raise refuse("reason-missing", "不遮盖号码，请用 --reason 写明原因。", "Say by --reason why numbers are shown.")


def confirm(county: str) -> None:
    typed = click.prompt(f"将删去本机上的全部数据。请输入“{county}”确认 / All data will be erased. Type {county}")
    if typed.strip() != county:
        raise refuse("not-confirmed", "名称不对，什么也没有做。", "That is another name; nothing was done.")


def require_whole(backup: Path) -> None:
    if wrong := verify(backup).faults:
        raise refuse("backup-broken", wrong[0].zh, wrong[0].en)


@click.command("reopen-site")
def reopen_site() -> None:
    """恢复使用已结束的站点。 Use a closed site again."""
    site()
    reopen(by=None)
    say(Text("已恢复使用。", "The site is open again."))


CLOSED = Text(
    "已全部导出到 {folder}，请打开里面的 index.html。站点只能查看，不再登记；要继续使用请运行 qisong reopen-site。",
    "Everything was handed out into {folder}; open its index.html. The site can be read and records nothing any more; "
    "qisong reopen-site opens it again.",
)
ERASED = Text(
    "已全部导出到 {folder}，本机数据已删去。{data} 里只留下 master.key：要能打开最后的备份就另外保存它，"
    "要让备份永远打不开就销毁它。别处的旧备份请另行处理。",
    "Everything was handed out into {folder} and the data of this machine erased. Only master.key is left in {data}: "
    "keep it elsewhere for as long as the last backup should open, or destroy it so that it never does. Older backups "
    "in other places are for you to deal with.",
)
