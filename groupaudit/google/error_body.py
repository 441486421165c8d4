"""What an error answer of Google says: reasons, whose limit was reached, how long to wait.

Knows both of Google's shapes (``errors``; ``status`` with ``details`` of google.rpc). Only words
for machines are taken: the prose may name people. It refuses to say what follows from them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

#: What a machine-readable reason looks like.
WORD = re.compile(r"[A-Za-z][A-Za-z_.-]{0,63}")

#: ``retryDelay`` of google.rpc.RetryInfo: a protobuf Duration as JSON spells it.
_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,9})?)s")


def told(content: Any) -> Mapping[str, Any]:
    """The object ``error`` of an error answer; empty when there is none that can be read."""
    try:
        found = json.loads(content)["error"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def reasons(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Machine-readable reasons of an error answer, most exact first, in both of Google's shapes."""
    listed = [*_dicts(told.get("errors")), *_dicts(told.get("details"))]
    words = [entry.get("reason") for entry in listed] + [told.get("status")]
    return tuple(word for word in words if isinstance(word, str) and WORD.fullmatch(word))


def of_a_day(told: Mapping[str, Any]) -> bool:
    """Whether the limit reached is a day's: newer APIs say so in google.rpc.ErrorInfo only."""
    for detail in _dicts(told.get("details")):
        limit = detail.get("metadata")
        if isinstance(limit, dict) and (
            str(limit.get("quota_unit")).startswith("1/d/")
            or "PerDay" in str(limit.get("quota_limit"))
        ):
            return True
    return False


def delay(told: Mapping[str, Any]) -> float | None:
    """Seconds of a google.rpc.RetryInfo, which stands in place of a ``Retry-After``."""
    for detail in _dicts(told.get("details")):
        found = _DURATION.fullmatch(str(detail.get("retryDelay")))
        if found:
            return float(found[1])
    return None


def _dicts(listed: Any) -> list[dict[str, Any]]:
    return (
        [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    )


def seconds(header: str | None) -> float | None:
    """Seconds of a ``Retry-After``, which is a number or a date; None when it is neither."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 7 else None
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    zone = until.tzinfo or UTC
    return max(0.0, (until.replace(tzinfo=zone) - datetime.now(UTC)).total_seconds())
