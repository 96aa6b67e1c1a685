import hashlib
import io
from pathlib import Path

import pytest

from qisong.files.store import Store

CONTENT = "三月名册".encode()
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Turned:
    """A seal that anyone can break, and that still shows what passed through it."""

    def close(self, plain: bytes, place: str) -> bytes:
        return place.encode() + plain[::-1]

    def open(self, sealed: bytes, place: str) -> bytes:
        assert sealed.startswith(place.encode())
        return sealed[len(place) :][::-1]


class Broken(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if not piece:
            raise OSError("the line was cut")
        return piece


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files")


def files(store: Store) -> list[Path]:
    return [found for found in store.root.rglob("*") if found.is_file()]


@pytest.mark.parametrize("content", [CONTENT, io.BytesIO(CONTENT)])
def test_put_names_a_file_by_its_content(store: Store, content: bytes | io.BytesIO) -> None:
    assert store.put(content) == DIGEST
    assert [str(kept.relative_to(store.root)) for kept in files(store)] == [f"{DIGEST[:2]}/{DIGEST[2:]}"]


def test_open_gives_back_the_content(store: Store) -> None:
    with store.open(store.put(CONTENT)) as stream:
        assert stream.read() == CONTENT


def test_put_twice_keeps_one_file(store: Store) -> None:
    assert store.put(CONTENT) == store.put(CONTENT)
    assert len(files(store)) == 1


def test_put_keeps_files_from_others(store: Store) -> None:
    kept = store.path(store.put(CONTENT))
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_put_interrupted_leaves_nothing(store: Store) -> None:
    with pytest.raises(OSError, match="cut"):
        store.put(Broken(CONTENT))
    assert files(store) == []


def test_put_reads_a_large_stream_in_pieces(store: Store) -> None:
    content = b"0123456789" * 250_000
    with store.open(store.put(io.BytesIO(content))) as stream:
        assert stream.read() == content


def test_delete_twice_is_no_error_and_leaves_no_folder(store: Store) -> None:
    digest = store.put(CONTENT)
    store.delete(digest)
    store.delete(digest)
    assert (digest in store, list(store.root.iterdir())) == (False, [])


def test_open_after_delete_is_not_found(store: Store) -> None:
    digest = store.put(CONTENT)
    store.delete(digest)
    with pytest.raises(FileNotFoundError):
        store.open(digest)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "名册.xlsx", DIGEST.upper(), DIGEST[:-1], f"{DIGEST}\n"])
def test_open_never_takes_a_name_as_a_path(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="digest"):
        store.open(name)


@pytest.mark.parametrize("content", [CONTENT, io.BytesIO(CONTENT)])
def test_sealed_store_keeps_no_plain_byte(tmp_path: Path, content: bytes | io.BytesIO) -> None:
    store = Store(tmp_path, Turned())
    digest = store.put(content)
    assert (digest, store.path(digest).read_bytes()) == (DIGEST, DIGEST.encode() + CONTENT[::-1])
    with store.open(digest) as stream:
        assert stream.read() == CONTENT
