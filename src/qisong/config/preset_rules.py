"""What a preset file may say, and what is wrong with one: every fault is named with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from qisong.ledger.terms import CountedBy, Recipient, RoundKind
from qisong.org.terms import Right
from qisong.roster.form import ROSTER_FORM
from qisong.roster.own_form import STANDINGS
from qisong.roster.terms import Category
from qisong.words.text import Text

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
LONGEST = 200
REACHES = ("unit", "subtree", "county", "errands")


class Fault(NamedTuple):
    place: str
    text: Text


@dataclass(frozen=True)
class Key:
    """One key of an entry: of what type, whether it must stand there, and which values it may take.

    ``among``: a closed list; ``names``: the section whose codes it names.
    """

    type: type
    needed: bool = False
    among: Collection[str] = ()
    names: str = ""


LABEL, FLAG, DAY, WORDS = Key(str), Key(bool), Key(date), Key(list)
NAMED = {"code": Key(str, needed=True), "zh": Key(str, needed=True), "en": Key(str, needed=True)}


@dataclass(frozen=True)
class Section:
    """``keys`` beside code, zh and en; ``codes``: those that the product itself acts upon and cannot do without."""

    keys: Mapping[str, Key] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    needed: bool = True


RIGHTS = tuple(right.value for right in Right)
SECTIONS: dict[str, Section] = {
    "roster": Section({"aliases": WORDS, "labels": WORDS, "choices": Key(dict)}, needed=False),
    "unit-kinds": Section({"root": FLAG, "aliases": WORDS}),
    "traits": Section({"confidential": FLAG}),
    "roles": Section(
        {"reach": Key(str, among=REACHES), "rights": Key(list, among=RIGHTS), "below": Key(list, among=RIGHTS)}
    ),
    "channels": Section({"default": FLAG}),
    "circumstances": Section(
        {"excused": FLAG, "exempt": FLAG, "group": Key(str, among=("home", "homebound", "away"))},
        codes=("away", "out-of-contact"),
    ),
    "ways": Section(
        {
            "channel": Key(str, names="channels"),
            "group": Key(str, among=("home", "homebound", "away")),
            "wish": FLAG,
        },
        needed=False,
    ),
    "needs": Section(
        {"ways": Key(list, names="ways"), "bars": Key(list, names="ways"), "temporary": FLAG}, needed=False
    ),
    "groups": Section(
        {
            "circumstances": Key(list, names="circumstances"),
            "traits": Key(list, names="traits"),
            "roles": Key(list, names="roles"),
            "within_days": Key(int),
            "age": Key(int),
            "joined_years": Key(int),
            "ways": Key(list, needed=True, names="ways"),
        },
        needed=False,
    ),
    "parts": Section({"channel": Key(str, names="channels"), "by_item": FLAG}, codes=("visit", "meeting", "hand-over")),
    "meetings": Section(codes=("study",)),
    "absences": Section(codes=("leave",)),
    "exemptions": Section({"from_roster": FLAG}),
    "themes": Section(),
    "aspects": Section(needed=False),
    "losses": Section(needed=False),
    "establishments": Section(needed=False),
    "proposals": Section({"after": Key(str, among=("found", "lost")), "months": Key(int)}, needed=False),
    "programmes": Section(
        {
            "parent": Key(str, names="programmes"),
            "starts_on": Key(date, needed=True),
            "ends_on": DAY,
            "rounds": Key(list),
            "audiences": Key(list),
            "items": Key(list),
        }
    ),
}
# What stands within a programme, and within an item.
WITHIN: dict[str, Section] = {
    "rounds": Section(
        {
            "kind": Key(str, needed=True, among=tuple(kind.value for kind in RoundKind)),
            "starts_on": Key(date, needed=True),
            "due_on": DAY,
            "ends_on": DAY,
            "carry_over": FLAG,
            "min_interval_days": Key(int),
            "continues": FLAG,
        }
    ),
    "audiences": Section(
        {
            "recipient": Key(str, needed=True, among=tuple(one.value for one in Recipient)),
            "chosen_only": FLAG,
            "roles": Key(list, names="roles"),
            "circumstances": Key(list, names="circumstances"),
            "traits": Key(list, names="traits"),
            "kinds": Key(list, names="unit-kinds"),
            "categories": Key(list, among=tuple(Category)),
        }
    ),
    "items": Section(
        {
            "measure_zh": Key(str, needed=True),
            "measure_en": Key(str, needed=True),
            "counted_by": Key(str, needed=True, among=tuple(one.value for one in CountedBy)),
            "theme": Key(str, names="themes"),
            "audience": Key(str, names="audiences"),
            "quantity": Key(int),
            "by_presence": FLAG,
            "part": Key(str, names="parts"),
            "titles": Key(list),
        }
    ),
    "titles": Section(),
}
TABLES = {"words", "keep", "platform"}
LABELS = {"zh", "en"}
# Columns that a county's own sheet may leave out; every other one gets a heading.
DISPENSABLE = {"serial", "standing", "lost_since", "destination"}
BLANKS = frozenset(
    {*("meeting", "subject", "on", "place", "chair", "recorder", "expected", "present", "names", "absent", "guests")}
    | {"agenda", "decisions"}
)


def faults(preset: Mapping[str, Any], words_needed: Collection[str]) -> Iterator[Fault]:
    """Everything that is wrong, in the order of the file's sections; what is no table or list at all comes alone."""
    misshapen = list(shape_faults(preset))
    if misshapen:
        yield from misshapen
        return
    yield from head_faults(preset)
    yield from word_faults(preset, words_needed)
    for name, section in SECTIONS.items():
        yield from section_faults(preset, name, section)
    yield from tree_faults(preset)
    yield from roster_faults(preset)
    for programme in entries(preset, "programmes"):
        yield from programme_faults(preset, programme)


