"""A backup every day, proven at once; the newest are kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from qisong.config.backup.restoring import verify
from qisong.config.backup.writing import PATTERN, write_backup
from qisong.org.models import Site
from qisong.org.schedule import register


class BackupFailedError(Exception):
    """A backup that was just made could not be opened again."""


def back_up(now: datetime) -> None:
    if connection.vendor == "sqlite" and settings.BACKUPS_KEPT and Site.objects.exists():
        made = write_backup(settings.BACKUP_DIR, now)
        _manifest, wrong = verify(made)
        if wrong:
            made.rename(made.with_suffix(".broken"))
            raise BackupFailedError(wrong[0].both)
        forget_old(settings.BACKUP_DIR)


def forget_old(folder: Path) -> None:
    """Names tell the time, so the last by name are the newest."""
    for file in sorted(folder.glob(PATTERN))[: -settings.BACKUPS_KEPT]:
        file.unlink()


register("config.backup", 24 * 60, back_up)
