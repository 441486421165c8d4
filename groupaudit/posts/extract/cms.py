"""Files of S/MIME (CMS, RFC 5652), told by their first bytes; DER, base64 or PEM.

Says what a file is; it decrypts nothing, checks no signature and follows no certificate.
"""

from __future__ import annotations

import base64
import re

# SEQUENCE of any length, then the type of content (RFC 5652, 3): EnvelopedData, EncryptedData, or
# AuthEnvelopedData (RFC 5083).
_ENCRYPTED = re.compile(
    rb"\x30(?:[\x00-\x80]|\x81.|\x82.{2}|\x83.{3}|\x84.{4})"
    rb"\x06(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07[\x03\x06]"
    rb"|\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17)",
    re.DOTALL,
)
_BASE64 = re.compile(rb"\s{0,9}(?:-----BEGIN (?:PKCS7|CMS)-----\s{1,9})?(MI[A-Za-z0-9+/]{30})")


def is_encrypted(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is a message encrypted with S/MIME."""
    found = _BASE64.match(head)
    return _ENCRYPTED.match(base64.b64decode(found[1]) if found else head) is not None
