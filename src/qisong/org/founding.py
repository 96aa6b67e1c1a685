"""The first verb of a site: the county, its root unit and the words of its preset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qisong.org import journal
from qisong.org.models import Clock, Site, Term
from qisong.org.terms import TermCategory
from qisong.org.words import forget
from qisong.words.text import refuse

# Where a preset keeps each category of terms.
SECTIONS = {
    TermCategory.UNIT_KIND: "unit-kinds",
    TermCategory.TRAIT: "traits",
    TermCategory.ROLE: "roles",
    TermCategory.CHANNEL: "channels",
    TermCategory.CIRCUMSTANCE: "circumstances",
    TermCategory.PART: "parts",
    TermCategory.MEETING: "meetings",
    TermCategory.ABSENCE: "absences",
    TermCategory.EXEMPTION: "exemptions",
    TermCategory.THEME: "themes",
    TermCategory.WAY: "ways",
    TermCategory.NEED: "needs",
    TermCategory.GROUP: "groups",
    TermCategory.COLUMN: "roster",
    TermCategory.ASPECT: "aspects",
    TermCategory.LOSS: "losses",
    TermCategory.ESTABLISHMENT: "establishments",
    TermCategory.PROPOSAL: "proposals",
}
LABELS = {"code", "zh", "en"}


def found_site(*, name: str, code: str, preset: Mapping[str, Any], keep: Sequence[str] = ()) -> Site:
    """Set the site up with its terms; the root unit is created by the tree's own verb afterwards.

    Refuses a second founding and an optional personal column that the preset gives no purpose for.
    """
    if Site.objects.exists():
        raise refuse("already-founded", "这里已经建好了县级站点。", "This site has been founded already.")
    purposes = preset.get("keep", {})
    for column in keep:
        if column not in purposes:
            known = ", ".join(purposes)
            raise refuse(
                "unknown-column",
                "--keep：没有“{column}”这一项，可选：{known}。",
                "--keep: there is no {column}; choose from: {known}.",
                place="keep",
                column=column,
                known=known,
            )
    Clock.objects.get_or_create(pk=1)
    with journal.verb("site.founded", by=None) as entry:
        site = Site.objects.create(
            name=name,
            code=code,
            preset=preset["code"],
            keep={column: purposes[column] for column in keep},
            platform_template=preset.get("platform", {}).get("template", "").strip(),
        )
        Term.objects.bulk_create(terms_of(preset))
        entry.touch_county()
    forget()
    return site


def add_terms(preset: Mapping[str, Any]) -> int:
    """What the preset has gained since the site was founded; how many terms. Nothing that the county has is changed."""
    site = Site.objects.first()
    if site is None or site.preset != preset["code"]:
        return 0
    held = set(Term.objects.values_list("category", "code"))
    gained = [one for one in terms_of(preset) if (one.category, one.code) not in held]
    if gained:
        with journal.verb("terms.added", by=None) as entry:
            Term.objects.bulk_create(gained)
            entry.touch_county()
        forget()
    return len(gained)


def terms_of(preset: Mapping[str, Any]) -> list[Term]:
    terms = [
        term(category, position, entry)
        for category, section in SECTIONS.items()
        for position, entry in enumerate(preset.get(section, []))
    ]
    for category, section in ((TermCategory.WORD, "words"), (TermCategory.KEEP, "keep")):
        words = preset.get(section, {}).items()
        terms += [term(category, n, {"code": code, **labels}) for n, (code, labels) in enumerate(words)]
    return terms


def term(category: TermCategory, position: int, entry: Mapping[str, Any]) -> Term:
    data = {key: value for key, value in entry.items() if key not in LABELS}
    return Term(category=category, code=entry["code"], zh=entry["zh"], en=entry["en"], position=position, data=data)