def shape_faults(preset: Mapping[str, Any]) -> Iterator[Fault]:
    for name in sorted(TABLES):
        if not isinstance(preset.get(name, {}), dict):
            yield Fault(name, Text(f"要写成 [{name}]。", f"Write [{name}]."))
    for name in SECTIONS:
        found = preset.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            yield Fault(name, Text(f"要写成 [[{name}]]。", f"Write [[{name}]]."))


def head_faults(preset: Mapping[str, Any]) -> Iterator[Fault]:
    for key, wanted in NAMED.items():
        yield from value_faults(key, preset.get(key), wanted)
    for key in preset:
        if key not in {*NAMED, *TABLES, *SECTIONS}:
            yield Fault(key, Text("没有这一节。", "There is no such section."))
    template = preset.get("platform", {}).get("template", "")
    for blank in re.findall(r"\{(\w*)\}", template if isinstance(template, str) else ""):
        if blank not in BLANKS:
            yield unknown("platform.template", blank, sorted(BLANKS))


def word_faults(preset: Mapping[str, Any], words_needed: Collection[str]) -> Iterator[Fault]:
    for word in sorted(set(words_needed) - set(preset.get("words", {}))):
        yield Fault(f"words.{word}", Text("缺这个词。", "This word is missing."))
    for name in ("words", "keep"):
        for code, labels in preset.get(name, {}).items():
            place = f"{name}.{code}"
            if not isinstance(labels, dict) or set(labels) != LABELS:
                yield Fault(place, Text("要有 zh 和 en 两项。", "Give zh and en, and nothing else."))
                continue
            for key in sorted(LABELS):
                yield from value_faults(f"{place}.{key}", labels[key], NAMED[key])


def section_faults(preset: Mapping[str, Any], name: str, section: Section) -> Iterator[Fault]:
    found = entries(preset, name)
    if section.needed and not found:
        yield Fault(name, Text("缺这一节。", "This section is missing."))
    yield from list_faults(preset, name, found, section)
    codes = {str(one.get("code")) for one in found}
    for code in section.codes:
        if found and code not in codes:
            yield Fault(name, Text(f"缺代码 {code}，系统要用。", f"The code {code} is missing; the product uses it."))


