"""Letters that take members to another county, and those that bring them from one.

The content of a letter that is being looked through travels sealed inside the page: nothing is kept until it is
answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Page
from django.db.models import F
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DeskForm, PlainField, UnitField
from qisong.desk.furniture import lazy_word
from qisong.desk.refusing import said
from qisong.desk.tables import Cell, Column, Row, Table, page_of
from qisong.desk.templatetags.desk import day, partial_day
from qisong.org.models import Account, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.roster.letter import Content, no_letter
from qisong.roster.models import Arrival, Letter
from qisong.roster.secrets import keyring
from qisong.roster.terms import Fate
from qisong.seals.passphrase import new_passphrase
from qisong.seals.sealing import seal, unseal

FATES: dict[str, str | Promise] = {
    Fate.UNDER_WAY: gettext_lazy("under way"),
    Fate.TAKEN: gettext_lazy("taken in there"),
    Fate.DECLINED: gettext_lazy("declined there, stayed here"),
}
ANSWERS: dict[str, str | Promise] = {
    Fate.TAKEN: gettext_lazy("taken in here"),
    Fate.DECLINED: gettext_lazy("declined here"),
}


class PassphraseForm(DeskForm):
    passphrase = PlainField(label=gettext_lazy("Passphrase"), max_length=100, initial=new_passphrase)


class CodeForm(DeskForm):
    code = PlainField(label=gettext_lazy("Code of the answer"), max_length=40)
    unit = UnitField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_kept(self, scope)


class OpenForm(DeskForm):
    file = forms.FileField(label=gettext_lazy("File of the letter"))
    passphrase = PlainField(label=gettext_lazy("Passphrase"), max_length=100)

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.value("file")
        if (file.size or 0) > settings.UPLOAD_LIMIT:
            raise forms.ValidationError(said(no_letter().text), code="no-letter")
        return file


class ArrivalForm(DeskForm):
    """What becomes of a letter that has been opened. ``sealed`` is the letter."""

    sealed = forms.CharField(widget=forms.HiddenInput)
    unit = UnitField(label=gettext_lazy("Unit"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_kept(self, scope)


def offer_kept(form: DeskForm, scope: Scope) -> None:
    box = form.fields["unit"]
    assert isinstance(box, UnitField)
    kept = scope.units(Right.ROSTER)
    box.offer(scope, [unit for unit in scope.tree.order if unit in kept])


@dataclass(frozen=True)
class LettersPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    answer: str
    table: Table
    numbers: Page[Any]


def letters_page(unit: Unit, scope: Scope, number: str | None) -> LettersPage:
    """Those that nobody has answered first, then the others, the latest first."""
    beneath = [one for one in scope.tree.subtree(unit.pk) if scope.allows(Right.ROSTER, one)]
    letters = Letter.objects.within(scope).filter(unit__in=beneath)
    open_ones = letters.filter(fate=Fate.UNDER_WAY).count()
    ordered = letters.select_related("member__person", "unit").order_by(
        F("answered_on").desc(nulls_first=True), "sent_on", "pk"
    )
    numbers = page_of(ordered, number)
    columns = [
        Column(_("Name")),
        Column(lazy_word("unit")),
        Column(_("Other county")),
        Column(_("From")),
        Column(_("Letter")),
    ]
    table = Table(
        "", columns, [letter_row(one) for one in numbers], _("No letter has been written."), called=_("Letters")
    )
    answer = ngettext("{n} letter is under way.", "{n} letters are under way.", open_ones).format(n=open_ones)
    return LettersPage(unit, way_to(scope, unit.pk, _("To another county")), answer, table, numbers)


def letter_row(letter: Letter) -> Row:
    url = reverse("desk:letter", args=[letter.pk])
    note = age(letter) if letter.fate == Fate.UNDER_WAY else day(letter.answered_on)
    cells = [Cell(str(letter.member), url), Cell(letter.unit.name), Cell(letter.to_name), Cell(day(letter.on))]
    return Row([*cells, Cell(FATES[letter.fate], note=note)])


def age(letter: Letter) -> str:
    days = (timezone.localdate() - letter.sent_on).days
    return ngettext("for {n} day", "for {n} days", days).format(n=days)


@dataclass(frozen=True)
class LetterPage:
    letter: Letter
    crumbs: Sequence[Crumb]
    answer: str
    save: PassphraseForm
    code: CodeForm

    @property
    def under_way(self) -> bool:
        return self.letter.fate == Fate.UNDER_WAY


def letter_page(letter: Letter, scope: Scope, save: PassphraseForm, code: CodeForm) -> LetterPage:
    known = {"to": letter.to_name, "code": letter.to_code, "day": day(letter.on), "until": day(letter.until)}
    if letter.fate == Fate.UNDER_WAY:
        answer = _(
            "From {day} on the letter takes {name} to {to} ({code}). It has been under way {age} and is valid until "
            "{until}. Here {name} counts no more; there, as soon as the letter is taken in."
        ).format(name=letter.member, age=age(letter), **known)
    elif letter.fate == Fate.TAKEN:
        answer = _("{name} belongs to {to} since {day}.").format(name=letter.member, **known)
    else:
        answer = _("{to} declined the letter: {name} never left.").format(name=letter.member, **known)
    return LetterPage(letter, way_to(scope, letter.unit_id, _("To another county")), answer, save, code)


def find_letter(scope: Scope, pk: UUID) -> Letter:
    """A letter about somebody who left a unit whose roster the reader keeps; 404 otherwise."""
    found = Letter.objects.within(scope).select_related("member__person", "unit").filter(pk=pk).first()
    if found is None or not scope.allows(Right.ROSTER, found.unit_id):
        raise Http404
    return found


@dataclass(frozen=True)
class ArrivalsPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    form: OpenForm
    table: Table
    numbers: Page[Any]


def arrivals_page(unit: Unit, scope: Scope, form: OpenForm, number: str | None) -> ArrivalsPage:
    beneath = [one for one in scope.tree.subtree(unit.pk) if scope.allows(Right.ROSTER, one)]
    arrivals = Arrival.objects.within(scope).filter(unit__in=beneath).select_related("member__person", "unit")
    numbers = page_of(arrivals.order_by("-answered_on", "-letter"), number)
    columns = [_("Name"), _("Other county"), _("From"), _("Answer"), _("Code of the answer")]
    rows = [arrival_row(one) for one in numbers]
    table = Table("", [Column(one) for one in columns], rows, _("No letter has come."), called=_("Earlier letters"))
    return ArrivalsPage(unit, way_to(scope, unit.pk, _("From another county")), form, table, numbers)


def arrival_row(one: Arrival) -> Row:
    name = str(one.member) if one.member else "—"
    answer = Cell(ANSWERS[one.fate], note=one.unit.name if one.fate == Fate.TAKEN else "")
    return Row([Cell(name), Cell(one.from_name), Cell(day(one.on)), answer, Cell(one.code)])


@dataclass(frozen=True)
class OpenedPage:
    """Whom a letter brings, before it is answered."""

    unit: Unit
    crumbs: Sequence[Crumb]
    name: str
    answer: str
    facts: Sequence[tuple[str, str]]
    form: ArrivalForm


def opened_page(unit: Unit, scope: Scope, content: Content, form: ArrivalForm) -> OpenedPage:
    told = content.particulars
    answer = _("From {county}. On this county's roster since {day} as soon as you take it in.").format(
        county=content.from_name, day=day(content.on)
    )
    facts = [
        (_("Born"), partial_day_or_text(told.get("born", ""))),
        (str(lazy_word("joined")), partial_day_or_text(told.get("joined", ""))),
        (_("Letter valid until"), day(content.until)),
    ]
    crumbs = way_to(scope, unit.pk, _("From another county"))
    return OpenedPage(unit, crumbs, told.get("name", ""), answer, [one for one in facts if one[1]], form)


def partial_day_or_text(stored: str) -> str:
    """Another county wrote it, so it is shown as it came if it is no date."""
    try:
        return partial_day(stored)
    except ValueError:
        return stored


def place_of(unit: Unit, by: Account) -> str:
    return f"letter|{unit.pk}|{by.pk}"


def closed(unit: Unit, by: Account, content: Content) -> str:
    return seal(keyring(), content.as_text(), place=place_of(unit, by))


def opened(unit: Unit, by: Account, sealed: str) -> Content:
    """Raises ``SealBrokenError``."""
    return Content.from_text(unseal(keyring(), sealed, place=place_of(unit, by)))
