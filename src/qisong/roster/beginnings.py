"""From which day a new member of an import belongs to the branch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Max

from qisong.org.models import UnitEvent
from qisong.org.terms import Verb
from qisong.roster.models import Affiliation
from qisong.words.dates import PartialDate


class Beginnings:
    """The first roster a branch ever gets describes who belongs to it, not who joined today: without this nothing
    that happened before the first import could be recorded. Whoever comes later belongs from the day of the import.
    """

    def __init__(self, units: Iterable[int], on: date) -> None:
        self._on = on
        wanted = set(units)
        known = set(Affiliation.objects.filter(unit__in=wanted).values_list("unit", flat=True).distinct())
        events = UnitEvent.objects.filter(unit__in=wanted - known, verb__in=[Verb.CREATE, Verb.REOPEN], on__lte=on)
        self._founded: dict[int, date] = dict(events.values_list("unit").annotate(first=Max("on")))

    def of(self, unit: int, joined: str) -> date:
        """Never before the branch stood, nor before the member can have joined the organisation."""
        founded = self._founded.get(unit)
        if founded is None:
            return self._on
        return min(max(founded, PartialDate.from_text(joined).last) if joined else founded, self._on)
