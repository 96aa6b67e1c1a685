import ast

import pytest

from tests.house.sizes import FILE_LIMIT, FILE_MOST, FUNCTION_MOST, figures, function_lengths, quantile
from tests.house.source import PACKAGE, ROOT, modules, name_of, parsed

# Path or "path function" → why it may be longer. Nothing may pass the second limit of a file.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
# Functions there are tables of cases, one line a case.
TABLES = ROOT / "tests" / "golden"

FORBIDDEN = {"utils", "common", "helpers", "helper", "services", "service", "manager", "managers", "core", "misc"}


def long_files() -> dict[str, int]:
    sizes = {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in modules(ROOT)}
    return {name: size for name, size in sizes.items() if size > (FILE_MOST if name in LONG_FILES else FILE_LIMIT)}


def long_functions() -> dict[str, int]:
    found = {}
    for file in modules(ROOT):
        if file.is_relative_to(TABLES):
            continue
        for name, length in function_lengths(parsed(file)):
            if length > FUNCTION_MOST and f"{name_of(file)} {name}" not in LONG_FUNCTIONS:
                found[f"{name_of(file)} {name}"] = length
    return found


def test_files_are_short() -> None:
    assert long_files() == {}


def test_functions_are_short() -> None:
    assert long_functions() == {}


def test_most_functions_are_very_short() -> None:
    lengths = [length for file in modules() for _, length in function_lengths(parsed(file))]
    assert (quantile(lengths, 0.5) <= 8, quantile(lengths, 0.9) <= 30) == (True, True), figures()


def test_function_lengths_count_from_def_to_end() -> None:
    tree = ast.parse("class A:\n    def f(self):\n        x = 1\n\n        return x\n\nasync def g(): ...\n")
    assert function_lengths(tree) == [("g", 1), ("A.f", 4)]


@pytest.mark.parametrize(("part", "expected"), [(0.5, 3), (0.9, 9), (1.0, 9)])
def test_quantile_takes_a_value_that_occurs(part: float, expected: int) -> None:
    assert quantile([9, 1, 3, 2, 4], part) == expected


def test_modules_are_named_after_the_field() -> None:
    names = {part for file in modules() for part in file.relative_to(PACKAGE).with_suffix("").parts}
    assert names & FORBIDDEN == set()
