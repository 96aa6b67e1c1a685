"""The figures of the house, printed by ``python -m tests.house.sizes``."""

import ast
import sys
from pathlib import Path

from tests.house.source import ROOT, modules, parsed

FILE_LIMIT, FILE_MOST = 400, 450
FUNCTION_MOST = 50
Function = ast.FunctionDef | ast.AsyncFunctionDef


def function_lengths(tree: ast.AST, inside: str = "") -> list[tuple[str, int]]:
    """Dotted name and lines, from ``def`` to the end, of every function; a nested one is counted by itself too."""
    found = []
    for node in ast.iter_child_nodes(tree):
        name = (
            f"{inside}{node.name}."
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            else inside
        )
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append((name[:-1], (node.end_lineno or node.lineno) - node.lineno + 1))
        found += function_lengths(node, name)
    return sorted(found, key=lambda one: one[1])


def quantile(values: list[int], part: float) -> int:
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def lines(files: list[Path]) -> list[int]:
    return [len(file.read_text(encoding="utf-8").splitlines()) for file in files]


def figures() -> str:
    code, tests = modules(), modules(ROOT / "tests")
    lengths = [length for file in code for _, length in function_lengths(parsed(file))]
    return (
        f"code {sum(lines(code))} lines in {len(code)} files, longest {max(lines(code))}; "
        f"tests {sum(lines(tests))} lines, ratio {sum(lines(tests)) / sum(lines(code)):.2f}; "
        f"functions {len(lengths)}: "
        f"median {quantile(lengths, 0.5)}, p90 {quantile(lengths, 0.9)}, longest {max(lengths)}"
    )


if __name__ == "__main__":
    sys.stdout.write(f"{figures()}\n")
