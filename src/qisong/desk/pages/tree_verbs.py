"""The verbs of the tree by the names they have in an address."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from qisong.desk.pages.changes import (
    ChangeForm,
    CloseForm,
    CreateForm,
    MergeForm,
    MoveForm,
    RenameForm,
    ReopenForm,
)
from qisong.desk.pages.splitting import SplitForm
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.succession import closed_within


class Change(StrEnum):
    """As it stands in an address."""

    RENAME = "rename"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    CLOSE = "close"
    CREATE = "create"
    REOPEN = "reopen"


LABELS: dict[Change, str | Promise] = {
    Change.RENAME: gettext_lazy("Another name or kind"),
    Change.MOVE: gettext_lazy("Move it elsewhere"),
    Change.MERGE: gettext_lazy("Merge it into another"),
    Change.SPLIT: gettext_lazy("Split it"),
    Change.CLOSE: gettext_lazy("It is no more"),
    Change.CREATE: gettext_lazy("Found a new one beneath it"),
    Change.REOPEN: gettext_lazy("Reopen a closed one beneath it"),
}

FORMS: dict[Change, type[ChangeForm]] = {
    Change.RENAME: RenameForm,
    Change.MOVE: MoveForm,
    Change.MERGE: MergeForm,
    Change.SPLIT: SplitForm,
    Change.CLOSE: CloseForm,
    Change.CREATE: CreateForm,
    Change.REOPEN: ReopenForm,
}
NOT_OF_THE_ROOT = {Change.MOVE, Change.MERGE, Change.SPLIT, Change.CLOSE}


def offered(scope: Scope, unit: Unit) -> dict[Change, str | Promise]:
    """What can happen to ``unit`` at all; whether it may on some day, the verb itself says."""
    never = NOT_OF_THE_ROOT if unit.pk in scope.tree.roots else set()
    if not closed_within(scope.tree, unit.pk):
        never = never | {Change.REOPEN}
    return {change: label for change, label in LABELS.items() if change not in never}


def rehearse(act: Callable[[], None]) -> None:
    """Do it and take it back at once: the verb itself says whether it would be refused."""
    with transaction.atomic():
        act()
        transaction.set_rollback(True)
