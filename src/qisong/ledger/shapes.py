"""Reads JSON into dataclasses and gathers every problem on the way, each with its place: ``received[2].item``.

A shape is a function of (reading, value, place). It returns what it read or raises ``Refusal``; whoever holds the
value notes the refusal at its place and reads on, so that one answer names all there is to mend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, NamedTuple, TypeVar, get_type_hints
from uuid import UUID

from qisong.words.dates import PartialDate
from qisong.words.digits import tidy, tidy_name
from qisong.words.text import Refusal, Text, refuse

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Shape = Callable[["Reading", Any, str], T]

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
LONGEST_LIST = 2_000


class Problem(NamedTuple):
    """One thing to mend in a document, and where."""

    place: str
    code: str
    text: Text

    def as_json(self) -> dict[str, str]:
        return {"place": self.place, "code": self.code, "message": self.text.both}


class Code(NamedTuple):
    """A word that stands for something known by its code, and where it was named."""

    at: str
    code: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A person as a document names one: by id, or by unit and name (and birth date, if there are namesakes)."""

    at: str
    id: UUID | None = None
    unit: str = ""
    name: str = ""
    born: PartialDate | None = None


@dataclass
class Reading:
    """One document being read: its problems, and the people and units it names."""

    problems: list[Problem] = field(default_factory=list)
    refs: list[Ref] = field(default_factory=list)
    units: set[str] = field(default_factory=set)

    def note(self, place: str, refusal: Refusal) -> None:
        """Keep a refusal as a problem; one without a code only says that problems were noted beneath it."""
        if refusal.code:
            self.problems.append(Problem(place, refusal.code, refusal.text))


NOTED = Refusal("", Text("", ""))


# ---- single values --------------------------------------------------------------------------------------------------


def word(longest: int, *, least: int = 0) -> Shape[str]:
    """Text on one line."""

    def shape(_reading: Reading, value: Any, _place: str) -> str:
        return limited(tidy(needed(str, value)), longest, least)

    return shape


def prose(longest: int) -> Shape[str]:
    """Text on several lines."""

    def shape(_reading: Reading, value: Any, _place: str) -> str:
        lines = (tidy(line) for line in needed(str, value).splitlines())
        return limited("\n".join(lines).strip(), longest)

    return shape


def needed(kind: type[T], value: Any) -> T:
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    names = {str: ("文字", "text"), int: ("整数", "a whole number"), dict: ("{…}", "{…}"), list: ("[…]", "[…]")}
    chinese, english = names[kind]
    raise refuse("wrong-type", "这里应填{chinese}。", "This must be {english}.", chinese=chinese, english=english)


def limited(text: str, longest: int, least: int = 0) -> str:
    if len(text) < least:
        raise refuse("empty", "这里不能空着。", "This must not be empty.")
    if len(text) > longest:
        raise refuse("too-long", "最多{longest}个字。", "At most {longest} characters.", longest=longest)
    return text


def number(low: int, high: int) -> Shape[int]:
    def shape(_reading: Reading, value: Any, _place: str) -> int:
        if low <= needed(int, value) <= high:
            return int(value)
        raise refuse("out-of-range", "应在{low}到{high}之间。", "Must be from {low} to {high}.", low=low, high=high)

    return shape


def client_id(_reading: Reading, value: Any, _place: str) -> str:
    text = needed(str, value)
    if text and len(text) <= 64 and text.isprintable() and text == text.strip():
        return text
    raise refuse("wrong-id", "编号应为1到64个可见字符。", "The id must be 1 to 64 visible characters.")


def iso_day(_reading: Reading, value: Any, _place: str) -> date:
    text = needed(str, value)
    try:
        if ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise refuse("wrong-date", "日期应写成 2026-05-19 这样，且确有这一天。", "Write a real date like 2026-05-19.")


def clock(_reading: Reading, value: Any, _place: str) -> str:
    text = needed(str, value)
    if not text or CLOCK.fullmatch(text):
        return text
    raise refuse("wrong-time", "时间应写成 09:00 这样。", "Write a time like 09:00.")


def one_of(choices: type[E]) -> Shape[E]:
    def shape(_reading: Reading, value: Any, _place: str) -> E:
        if value in list(choices):
            return choices(value)
        allowed = "、".join(choices)
        raise refuse("unknown-choice", "可填：{allowed}。", "Choose from: {allowed}.", allowed=allowed)

    return shape


