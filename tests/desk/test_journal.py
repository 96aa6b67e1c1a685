import re

import pytest

from qisong.casework.terms import Move
from qisong.desk.pages.journal_words import KINDS, THINGS
from qisong.org import journal
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.house.source import PACKAGE, modules
from tests.world import World

KIND = re.compile(r'"((?!qisong|org\.|ledger\.|django)[a-z-]+\.[a-z-]+)"')
THING = re.compile(r'touch\(\s*"([a-z-]+)"')
# Kinds whose first word is the name of what was changed, or whose second is the move of a case.
COMPOSED = {
    *(f"{thing}.created" for thing in ("programme", "item", "title", "audience")),
    *(f"{thing}.renamed" for thing in ("programme", "item", "title", "audience", "round")),
    *(f"{thing}.ended" for thing in ("programme", "round")),
    *(f"{thing}.reversed" for thing in ("activity", "receipt", "custody")),
    *(f"case.{move}" for move in Move),
}


# Work that comes round has codes of the same shape.
ROUNDS = {"roster.expiry"}


def said(pattern: re.Pattern[str]) -> set[str]:
    files = [file for room in ("org", "roster", "ledger", "casework") for file in modules(PACKAGE / room)]
    return {found for file in files for found in pattern.findall(file.read_text(encoding="utf-8"))} - ROUNDS


def test_every_kind_of_the_journal_has_its_word() -> None:
    assert sorted(KINDS) == sorted(said(KIND) | COMPOSED)


def test_every_thing_that_is_touched_has_its_word() -> None:
    assert sorted(THINGS) == sorted(said(THING))


def test_auditor_reads_what_was_done_and_to_nobody_by_name(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.account("auditor")).get("/journal/?kind=post.given"))
    assert [word in page for word in ("给了职务", "东岭村党支部", "人员 1", "东方晓")] == [True, True, True, False]


def test_numbers_typed_into_a_reason_are_masked(signed_in: SignedIn, world: World) -> None:
    with journal.verb("unit.renamed", by=world.office, unit=world.branch, reason="联系13912345678核实"):
        pass
    page = text_of(signed_in(world.account("auditor")).get("/journal/?kind=unit.renamed"))
    assert ("联系139****78核实" in page, "13912345678" in page) == (True, False)


def test_journal_can_be_read_by_kind_and_by_days(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.account("audit-administrator"))
    answers = [
        re.findall(r'class="answer">\s*共 (\d+) 条', text_of(client.get("/journal/", query)))
        for query in ({"kind": "site.founded"}, {"last": "2020-01-01"}, {"first": "2999-01-01"})
    ]
    assert answers == [["1"], ["0"], ["0"]]


@pytest.mark.parametrize("query", [{"kind": "nonsense"}, {"first": "yesterday"}])
def test_wrong_filter_is_said_at_its_box(signed_in: SignedIn, world: World, query: dict[str, str]) -> None:
    assert 'role="alert"' in text_of(signed_in(world.account("auditor")).get("/journal/", query))


def test_journal_is_paged_newest_first(signed_in: SignedIn, world: World) -> None:
    for _ in range(60):
        with journal.verb("unit.renamed", by=world.office, unit=world.branch):
            pass
    client = signed_in(world.account("auditor"))
    assert ("下一页" in text_of(client.get("/journal/")), "上一页" in text_of(client.get("/journal/?page=2"))) == (
        True,
        True,
    )


def test_queries_do_not_grow_with_the_journal(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.account("auditor"))
    url = "/journal/?kind=unit.renamed"
    counts = []
    for times in (1, 2):
        for _ in range(times):
            with journal.verb("unit.renamed", by=world.office, unit=world.branch):
                pass
        counts.append(client.count(url))
    assert counts[0] == counts[1]
