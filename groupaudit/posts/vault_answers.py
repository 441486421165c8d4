"""Values in Vault's answers that the rest may rely on: texts that must be there, and counts.

Forms that Vault's discovery document (v1) does not have are a BadAnswer. Calls nobody.
"""

from __future__ import annotations

from typing import Any

from groupaudit.errors import BadAnswer


def text(answer: dict[str, Any], name: str) -> str:
    """A text that Vault's answer has to hold. Raises BadAnswer."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise lacking(name)
    return value


def lacking(name: str) -> BadAnswer:
    """The error for an answer without ``name``."""
    return BadAnswer(f"Vault's answer lacks {name}: try again.")


def number(answer: dict[str, Any], name: str) -> int:
    """A count, which the API sends as a string; 0 when absent. Raises BadAnswer."""
    try:
        return int(answer.get(name) or 0)
    except (TypeError, ValueError) as error:
        raise BadAnswer(f"Vault's answer has a {name} that is no number.") from error
