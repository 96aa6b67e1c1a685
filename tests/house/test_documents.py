"""What the documents name exists, and what exists is named."""

import ast
import re
from collections.abc import Iterator

import click
import pytest
from django.apps import apps

from qisong.config.command.catalogue import qisong
from tests.house.source import ROOT, kept, modules, name_of, parsed, project, strings

SETTING = re.compile(r"(?:QISONG_[A-Z_]+|DATABASE_URL)")
COMMAND_LINE = re.compile(r"\bqisong((?: [a-z][a-z-]*)+)((?: +(?:--[a-z-]+|[^\s`|;&>#]+))*)")
GLOSSARY_CODE = re.compile(r"`([A-Z][A-Za-z]+)`")
OPERATIONS = ROOT / "docs" / "operations.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
# Whatever the tests read: nobody who runs a county needs to know them.
OF_TESTS = {"TEST_DATABASE_URL"}


def settings_read() -> set[str]:
    return {text for file in modules() for _, text in strings(parsed(file)) if SETTING.fullmatch(text)}


def settings_named(text: str) -> set[str]:
    return {name.removesuffix("_FILE") for name in re.findall(rf"\b{SETTING.pattern}\b", text)}


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def unknown_lines(text: str, known: dict[str, click.Command]) -> list[str]:
    """The ``qisong`` lines of a document that name a command or an option which does not exist."""
    wrong = []
    for words, rest in COMMAND_LINE.findall(code_in(text).replace("[", " ").replace("]", " ")):
        found = [known[name] for name in prefixes(words.strip()) if name in known]
        options = set(re.findall(r"(?<=\s)--[a-z-]+", rest))
        if not found or not options <= options_of(found[0]):
            wrong.append(f"qisong{words}{rest}")
    return wrong


def code_in(text: str) -> str:
    """The fenced blocks and the code spans of a document, a line each."""
    prose, fenced = text.split("```")[::2], text.split("```")[1::2]
    return "\n".join([*fenced, *(span for part in prose for span in re.findall(r"`([^`\n]+)`", part))])


def prefixes(words: str) -> list[str]:
    """``import roster x`` → itself, ``import roster``, ``import``: an argument may look like a word."""
    parts = words.split()
    return [" ".join(parts[:size]) for size in range(len(parts), 0, -1)]


def options_of(command: click.Command) -> set[str]:
    return {"--help", *(option for given in command.params for option in given.opts)}


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    assert settings_named(OPERATIONS.read_text(encoding="utf-8")) - OF_TESTS == {
        name.removesuffix("_FILE") for name in settings_read()
    }


def test_every_command_is_documented() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    assert [name for name, _ in commands(qisong) if f"`qisong {name}" not in text] == []


def test_every_command_line_in_the_documents_can_be_typed() -> None:
    known = dict(commands(qisong))
    found = {name_of(file): unknown_lines(file.read_text(encoding="utf-8"), known) for file in kept(".md")}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run `qisong import roster A.xlsx --apply`", []),
        ("run `qisong import members A.xlsx`", ["qisong import members A.xlsx"]),
        ("run `qisong import roster A.xlsx [--now]`", ["qisong import roster A.xlsx  --now"]),
        ("```sh\nqisong dance\n```", ["qisong dance"]),
        ("what qisong does", []),
    ],
)
def test_unknown_lines_tells_command_and_option(text: str, expected: list[str]) -> None:
    known = {"import roster": click.Command("roster", params=[click.Option(["--apply"], is_flag=True)])}
    assert unknown_lines(text, known) == expected


def test_settings_named_reads_a_file_variant_as_its_setting() -> None:
    assert settings_named("`QISONG_SECRET_KEY_FILE`, `DATABASE_URL`") == {"QISONG_SECRET_KEY", "DATABASE_URL"}


def test_glossary_names_what_exists() -> None:
    named = set(GLOSSARY_CODE.findall(GLOSSARY.read_text(encoding="utf-8")))
    classes = {node.name for file in modules() for node in ast.walk(parsed(file)) if isinstance(node, ast.ClassDef)}
    assert named - classes == set()


def test_glossary_names_every_model() -> None:
    named = set(GLOSSARY_CODE.findall(GLOSSARY.read_text(encoding="utf-8")))
    models = {model.__name__ for model in apps.get_models() if model.__module__.startswith("qisong.")}
    assert models - named == set()


def test_every_dependency_has_its_reason() -> None:
    groups = [project()["project"]["dependencies"], *project()["project"]["optional-dependencies"].values()]
    groups += project()["dependency-groups"].values()
    declared = {re.split(r"[\[<>=;]", one)[0] for group in groups for one in group if isinstance(one, str)}
    rows = re.findall(
        r"^\| `([^`]+)` \|", (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(rows) == sorted(declared)
