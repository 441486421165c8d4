"""Text that is encrypted with PGP, told apart from the text around it (RFC 9580, 6.2).

It decrypts nothing and checks no signature.
"""

from __future__ import annotations

import re

_BEGIN = "-----BEGIN PGP MESSAGE-----"
_ENCRYPTED = re.compile(rf"{_BEGIN}.*?(?:-----END PGP MESSAGE-----|\Z)", re.DOTALL)


def split(text: str) -> tuple[str, bool]:
    """``text`` without what is encrypted in it, and whether anything is."""
    if _BEGIN not in text:
        return text, False
    return _ENCRYPTED.sub("", text), True
