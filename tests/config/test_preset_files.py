import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qisong.config.command.catalogue import qisong
from qisong.config.preset_files import read_preset, shipped, words_needed
from qisong.config.preset_rules import SECTIONS, TABLES, WITHIN, faults
from qisong.org.models import Site
from qisong.words.text import Refusal

Preset = dict[str, Any]


def told(preset: Preset) -> list[tuple[str, str]]:
    return [(fault.place, fault.text.en) for fault in faults(preset, words_needed())]


@pytest.fixture
def union() -> Preset:
    return copy.deepcopy(read_preset("union-festival"))


@pytest.mark.parametrize("code", ["seven-deliveries", "union-festival"])
def test_shipped_preset_is_faultless(code: str) -> None:
    assert told(read_preset(code)) == []
    assert read_preset(code)["code"] == code


def test_default_stands_first() -> None:
    assert list(shipped()) == ["seven-deliveries", "union-festival"]


@pytest.mark.parametrize(
    ("spoil", "place", "said"),
    [
        (lambda one: one.pop("zh"), "zh", "This is missing."),
        (lambda one: one["words"].pop("site"), "words.site", "This word is missing."),
        (lambda one: one["words"].update(site={"zh": "站"}), "words.site", "Give zh and en, and nothing else."),
        (lambda one: one.update(unitkinds=[]), "unitkinds", "There is no such section."),
        (lambda one: one.update(traits={"code": "x"}), "traits", "Write [[traits]]."),
        (lambda one: one.pop("absences"), "absences", "This section is missing."),
        (lambda one: one.update(words="职工"), "words", "Write [words]."),
        (lambda one: one["traits"][0].update(code=["a"]), "traits[['a']].code", "This should be text"),
        (lambda one: one["traits"][0].update(colour=1), "traits[federation].colour", "There is no such key."),
        (lambda one: one["traits"][0].update(en=" "), "traits[federation].en", "Write 1 to 200 characters."),
        (lambda one: one["traits"].append(one["traits"][0]), "traits[federation]", "This code stands twice."),
        (
            lambda one: one["traits"][0].update(confidential="yes"),
            "traits[federation].confidential",
            "This should be true or false.",
        ),
        (lambda one: one["unit-kinds"][1].update(root=True), "unit-kinds", "Exactly one has root = true."),
        (lambda one: one["channels"][1].pop("default"), "channels", "Exactly one has default = true."),
        (
            lambda one: one["parts"].pop(1),
            "parts",
            "The code meeting is missing; the product uses it.",
        ),
        (
            lambda one: one["roles"][0].update(reach="world"),
            "roles[office].reach",
            "There is no world; choose from: unit、subtree、county、errands.",
        ),
        (lambda one: one["roster"].pop(1), "roster", "The column name is missing."),
        (
            lambda one: one["roster"][1].update(aliases=["编号"]),
            "roster[name]",
            "编号 heads serial, too.",
        ),
        (
            lambda one: one["roster"][8]["choices"].pop("full"),
            "roster[category].choices",
            "Give at least one label for each of: full、probationary.",
        ),
        (lambda one: one["platform"].update(template="{who}"), "platform.template", "There is no who"),
        (lambda one: one["programmes"].reverse(), "programmes[union-festival].parent", "The parent stands before"),
        (
            lambda one: one["programmes"][1]["items"][0].update(audience="nobody"),
            "programmes[union-festival].items[kits].audience",
            "There is no nobody; choose from: everyone、every-household、at-home、stations.",
        ),
        (
            lambda one: one["programmes"][1]["rounds"][0].pop("starts_on"),
            "programmes[union-festival].rounds[spring-festival-2026].starts_on",
            "This is missing.",
        ),
        (
            lambda one: one["programmes"][1]["items"][0]["titles"][0].pop("zh"),
            "programmes[union-festival].items[kits].titles[grain].zh",
            "This is missing.",
        ),
    ],
)
def test_fault_is_named_with_its_place(union: Preset, spoil: Callable[[Preset], Any], place: str, said: str) -> None:
    spoil(union)
    [(at, text)] = told(union)
    assert (at, text[: len(said)]) == (place, said)


def test_all_faults_of_a_file_are_told_together(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = shipped()["union-festival"].read_text(encoding="utf-8")
    own.write_text(text.replace('reach = "errands"', 'reach = "far"').replace('part = "lesson"', 'part = "song"'))
    with pytest.raises(Refusal) as refused:
        read_preset(str(own))
    assert refused.value.code == "preset-faulty"
    lines = refused.value.text.zh.splitlines()
    assert lines[0].endswith("有 2 处要改：")
    assert [line.split("：")[0].strip() for line in lines[1:]] == [
        "roles[visitor].reach",
        "programmes[union-festival].items[talks].part",
    ]


@pytest.mark.parametrize(
    ("content", "code"), [(b'code = "x', "preset-unreadable"), ("code = '工会'".encode("gb18030"), "preset-unreadable")]
)
def test_file_that_is_no_preset_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        read_preset(str(own))
    assert refused.value.code == code


def run(*line: str) -> tuple[int, str]:
    answer = CliRunner().invoke(qisong, line)
    return answer.exit_code, answer.output


def test_presets_are_listed() -> None:
    code, output = run("presets")
    assert (code, [line.split()[0] for line in output.splitlines()]) == (0, list(shipped()))


def test_unknown_preset_is_wrong_use(db: None) -> None:
    code, output = run("init", "--county", "青山县总工会", "--code", "C0", "--preset", "red-cross")
    assert (code, Site.objects.count()) == (2, 0)
    assert "没有“red-cross”这个预设，可选：seven-deliveries、union-festival" in output


def test_county_is_founded_from_a_file_of_its_own(db: None, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = shipped()["union-festival"].read_text(encoding="utf-8")
    own.write_text(text.replace('code = "union-festival"\nzh', 'code = "our-county"\nzh', 1))
    code, output = run("init", "--county", "青山县总工会", "--code", "C0", "--preset", str(own), "--keep", "identity")
    assert (code, Site.current().preset) == (0, "our-county"), output
    assert "核对同名职工" in output


def test_document_names_every_section_and_key(root: Path) -> None:
    text = (root / "docs" / "presets.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`\[*([a-z_-]+)\]*`", text))
    keys = {key for section in (*SECTIONS.values(), *WITHIN.values()) for key in section.keys}
    codes = {code for section in SECTIONS.values() for code in section.codes}
    assert {*SECTIONS, *WITHIN, *TABLES, *keys, *codes, "template"} - named == set()


def test_rules_know_every_key_that_the_presets_use(union: Preset) -> None:
    used = {key for part in (union, read_preset()) for name in SECTIONS for one in part.get(name, []) for key in one}
    assert used - {key for section in SECTIONS.values() for key in section.keys} == {"code", "zh", "en"}
