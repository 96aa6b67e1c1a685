"""Everything the roster holds, to be compared before and after."""

from typing import Any

from django.db.models import Model

from qisong.org.models import Person
from qisong.roster.models import Affiliation, Circumstance, Member, SealedIdentity

KEPT = (Person, Member, Affiliation, Circumstance, SealedIdentity)
# The version of a member only rises; the sealed text of a value is another each time.
PASSING = {"version", "sealed"}


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of the roster by table, ids included."""
    return {model.__name__: sorted(map(row_of, model._base_manager.all()), key=str) for model in KEPT}


def row_of(row: Model) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in PASSING
    }


def ties(member: Member) -> list[tuple[str, str, object, object, str]]:
    """Unit, bond, first day, end and reason of a member's affiliations, in their order."""
    rows = Affiliation.objects.filter(member=member).order_by("valid_from", "id").select_related("unit")
    return [(row.unit.code, row.bond, row.valid_from, row.valid_to, row.left_by) for row in rows]
