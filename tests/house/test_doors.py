"""Every door has its line in the authorisation matrix, and finds objects only among what a post may see."""

import ast
import tomllib
from collections.abc import Iterable
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, include, path

from tests.house.source import PACKAGE, ROOT, modules, name_of, parsed, preset

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"}
# What every door may read whole, and why.
OPEN_READS = {
    "Site.objects": "the one row of the county itself, shown before anyone has signed in",
    "Term.objects": "the county's words, roles and kinds; they concern nobody",
}


def matrix() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((ROOT / "tests" / "authz_matrix.toml").read_text(encoding="utf-8"))


def url_names(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> list[str]:
    """``namespace:name`` of every address; one without a name is told by its path."""
    names = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            names += url_names(pattern.url_patterns, space)
        else:
            names.append(f"{prefix}{pattern.name}" if pattern.name else f"no name: {pattern.pattern}")
    return names


def wrong_rows(rows: dict[str, Any], roles: set[str]) -> list[str]:
    """Rows with a method that is none, without any method, or for a role that the preset does not have."""
    allowed = roles | {"anyone", "signed-in"}
    return [
        name
        for name, row in rows.items()
        if not row or not set(row) <= METHODS or not {role for given in row.values() for role in given} <= allowed
    ]


def looks_past_scope(tree: ast.AST) -> list[tuple[int, str]]:
    """Line and text of each read that does not begin with ``.objects.within(``."""
    within = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "within"}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in within:
            found.append((node.lineno, ast.unparse(node)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SHORTCUTS:
            asked = node.args[0]
            if not isinstance(asked, ast.Call):
                found.append((node.lineno, f"{node.func.id}({ast.unparse(asked)})"))
    return sorted(found)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert sorted(url_names(get_resolver().url_patterns)) == sorted(matrix())


def test_rows_name_methods_and_roles_that_exist() -> None:
    assert wrong_rows(matrix(), {role["code"] for role in preset()["roles"] if role.get("rights")}) == []


def test_wrong_rows_tells_method_role_and_emptiness() -> None:
    rows = {"a": {"GET": ["clerk"]}, "b": {"LOOK": ["clerk"]}, "c": {"POST": ["king"]}, "d": {}}
    assert wrong_rows(rows, {"clerk"}) == ["b", "c", "d"]


def test_doors_find_objects_only_within_the_scope() -> None:
    found = {
        f"{name_of(file)}:{line} {text}"
        for file in modules(PACKAGE / "desk")
        for line, text in looks_past_scope(parsed(file))
        if text not in OPEN_READS
    }
    assert found == set()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Member.objects.within(scope).filter(pk=1)", []),
        ("get_object_or_404(Unit.objects.within(scope), pk=1)", []),
        ("Member.objects.filter(pk=1)", [(1, "Member.objects")]),
        ("manager = Member._default_manager", [(1, "Member._default_manager")]),
        ("get_object_or_404(Unit, pk=1)", [(1, "get_object_or_404(Unit)")]),
    ],
)
def test_looks_past_scope_tells_a_read_without_scope(line: str, expected: list[tuple[int, str]]) -> None:
    assert looks_past_scope(ast.parse(line)) == expected


def test_url_names_follow_namespaces() -> None:
    def view() -> None: ...

    inner = ([path("", view, name="home"), path("bare/", view)], "desk")
    assert url_names([path("", include(inner)), path("up/", view, name="up")]) == ["desk:home", "no name: bare/", "up"]
