"""Takes a site's data off the machine, all but the folder that was handed out and the key to its backup."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection

from qisong.config.backup.embedded import database_file
from qisong.seals.keys import KEY_FILE


def erase_site(keep: Path) -> None:
    if connection.vendor == "postgresql":
        drop_schemas()
    connection.close()
    if connection.vendor == "sqlite":
        for file in database_file().parent.glob(f"{database_file().name}*"):
            file.unlink()
    clear(Path(settings.DATA_DIR), {keep.absolute(), Path(settings.DATA_DIR) / KEY_FILE})


def drop_schemas() -> None:
    """What earlier restores put aside, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = 'public' OR nspname ~ '^replaced_[0-9_]+$'")
        for (schema,) in cursor.fetchall():
            cursor.execute(f'DROP SCHEMA "{schema}" CASCADE')
        cursor.execute("CREATE SCHEMA public")


def clear(folder: Path, kept: set[Path]) -> None:
    for entry in folder.iterdir():
        if entry in kept:
            continue
        if any(one.is_relative_to(entry) for one in kept):
            clear(entry, kept)
        elif entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
