"""The questions about words in old records, each a list to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.forms import DeskForm, LongSelect, PlainField
from qisong.ledger.history.forms import FORMS, ITEM, REGISTER, mappable
from qisong.ledger.history.words import Question, all_titles, items_by_code, kinds_of_act
from qisong.ledger.models import HistoryBatch
from qisong.ledger.terms import GUEST, LEFT_OUT, Asked
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.org.words import terms
from qisong.roster.models import Affiliation

Option = tuple[str, str]
# Beyond this a list is longer than a name is to type.
MOST_UNITS = 40
ORDER = (Asked.UNIT, Asked.COLUMN, Asked.PERSON, Asked.ITEM, Asked.MEETING, Asked.CHANNEL)
HEADINGS: dict[str, str | Promise] = {
    Asked.UNIT: gettext_lazy("Whose records are these?"),
    Asked.COLUMN: gettext_lazy("What do these columns hold?"),
    Asked.PERSON: gettext_lazy("Who are these people?"),
    Asked.ITEM: gettext_lazy("What are these things?"),
    Asked.MEETING: gettext_lazy("What kinds of meetings are these?"),
    Asked.CHANNEL: gettext_lazy("How were these delivered?"),
}


@dataclass(frozen=True)
class Asking:
    """One question with its box."""

    question: Question
    bound: BoundField
    unit: str = ""  # of a person: where the name stands

    @property
    def where(self) -> str:
        more = "…" if self.question.count > len(self.question.places) else ""
        return "、".join(self.question.places[:2]) + more

    @property
    def samples(self) -> str:
        return "、".join(self.question.samples)


@dataclass(frozen=True)
class Group:
    """The questions of one kind."""

    kind: str
    heading: str | Promise
    askings: Sequence[Asking] = field(default_factory=list)


class UnitAnswer(PlainField):
    """A unit by its code or its whole name."""

    def __init__(self, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        found = list(self.units.filter(Q(code=typed) | Q(name=typed))[:2]) if typed else []
        if typed and len(found) != 1:
            raise ValidationError(_("Write the whole name or the code of a unit that you record for."), code="unknown")
        return found[0].code if found else ""


class AnswersForm(DeskForm):
    """A box for each question, named by its key."""

    def __init__(self, *args: Any, questions: Sequence[Question], choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[question.key] = choices.box(question)

    @property
    def answers(self) -> dict[str, str]:
        return {key: value for key, value in self.cleaned_data.items() if key in self.data}


class Choices:
    """What may be answered, each list read once."""

    def __init__(self, scope: Scope, batch: HistoryBatch) -> None:
        self.scope = scope
        self.units = [unit for unit in scope.tree.subtree(batch.unit_id) if scope.allows(Right.RECORD, unit)]
        self._rosters: dict[int, list[Option]] = {}

    def box(self, question: Question) -> forms.Field:
        keys: dict[str, Any] = {"label": question.word, "required": False, "initial": question.meaning}
        if question.kind == Asked.UNIT and len(self.units) > MOST_UNITS:
            return UnitAnswer(Unit.objects.within(self.scope).filter(pk__in=self.units), **keys)
        return forms.ChoiceField(choices=[("", _("not yet known")), *self.options(question)], widget=LongSelect, **keys)

    def options(self, question: Question) -> list[Option]:
        match question.kind:
            case Asked.UNIT:
                return [(self.scope.tree.nodes[one].code, self.scope.tree.nodes[one].name) for one in self.units]
            case Asked.COLUMN:
                return [*self.columns(question.about), self.left_out]
            case Asked.PERSON:
                return [(GUEST, _("a guest: counted, but nobody of the roster")), self.left_out, *self.people(question)]
            case Asked.ITEM:
                return [*self.items(), self.left_out]
            case Asked.MEETING:
                return [*((key, str(term)) for key, term in kinds_of_act()), self.left_out]
        return [*((term.code, str(term)) for term in terms(TermCategory.CHANNEL)), self.left_out]

    @property
    def left_out(self) -> Option:
        return LEFT_OUT, _("leave it out")

    def columns(self, shape: str) -> list[Option]:
        own = [(column.code, column.title) for column in mappable(FORMS[shape])]
        return own + ([(f"{ITEM}{code}", name) for code, name in self.items()] if shape == REGISTER else [])

    def items(self) -> list[Option]:
        items = [(code, str(item)) for code, item in items_by_code().items()]
        return [*items, *((f"{one.item.code}/{one.code}", f"{one.item} · {one}") for one in all_titles())]

    def people(self, question: Question) -> list[Option]:
        """Those of the unit, the most similar names first."""
        roster = self.roster(question.unit or 0)
        if question.candidates:
            return [one for one in roster if one[0] in question.candidates]
        return sorted(roster, key=lambda one: -SequenceMatcher(None, one[1].split("（")[0], question.word).ratio())

    def roster(self, unit: int) -> list[Option]:
        if unit not in self._rosters:
            ties = Affiliation.objects.within(self.scope).filter(unit=unit).order_by("member__person__name", "member")
            rows = ties.values_list("member_id", "member__person__name", "member__born")
            named = {str(member): f"{name}（{born}）" if born else name for member, name, born in rows}
            self._rosters[unit] = list(named.items())
        return self._rosters[unit]


def grouped(questions: Iterable[Question], form: AnswersForm, scope: Scope) -> list[Group]:
    asked = list(questions)
    return [
        Group(
            kind,
            HEADINGS[kind],
            [Asking(one, form[one.key], unit_name(one, scope)) for one in asked if one.kind == kind],
        )
        for kind in ORDER
        if any(one.kind == kind for one in asked)
    ]


def unit_name(question: Question, scope: Scope) -> str:
    node = scope.tree.nodes.get(question.unit or 0)
    return node.name if node else ""
