"""A copy of each nightly backup in another place: a folder that is mounted from there, or a bucket."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from qisong.config.backup.writing import PATTERN
from qisong.files.store import flush_directory
from qisong.words.text import Refusal, Text, refuse

KEPT_WORD = "backup-copy.json"
CHUNK = 2**20


class Place(Protocol):
    def put(self, file: Path) -> None:
        """Under the file's own name, and only when it is whole."""

    def digest(self, name: str) -> tuple[int, str]:
        """Size and SHA-256 of what really stands there, read back."""

    def names(self) -> list[str]: ...

    def forget(self, name: str) -> None: ...


def copy_elsewhere(backup: Path, now: datetime) -> None:
    """What comes of it is kept for the site's health; a copy that fails leaves the backup itself as good as it is."""
    if settings.BACKUP_COPY:
        try:
            copy_to(place_of(settings.BACKUP_COPY), backup)
            error = None
        except Refusal as refusal:
            error = refusal.text
        except Exception as failure:  # noqa: BLE001 - whatever a share or a bucket fails with is told and not raised
            error = FAILED.format(error=failure)
        remember(backup, now, error)


def copy_to(place: Place, backup: Path) -> None:
    place.put(backup)
    if place.digest(backup.name) != digest_of(backup):
        place.forget(backup.name)
        raise refuse(
            "copy-differs",
            "{file} 拷过去后内容不一致，已删去。",
            "{file} arrived changed and was deleted.",
            file=backup.name,
        )
    for name in sorted(place.names())[: -settings.BACKUPS_KEPT]:
        place.forget(name)


def digest_of(file: Path) -> tuple[int, str]:
    with file.open("rb") as stream:
        return file.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()


def place_of(address: str) -> Place:
    parts = urlsplit(address)
    return Bucket(parts.netloc, parts.path.strip("/")) if parts.scheme == "s3" else Folder(Path(address))


class Folder:
    def __init__(self, root: Path) -> None:
        # Not made here: an absent folder is a disk that is not plugged in or a share that is not mounted.
        if not root.is_dir():
            raise refuse(
                "no-folder",
                "找不到文件夹 {folder}：移动硬盘没插好，或者共享没有挂上。",
                "The folder {folder} is missing: its disk is not plugged in or its share not mounted.",
                folder=root,
            )
        self.root = root

    def put(self, file: Path) -> None:
        draft = self.root / f"{file.name}.draft"
        try:
            with file.open("rb") as source, draft.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK)
                target.flush()
                os.fsync(target.fileno())
            draft.replace(self.root / file.name)
            flush_directory(self.root)
        finally:
            draft.unlink(missing_ok=True)

    def digest(self, name: str) -> tuple[int, str]:
        return digest_of(self.root / name)

    def names(self) -> list[str]:
        return [file.name for file in self.root.glob(PATTERN)]

    def forget(self, name: str) -> None:
        (self.root / name).unlink()


class Bucket:
    """What is put there appears whole or not at all, so it needs no draft."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self.bucket, self.prefix = bucket, f"{prefix}/" if prefix else ""
        self.client = client()

    def put(self, file: Path) -> None:
        self.client.upload_file(str(file), self.bucket, self.prefix + file.name)

    def digest(self, name: str) -> tuple[int, str]:
        size, sum_ = 0, hashlib.sha256()
        body = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"]
        for piece in body.iter_chunks(CHUNK):
            size += len(piece)
            sum_.update(piece)
        return size, sum_.hexdigest()

    def names(self) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        keys = [Path(one["Key"]) for page in pages for one in page.get("Contents", [])]
        return [key.name for key in keys if key.match(PATTERN)]

    def forget(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self.prefix + name)


def client() -> Any:
    try:
        import boto3  # noqa: PLC0415 - only a site with a bucket has it
        from botocore.config import Config  # noqa: PLC0415 - comes with boto3
    except ImportError as error:
        raise refuse(
            "no-boto3",
            "另存到 S3 需要先安装：pip install 'boto3>=1.40'。",
            "A copy in a bucket needs: pip install 'boto3>=1.40'.",
        ) from error
    # Many servers that speak S3 do not know the checksums which only AWS asks for.
    plain = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
    style = {"addressing_style": "path" if settings.S3["endpoint"] else "auto"}
    return boto3.client(
        "s3",
        endpoint_url=settings.S3["endpoint"] or None,
        aws_access_key_id=settings.S3["key"] or None,
        aws_secret_access_key=settings.S3["secret"] or None,
        region_name=settings.S3["region"],
        config=Config(s3=style, retries={"max_attempts": 3}, connect_timeout=20, read_timeout=60, **plain),
    )


def remember(backup: Path, now: datetime, error: Text | None) -> None:
    told = {"file": backup.name, "at": now.isoformat(), "error": asdict(error) if error else None}
    (Path(settings.DATA_DIR) / KEPT_WORD).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def remembered() -> tuple[datetime, Text | None] | None:
    """When the last copy was tried, and what went wrong with it."""
    file = Path(settings.DATA_DIR) / KEPT_WORD
    if not file.exists():
        return None
    told = json.loads(file.read_text(encoding="utf-8"))
    return datetime.fromisoformat(told["at"]), Text(**told["error"]) if told["error"] else None


FAILED = Text("另存失败：{error}", "Copying failed: {error}")
