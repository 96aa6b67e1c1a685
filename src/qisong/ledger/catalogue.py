"""Programmes and items as one act or one question sees them: read once, then looked up without queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from qisong.ledger.models import Item, Programme
from qisong.words.text import refuse


def is_open(programme: Programme, on: date) -> bool:
    return programme.starts_on <= on and (programme.ends_on is None or on < programme.ends_on)


@dataclass(frozen=True)
class Catalogue:
    programmes: list[Programme]
    items: list[Item]

    @classmethod
    def load(cls) -> Self:
        programmes = list(Programme.objects.all())
        return cls(programmes, list(Item.objects.select_related("programme")))

    def programme(self, code: str) -> Programme:
        for programme in self.programmes:
            if programme.code == code:
                return programme
        raise refuse("unknown-programme", "没有“{name}”这个专项活动。", "There is no programme {name}.", name=code)

    def beneath(self, programmes: Iterable[Programme]) -> set[int]:
        """The ids of the programmes and of everything under them."""
        found = {programme.pk for programme in programmes}
        while more := {one.pk for one in self.programmes if one.parent_id in found} - found:
            found |= more
        return found

    def open_leaves(self, on: date) -> list[Programme]:
        """The programmes that run on ``on`` and have nothing running beneath them."""
        running = [programme for programme in self.programmes if is_open(programme, on)]
        above = {programme.parent_id for programme in running}
        return [programme for programme in running if programme.pk not in above]

    def item(self, code: str, on: date, among: set[int] | None = None) -> Item:
        """The item of this code, in the programmes ``among`` if given; of several, the one whose programme runs on
        ``on``. Refuses a code that nobody or more than one answers to."""
        found = [item for item in self.items if item.code == code and (among is None or item.programme_id in among)]
        running = [item for item in found if is_open(item.programme, on)]
        chosen = running if len(found) > 1 else found
        if len(chosen) == 1:
            return chosen[0]
        if not found:
            known = "、".join(dict.fromkeys(item.code for item in self.items))
            raise refuse(
                "unknown-item",
                "没有“{name}”这项内容，可填：{known}。",
                "There is no item {name}; choose from: {known}.",
                name=code,
                known=known,
            )
        raise refuse(
            "ambiguous-item",
            "“{name}”在几个专项活动里都有，请写明专项活动：{programmes}。",
            "Several programmes have an item {name}; name the programme: {programmes}.",
            name=code,
            programmes="、".join(item.programme.code for item in found),
        )
