"""Each nightly backup stands in another place, too, or the site says why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from qisong.config.backup.copying import copy_elsewhere
from qisong.config.backup.nightly import back_up, copied
from qisong.config.environment import env_place
from qisong.org.health import Condition
from tests.config.bucket import KEY, REGION, SECRET, Bucket, serving
from tests.world import make_world

OLD = [f"qisong-C0-202601{day:02}-030000.backup" for day in range(1, 4)]


@pytest.fixture
def backup(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR, settings.BACKUPS_KEPT = tmp_path, 2
    file = tmp_path / "qisong-C0-20260201-030000.backup"
    file.write_bytes(bytes(range(256)) * 5000)
    return file


@pytest.fixture
def folder(settings: Any, backup: Path) -> Path:
    place = backup.parent / "stick"
    place.mkdir()
    settings.BACKUP_COPY = str(place)
    for name in [*OLD, "letter.txt"]:
        (place / name).touch()
    return place


@pytest.fixture
def bucket(settings: Any, backup: Path) -> Iterator[Bucket]:
    with serving() as server:
        settings.BACKUP_COPY = "s3://county/backups"
        settings.S3 = {"endpoint": server.url, "region": REGION, "key": KEY, "secret": SECRET}
        server.objects |= {f"backups/{name}": b"" for name in [*OLD, "letter.txt"]}
        yield server


def told() -> tuple[Condition, str]:
    finding = copied(timezone.now())
    return finding.condition, finding.text.zh


def test_folder_gets_the_backup_and_keeps_the_newest(backup: Path, folder: Path) -> None:
    copy_elsewhere(backup, timezone.now())
    assert sorted(file.name for file in folder.iterdir()) == ["letter.txt", OLD[-1], backup.name]
    assert (folder / backup.name).read_bytes() == backup.read_bytes()
    assert told() == (Condition.WELL, f"最近一份备份已另存到 {folder}，核对一致。")
    assert copied(timezone.now() + timedelta(days=2)).condition is Condition.ATTENTION


def test_bucket_gets_the_backup_and_keeps_the_newest(backup: Path, bucket: Bucket) -> None:
    copy_elsewhere(backup, timezone.now())
    assert told() == (Condition.WELL, "最近一份备份已另存到 s3://county/backups，核对一致。")
    assert sorted(bucket.objects) == ["backups/letter.txt", f"backups/{OLD[-1]}", f"backups/{backup.name}"]
    assert bucket.objects[f"backups/{backup.name}"] == backup.read_bytes()


def test_wrong_secret_is_told_and_puts_nothing(settings: Any, backup: Path, bucket: Bucket) -> None:
    settings.S3 = settings.S3 | {"secret": "another"}
    copy_elsewhere(backup, timezone.now())
    condition, words = told()
    assert (condition, "另存失败" in words, f"backups/{backup.name}" in bucket.objects) == (
        Condition.ATTENTION,
        True,
        False,
    )


def test_copy_that_arrives_changed_is_deleted_and_told(backup: Path, bucket: Bucket) -> None:
    bucket.spoils = True
    copy_elsewhere(backup, timezone.now())
    assert told() == (Condition.ATTENTION, f"{backup.name} 拷过去后内容不一致，已删去。")
    assert len(bucket.objects) == 4


def test_absent_folder_is_told_and_not_made(settings: Any, backup: Path) -> None:
    settings.BACKUP_COPY = str(backup.parent / "unplugged")
    copy_elsewhere(backup, timezone.now())
    assert told()[0] is Condition.ATTENTION
    assert "移动硬盘没插好" in told()[1]
    assert not (backup.parent / "unplugged").exists()


@pytest.mark.django_db(transaction=True)
def test_nightly_backup_stands_though_its_copy_fails(settings: Any, tmp_path: Path) -> None:
    make_world(people=False)
    settings.BACKUP_DIR, settings.BACKUP_COPY = tmp_path / "backups", str(tmp_path / "unplugged")
    back_up(timezone.now())
    assert len(list(settings.BACKUP_DIR.iterdir())) == 1
    assert told()[0] is Condition.ATTENTION


@pytest.mark.parametrize(("value", "good"), [("s3://b/p", True), ("", True), ("stick", False), ("s3:///p", False)])
def test_place_is_a_whole_path_or_a_bucket(monkeypatch: pytest.MonkeyPatch, value: str, good: bool) -> None:  # noqa: FBT001
    monkeypatch.setenv("QISONG_BACKUP_COPY", value)
    if good:
        assert env_place("QISONG_BACKUP_COPY") == value
    else:
        with pytest.raises(ImproperlyConfigured):
            env_place("QISONG_BACKUP_COPY")
