"""Parts of an answer whose form the rest may rely on.

Google leaves out what is empty, other servers send an empty list or null: all are nothing. Whatever
else stands in the place of a part is a BadAnswer: it must not pass for nothing. Knows no API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groupaudit.errors import BadAnswer


def entries(page: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects that ``page`` lists under ``key``. Raises BadAnswer."""
    listed = page.get(key)
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise _odd(key)
    return listed


def part(answer: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object under ``key``, an empty one if there is none. Raises BadAnswer."""
    found = answer.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise _odd(key)
    return found


def _odd(key: str) -> BadAnswer:
    return BadAnswer(f"Google's answer has something else for {key!r}: try again, or report this.")
