"""A county of the second preset never meets a word of the first, on no page, in no file, in neither language."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from functools import cache
from html import unescape

import openpyxl
import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from qisong.config.preset_files import DEFAULT_PRESET, read_preset
from qisong.desk.pages.member_verbs import VERBS
from qisong.desk.urls import urlpatterns
from qisong.ledger.exempting import exempt
from qisong.ledger.programmes import find_programme
from qisong.org.models import Account, Term
from qisong.org.scope import operator_scope
from qisong.reporting.indicators import indicators
from qisong.reporting.spans import Span
from qisong.roster.importing import compare
from tests.desk.reading import Reader
from tests.desk.test_authz import ADDRESSES, KNOWN, PLACES, elsewhere, may
from tests.house.test_doors import matrix
from tests.house.test_words import FIELD
from tests.union import PRESET, labels, make_union, take_kits, talk, visit
from tests.world import BEGINNING, World

LANGUAGES = ("zh-hans", "en")
# What a program reads and nobody sees; the value of a box to type in is seen.
UNSEEN = re.compile(
    r"""\s(?:id|for|name|class|href|action|method|data-(?!label)[a-z-]+|aria-(?:controls|describedby|labelledby))="[^"]*\""""
    r"""|(?<=<option)\s+value="[^"]*"|<script.*?</script>|<meta[^>]*>"""
)
BOXES = re.compile(r"""<(?:input|button)\b[^>]*>""")
TYPED = re.compile(r"""type="(?:text|search|number|date)\"""")
VALUE = re.compile(r"""\svalue="[^"]*\"""")
# The product's own name.
OWN_NAME = {"Qisong"}
ROSTER = """职工姓名,所在工会,性别,出生年月,会员情况,入职日期,入会日期,身份证,手机,是否联系不上,是否外出,外出去向
云中鹤,东岭茶厂工会,男,1970-01-01,会员,2001-01-01,2002-01-01,,13800000001,否,是,邻省
云中燕,无此工会,女,1970-13-01,车工,2003-01-01,2002-01-01,11010519491231002X,1380000,也许,否,
,西岭窑厂工会,男,1970-01-01,群众,2001-01-01,2001-01-01,110105194912310021,13800000001,是,是,看病住院
田守一,东岭茶厂工会,女,1954-10,未入会,1979-07-01,1979-07-01,,,,,
"""


@cache
def forbidden() -> dict[str, re.Pattern[str]]:
    """Language → a pattern of what only the first preset says; a label within one of the second is not among them."""
    first, second = set(labels(read_preset(DEFAULT_PRESET))), set(labels(read_preset(PRESET)))
    own = {text.casefold() for _language, text in second}
    chinese = {text for language, text in first if language == "zh" and not any(text in one for one in own)}
    english = {text for language, text in first if language == "en" and not within(text.casefold(), own)} - OWN_NAME
    return {
        "zh": re.compile("|".join(map(re.escape, sorted({*chinese, *FIELD})))),
        "en": re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(english)))})\b", re.IGNORECASE),
    }


def within(text: str, others: set[str]) -> bool:
    return any(re.search(rf"\b{re.escape(text)}\b", one) for one in others)


def words_of_the_first(text: str) -> set[str]:
    return {found for pattern in forbidden().values() for found in pattern.findall(text)}


def lived_in() -> World:
    world = make_union()
    take_kits(world)
    talk(world, "方晓茶", "田春禾")
    visit(world, "田守一")
    return world


def decision(world: World, code: str) -> list[object]:
    given = {"programme": find_programme(PRESET), "reason": "decision", "decided_by": "会议"}
    return [exempt(by=None, scope=operator_scope(), unit=world.unit(code), on=operator_scope().on, **given).pk]


def review(world: World, code: str) -> list[object]:
    file = ("花名册.csv", ROSTER.encode())
    return [compare(by=world.office, unit=world.unit(code), files=[file], today=BEGINNING).pk]


