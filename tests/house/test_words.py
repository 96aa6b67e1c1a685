"""The county's words are data: no word of the default preset is written into a page, a message or a catalogue."""

import ast
import re
from collections.abc import Iterator

import polib
import pytest

from tests.house.catalogue import translations
from tests.house.source import PACKAGE, kept, modules, name_of, parsed, preset, strings, templates

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What every word of the default preset's field contains, beside the names of its items.
FIELD = ("党", "支部", "支委", "县委", "常委", "书记", "讲话")
# Half-width punctuation touching Chinese writing; a pattern for reading what people typed is no sentence.
HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff“”])[,:;!]|[,:;!](?=[\u4e00-\u9fff“”])")
PATTERN = re.compile(r"\[|\||\(\?")
# The product's name, and the language's in the switch to it.
OWN_NAMES = re.compile("七送|中文")
# Shown when nothing else can be relied on, catalogues included.
LAST_RESORT = {"400.html", "500.html", "desk/bare.html"}
# Folder or file of the package → why it holds such words.
HOLDERS = {
    "config/presets": "the preset itself",
    "config/demo": "the fictional county's own names",
    "roster/form.py": "the national form's headings and codes, fixed by others",
    "ledger/history/forms.py": "headings of old records, fixed by others",
    "sheets/asides.py": "what stands in the total and signature lines of such forms",
}


def preset_words() -> set[str]:
    return {*FIELD, *(item["zh"] for programme in preset()["programmes"] for item in programme.get("items", []))}


def held(name: str) -> bool:
    return any(name == f"src/qisong/{holder}" or name.startswith(f"src/qisong/{holder}") for holder in HOLDERS)


def half_width(text: str) -> bool:
    return bool(HALF_WIDTH.search(text)) and not PATTERN.search(text)


def words_in(text: str) -> list[str]:
    return sorted(word for word in preset_words() if word in text)


def texts() -> Iterator[tuple[str, str]]:
    """Place and text of every string of the code and every translation."""
    for file in modules():
        yield from ((f"{name_of(file)}:{line}", text) for line, text in strings(parsed(file)))
    for file in kept(".po", PACKAGE):
        for entry in polib.pofile(str(file)):
            yield from ((f"{name_of(file)}:{entry.linenum}", text) for text in translations(entry))


def chinese_in(template: str) -> str:
    return "".join(CHINESE.findall(OWN_NAMES.sub("", template)))


def test_templates_hold_no_chinese() -> None:
    """Furniture comes from catalogues, words of the field from the preset, messages from the code that refuses."""
    found = {name: chinese for name, text in templates().items() if (chinese := chinese_in(text))}
    assert {name for name in found if name not in LAST_RESORT} == set()


def test_chinese_in_a_template_is_seen_beside_the_own_names() -> None:
    assert chinese_in("<b lang='zh-hans'>中文</b> · 七送 <p>党员</p>") == "党员"


def test_code_and_catalogues_hold_no_word_of_the_preset() -> None:
    found = {place: words for place, text in texts() if not held(place) and (words := words_in(text))}
    assert found == {}, "say it neutrally (成员, 组织) or take the word from the preset"


def test_chinese_sentences_have_full_width_punctuation() -> None:
    found = {place: text for place, text in texts() if half_width(text)}
    assert found == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("请选择活动日期", []), ("请先选党员", ["党"]), ("给每人发讲话一册", ["讲话"]), ("支部书记", ["书记", "支部"])],
)
def test_words_in_finds_words_of_the_preset(text: str, expected: list[str]) -> None:
    assert words_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("好，请看：", False), ("好,请看", True), ("{file}:读不出", True), ("File: a, b", False), ("合计[:,]?", False)],
)
def test_half_width_is_seen_only_beside_chinese(text: str, *, expected: bool) -> None:
    assert half_width(text) is expected


def test_strings_leave_docstrings_out() -> None:
    tree = ast.parse('"""党员"""\ndef f():\n    """支部"""\n    return "书记"\n')
    assert list(strings(tree)) == [(4, "书记")]
