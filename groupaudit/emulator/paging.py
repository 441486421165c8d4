"""Pages of a listing, with tokens that are good only for the listing they came from."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from typing import TypeVar

from groupaudit.emulator.errors import ApiError, invalid_parameter
from groupaudit.emulator.messages import Call

T = TypeVar("T")
_SIZES = frozenset({"maxResults", "pageSize", "pageToken"})


def page(call: Call, items: Sequence[T], size: int) -> tuple[Sequence[T], dict[str, str]]:
    """The slice of ``items`` that ``call`` asks for, and ``nextPageToken`` when more follow.

    Raises ApiError 400 for a token that is not one of this listing.
    """
    listing = _listing(call)
    token = call.query.get("pageToken")
    start = _offset(token, listing) if token else 0
    end = start + size
    more = {"nextPageToken": _token(end, listing)} if end < len(items) else {}
    return items[start:end], more


def _listing(call: Call) -> int:
    asked = sorted((k, str(v)) for k, v in call.query.items() if k not in _SIZES)
    return zlib.crc32(repr((call.method.id, sorted(call.path.items()), asked)).encode())


def _token(offset: int, listing: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([offset, listing]).encode()).decode()


def _offset(token: str, listing: int) -> int:
    try:
        offset, origin = json.loads(base64.urlsafe_b64decode(token[:200]))
    except (ValueError, TypeError, binascii.Error) as error:
        raise _wrong() from error
    if origin != listing or not isinstance(offset, int) or offset < 0:
        raise _wrong()
    return offset


def _wrong() -> ApiError:
    return invalid_parameter("pageToken", "Invalid Input: pageToken")
