"""The tables of the room: programmes and what they owe; acts and what came out of them."""

from qisong.ledger.models.act import (
    Absence,
    Activity,
    ActivityUnit,
    Answer,
    Custody,
    Guests,
    Part,
    Participant,
    Receipt,
    Reversal,
    Submission,
)
from qisong.ledger.models.history import HistoryBatch, HistoryLine, OldWord
from qisong.ledger.models.paper import PaperSheet, SheetLine, SheetReturn, Stranger
from qisong.ledger.models.programme import Audience, Exemption, Item, Labelled, Obligation, Programme, Round, Title

__all__ = [
    "Absence",
    "Activity",
    "ActivityUnit",
    "Answer",
    "Audience",
    "Custody",
    "Exemption",
    "Guests",
    "HistoryBatch",
    "HistoryLine",
    "Item",
    "Labelled",
    "Obligation",
    "OldWord",
    "PaperSheet",
    "Part",
    "Participant",
    "Programme",
    "Receipt",
    "Reversal",
    "Round",
    "SheetLine",
    "SheetReturn",
    "Stranger",
    "Submission",
    "Title",
]
