from typing import Any

import pytest

from qisong.org.founding import SECTIONS, add_terms, found_site
from qisong.org.journal import broken_links
from qisong.org.models import Journal, Site, Term
from qisong.org.terms import TermCategory
from qisong.org.words import word
from qisong.words.text import Refusal

PRESET: dict[str, Any] = {
    "code": "blood-round",
    "words": {"member": {"zh": "志愿者", "en": "volunteer"}},
    "keep": {"identity": {"zh": "核对同名", "en": "Tell namesakes apart"}, "address": {"zh": "上门", "en": "Visit"}},
    "unit-kinds": [
        {"code": "county", "zh": "县会", "en": "County", "root": True},
        {"code": "station", "zh": "站", "en": "Station", "aliases": ["献血站"]},
    ],
    "platform": {"template": "\n时间:{on}\n"},
}


def test_site_takes_its_words_from_the_preset(db: None) -> None:
    site = found_site(name="青山县", code="C0", preset=PRESET, keep=["identity"])
    assert (site.name, site.code, site.preset, site.platform_template) == ("青山县", "C0", "blood-round", "时间:{on}")
    assert site.keep == {"identity": {"zh": "核对同名", "en": "Tell namesakes apart"}}
    assert (site.keeps("identity"), site.keeps("address"), word("member")) == (True, False, "志愿者")


def test_terms_keep_their_order_and_settings(db: None) -> None:
    found_site(name="青山县", code="C0", preset=PRESET)
    kinds = Term.objects.filter(category=TermCategory.UNIT_KIND)
    assert [(term.code, term.position, term.data) for term in kinds] == [
        ("county", 0, {"root": True}),
        ("station", 1, {"aliases": ["献血站"]}),
    ]
    assert Term.objects.count() == 5


def test_every_category_has_its_section_in_a_preset() -> None:
    assert {*SECTIONS, TermCategory.WORD, TermCategory.KEEP} == set(TermCategory)


def test_founding_is_the_first_entry_of_the_journal(db: None) -> None:
    found_site(name="青山县", code="C0", preset=PRESET)
    assert list(Journal.objects.values_list("seq", "kind", "touched")) == [(1, "site.founded", {"county": True})]
    assert broken_links() == []


def test_second_founding_is_refused(db: None) -> None:
    found_site(name="青山县", code="C0", preset=PRESET)
    with pytest.raises(Refusal) as refusal:
        found_site(name="绿水县", code="C1", preset=PRESET)
    assert (refusal.value.code, Site.current().name) == ("already-founded", "青山县")


def test_column_without_a_purpose_is_refused(db: None) -> None:
    with pytest.raises(Refusal) as refusal:
        found_site(name="青山县", code="C0", preset=PRESET, keep=["identity", "religion"])
    assert (refusal.value.code, refusal.value.place) == ("unknown-column", "keep")
    assert refusal.value.text.en == "--keep: there is no religion; choose from: identity, address."
    assert not Site.objects.exists()


def test_what_the_preset_gains_later_is_added_and_nothing_changed(db: None) -> None:
    found_site(name="青山县", code="C0", preset=PRESET)
    Term.objects.filter(code="station").update(zh="血站")
    gained = PRESET | {"needs": [{"code": "visit", "zh": "上门", "en": "Visit", "ways": []}]}
    assert [add_terms(gained), add_terms(gained), add_terms(gained | {"code": "other", "traits": gained["needs"]})] == [
        1,
        0,
        0,
    ]
    assert set(Term.objects.filter(code__in=["visit", "station"]).values_list("category", "zh")) == {
        ("need", "上门"),
        ("unit-kind", "血站"),
    }
    assert (Journal.objects.latest("seq").kind, broken_links()) == ("terms.added", [])
