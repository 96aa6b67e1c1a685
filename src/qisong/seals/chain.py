"""The links of a tamper-evident chain, and the one canonical form in which content is compared."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping


def canonical(payload: Mapping[str, object]) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8. Raises ``TypeError`` or ``ValueError`` for what JSON has not."""
    return json.dumps(
        payload,
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def link(key: bytes, prev_hash: str, payload: Mapping[str, object]) -> str:
    """64 hex digits that hold ``payload`` to the link before it; ``prev_hash`` is empty for the first."""
    return hmac.digest(key, prev_hash.encode() + b"\n" + canonical(payload), "sha256").hex()
