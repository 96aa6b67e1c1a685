import polib
import pytest

from tests.house.catalogue import Message, fault, faults, messages_in, messages_in_template, messages_of, read, renew
from tests.house.source import floors

TEMPLATE = """
<p class="x">{% translate "Record an act" %} it's "quoted
    {% blocktranslate count n=members|length trimmed %}
      One {{ n }}
    {% plural %}
      Many {{ n }}
    {% endblocktranslate %}
  {% if kind == "a" %}{% translate "Set" context "of discs" as title %}{% endif %}
"""


@pytest.mark.parametrize("room", sorted(floors()))
def test_every_message_is_in_the_room_s_own_catalogue(room: str) -> None:
    assert faults(messages_of(room), read(room)) == []


def test_messages_in_template_finds_every_form() -> None:
    assert list(messages_in_template(TEMPLATE)) == [
        Message("", "Record an act"),
        Message("", "One %(n)s", "Many %(n)s"),
        Message("of discs", "Set"),
    ]


def test_messages_in_python_finds_every_form() -> None:
    source = 'gettext_lazy("Save")\nngettext("%(n)d act", "%(n)d acts", n)\npgettext("tree", "Move")\nother("No")\n'
    assert list(messages_in(source)) == [
        Message("", "Save"),
        Message("", "%(n)d act", "%(n)d acts"),
        Message("tree", "Move"),
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (polib.POEntry(msgid="Save", msgstr="保存"), ""),
        (polib.POEntry(msgid="Save", msgstr=""), "not translated"),
        (polib.POEntry(msgid="Save", msgstr="保存", flags=["fuzzy"]), "fuzzy"),
        (polib.POEntry(msgid="Save", msgstr="保存", obsolete=True), "obsolete"),
        (polib.POEntry(msgid="%(n)s of %(m)s", msgstr="%(m)s 中的 %(n)s"), ""),
        (polib.POEntry(msgid="%(n)s acts", msgstr="%(m)s 次"), "other placeholders"),
        (polib.POEntry(msgid="One", msgid_plural="%(n)s", msgstr_plural={0: "%(n)s 人"}), ""),
        (polib.POEntry(msgid="One", msgid_plural="%(n)s", msgstr_plural={0: ""}), "not translated"),
    ],
)
def test_fault_says_what_is_wrong_with_a_translation(entry: polib.POEntry, expected: str) -> None:
    assert fault(entry) == expected


def test_faults_tells_what_is_missing_and_what_nobody_says() -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Gone", msgstr="没了"))
    assert faults({Message("", "New")}, catalogue) == ["not in the catalogue: New", "said nowhere: Gone"]


def test_renew_keeps_translations_and_adds_what_is_new() -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Save", msgstr="保存"))
    catalogue.append(polib.POEntry(msgid="Gone", msgstr="没了"))
    renew({Message("", "Save"), Message("", "One", "Many")}, catalogue)
    assert [(entry.msgid, entry.msgstr, entry.msgstr_plural) for entry in catalogue] == [
        ("One", "", {0: ""}),
        ("Save", "保存", {}),
    ]
