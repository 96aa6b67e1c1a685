"""A newer version meets an older database: backed up, proven, then brought up to date whole or not at all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from qisong.config.backup.engines import own_engine
from qisong.config.backup.restoring import require_rest, verify
from qisong.config.backup.writing import write_backup
from qisong.words.text import Text, refuse


def pending() -> list[str]:
    """The steps from the database as it stands to this version, in their order."""
    executor = MigrationExecutor(connection)
    return [str(step) for step, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def unknown() -> list[str]:
    """Steps that a newer version has taken and this one does not know."""
    loader = MigrationExecutor(connection).loader
    taken = [step for step in loader.applied_migrations if step[0] in settings.ROOMS]
    return sorted(".".join(step) for step in taken if step not in loader.disk_migrations)


def require_known() -> None:
    if steps := unknown():
        raise refuse(
            "database-newer",
            "数据库是更新的版本建的（{step}），这个版本不能用它，没有启动。请装回原来的新版本，或恢复升级前的备份。",
            "A newer version made this database ({step}), and this one cannot use it; nothing was started. Install "
            "that newer version again, or restore a backup of before the upgrade.",
            step=steps[-1],
        )


def is_founded() -> bool:
    """Asked in plain SQL: the models may know columns that the database has not got yet."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM org_site")
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        return False


def bring_up_to_date(now: datetime) -> Path | None:
    """The backup of what stood before; ``None`` where nothing was to be done or nothing stood."""
    require_known()
    if not pending():
        return None
    if not is_founded():
        call_command("migrate", interactive=False, verbosity=0)
        return None
    require_rest()
    made = write_backup(settings.BACKUP_DIR, now)
    if faults := verify(made).faults:
        raise refuse("backup-broken", faults[0].zh, faults[0].en)
    try:
        own_engine().migrate()
    except Exception as error:
        raise refuse("upgrade-failed", FAILED.zh, FAILED.en, backup=made, error=error) from error
    return made


FAILED = Text(
    "升级没有成功：{error}。数据已退回升级前，一行未变；请继续用原来的版本，并把这段话告诉维护的人。升级前的备份：{backup}",
    "The upgrade failed: {error}. The data stand as before it, unchanged to the last row; go on with the old version "
    "and hand these words to whoever looks after the system. The backup of before: {backup}",
)
