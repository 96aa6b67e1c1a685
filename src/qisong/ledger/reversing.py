"""作废: what was wrong is reversed with a reason and stays readable; nothing is edited or deleted."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError

from qisong.ledger.models import Absence, Activity, ActivityUnit, Answer, Custody, Receipt, Reversal
from qisong.org import journal
from qisong.org.models import Account
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.words.digits import tidy
from qisong.words.text import Refusal, refuse

Target = Activity | Receipt | Custody
LONGEST_REASON = 300


def reverse(*, by: Account | None, scope: Scope, target: UUID | str, reason: str) -> Reversal:
    """Cancel a whole act, a receipt or a custody row, at every date; a presence takes what follows it along.

    Refuses an id that the scope does not see, a target that is cancelled already, and an empty reason.
    """
    row = find_target(target, scope)
    stated = require_reason(reason)
    activity = row if isinstance(row, Activity) else row.activity
    require_right(activity, scope)
    try:
        with journal.verb(f"{kind_of(row)}.reversed", by=by, unit=activity.unit) as entry:
            reversal = Reversal.objects.create(**{kind_of(row): row}, reason=stated, by=by)
            reverse_followers(row, reversal)
            members, units = touched_by(activity) if isinstance(row, Activity) else touched_by_row(row)
            entry.touch("act", [activity.pk])
            entry.touch("member", members)
            entry.touch("unit", units | {activity.unit_id})
    except IntegrityError:
        raise already_reversed() from None
    return reversal


def find_target(target: UUID | str, scope: Scope) -> Target:
    try:
        wanted = target if isinstance(target, UUID) else UUID(target)
    except ValueError:
        raise unknown_target() from None
    for model in (Activity, Receipt, Custody):
        found: Target | None = model.objects.within(scope).filter(pk=wanted).first()
        if found is not None:
            return require_standing(found)
    raise unknown_target()


def require_standing(row: Target) -> Target:
    """Refuses what is cancelled already, itself or with its act."""
    own = {kind_of(row): row}
    act = {} if isinstance(row, Activity) else {"activity": row.activity_id}
    if Reversal.objects.filter(**own).exists() or (act and Reversal.objects.filter(**act).exists()):
        raise already_reversed()
    return row


def require_right(activity: Activity, scope: Scope) -> None:
    """Whoever may record for the act's unit may reverse it, and whoever recorded it."""
    own = scope.account is not None and activity.recorded_by_id == scope.account.pk
    if not own and not scope.allows(Right.RECORD, activity.unit_id):
        raise refuse(
            "not-allowed",
            "这条记录不是您的组织记的，请由记录的组织或上级作废。",
            "Another unit recorded this; that unit or the level above must reverse it.",
        )


def require_reversible(activity: Activity | None, scope: Scope) -> Activity:
    """The act to be corrected, if it is there, stands, and is in the scope's hands."""
    if activity is None:
        raise unknown_target()
    if hasattr(activity, "reversal"):
        raise already_reversed()
    require_right(activity, scope)
    return activity


def require_reason(reason: str) -> str:
    stated = tidy(reason)
    if 0 < len(stated) <= LONGEST_REASON:
        return stated
    raise refuse(
        "reason-needed",
        "请写明作废原因，最多{most}个字。",
        "Give the reason, at most {most} characters.",
        place="reason",
        most=LONGEST_REASON,
    )


def reverse_followers(row: Target, reversal: Reversal) -> None:
    """What somebody received by being present falls with the presence; what fell before stays as it was."""
    if not isinstance(row, Receipt):
        return
    followers = Receipt.objects.live().filter(activity=row.activity_id, follows=row)
    # Conflicts are ignored, because another may reverse a follower at this moment: it then has its one reversal.
    Reversal.objects.bulk_create(
        [Reversal(receipt=one, reason=reversal.reason, by=reversal.by) for one in followers], ignore_conflicts=True
    )


def touched_by(activity: Activity) -> tuple[set[UUID], set[int]]:
    """The members and units that any row of the act concerns."""
    members = {
        member
        for model in (Receipt, Absence, Answer)
        for member in model.objects.filter(activity=activity, member__isnull=False).values_list("member_id", flat=True)
    }
    receipts = Receipt.objects.filter(activity=activity).exclude(unit=None, holder=None)
    units = {unit for pair in receipts.values_list("unit_id", "holder_id") for unit in pair if unit}
    units |= set(Custody.objects.filter(activity=activity).values_list("unit_id", flat=True))
    units |= set(ActivityUnit.objects.filter(activity=activity).values_list("unit_id", flat=True))
    return members, units


def touched_by_row(row: Receipt | Custody) -> tuple[set[UUID], set[int]]:
    if isinstance(row, Custody):
        return set(), {row.unit_id}
    return {row.member_id} if row.member_id else set(), {unit for unit in (row.unit_id, row.holder_id) if unit}


def kind_of(row: Target) -> str:
    """The name of the reversal's column that points to such a row."""
    return {Activity: "activity", Receipt: "receipt", Custody: "custody"}[type(row)]


def unknown_target() -> Refusal:
    return refuse(
        "unknown-target",
        "没有这个编号的活动或登记，请从台账里复制编号。",
        "There is no act or receipt of this id; copy it from the ledger.",
    )


def already_reversed() -> Refusal:
    return refuse("already-reversed", "这条记录已经作废过了。", "This has been reversed already.")
