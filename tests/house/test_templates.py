import re

from tests.house.source import modules, parsed, strings, templates

NAMED = re.compile(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")
# Django asks for these by name when something goes wrong.
ASKED_BY_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}


def named_in(template: str) -> set[str]:
    return set(NAMED.findall(template))


def named() -> set[str]:
    """Every template name that the code or another template writes out."""
    in_code = {text for file in modules() for _, text in strings(parsed(file)) if text.endswith((".html", ".txt"))}
    return in_code.union(*(named_in(text) for text in templates().values()))


def test_every_template_is_used() -> None:
    assert set(templates()) - named() - ASKED_BY_DJANGO == set()


def test_every_template_named_in_another_exists() -> None:
    assert {name for text in templates().values() for name in named_in(text)} - set(templates()) == set()


def test_named_in_reads_both_tags() -> None:
    text = "{% extends \"a.html\" %}{%include 'b/c.html' with x=1 only%}{% include variable %}"
    assert named_in(text) == {"a.html", "b/c.html"}
