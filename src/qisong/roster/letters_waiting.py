"""Letters to another county that nobody has answered: the member is on no roster until that happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.org.todos import Todo, register
from qisong.roster.models import Letter
from qisong.roster.terms import Fate
from qisong.words.text import Text

# Long enough for a letter and its answer; sooner, asking would only disturb.
PATIENCE = timedelta(days=14)
WAITING = Text(
    "介绍信开出 {days} 天还没有回执：{name} → {county}",
    "A letter has had no answer for {days} days: {name} → {county}",
)


@register
def letters_unanswered(scope: Scope) -> Iterator[Todo]:
    today = timezone.localdate()
    letters = Letter.objects.filter(scope.among(scope.units(Right.ROSTER)))
    old = letters.filter(fate=Fate.UNDER_WAY, sent_on__lte=today - PATIENCE).order_by("sent_on", "pk")
    for letter in old.select_related("member__person"):
        text = WAITING.format(days=(today - letter.sent_on).days, name=letter.member, county=letter.to_name)
        yield Todo(text, "desk:letter", (letter.pk,), letter.until)
