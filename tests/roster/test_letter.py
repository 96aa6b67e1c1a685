from dataclasses import replace

import pytest

from qisong.roster.letter import Content, read, written
from qisong.words.text import Refusal
from tests.roster.letters import letter_to_us

PASSPHRASE = "7KQM-W3XD-9PHT"


def code_of(file: bytes, passphrase: str = PASSPHRASE) -> str:
    with pytest.raises(Refusal) as refused:
        read(file, passphrase)
    return refused.value.code


def test_letter_is_read_as_it_was_written() -> None:
    content = letter_to_us(
        circumstances={"frail": "2020"}, needs=("large-print",), carried={"ledger": [["p", "i", "r"]]}
    )
    assert read(written(content.as_text(), PASSPHRASE), f" {PASSPHRASE} ") == content


def test_wrong_passphrase_and_changed_file_are_refused() -> None:
    file = written(letter_to_us().as_text(), PASSPHRASE)
    assert [code_of(file, "7KQM-W3XD-0000"), code_of(file[:-1])] == ["letter-unreadable"] * 2


def test_other_files_are_no_letters() -> None:
    others = [b"", b"PK\x03\x04", written("[1]", PASSPHRASE), written('{"form": 1}', PASSPHRASE), bytes(2_000_000)]
    assert [code_of(one) for one in others] == ["no-letter"] * 5


@pytest.mark.parametrize("field", ["letter", "on", "particulars", "needs", "taken"])
def test_letter_without_a_field_is_no_letter(field: str) -> None:
    text = letter_to_us().as_text().replace(f'"{field}":', '"unknown":')
    assert code_of(written(text, PASSPHRASE)) == "no-letter"


def test_numbers_where_texts_belong_are_no_letter() -> None:
    strange = replace(letter_to_us(), particulars={"name": 7})  # type: ignore[dict-item]
    assert code_of(written(strange.as_text(), PASSPHRASE)) == "no-letter"


def test_letter_of_a_newer_version_asks_for_an_upgrade() -> None:
    text = letter_to_us().as_text().replace('"form":1', '"form":2')
    assert code_of(written(text, PASSPHRASE)) == "letter-newer"


def test_short_passphrase_is_refused() -> None:
    with pytest.raises(Refusal, match="10"):
        written(letter_to_us().as_text(), "123456789 ")


def test_same_content_is_the_same_text() -> None:
    content = letter_to_us()
    assert Content.from_text(content.as_text()).as_text() == content.as_text()
