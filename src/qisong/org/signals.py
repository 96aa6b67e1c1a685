"""News of the tree that rooms above must act upon in the same transaction.

Receivers may raise a ``Refusal`` and so undo the verb. ``entry`` is the verb's journal entry: a receiver names there
what it touches.
"""

from django.dispatch import Signal

unit_closed = Signal()  # unit, on, by, entry
units_merged = Signal()  # unit (closed), into, on, by, entry
unit_split = Signal()  # unit (closed), into (list of new units), on, by, entry
