from pathlib import Path

import pytest

from qisong.seals.keys import KEY_FILE, Keyring, KeyringError, created, new_line, parse, read


def test_open_first_use_makes_a_key_only_its_owner_reads(tmp_path: Path) -> None:
    Keyring.open(tmp_path / "data", {})
    file = tmp_path / "data" / KEY_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert [kept.name for kept in file.parent.iterdir()] == [KEY_FILE]


def test_open_again_gives_the_same_keys(tmp_path: Path) -> None:
    assert Keyring.open(tmp_path, {}).index_key == Keyring.open(tmp_path, {}).index_key


def test_of_reads_the_file_once(tmp_path: Path) -> None:
    first = Keyring.of(tmp_path)
    (tmp_path / KEY_FILE).unlink()
    assert Keyring.of(tmp_path) is first


def test_created_never_replaces_a_key_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / KEY_FILE
    file.write_text("k9:kept")
    assert created(file).read_text() == "k9:kept"


def test_open_takes_the_key_of_the_environment_and_writes_none(tmp_path: Path) -> None:
    keyring = Keyring.open(tmp_path, {"QISONG_MASTER_KEY": new_line("kms")})
    assert (keyring.current, list(tmp_path.iterdir())) == ("kms", [])


def test_open_takes_the_named_file(tmp_path: Path) -> None:
    file = created(tmp_path / "elsewhere.key")
    keyring = Keyring.open(tmp_path / "data", {"QISONG_MASTER_KEY_FILE": str(file)})
    assert (keyring.current, (tmp_path / "data").exists()) == ("k1", False)


def test_open_refuses_a_named_file_that_is_absent(tmp_path: Path) -> None:
    with pytest.raises(KeyringError, match="cannot be read"):
        Keyring.open(tmp_path, {"QISONG_MASTER_KEY_FILE": str(tmp_path / "gone.key")})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_read_refuses_a_file_that_others_may_read(tmp_path: Path, mode: int) -> None:
    file = created(tmp_path / KEY_FILE)
    file.chmod(mode)
    with pytest.raises(KeyringError, match="chmod 600"):
        read(file)


def test_every_use_has_its_own_key(tmp_path: Path) -> None:
    keyring = Keyring.open(tmp_path, {})
    assert len({keyring.data_key("k1"), keyring.index_key, keyring.journal_key}) == 3


def test_a_further_key_seals_but_changes_neither_index_nor_journal() -> None:
    old, new = new_line("k1"), new_line("k2")
    before, after = Keyring(parse(old)), Keyring(parse(old + new))
    assert (before.current, after.current) == ("k1", "k2")
    assert (after.index_key, after.journal_key) == (before.index_key, before.journal_key)
    assert after.data_key("k1") == before.data_key("k1") != after.data_key("k2")


def test_keyring_shows_no_key_when_printed() -> None:
    line = new_line("k1")
    assert line.strip().partition(":")[2] not in repr(Keyring(parse(line)))


TWICE = f"k1:{'A' * 43}=\n" * 2


@pytest.mark.parametrize(
    "text",
    ["k1", "k1:", "k1:AAAA", "k1:!" + "A" * 43, "k 1:x", "k.1:" + "A" * 43 + "=", TWICE],
)
def test_parse_refuses_what_is_no_key(text: str) -> None:
    with pytest.raises(KeyringError, match="base64"):
        parse(text)


def test_keyring_refuses_to_be_empty() -> None:
    with pytest.raises(KeyringError, match="no master key"):
        Keyring(parse("\n"))
