"""What is encrypted with PGP: files, and text told apart from the text around it (RFC 9580).

It decrypts nothing and checks no signature.
"""

from __future__ import annotations

import re

# The first packet of an encrypted file: its tag (5), and the versions that follow its length.
_VERSIONS = {1: (2, 3, 6), 3: (4, 5, 6), 18: (1, 2)}
#: Armour: 6.2.
_BEGIN = "-----BEGIN PGP MESSAGE-----"
_ENCRYPTED = re.compile(rf"{_BEGIN}.*?(?:-----END PGP MESSAGE-----|\Z)", re.DOTALL)


def is_encrypted(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is an encrypted message of PGP, without armour."""
    if len(head) < 8 or head[0] < 0x80:
        return False
    if head[0] & 0x40:
        tag, length = head[0] & 0x3F, 1 if head[1] < 192 else 5 if head[1] == 255 else 2
    else:
        tag, length = head[0] >> 2 & 0xF, (1, 2, 4, 0)[head[0] & 3]
    return head[1 + length] in _VERSIONS.get(tag, ())


def split(text: str) -> tuple[str, bool]:
    """``text`` without what is encrypted in it, and whether anything is."""
    if _BEGIN not in text:
        return text, False
    return _ENCRYPTED.sub("", text), True