def identifier(_reading: Reading, value: Any, _place: str) -> UUID:
    try:
        return UUID(needed(str, value))
    except ValueError:
        raise refuse(
            "wrong-identifier", "这不是系统给的编号，请从页面或导出表里复制。", "Copy the id from a page or an export."
        ) from None


def named_code(_reading: Reading, value: Any, place: str) -> Code:
    return Code(place, limited(tidy(needed(str, value)), 60, least=1))


def unit_code(reading: Reading, value: Any, place: str) -> Code:
    named = named_code(reading, value, place)
    reading.units.add(named.code)
    return named


def someone(reading: Reading, value: Any, place: str) -> Ref:
    """A person: an id, or ``{"unit": …, "name": …, "born": …}``."""
    if isinstance(value, str):
        found = Ref(place, id=identifier(reading, value, place))
    else:
        found = named_ref(reading, value, place)
    reading.refs.append(found)
    return found


def named_ref(reading: Reading, value: Any, place: str) -> Ref:
    named = record(Named)(reading, value, place)
    return Ref(place, unit=named.unit.code, name=named.name, born=named.born)


def own_name(_reading: Reading, value: Any, _place: str) -> str:
    return limited(tidy_name(needed(str, value)), 60, least=1)


def birth(_reading: Reading, value: Any, _place: str) -> PartialDate:
    try:
        return PartialDate.from_text(needed(str, value))
    except ValueError:
        raise refuse(
            "wrong-date",
            "出生日期应写成 1958、1958-03 或 1958-03-05。",
            "Write the birth date like 1958, 1958-03 or 1958-03-05.",
        ) from None


# ---- lists and records ----------------------------------------------------------------------------------------------


def each(shape: Shape[T], *, least: int = 0) -> Shape[tuple[T, ...]]:
    """A list; wrong elements are noted and left out."""

    def read(reading: Reading, value: Any, place: str) -> tuple[T, ...]:
        if len(needed(list, value)) < least:
            raise refuse("empty", "这里不能空着。", "This must not be empty.")
        if len(value) > LONGEST_LIST:
            raise refuse(
                "too-many", "一次最多{most}项，请分开记。", "At most {most}; record in parts.", most=LONGEST_LIST
            )
        found = []
        for position, element in enumerate(value):
            at = f"{place}[{position}]"
            try:
                found.append(shape(reading, element, at))
            except Refusal as refusal:
                reading.note(at, refusal)
        return tuple(found)

    return read


def record(kind: Callable[..., T]) -> Shape[T]:
    """An object whose keys are the fields of the dataclass ``kind`` that are annotated with a shape.

    A field without a default must be given; ``null`` is the same as leaving a key out. ``at`` takes the place.
    """

    def read(reading: Reading, value: Any, place: str) -> T:
        given = needed(dict, value)
        keys = keys_of(kind)
        dot = f"{place}." if place else ""
        for name in given.keys() - keys.keys():
            reading.note(f"{dot}{name}", unknown_key(keys))
        found, whole = {}, True
        for name, (shape, required) in keys.items():
            try:
                if given.get(name) is not None:
                    found[name] = shape(reading, given[name], f"{dot}{name}")
                elif required:
                    raise refuse("missing-key", "缺少“{name}”这一项。", "The key {name} is missing.", name=name)
            except Refusal as refusal:
                reading.note(f"{dot}{name}", refusal)
                whole = whole and not required
        if not whole:
            raise NOTED
        return kind(at=place, **found)

    return read


@lru_cache(maxsize=64)
def keys_of(kind: Any) -> dict[str, tuple[Shape[Any], bool]]:
    """Key → its shape and whether it must be given."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        one.name: (hints[one.name].__metadata__[0], one.default is MISSING)
        for one in fields(kind)
        if hasattr(hints[one.name], "__metadata__")
    }


def unknown_key(keys: Iterable[str]) -> Refusal:
    known = "、".join(keys)
    return refuse(
        "unknown-key", "没有这一项，可填：{known}。", "There is no such key; choose from: {known}.", known=known
    )


@dataclass(frozen=True, slots=True)
class Named:
    at: str
    unit: Annotated[Code, unit_code]
    name: Annotated[str, own_name]
    born: Annotated[PartialDate | None, birth] = None
