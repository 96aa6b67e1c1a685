"""Proves a backup by opening it, and brings one back: unpacked and proven beside the data, then put in their place."""

from __future__ import annotations

import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from qisong.config.backup.engines import Proof, engine_of, own_engine
from qisong.config.backup.manifest import Manifest
from qisong.config.backup.reading import unpack
from qisong.config.backup.writing import UPLOADS, workroom
from qisong.words.text import Text, refuse

# A parent that serves leaves a heartbeat every half minute.
ALIVE_SECONDS = 90


class Verdict(NamedTuple):
    """What a backup holds, what is wrong with it, and how that was found out."""

    manifest: Manifest
    faults: list[Text]
    means: Text


def verify(backup: Path) -> Verdict:
    """Restore into a place that is thrown away."""
    with workroom() as work:
        manifest = unpack(backup, work)
        return Verdict(manifest, *proven(work, manifest))


def proven(work: Path, manifest: Manifest) -> Proof:
    engine = engine_of(manifest.engine)
    return engine.prove(work / engine.FILE, manifest)


def restore(backup: Path, *, replace: bool, now: datetime) -> Manifest:
    """The site as ``backup`` has it. What stands here is refused, or with ``replace`` put aside and kept.

    Killed at any moment it is run again; until then the old data stand, or the new, or the old put aside.
    """
    require_room(replace=replace)
    with workroom() as work:
        manifest = unpack(backup, work)
        require_same_engine(manifest)
        if wrong := proven(work, manifest).faults:
            raise refuse("backup-broken", wrong[0].zh, wrong[0].en)
        engine = own_engine()
        engine.bring_in(work / engine.FILE, now)
        bring_uploads(work / UPLOADS, now)
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


def require_room(*, replace: bool) -> None:
    if own_engine().holds_data() and not replace:
        raise refuse(
            "has-data",
            "{folder} 里已经有数据，没有恢复。换一个空目录（QISONG_DATA；PostgreSQL 则换一个空数据库），"
            "或加 --replace：现有数据会移到一边保存。",
            "{folder} holds data already; nothing was restored. Name an empty directory (QISONG_DATA; on PostgreSQL an "
            "empty database), or add --replace, which puts the present data aside.",
            folder=settings.DATA_DIR if connection.vendor == "sqlite" else connection.settings_dict["NAME"],
        )
    require_rest()


def require_rest() -> None:
    """Nothing may be put in the place of a database that people write to."""
    heartbeat = Path(settings.DATA_DIR) / "heartbeat"
    if heartbeat.exists() and time.time() - heartbeat.stat().st_mtime < ALIVE_SECONDS:
        raise refuse(
            "being-served",
            "网站还在运行（或刚被强行结束），没有动数据。请先停下 qisong serve，过一分半钟再试。",
            "The site is being served, or was killed a moment ago; nothing was touched. Stop qisong serve, and try "
            "again after a minute and a half.",
        )


def require_same_engine(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise refuse(
            "other-engine",
            "这份备份来自 {theirs}，这里用的是 {ours}，两者不能互相恢复。请按备份的数据库设置 DATABASE_URL。",
            "This backup comes from {theirs} and this site stands on {ours}; one is not restored into the other. Set "
            "DATABASE_URL as the backup needs it.",
            theirs=manifest.engine,
            ours=connection.vendor,
        )


def bring_uploads(fresh: Path, now: datetime) -> None:
    kept = Path(settings.DATA_DIR) / UPLOADS
    if kept.exists():
        aside = Path(settings.DATA_DIR) / f"replaced-{now:%Y%m%d-%H%M%S}"
        aside.mkdir(mode=0o700, exist_ok=True)
        kept.rename(aside / UPLOADS)
    if fresh.exists():
        shutil.move(fresh, kept)
