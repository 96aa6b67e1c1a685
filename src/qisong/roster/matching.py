"""Which held member a row speaks of: by identity number, else by branch, name and date of birth, else a person decides.

Never by name alone. Knows no database: rows and what is held come in, one ``Match`` a row goes out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from qisong.roster.differing import contradicts, corroborated, dates_agree
from qisong.roster.holding import Held
from qisong.roster.secrets import index_of
from qisong.roster.statements import Statement
from qisong.roster.terms import Secret

Doubt = Literal["", "elsewhere", "died", "another-number", "several", "other-branch", "no-birth-date", "namesakes"]


@dataclass(slots=True)
class Told:
    """A row to be matched. ``number`` counts the rows of the review; ``identity`` is what the file gives, kept or not;
    ``lost_branch``: a branch is named that nobody knows.
    """

    number: int
    said: Statement
    identity: str = ""
    lost_branch: bool = False


@dataclass(slots=True)
class Match:
    """``member`` if one is meant; ``candidates`` and ``doubt`` if a person must decide; neither for somebody new.

    ``twice``: numbers of rows that speak of the same member or the same newcomer.
    """

    member: UUID | None = None
    candidates: list[UUID] = field(default_factory=list)
    doubt: Doubt = ""
    twice: list[int] = field(default_factory=list)


class Matcher:
    def __init__(self, home: int, held: Mapping[UUID, Held], strangers: Mapping[UUID, Held]) -> None:
        """``held``: those of the part of the tree whose roster this is; ``home`` its top, meant where a row names no
        branch. ``strangers``: others whose identity number a row gives.
        """
        self._home, self._held, self._strangers = home, held, strangers
        everybody = [*held.values(), *strangers.values()]
        self._by_index = {index: one for one in everybody if (index := one.index(Secret.IDENTITY))}
        self._by_name: defaultdict[str, list[Held]] = defaultdict(list)
        for one in held.values():
            self._by_name[one.name].append(one)
        self._claimed: set[UUID] = set()

    def match(self, rows: Sequence[Told]) -> list[Match]:
        """One match for each row, in their order."""
        matches = {row.number: self._by_number(row.said) for row in rows}
        self._claimed = {match.member for match in matches.values() if match and match.member}
        unsure = [row for row in rows if matches[row.number] is None]
        found = {row.number: self._by_particulars(row) for row in unsure}
        self._part_twins(unsure, found)
        return [matches[row.number] or found[row.number] for row in rows]

    def _by_number(self, said: Statement) -> Match | None:
        if not said.identity:
            return None
        one = self._by_index.get(index_of(Secret.IDENTITY, said.identity))
        if one is None:
            return None
        if one.died:
            return Match(candidates=[one.id], doubt="died")
        if one.unit is not None and one.id not in self._held:
            return Match(candidates=[one.id], doubt="elsewhere")
        return Match(member=one.id)

    def _by_particulars(self, row: Told) -> Match:
        said = row.said
        namesakes = [one for one in self._by_name.get(said.name, []) if one.id not in self._claimed]
        branch = None if row.lost_branch else (said.unit or self._home)
        here = [one for one in namesakes if one.unit == branch]
        alike = [one for one in here if dates_agree(said.born, one.values["born"]) or self._repeats(said, one)]
        if alike:
            return self._choose(said, alike)
        there = [one for one in namesakes if dates_agree(said.born, one.values["born"]) and not contradicts(said, one)]
        if there:
            return doubtful("other-branch", there)
        undated = [one for one in here if not (said.born and one.values["born"]) and not contradicts(said, one)]
        return doubtful("no-birth-date", undated) if undated else Match()

    def _repeats(self, said: Statement, one: Held) -> bool:
        return not said.born and not one.values["born"] and corroborated(said, one)

    def _choose(self, said: Statement, alike: list[Held]) -> Match:
        possible = [one for one in alike if not contradicts(said, one)]
        if not possible:
            return doubtful("another-number", alike)
        if len(possible) > 1 and (mask := said.masks.get(Secret.IDENTITY)):
            possible = [one for one in possible if one.mask(Secret.IDENTITY) == mask] or possible
        return Match(member=possible[0].id) if len(possible) == 1 else doubtful("several", possible)

    def _part_twins(self, rows: Iterable[Told], found: dict[int, Match]) -> None:
        """Rows that cannot be told from each other: nobody but a person may say whether they are one."""
        for same in self._twins(rows, found):
            for number in same:
                match = found[number]
                others = [other for other in same if other != number]
                candidates = [match.member] if match.member else []
                found[number] = Match(candidates=candidates, doubt="namesakes", twice=others)

    def _twins(self, rows: Iterable[Told], found: Mapping[int, Match]) -> list[list[int]]:
        """Rows that mean one member, and newcomers alike of whom not all have a number to tell them apart."""
        groups: defaultdict[tuple[object, ...], list[Told]] = defaultdict(list)
        for row in rows:
            match, said = found[row.number], row.said
            if match.member:
                groups[match.member,].append(row)
            elif not match.doubt and said.name:
                groups[said.unit or self._home, said.name, said.born or told_besides(said)].append(row)
        return [
            [row.number for row in same]
            for key, same in groups.items()
            if len(same) > 1 and (len(key) == 1 or not all(row.identity for row in same))
        ]


def told_besides(said: Statement) -> tuple[str, ...]:
    """What tells namesakes of one list apart whose dates of birth are not given."""
    values = [said.values.get(field, "") for field in ("sex", "joined", "became_full")]
    return (*values, *(said.secrets.get(kind, "") for kind in (Secret.PHONE, Secret.LANDLINE)))


def doubtful(doubt: Doubt, candidates: Sequence[Held]) -> Match:
    return Match(candidates=[one.id for one in candidates], doubt=doubt)
