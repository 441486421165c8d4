"""Marks by which clients of Google tell versions of a thing apart.

They change with the value and mean nothing else: Google documents neither their form nor when they
change.
"""

from __future__ import annotations

import zlib


def etag(value: object) -> str:
    """The mark of ``value``, in the quotation marks that are a part of it."""
    return f'"{zlib.crc32(repr(value).encode()):08x}"'
