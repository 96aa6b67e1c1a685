"""Found a site, serve it, show the demo county."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from qisong.config.command.speaking import OLDER, PROBLEM, WELL, UnitCode, progress_bar, say, site, stop
from qisong.config.demo import build
from qisong.config.founding import found_county
from qisong.config.preset_files import DEFAULT_PRESET, read_preset, shipped
from qisong.config.serving import run
from qisong.config.upgrading import bring_up_to_date, pending, require_known
from qisong.org.accounts import LoginSlip, open_first_account, reset_password, slip_of
from qisong.org.founding import add_terms
from qisong.org.models import Account, Site, Unit
from qisong.words.text import Text

DEMO_MARK = "demo-county"
ADDRESS = {"host": "127.0.0.1", "port": 8000}


def host_and_port(command: click.decorators.FC) -> click.decorators.FC:
    port = click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
    host = click.option("--host", default="127.0.0.1", show_default=True)
    return host(port(command))


@click.command()
@click.option("--check", is_flag=True, help="只看要不要升级，什么也不做。 Only tell whether there is anything to do.")
def upgrade(*, check: bool) -> int:
    """先备份，再把数据库升到本版本；不成则原样退回。 Back up, then bring the database to this version."""
    require_known()
    if check:
        steps = pending()
        for step in steps:
            click.echo(f"  {step}")
        say(OLDER if steps else CURRENT)
        return PROBLEM if steps else WELL
    bring_up_and_tell()
    say(CURRENT)
    return WELL


def bring_up_and_tell() -> None:
    with progress_bar("升级", "Upgrading"):
        made = bring_up_to_date(timezone.localtime())
    if (site := Site.objects.first()) and site.preset in shipped():
        add_terms(read_preset(site.preset))
    if made:
        say(UPGRADED.format(backup=made))


@click.command()
@click.option("--county", required=True, help="县级组织名称。 The county's name.")
@click.option("--code", required=True, help="县级组织代码。 The county's code.")
@click.option(
    "--keep", default="", help="保留哪些可选栏：identity,ethnicity,education,address。 Optional columns to keep."
)
@click.option(
    "--preset",
    "named",
    default=DEFAULT_PRESET,
    show_default=True,
    help="预设的代码（见 qisong presets），或自己的 .toml 文件。 A preset's code (see qisong presets) or a .toml file.",
)
def init(*, county: str, code: str, keep: str, named: str) -> None:
    """建立一个县的站点。 Found a county's site."""
    preset = read_preset(named)
    call_command("migrate", interactive=False, verbosity=0)
    columns = [column.strip() for column in keep.split(",") if column.strip()]
    found_county(name=county.strip(), code=code.strip(), keep=columns, preset=preset)
    purposes = preset.get("keep", {})
    say(Text("已建立：{name}({code})", "Founded: {name} ({code})").format(name=county, code=code))
    for column in columns:
        click.echo(f"  {column}: {purposes[column]['zh']} / {purposes[column]['en']}")
    say(
        Text(
            "下一步：qisong import units 组织表.xlsx；"
            "qisong account --name 姓名 --role office --unit {code}；qisong serve",
            "Next: qisong import units UNITS.xlsx; "
            "qisong account --name NAME --role office --unit {code}; qisong serve",
        ).format(code=code)
    )


@click.command()
def presets() -> None:
    """列出可选的预设。 The presets to choose from."""
    for code in shipped():
        preset = read_preset(code)
        click.echo(f"  {code:<20} {preset['zh']} / {preset['en']}")


@click.command()
@click.option("--name", required=True, help="姓名。 The person's name.")
@click.option("--role", required=True, help="角色代码，如 office、clerk、recorder。 The role's code.")
@click.option("--unit", required=True, type=UnitCode(), help="在哪个组织。 In which unit.")
def account(*, name: str, role: str, unit: Unit) -> None:
    """给一个人开通账号并任职。 Open an account for a person and give the post."""
    show_slips([open_first_account(name=name, role=role, unit=unit, on=timezone.localdate())])


@click.command()
@host_and_port
def serve(*, host: str, port: int) -> None:
    """开启网页和后台任务。 Serve the pages and the background work."""
    bring_up_and_tell()
    site()
    run(host, port)


@click.command()
@click.option("--build-only", is_flag=True, help="只建数据，不开网页。 Build the data only.")
@click.option("--reset", is_flag=True, help="删去演示数据重建。 Delete the demo data and build it anew.")
@host_and_port
def demo(*, build_only: bool, reset: bool, host: str, port: int) -> None:
    """演示县:虚构的人和地方。 The demo county: fictional people and places."""
    mark = Path(settings.DATA_DIR) / DEMO_MARK
    if reset:
        clear_demo(mark)
    bring_up_and_tell()
    slips: list[LoginSlip] = []
    if not Site.objects.exists():
        with progress_bar("建演示县", "Building the demo county") as report:
            slips = build(today=timezone.localdate(), progress=report)
        mark.touch()
    elif not mark.exists():
        stop("这里是真实数据，不能放演示县。 / Real data lives here; no demo county can be added.", 2)
    if build_only:
        show_slips(slips)
        return
    show_slips(slips or renewed_slips())
    run(host, port)


def clear_demo(mark: Path) -> None:
    """Delete what the demo made, and only if it was the demo that made it."""
    if not mark.exists():
        if Path(settings.DATABASES["default"]["NAME"]).exists():
            stop("这里不是演示数据，没有删除。 / This is not demo data; nothing was deleted.", 2)
        return
    if connection.vendor != "sqlite":
        call_command("flush", interactive=False, verbosity=0)
        mark.unlink()
        return
    connection.close()
    shutil.rmtree(settings.DATA_DIR)
    Path(settings.DATA_DIR).mkdir(mode=0o700)


def renewed_slips() -> list[LoginSlip]:
    """New one-time passwords for the logins that nobody has made their own yet."""
    waiting = Account.objects.filter(first_password_until__isnull=False, is_active=True).order_by("pk")
    return [slip_of(one, reset_password(by=None, account=one)) for one in waiting]


def show_slips(slips: list[LoginSlip]) -> None:
    for slip in slips:
        click.echo(f"  {slip.username:<16} {slip.password:<14} {slip.role}  {slip.unit}  {slip.name}")
    if slips:
        say(
            Text(
                "以上是一次性密码，首次登录须改，{until} 前有效。",
                "These passwords are for the first sign-in only and end on {until}.",
            ).format(until=timezone.localtime(slips[0].valid_until).date())
        )


CURRENT = Text("数据库已是本版本。", "The database is of this version.")
UPGRADED = Text(
    "已升级。升级前的备份：{backup}",
    "Upgraded. The backup of before: {backup}",
)
