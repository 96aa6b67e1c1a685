"""The roll-up of a warehouse, written once; ``running`` hands it to DuckDB or to Spark.

The meanings are those of ``engine.folding``: of the lines of one item somebody is owed any, lacks any, and put off or
declined only where nothing else is open. All is worked out per person and item first (``standings``), then summed by
unit (``counts``) or gathered into words of planes (``words``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from qisong.coverage.warehouse.needing import need
from qisong.coverage.warehouse.tables import ANY, SCHEMAS
from qisong.roster.terms import OUT_OF_CONTACT

BITS = 16  # positions a word: what every engine sums without a sign or another type getting in the way
STATES = ("owed", "missing", "exempt", "later", "declined")
COUNTED = ("owed", "received", "exempt", "missing", "later", "declined", "out_of_contact")
PERSON_ITEM = ["county", "position", "item"]


def received_by(channel: str) -> str:
    """The column of those who received enough by a channel alone."""
    return f"received:{channel}"


class Rollup:
    """Expressions over the tables of a warehouse, ``channels`` being all that occur in it."""

    def __init__(self, as_of: date, channels: Sequence[str]) -> None:
        self.ibis = need("ibis", extra="analytics")
        self.no = self.ibis.literal(value=False)
        self.as_of, self.channels = as_of, list(channels)
        self.units, self.people, self.circumstances, self.lines, self.receipts = (
            self.ibis.table(schema, name=name) for name, schema in SCHEMAS.items()
        )

    def copies(self) -> Any:
        """What each received of an item in its round, by all channels and by each."""
        lines = self.lines.filter(self.lines.filled.isnull())
        given = self.receipts.filter(self.receipts.on <= self.ibis.literal(self.as_of))
        given = given.join(self.people, ["county", "who"])
        # Summed before they meet the lines: an engine that were free to join both first would make far too many rows.
        given = given.group_by(*PERSON_ITEM, "on", "channel").agg(copies=given.copies.sum())
        counted = lines.join(given, [*PERSON_ITEM, given.on >= lines.since])
        by = {channel: counted.copies.sum(where=counted.channel == channel) for channel in self.channels}
        return counted.group_by(PERSON_ITEM).agg(**{ANY: counted.copies.sum()}, **by)

    def standings(self) -> Any:
        """One row a person and item, flags for columns."""
        copies = self.copies().rename({f"copies:{way}": way for way in (ANY, *self.channels)})
        lines = self.lines.left_join(copies, PERSON_ITEM)
        owed = ~lines.exempt
        lacks = owed & ~self.full(lines, ANY) & (lines.said != "has")
        open_ = lacks & ~lines.said.isin(["later", "declined"])
        lacks_by = {f"lacks:{one}": (owed & ~self.full(lines, one)).any() for one in self.channels}
        person = lines.group_by([*PERSON_ITEM, "rank"]).agg(
            owed=owed.any(),
            spared=lines.exempt.any(),
            missing=lacks.any(),
            open=open_.any(),
            put_off=(lacks & (lines.said == "later")).any(),
            **lacks_by,
        )
        later = person.put_off & ~person.open
        return person.select(
            *PERSON_ITEM,
            "rank",
            "owed",
            "missing",
            "open",
            received=person.owed & ~person.missing,
            exempt=person.spared & ~person.owed,
            later=later,
            declined=person.missing & ~person.open & ~later,
            **{received_by(one): person.owed & ~person[f"lacks:{one}"] for one in self.channels},
        )

    def full(self, lines: Any, way: str) -> Any:
        """Whether a line was filled, by the sum of copies or as the county said."""
        enough = lines[f"copies:{way}"].fill_null(0) >= lines.quantity
        return self.ibis.ifelse(lines.filled.isnull(), enough, lines.filled.contains(way).fill_null(self.no))

    def counts(self, standings: Any) -> Any:
        """One row a unit and item, of everybody beneath it; a unit beneath which there is nobody has none."""
        lost = self.circumstances.filter(self.circumstances.kind == OUT_OF_CONTACT).select("county", "position")
        lost = lost.distinct().mutate(lost=self.ibis.literal(value=True))
        people = standings.left_join(lost, ["county", "position"])
        people = people.mutate(out_of_contact=people.open & people.lost.fill_null(self.no))
        own = people.group_by("county", "rank", "item").agg(**{one: people[one].sum() for one in COUNTED})
        above = self.units.select("county", "rank", place=self.units.above.unnest())
        summed = own.join(above, ["county", "rank"])
        beneath = summed.group_by("county", "place", "item").agg(
            **{one: summed[one].sum().cast("int32") for one in COUNTED}
        )
        named = self.units.select("county", "code", place="rank")
        return beneath.join(named, ["county", "place"]).select("county", "code", "item", *COUNTED)

    def words(self, standings: Any) -> Any:
        """One row a county, item and 16 positions; a column a state, of each the bits of whoever is in it."""
        flags = [*STATES, *map(received_by, self.channels)]
        return self.gathered(standings, "item", {flag: standings[flag] for flag in flags})

    def circumstance_words(self) -> Any:
        rows = self.circumstances
        return self.gathered(rows, "kind", {"circumstance": self.ibis.literal(value=True)})

    def gathered(self, rows: Any, by: str, flags: dict[str, Any]) -> Any:
        bit = self.ibis.literal(1).cast("int64") << (rows.position % BITS)
        none = self.ibis.literal(0).cast("int64")
        bits = {name: self.ibis.ifelse(flag, bit, none).sum().cast("int32") for name, flag in flags.items()}
        return rows.group_by("county", by, word=(rows.position // BITS).cast("int32")).agg(**bits)
