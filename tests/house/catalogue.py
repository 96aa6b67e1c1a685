"""What each room says through gettext, and whether its own Chinese catalogue says it too.

``python -m tests.house.catalogue`` adds what is new to the catalogues and takes out what is gone.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from tests.house.source import PACKAGE, floors, modules, name_of, templates

KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}")
HEADERS = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=1; plural=0;",
}


class Message(NamedTuple):
    context: str
    text: str
    plural: str = ""


def messages_in(source: str) -> Iterator[Message]:
    """The messages of Python source."""
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)
    for _, text, _, context in found:
        one, *more = (text,) if isinstance(text, str) else text
        yield Message(context or "", one, *more)


def messages_in_template(source: str) -> Iterator[Message]:
    # What stands round the messages becomes filler; its indentation would not be Python's.
    return messages_in("\n".join(line.strip() for line in templatize(source).splitlines()))


def messages_of(room: str) -> set[Message]:
    found: set[Message] = set()
    for file in modules(PACKAGE / room):
        found.update(messages_in(file.read_text(encoding="utf-8")))
    for text in templates(PACKAGE / room).values():
        found.update(messages_in_template(text))
    return found


def catalogue_of(room: str) -> Path:
    return PACKAGE / room / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def read(room: str) -> polib.POFile:
    file = catalogue_of(room)
    return polib.pofile(str(file)) if file.exists() else polib.POFile(wrapwidth=120)


def key(entry: polib.POEntry) -> Message:
    return Message(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def fault(entry: polib.POEntry) -> str:
    """What is wrong with an entry's translation; empty when nothing is."""
    texts = translations(entry)
    if entry.obsolete:
        return "obsolete"
    if entry.fuzzy:
        return "fuzzy"
    if not texts or not all(texts):
        return "not translated"
    allowed = {frozenset(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgid_plural) if text}
    return "" if {frozenset(PLACEHOLDER.findall(text)) for text in texts} <= allowed else "other placeholders"


def faults(said: set[Message], catalogue: polib.POFile) -> list[str]:
    listed = {key(entry) for entry in catalogue}
    found = [f"not in the catalogue: {message.text}" for message in said - listed]
    found += [f"said nowhere: {message.text}" for message in listed - said]
    found += [f"{wrong}: {entry.msgid}" for entry in catalogue if (wrong := fault(entry))]
    return sorted(found)


def renew(said: set[Message], catalogue: polib.POFile) -> None:
    catalogue.metadata = HEADERS
    for entry in [entry for entry in catalogue if entry.obsolete or key(entry) not in said]:
        catalogue.remove(entry)
    for context, text, plural in said - {key(entry) for entry in catalogue}:
        forms = {"msgid_plural": plural, "msgstr_plural": {0: ""}} if plural else {}
        catalogue.append(polib.POEntry(msgid=text, msgctxt=context or None, **forms))
    catalogue.sort(key=key)


def main() -> None:
    for room in floors():
        said, catalogue = messages_of(room), read(room)
        if said or list(catalogue):
            renew(said, catalogue)
            catalogue_of(room).parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(catalogue_of(room)))
            for trouble in faults(said, catalogue):
                sys.stdout.write(f"{name_of(catalogue_of(room))}: {trouble}\n")


if __name__ == "__main__":
    main()
