"""News of the roster, for rooms above that must follow, or have something to add to a letter between counties.

All are sent inside the verb. What a room adds to ``carried`` stands under its own name and must be JSON.
"""

from django.dispatch import Signal

letter_written = Signal()  # member, on, carried (what travels, by room: to be added to)
letter_taken = Signal()  # member, on, by, carried
belonging_changed = Signal()  # members (ids): their formal belonging began, ended or went to another unit
