"""What stands in the checkout, read once for every check of the house."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "qisong"


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, in the repository."""
    # The folder may belong to another user than the one who tests.
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(file for name in listed.stdout.split("\0") if name and (file := ROOT / name).is_file())


def kept(suffix: str, under: Path = ROOT) -> list[Path]:
    return [file for file in kept_files() if file.suffix == suffix and file.is_relative_to(under)]


def modules(under: Path = PACKAGE) -> list[Path]:
    """Python written by hand: migrations are generated."""
    return [file for file in kept(".py", under) if "migrations" not in file.parts]


@cache
def templates(under: Path = PACKAGE) -> dict[str, str]:
    """Name as a loader knows it → text."""
    found = {}
    for file in kept(".html", under) + kept(".txt", under):
        if "templates" in file.parts:
            name = "/".join(file.parts[file.parts.index("templates") + 1 :])
            found[name] = file.read_text(encoding="utf-8")
    return found


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0]


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def preset() -> dict[str, Any]:
    return tomllib.loads((PACKAGE / "config" / "presets" / "seven-deliveries.toml").read_text(encoding="utf-8"))


@cache
def floors() -> dict[str, int]:
    """Room → floor, counted from the ground, as the import contract has it."""
    layers = project()["tool"]["importlinter"]["contracts"][0]["layers"]
    return {room.strip(): floor for floor, layer in enumerate(reversed(layers)) for room in layer.split("|")}


def docstrings(tree: ast.AST) -> set[ast.Constant]:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, owners) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(first.value)
    return found


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of every string that is not a docstring."""
    skipped = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.lineno, node.value
