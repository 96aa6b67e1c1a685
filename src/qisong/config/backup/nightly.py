"""A backup every day, proven at once; the newest are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from qisong.config.backup.copying import copy_elsewhere, remembered
from qisong.config.backup.restoring import verify
from qisong.config.backup.writing import PATTERN, write_backup
from qisong.org import health
from qisong.org.health import Condition, Finding
from qisong.org.models import Site
from qisong.org.schedule import register
from qisong.words.text import Text

OLDEST = timedelta(hours=36)


class BackupFailedError(Exception):
    """A backup that was just made could not be opened again."""


def back_up(now: datetime) -> None:
    if settings.BACKUPS_KEPT and Site.objects.exists():
        made = write_backup(settings.BACKUP_DIR, timezone.localtime(now))
        if wrong := verify(made).faults:
            made.rename(made.with_suffix(".broken"))
            raise BackupFailedError(wrong[0].both)
        forget_old(settings.BACKUP_DIR)
        copy_elsewhere(made, now)


def forget_old(folder: Path) -> None:
    """Names tell the time, so the last by name are the newest."""
    for file in sorted(folder.glob(PATTERN))[: -settings.BACKUPS_KEPT]:
        file.unlink()


def newest(now: datetime) -> Finding:
    """For the site's health: how old the last backup is."""
    if connection.vendor == "postgresql" and not settings.BACKUPS_KEPT:
        return Finding("backup", Condition.WELL, NOT_OURS)
    made = [file.stat().st_mtime for file in settings.BACKUP_DIR.glob(PATTERN)]
    age = now - datetime.fromtimestamp(max(made, default=0), tz=now.tzinfo)
    if not made or age > OLDEST:
        return Finding("backup", Condition.ATTENTION, NO_BACKUP.format(folder=settings.BACKUP_DIR))
    return Finding("backup", Condition.WELL, BACKED_UP.format(hours=int(age.total_seconds() // 3600)))


def copied(now: datetime) -> Finding:
    """For the site's health: whether the last backup stands in the other place, too."""
    if not settings.BACKUP_COPY:
        return Finding("backup-copy", Condition.WELL, NO_COPY_WANTED)
    last = remembered()
    if last is None or now - last[0] > OLDEST:
        return Finding("backup-copy", Condition.ATTENTION, NOT_COPIED.format(place=settings.BACKUP_COPY))
    if error := last[1]:
        return Finding("backup-copy", Condition.ATTENTION, error)
    return Finding("backup-copy", Condition.WELL, COPIED.format(place=settings.BACKUP_COPY))


NOT_OURS = Text(
    "这里不做备份（QISONG_BACKUPS_KEPT=0），由 PostgreSQL 服务器负责。",
    "No backups are made here (QISONG_BACKUPS_KEPT=0); the PostgreSQL server keeps them.",
)
NO_BACKUP = Text(
    "{folder} 里没有一天半以内的备份。请运行 qisong backup，它会说明哪里做不成。",
    "{folder} holds no backup of the last day and a half. Run qisong backup; it says what is in the way.",
)
BACKED_UP = Text("{hours} 小时前备份过。", "Backed up {hours} hours ago.")
NO_COPY_WANTED = Text(
    "备份没有另存到别处。建议设置 QISONG_BACKUP_COPY：这台机器坏了，备份还在。",
    "No backup is copied elsewhere. Consider QISONG_BACKUP_COPY: then a backup outlives this machine.",
)
NOT_COPIED = Text(
    "一天半以内没有把备份另存到 {place}。请看后台有没有在运行。",
    "For a day and a half no backup was copied to {place}. See whether the background work is running.",
)
COPIED = Text("最近一份备份已另存到 {place}，核对一致。", "The last backup stands in {place} too, compared.")

register("config.backup", 24 * 60, back_up)
health.register("backup", newest)
health.register("backup-copy", copied)
