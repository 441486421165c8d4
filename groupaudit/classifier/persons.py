"""How persons are known without being named: the words that tell them apart, and keyed hashes.

Keyed hashes (HMAC-SHA-256, first 64 bits) stand for persons. Keeps no name outside the call.
"""

from __future__ import annotations

import hashlib
import hmac

from groupaudit.classifier.lexicon import first_names
from groupaudit.classifier.text import LETTERS


def name_tokens(name: bytes) -> frozenset[bytes]:
    """The words of a folded name that tell a person apart: surnames, or else first names."""
    words = [word for word in name.lower().translate(LETTERS).split() if len(word) > 2]
    given = first_names()
    telling = frozenset(word for word in words if word not in given)
    return telling or frozenset(words)


def keyed(key: bytes, normalised: bytes) -> int:
    """The first 64 bits of HMAC-SHA-256 of a normalised identifier under ``key``."""
    return int.from_bytes(hmac.new(key, normalised, hashlib.sha256).digest()[:8], "big")
