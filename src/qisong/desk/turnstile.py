"""Holds a machine back at a door that is open to all, without knowing who comes.

An address is counted by a keyed digest. Key and counts live in this process's memory for an hour and are then thrown
away; nothing is stored, so nobody can be followed. Behind a proxy that hides addresses all count as one, which is
why the limits are generous; the day's cap in ``org.suggesting`` holds for all processes together.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import Counter

HOUR = 3600


class Turnstile:
    def __init__(self, an_hour: int) -> None:
        self.an_hour = an_hour
        self.hour, self.key = 0, b""
        self.counts: Counter[bytes] = Counter()

    def admits(self, address: str, now: float | None = None) -> bool:
        """Count one more from this address; whether it may come in."""
        hour = int((time.time() if now is None else now) // HOUR)
        if hour != self.hour:
            self.hour, self.key = hour, secrets.token_bytes(32)
            self.counts.clear()
        digest = hmac.digest(self.key, address.encode(), "sha256")
        self.counts[digest] += 1
        return self.counts[digest] <= self.an_hour
