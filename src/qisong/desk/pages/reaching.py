"""How somebody is best reached, in words: their own wish, what they need, what is usual for people like them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from qisong.org.terms import TermCategory
from qisong.org.words import label
from qisong.roster.ways import Ground, Way


def how(ways: Iterable[Way]) -> str:
    """What is usual is left out where somebody has a wish: it wins."""
    said: dict[str, list[str]] = {}
    for way in strongest(ways):
        said.setdefault(ground_of(way), []).append(way.label)
    told = _("{ground}: {ways}")
    return _("; ").join(told.format(ground=ground, ways=_(", ").join(labels)) for ground, labels in said.items())


def own_words(ways: Iterable[Way]) -> str:
    """Only what the person said."""
    return how(way for way in ways if way.ground is not Ground.GROUP)


def strongest(ways: Iterable[Way]) -> Sequence[Way]:
    found = list(ways)
    wished = any(way.ground is Ground.WISH for way in found)
    return [way for way in found if way.ground is not Ground.GROUP] if wished else found


def ground_of(way: Way) -> str:
    if way.ground is Ground.GROUP:
        return label(TermCategory.GROUP, way.source)
    return _("own wish") if way.ground is Ground.WISH else _("needs")