def entries(owner: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = owner.get(name, [])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def list_faults(
    preset: Mapping[str, Any],
    place: str,
    found: list[dict[str, Any]],
    section: Section,
    owner: Mapping[str, Any] | None = None,
) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, entry in enumerate(found, 1):
        code = str(entry.get("code", number))
        at = f"{place}[{code}]"
        if code in seen:
            yield Fault(at, Text("代码重复。", "This code stands twice."))
        seen.add(code)
        keys = NAMED | dict(section.keys)
        for key in entry:
            if key not in keys:
                yield Fault(f"{at}.{key}", Text("没有这一项。", "There is no such key."))
        for key, wanted in keys.items():
            yield from value_faults(f"{at}.{key}", entry.get(key), wanted)
            yield from reference_faults(preset, f"{at}.{key}", entry.get(key), wanted, owner)


def value_faults(place: str, value: object, key: Key) -> Iterator[Fault]:
    if value is None:
        if key.needed:
            yield Fault(place, Text("缺这一项。", "This is missing."))
    elif not isinstance(value, key.type) or (key.type is int and isinstance(value, bool)):
        yield Fault(place, Text(f"要写{TYPES[key.type].zh}。", f"This should be {TYPES[key.type].en}."))
    elif place.endswith("code") and not CODE.fullmatch(str(value)):
        yield Fault(
            place,
            Text("代码用小写字母、数字和连字符，最多 60 个。", "A code has lower-case letters, digits and hyphens."),
        )
    elif key.type is str and not 0 < len(str(value).strip()) <= LONGEST:
        yield Fault(place, Text(f"写 1 到 {LONGEST} 个字。", f"Write 1 to {LONGEST} characters."))


TYPES = {
    str: Text('文字，如 "…"', 'text, such as "…"'),
    bool: Text(" true 或 false", "true or false"),
    list: Text('列表，如 ["…"]', 'a list, such as ["…"]'),
    dict: Text("表，如 { … }", "a table, such as { … }"),
    date: Text("日期，如 2026-02-01", "a date, such as 2026-02-01"),
    int: Text("整数", "a whole number"),
}


def reference_faults(
    preset: Mapping[str, Any], place: str, value: object, key: Key, owner: Mapping[str, Any] | None
) -> Iterator[Fault]:
    """Codes that nothing has. An audience is one of the same programme; a parent stands before its children."""
    if value is None or not (key.among or key.names):
        return
    source = owner if key.names == "audiences" and owner else preset
    known = list(key.among) or [str(one.get("code")) for one in entries(source, key.names)]
    for code in value if isinstance(value, list) else [value]:
        if code not in known:
            yield unknown(place, code, known)


def unknown(place: str, code: object, known: Collection[str]) -> Fault:
    choice = "、".join(known)
    return Fault(place, Text(f"没有“{code}”，可填：{choice}。", f"There is no {code}; choose from: {choice}."))


def tree_faults(preset: Mapping[str, Any]) -> Iterator[Fault]:
    """What must be there exactly once."""
    for name, key in (("unit-kinds", "root"), ("channels", "default")):
        marked = [one for one in entries(preset, name) if one.get(key)]
        if entries(preset, name) and len(marked) != 1:
            yield Fault(name, Text(f"要有且只有一个 {key} = true。", f"Exactly one has {key} = true."))
    accounts = [one for one in entries(preset, "roles") if "accounts" in list_of(one, "rights")]
    if entries(preset, "roles") and not accounts:
        yield Fault("roles", Text("没有一个角色能开账号（accounts）。", "No role may make accounts."))


def list_of(entry: Mapping[str, Any], key: str) -> list[Any]:
    found = entry.get(key)
    return found if isinstance(found, list) else []


def roster_faults(preset: Mapping[str, Any]) -> Iterator[Fault]:
    """Of a county's own sheet: which columns, no heading twice, and labels that come to something."""
    columns = {str(one.get("code")): one for one in entries(preset, "roster")}
    if not columns:
        return
    for code in columns:
        if code not in ROSTER_FORM.by_code:
            yield unknown(f"roster[{code}]", code, list(ROSTER_FORM.by_code))
    for code in ROSTER_FORM.by_code:
        if code not in columns and code not in DISPENSABLE:
            yield Fault("roster", Text(f"缺 {code} 这一栏。", f"The column {code} is missing."))
    yield from heading_faults(columns)
    yield from choice_faults("category", columns.get("category", {}), list(Category))
    if "standing" in columns:
        yield from choice_faults("standing", columns["standing"], list(STANDINGS))
        if "suspended" not in {str(one.get("code")) for one in entries(preset, "circumstances")}:
            yield unknown("circumstances", "suspended", ["suspended"])


def heading_faults(columns: Mapping[str, dict[str, Any]]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for code, column in columns.items():
        for heading in (column.get("zh"), *list_of(column, "aliases")):
            if seen.setdefault(str(heading), code) != code:
                yield Fault(
                    f"roster[{code}]",
                    Text(
                        f"“{heading}”也是 {seen[str(heading)]} 的标题。", f"{heading} heads {seen[str(heading)]}, too."
                    ),
                )


def choice_faults(code: str, column: Mapping[str, Any], meant: list[str]) -> Iterator[Fault]:
    choices = column.get("choices")
    if not isinstance(choices, dict) or set(choices) != set(meant) or not all(map(is_labels, choices.values())):
        wanted = "、".join(meant)
        yield Fault(
            f"roster[{code}].choices",
            Text(f"要给这几项各写至少一个叫法：{wanted}。", f"Give at least one label for each of: {wanted}."),
        )


def is_labels(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one for one in value)


def programme_faults(preset: Mapping[str, Any], programme: Mapping[str, Any]) -> Iterator[Fault]:
    place = f"programmes[{programme.get('code')}]"
    before = [one.get("code") for one in entries(preset, "programmes")]
    if (parent := programme.get("parent")) in before and before.index(parent) >= before.index(programme.get("code")):
        yield Fault(f"{place}.parent", Text("上级活动要写在前面。", "The parent stands before its children."))
    for name in ("rounds", "audiences", "items"):
        yield from list_faults(preset, f"{place}.{name}", entries(programme, name), WITHIN[name], programme)
    for item in entries(programme, "items"):
        titles = entries(item, "titles")
        yield from list_faults(preset, f"{place}.items[{item.get('code')}].titles", titles, WITHIN["titles"])