def arguments(world: World, name: str, code: str) -> list[object]:
    """What an address names here, as the walk of the rights has it, with a programme of this county."""
    if name == "desk:end-exemption":
        return decision(world, code)
    if name.endswith("import") and len(ADDRESSES[name](world, code)) == 1:
        return review(world, code)
    if name in KNOWN:
        return KNOWN[name](world)
    if name in ADDRESSES:
        return ADDRESSES[name](world, code)
    return elsewhere(name, PRESET)


# Addresses whose last part is chosen from a list: each of the list.
KINDS = {
    "desk:member-verb": [*VERBS],
    "desk:aspect": ["service", "activity"],
    "desk:case-list": ["tracing", "finding", "lifting"],
    "desk:change": ["rename", "move", "merge", "split", "close", "reopen", "create"],
    "desk:new-thing": ["item", "title", "round", "audience", "obligation"],
    "desk:new-tie": ["post", "contact-point", "pairing"],
    "desk:tie-list": ["contact-point", "pairing"],
    "desk:print-act": ["attendance", "record", "register"],
}


def urls(world: World, code: str, name: str) -> Iterator[str]:
    named = arguments(world, name, code)
    for kind in KINDS.get(name, [None]):
        yield reverse(name, args=[*named[:-1], kind] if kind else named)
    if name == "desk:rows":
        span = Span(world.unit(code), BEGINNING, operator_scope().on, find_programme(PRESET))
        for indicator in indicators(span):
            yield reverse(name, args=[indicator, *named[1:]])


def written(answer: HttpResponse) -> str:
    """All that an answer says: a page with its attributes, or the text of a file."""
    kind = answer.headers.get("Content-Type", "")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if kind.startswith("text/"):
        return seen(content.decode()) + answer.headers.get("Content-Disposition", "")
    if "spreadsheet" in kind:
        return said_in_book(content)
    if "word" in kind:
        return unescape(re.sub("<[^>]*>", "", zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()))
    return ""


def seen(page: str) -> str:
    """A page as people meet it: its texts and titles, and what stands in boxes; no codes and no addresses."""
    page = BOXES.sub(lambda box: box[0] if TYPED.search(box[0]) else VALUE.sub("", box[0]), page)
    return unescape(UNSEEN.sub("", page))


def said_in_book(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = (str(cell.value or "") for sheet in book for row in sheet.iter_rows() for cell in row)
    rules = (str(rule.formula1) for sheet in book for rule in sheet.data_validations.dataValidation)
    return "\n".join([*book.sheetnames, *cells, *rules])


def walk(world: World, role: str, among: Collection[str] = ()) -> dict[str, set[str]]:
    """Address and language → words of the first preset that it says. What the office may see is walked as the office;
    the first page is another for everybody."""
    client = Reader()
    client.force_login(world.account(role), backend="django.contrib.auth.backends.ModelBackend")
    found = {}
    for name, row in matrix().items():
        as_office = role != "office" and may(row, "GET", "office") and name != "desk:home"
        if as_office or not may(row, "GET", role) or (among and name not in among):
            continue
        with transaction.atomic():
            found |= read_all(client, world.account(role), list(urls(world, PLACES[role][0], name)))
            transaction.set_rollback(True)
    return found


def read_all(client: Reader, account: Account, addresses: list[str]) -> dict[str, set[str]]:
    found, shown = {}, 0
    for language in LANGUAGES:
        Account.objects.filter(pk=account.pk).update(language=language)
        for url in addresses:
            answer = client.get(url)
            shown += answer.status_code in {200, 302}
            if words := words_of_the_first(written(answer)):
                found[f"{language} {url}"] = words
    assert shown >= len(LANGUAGES), addresses
    return found


@pytest.mark.parametrize("role", PLACES)
def test_no_page_says_a_word_of_the_first_preset(db: None, role: str) -> None:
    assert walk(lived_in(), role) == {}


def test_planted_word_is_found(db: None) -> None:
    world = lived_in()
    Term.objects.filter(category="word", code="briefing").update(zh="支部通报", en="Constitution")
    found = walk(world, "office", among={"desk:briefing"})
    assert {"支部"} in found.values()
    assert {"Constitution"} in found.values()


def test_every_address_is_walked() -> None:
    assert {f"desk:{one.name}" for one in urlpatterns} <= {*matrix()}
