"""The roster out, in the county's form that it came in: what is written reads back as the same state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import IO, TYPE_CHECKING
from uuid import UUID

from qisong.org import journal
from qisong.org.tree import tree_on
from qisong.roster.addresses import join_address
from qisong.roster.branches import Branches
from qisong.roster.form import RosterForm
from qisong.roster.holding import Held, chunks, held_in
from qisong.roster.interpreting import SEXES
from qisong.roster.models import SealedIdentity
from qisong.roster.own_form import own_form
from qisong.roster.secrets import unsealed
from qisong.roster.statements import DATES
from qisong.roster.terms import AWAY, OUT_OF_CONTACT, SUSPENDED, Secret
from qisong.sheets.rows import Value
from qisong.sheets.writing import write_form
from qisong.words.dates import PartialDate
from qisong.words.text import refuse

if TYPE_CHECKING:
    from qisong.org.models import Account, Unit

SEX_LABELS = {code.value: label for label, code in SEXES.items()}
Numbers = dict[tuple[UUID, str], str]


def export_roster(
    *, by: Account | None, unit: Unit, stream: IO[bytes], on: date, unmask: bool = False, reason: str = ""
) -> int:
    """Write an XLSX of everybody who formally belonged to ``unit`` or beneath it on ``on``; how many they are.

    Numbers are masked; ``unmask`` shows them and asks for a ``reason``. Either way the journal is told.
    """
    if unmask and not reason.strip():
        raise refuse(
            "reason-missing",
            "导出完整号码，请写明理由。",
            "Say why the whole numbers are exported.",
            place="reason",
        )
    tree = tree_on(on)
    branches = Branches(tree, unit.pk)
    rank = {one: number for number, one in enumerate(branches.within)}
    members = sorted(held_in(branches.within, on).values(), key=lambda one: order(one, rank))
    with journal.verb("roster.exported", by=by, unit=unit, reason=reason.strip()) as entry:
        entry.touch("export", ["unmasked" if unmask else "masked"])
        numbers = whole_numbers(members) if unmask else {}
    form = own_form()
    rows = (row_of(number, one, branches, numbers, form) for number, one in enumerate(members, start=1))
    day = PartialDate.of(on).chinese
    stream.write(write_form(form, rows, unit=f"填报单位：{unit.name}", day=day, note=note_of(by)))
    return len(members)


def order(one: Held, rank: dict[int, int]) -> tuple[object, ...]:
    """Tree order, and within a branch one that tells nothing about anybody and is the same on every site."""
    return (rank[one.unit or 0], one.name, one.values["born"], one.values["joined"], one.id)


def note_of(by: Account | None) -> str:
    """Whose copy this is, should it be found lying about."""
    return f"说明：导出人 {by.person.name}" if by else "说明：系统操作员导出"


def whole_numbers(members: list[Held]) -> Numbers:
    found: Numbers = {}
    for chunk in chunks(one.id for one in members):
        found |= {(row.member_id, row.kind): unsealed(row) for row in SealedIdentity.objects.filter(member__in=chunk)}
    return found


def row_of(number: int, one: Held, branches: Branches, numbers: Numbers, form: RosterForm) -> dict[str, Value]:
    values = one.values
    shown = {kind: numbers.get((one.id, kind)) or one.mask(kind) for kind in Secret}
    row: dict[str, Value] = {"serial": number, "branch": branches.written(one.unit or 0)}
    row |= {field: values[field] for field in ("name", "job", "ethnicity", "education")}
    row |= {field: PartialDate.from_text(values[field]) for field in DATES if values[field]}
    row |= {"sex": SEX_LABELS.get(values["sex"]), "category": form.category_labels[values["category"]]}
    row |= {"identity": shown[Secret.IDENTITY], "mobile": shown[Secret.PHONE], "landline": shown[Secret.LANDLINE]}
    return row | {"address": join_address(values["address"], shown[Secret.HOUSE])} | dict(states_of(one, form))


def states_of(one: Held, form: RosterForm) -> Iterator[tuple[str, Value]]:
    if form.standing_labels:
        yield "standing", form.standing_labels[SUSPENDED in one.states]
    yield "lost", OUT_OF_CONTACT in one.states
    yield "away", AWAY in one.states
    if lost := one.states.get(OUT_OF_CONTACT):
        yield "lost_since", PartialDate.from_text(lost.since) if lost.since else None
    if away := one.states.get(AWAY):
        yield "destination", away.detail
