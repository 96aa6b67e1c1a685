"""News of letters between counties, for rooms above that have something to add or to read in them.

Both are sent inside the verb. What a room adds to ``carried`` stands under its own name and must be JSON.
"""

from django.dispatch import Signal

letter_written = Signal()  # member, on, carried (what travels, by room: to be added to)
letter_taken = Signal()  # member, on, by, carried
