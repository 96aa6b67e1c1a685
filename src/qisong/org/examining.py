"""What the foundation of the house can tell of itself: database, disk, chain, clock, and whether work is being done."""

from __future__ import annotations

import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from qisong.org.health import Condition, Finding, register
from qisong.org.journal import broken_links
from qisong.org.models import Journal, Schedule
from qisong.words.text import Text
from qisong.words.workdays import holidays_known

MEBIBYTE = 2**20
LEAST_FREE, LEAST_SHARE = 500 * MEBIBYTE, 0.05
# The parent that serves leaves a heartbeat every half minute.
ALIVE_SECONDS = 90
LATE = timedelta(hours=1)
LOOKED_BACK = timedelta(days=7)
FORESEEN = timedelta(days=60)


def well(code: str, zh: str, en: str, **values: object) -> Finding:
    return Finding(code, Condition.WELL, Text(zh, en).format(**values))


def attention(code: str, zh: str, en: str, **values: object) -> Finding:
    return Finding(code, Condition.ATTENTION, Text(zh, en).format(**values))


def wrong(code: str, zh: str, en: str, **values: object) -> Finding:
    return Finding(code, Condition.WRONG, Text(zh, en).format(**values))


def database(_now: datetime) -> Finding:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return wrong(
            "database",
            "数据库还不是本版本的，请停下网站，运行 qisong upgrade。",
            "The database is not of this version. Stop the site and run qisong upgrade.",
        )
    return well("database", "数据库连得上，版本对。", "The database answers and is of this version.")


def file(_now: datetime) -> Finding:
    if connection.vendor != "sqlite":
        return well("file", "数据库由 PostgreSQL 管理。", "PostgreSQL looks after the database.")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        told = cursor.fetchall()
    if told != [("ok",)]:
        return wrong(
            "file",
            "数据库文件损坏。请停下网站，用最近一份备份恢复：qisong restore 备份文件 --replace。",
            "The database file is damaged. Stop the site and restore the last backup: qisong restore FILE --replace.",
        )
    return well("file", "数据库文件完好。", "The database file is whole.")


def disk(_now: datetime) -> Finding:
    usage = shutil.disk_usage(settings.DATA_DIR)
    free = usage.free // MEBIBYTE
    if usage.free < LEAST_FREE or usage.free < usage.total * LEAST_SHARE:
        return wrong(
            "disk",
            "磁盘只剩 {free} MiB。请清出空间，否则很快记不进活动。",
            "Only {free} MiB of disk are left. Make room, or soon no act can be recorded.",
            free=free,
        )
    return well("disk", "磁盘还有 {free} MiB。", "{free} MiB of disk are free.", free=free)


def chain(_now: datetime) -> Finding:
    if broken := broken_links():
        return wrong(
            "chain",
            "日志从第 {seq} 条起对不上：有人绕过系统改过数据，或者 master.key 不是这个站点的。"
            "请核对密钥文件，再与备份比对。",
            "The journal does not hold together from row {seq} on: somebody changed data past the system, or "
            "master.key is another site's. Look at the key file, then compare with a backup.",
            seq=broken[0],
        )
    return well("chain", "日志前后衔接，没有被改动。", "The journal holds together; nothing was changed in it.")


def clock(now: datetime) -> Finding:
    last = Journal.objects.order_by("-seq").values_list("at", flat=True).first()
    if last and last > now + timedelta(minutes=5):
        return wrong(
            "clock",
            "这台机器的时间比最后一次记录还早，请校准时间。",
            "This machine's clock is behind the last record. Set the clock.",
        )
    return well("clock", "机器时间正常。", "The clock agrees with the journal.")


def serving(_now: datetime) -> Finding:
    heartbeat = Path(settings.DATA_DIR) / "heartbeat"
    if not heartbeat.exists() or time.time() - heartbeat.stat().st_mtime > ALIVE_SECONDS:
        return attention(
            "serving",
            "后台没有在运行：导入和定时工作都停着。请运行 qisong serve。",
            "Nothing runs in the background: imports and regular work stand still. Run qisong serve.",
        )
    return well("serving", "后台在运行。", "The background work is running.")


def regular_work(now: datetime) -> Finding:
    late = sorted(Schedule.objects.filter(next_at__lt=now - LATE).values_list("code", flat=True))
    if late:
        return attention(
            "regular-work",
            "这些定时工作没有按时做完：{codes}。请看日志；网站刚停过的话，等几分钟就会补上。",
            "This regular work is late: {codes}. See the log; after a halt it is made up for within minutes.",
            codes=", ".join(late),
        )
    return well("regular-work", "定时工作都按时做了。", "Regular work is done on time.")


def background_tasks(now: datetime) -> Finding:
    failed = DBTaskResult.objects.failed().filter(finished_at__gt=now - LOOKED_BACK).count()
    if failed:
        return attention(
            "background-tasks",
            "最近 7 天有 {n} 件后台工作没做成。请看日志；导入没做成的，请重新上传。",
            "{n} background tasks failed in the last 7 days. See the log; upload again what was not imported.",
            n=failed,
        )
    return well("background-tasks", "后台工作没有失败的。", "No background task has failed.")


def mail(_now: datetime) -> Finding:
    if not settings.SMTP:
        return well(
            "mail",
            "没有设置发信服务器，不发邮件；需要时设置 QISONG_SMTP。",
            "No mail server is set, so no e-mail is sent; QISONG_SMTP names one.",
        )
    return well(
        "mail",
        "已设置发信服务器 {host}。",
        "E-mail is sent by {host}.",
        host=settings.SMTP["host"],
    )


def holidays(now: datetime) -> Finding:
    last = timezone.localdate(now) + FORESEEN
    if not holidays_known(last):
        return attention(
            "holidays",
            "节假日表还没有 {year} 年的安排，先按周一至周五算工作日。放假通知公布后，请升级 chinesecalendar。",
            "The table of holidays does not know {year} yet; Monday to Friday count as working days. "
            "Once the holidays are announced, upgrade chinesecalendar.",
            year=last.year,
        )
    return well(
        "holidays",
        "今后 {days} 天的节假日都在表里。",
        "The table of holidays knows the coming {days} days.",
        days=FORESEEN.days,
    )


register("database", database)
register("disk", disk)
register("clock", clock)
register("serving", serving)
register("regular-work", regular_work)
register("background-tasks", background_tasks)
register("mail", mail)
register("holidays", holidays)
register("file", file, thorough=True)
register("chain", chain, thorough=True)
