"""What must not be kept: paths of somebody's machine, silent skips, mocks; and what must agree."""

import ast
import re

import pytest

from tests.house.source import ROOT, kept_files, modules, name_of, parsed

PLACE = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/[\w.]+|[A-Z]:\\Users\\")
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
SKIPS = {"skip", "skipif", "importorskip", "xfail"}
# Each says by name what is missing; tests/conftest.py makes it a failure in CI.
MAY_SKIP = {"tests/needs.py", "tests/e2e/conftest.py"}


def skips(tree: ast.AST) -> list[int]:
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in SKIPS]


def patches(tree: ast.AST) -> list[int]:
    """Lines that import a mocking library or patch a module by its path."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [getattr(node, "module", None) or "", *(name.name for name in node.names)]
            found += [node.lineno] if {"unittest.mock", "mock"} & set(names) else []
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "monkeypatch.setattr":
            found += [node.lineno] if isinstance(node.args[0], ast.Constant) else []
    return found


def pinned(lock: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / lock).read_text(encoding="utf-8")))


def test_no_file_names_a_place_on_somebody_s_machine() -> None:
    found = {}
    for file in kept_files():
        text = file.read_bytes().decode("utf-8", errors="ignore")
        if file != ROOT / "tests" / "house" / "test_keeping.py" and (places := PLACE.findall(text)):
            found[name_of(file)] = places
    assert found == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("see /home/li/x", ["/home/li"]), (r"C:\Users\li", [r"C:\Users" + "\\"]), ("https://a.example/work/x ~/data", [])],
)
def test_place_is_an_absolute_path_of_a_person(text: str, expected: list[str]) -> None:
    assert PLACE.findall(text) == expected


def test_no_test_skips_silently_or_expects_to_fail() -> None:
    found = {name_of(file): skips(parsed(file)) for file in modules(ROOT / "tests")}
    assert {name for name, lines in found.items() if lines} - MAY_SKIP == set()


def test_no_test_mocks_the_house() -> None:
    found = {name_of(file): lines for file in modules(ROOT / "tests") if (lines := patches(parsed(file)))}
    assert found == {}


def test_skips_and_patches_are_seen() -> None:
    tree = ast.parse('import pytest\nfrom unittest import mock\npytest.skip("x")\nmonkeypatch.setattr("a.b", 1)\n')
    assert (skips(tree), patches(tree)) == ([3], [2, 4])


def test_both_locks_hold_the_same_versions() -> None:
    run, develop = pinned("requirements.lock"), pinned("requirements-dev.lock")
    assert {name: version for name, version in run.items() if develop.get(name) != version} == {}


def test_ci_installs_every_program_that_a_test_needs() -> None:
    installs = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    needed = {
        node.args[0].value
        for file in modules(ROOT / "tests")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "need" and isinstance(node.args[0], ast.Constant)
    }
    assert {program for program in needed if f"have {program} " not in installs} == set()
