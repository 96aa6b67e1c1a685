"""The rows of a survey as HTML. Drawn in Python like every long table: fifty rows hold a thousand boxes.

Whatever a cell holds goes through ``escape``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qisong.desk.pages.survey import Asking, SurveyPage, SurveyRow
from qisong.desk.refusing import said
from qisong.desk.tables import Mark
from qisong.desk.templatetags.desk import day
from qisong.ledger.models import Item
from qisong.ledger.survey_sheet import born_month
from qisong.ledger.terms import Standing
from qisong.org.models import Term
from qisong.org.words import word
from qisong.words.text import Text


def draw_survey(page: SurveyPage) -> SafeString:
    heads = (_("Name"), _("Asked"), *headings())
    return format_html(
        '<div class="scroll" role="region" aria-label="{}" tabindex="0"><table class="survey">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        word("survey"),
        format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads)),
        format_html_join("\n", "{}", ((draw_row(row, page.asking),) for row in page.rows)),
    )


def headings() -> tuple[str, ...]:
    return _("Has already"), _("Needs"), _("Wishes to be reached by"), _("Would like to learn"), word("contact-person")


def draw_row(row: SurveyRow, asking: Asking) -> SafeString:
    one, number = row.one, row.number
    has, needs, ways, topics, contact = headings()
    asked = format_html(
        '<input type="checkbox" name="asked" value="{}"{} aria-label="{}">', number, checked(row.asked), _("Asked")
    )
    cells = [
        (_("Asked"), asked),
        (has, draw_items(row, asking.items)),
        (needs, draw_needs(row, asking.needs)),
        (ways, boxes(f"w{number}", asking.ways, row.reply.ways)),
        (topics, text_box(f"t{number}", row.reply.topics, topics)),
        (contact, draw_contact(row)),
    ]
    errors = format_html_join("", "<p>{}</p>", ((error,) for error in row.errors))
    return format_html(
        '<tr{}><th scope="row">{} <span class="note">{}</span>{}'
        '<input type="hidden" name="who" value="{}-{}-{}"></th>{}</tr>',
        SafeString(' class="wrong"') if row.errors else "",
        one.member.person.name,
        said_of(row),
        format_html('<div class="errors" role="alert">{}</div>', errors) if row.errors else "",
        number,
        one.member.pk.hex,
        row.mark,
        format_html_join("", '<td data-label="{}">{}</td>', cells),
    )


def said_of(row: SurveyRow) -> str:
    """What tells namesakes apart, and when they were last asked."""
    asked = _("asked {day}").format(day=day(row.one.answered)) if row.one.answered else ""
    born = row.one.member.born[:7]
    return " · ".join(part for part in (said(Text(born_month(born), born)), asked) if part)


def checked(yes: object) -> SafeString:
    return SafeString(" checked" if yes else "")


def boxes(name: str, offered: Iterable[Term], ticked: Iterable[str]) -> SafeString:
    chosen = set(ticked)
    drawn = ((name, term.code, checked(term.code in chosen), term) for term in offered)
    return format_html_join("", '<label><input type=checkbox name={} value="{}"{}>{}</label>', drawn)


def draw_items(row: SurveyRow, items: Iterable[Item]) -> SafeString:
    """A box for what is asked; of everything else where it stands."""
    return SafeString("".join(draw_item(row, item) for item in items if item.pk in row.one.items))


def draw_item(row: SurveyRow, item: Item) -> str:
    standing = row.one.items[item.pk]
    if standing is Standing.ASKED:
        box = '<label><input type=checkbox name=h{} value="{}"{}>{}</label>'
        return format_html(box, row.number, item.pk, checked(item.pk in row.has), item)
    return format_html('<span class="held">{}</span>', standing_words(item, standing))


def standing_words(item: Item, standing: Standing) -> str:
    if standing is Standing.HELD:
        return f"{Mark.DONE.value} {item}"
    text = _("{item}: later") if standing is Standing.LATER else _("{item}: declined")
    return text.format(item=item)


def draw_needs(row: SurveyRow, needs: Iterable[Term]) -> SafeString:
    return SafeString("".join(need_boxes(row, needs)))


def need_boxes(row: SurveyRow, needs: Iterable[Term]) -> Iterator[str]:
    for term in needs:
        yield boxes(f"n{row.number}", [term], row.reply.needs)
        if term.data.get("temporary"):
            until = row.reply.needs.get(term.code)
            label = _("{need} until").format(need=term)
            box = (
                '<label class="until"><span>{}</span>'
                '<input type="date" name="u-{}-{}" value="{}" aria-label="{}"></label>'
            )
            yield format_html(box, _("until"), term.code, row.number, until.isoformat() if until else "", label)


def text_box(name: str, value: str, label: str, *, placeholder: bool = False) -> SafeString:
    shown = format_html(' placeholder="{}"', label) if placeholder else ""
    return format_html('<input name={} value="{}" aria-label="{}"{} data-private>', name, value, label, shown)


def draw_contact(row: SurveyRow) -> SafeString:
    contact, number = row.reply.contact, row.number
    given = [
        ("c", contact.name, _("Name")),
        ("r", contact.relation, _("How they belong together")),
        ("p", contact.phone, _("Telephone")),
    ]
    drawn = [text_box(f"{box}{number}", value, label, placeholder=True) for box, value, label in given]
    return SafeString("".join(drawn))
