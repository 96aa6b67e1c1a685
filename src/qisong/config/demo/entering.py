"""Enters the planned acts at the ledger's own door, and sets right what was entered wrongly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from qisong.config.demo.acts import Refs
from qisong.config.demo.plan import Plan
from qisong.ledger.exempting import exempt
from qisong.ledger.models import Audience, Custody, Receipt
from qisong.ledger.programmes import choose_units, find_items
from qisong.ledger.recording import record_many
from qisong.ledger.reversing import reverse
from qisong.ledger.terms import Verdict
from qisong.org.models import Unit
from qisong.org.scope import Scope, operator_scope
from qisong.roster.models import Member

if TYPE_CHECKING:
    from uuid import UUID

DOOR = "demo"
DECIDED_BY = "支部党员大会"


class Ledger:
    """Enters one plan; ``people`` says by which ids its people are known."""

    def __init__(self, plan: Plan, people: Mapping[int, UUID]) -> None:
        self.plan, self.people = plan, people
        self.refs: Refs = {number: str(pk) for number, pk in people.items()}
        self.scope: Scope = operator_scope()
        self.ids: dict[str, UUID] = {}

    def choose_flagged(self) -> None:
        """The organisations to which a flag is owed."""
        audience = Audience.objects.get(code="flagged")
        choose_units(by=None, audience=audience, units=list(Unit.objects.filter(code__in=self.plan.flagged)))

    def enter(self, report: Callable[[int, int], None]) -> None:
        """Every act once; those to be corrected as they were first entered."""
        mistakes = self.plan.mistakes
        acts = [mistakes.corrected.get(act.key, act) for act in self.plan.acts]
        acts += [act for act, _reason in (*mistakes.acts, *mistakes.custody)]
        self.record((act.document(self.refs) for act in acts), lambda done: report(done, len(acts)))

    def record(self, documents: Iterable[dict[str, Any]], report: Callable[[int], None]) -> None:
        answers = record_many(documents, by=None, scope=self.scope, door=DOOR)
        for done, answer in enumerate(answers, 1):
            if answer.verdict is not Verdict.STORED or answer.act is None:
                raise ValueError(f"{answer.id} {answer.verdict}: {[str(problem.text) for problem in answer.problems]}")
            self.ids[answer.id] = answer.act
            report(done)

    def set_right(self) -> None:
        """Corrections, then reversals of acts, of receipts and of custody."""
        mistakes = self.plan.mistakes
        right = {act.key: act for act in self.plan.acts}
        corrections = (
            right[key].document(self.refs) | {"corrects": {"act": str(self.ids[wrong.key]), "reason": "数量记错"}}
            for key, wrong in mistakes.corrected.items()
        )
        self.record(corrections, lambda _done: None)
        for act, reason in mistakes.acts:
            self.reverse(self.ids[act.key], reason)
        for act, reason in mistakes.custody:
            self.reverse(Custody.objects.get(activity=self.ids[act.key]).pk, reason)
        for wrong in mistakes.receipts:
            named = Receipt.objects.filter(activity=self.ids[wrong.key], member=self.people[wrong.member])
            self.reverse(named.get(item__code=wrong.item).pk, wrong.reason)

    def reverse(self, target: UUID, reason: str) -> None:
        reverse(by=None, scope=self.scope, target=target, reason=reason)

    def exempt(self) -> None:
        for one in self.plan.exemptions:
            [item] = find_items([one.item], on=one.on)
            exempt(
                by=None,
                scope=self.scope,
                programme=item.programme,
                item=item,
                member=Member.objects.get(pk=self.people[one.member]),
                reason="decision",
                decided_by=DECIDED_BY,
                on=one.on,
            )
