"""The ledger of problems as a sheet that goes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from qisong.casework.ledger_sheet import LEDGER, names_of, places_of
from qisong.casework.models import Action, Case
from qisong.casework.reach import case_units
from qisong.casework.terms import ActionKind, Kind, State
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import TermCategory
from qisong.org.words import label
from qisong.sheets.rows import Value
from qisong.sheets.writing import write_form
from qisong.words.dates import PartialDate
from qisong.words.digits import compact


def write_ledger(scope: Scope, unit: Unit) -> bytes:
    """The problems of ``unit`` and those beneath that the reader handles; neither personal ones nor any lifting."""
    inside = scope.tree.subtree(unit.pk)
    here = case_units(scope) & case_units(scope, inside)
    cases = Case.objects.within(scope).filter(kind=Kind.FINDING, unit__in=here).exclude(state=State.WITHDRAWN)
    found = cases.select_related("owner", "finding").prefetch_related("actions").order_by("opened_on", "id")
    bodies = bodies_of(unit, places_of(inside, scope.on))
    rows = (ledger_row(number, case, bodies[case.unit_id]) for number, case in enumerate(found, start=1))
    return write_form(LEDGER, rows, unit=f"填报单位：{unit.name}", day=PartialDate.of(scope.on).chinese, empty="")


def bodies_of(top: Unit, places: Mapping[int, int]) -> dict[int, str]:
    """What stands under 责任单位 for a case of each unit: nothing for ``top``, a code where the name is not its own."""
    units = Unit.objects.in_bulk(set(places.values()))
    names = names_of(units.values())
    called = {pk: one.name if len(names[compact(one.name)]) == 1 else one.code for pk, one in units.items()}
    return {one: "" if place == top.pk else called[place] for one, place in places.items()}


def ledger_row(number: int, case: Case, unit: str) -> dict[str, Value]:
    finding, actions = case.finding, cast("list[Action]", list(case.actions.all()))
    body = f"{unit}（{finding.body}）" if unit and finding.body else unit or finding.body
    return {
        "serial": number,
        "text": case.subject,
        "aspect": label(TermCategory.ASPECT, finding.aspect) if finding.aspect else "",
        "standard": finding.standard,
        "measures": told_of(actions, ActionKind.MEASURE),
        "leader": finding.leader,
        "body": body,
        "in_charge": case.owner.name if case.owner else case.in_charge,
        "due": PartialDate.of(case.due_on) if case.due_on else None,
        "progress": told_of(actions, ActionKind.PROGRESS),
        "closed": PartialDate.of(case.ended_on) if case.ended_on else "否",
        "note": finding.note,
    }


def told_of(actions: Iterable[Action], kind: ActionKind) -> str:
    return "\n".join(action.text for action in actions if action.kind == kind)
