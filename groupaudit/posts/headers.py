"""Header values of a message: dates, identifiers, parameters, encoded words.

Every function answers for any input, however broken; what cannot be told is empty or None.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_to_datetime

from groupaudit.posts.extract.text import decode

Headers = Mapping[str, Sequence[str]]

_MESSAGE_ID = re.compile(r"<([^<>\s]{1,990})>")
_PARAMETER = {
    name: re.compile(
        rf"""(?:^|;)\s*{name}\s*=\s*(?:"([^"]{{0,200}})"|([^\s;"]{{1,200}}))""", re.IGNORECASE
    )
    for name in ("charset", "format", "delsp", "smime-type")
}
_CONSUMER_LIST = re.compile(r"<([^<>\s@/]{1,64})\.googlegroups\.com>", re.IGNORECASE)
_MAX_HEADER = 10_000
_MAX_LIST_IDS = 10


def first(headers: Headers, name: str) -> str:
    """The first value of header ``name`` (any case), ``""`` if there is none."""
    values = headers.get(name) or headers.get(name.title())
    if values:
        return values[0][:_MAX_HEADER]
    wanted = name.lower()
    for key, values in headers.items():
        if key.lower() == wanted and values:
            return values[0][:_MAX_HEADER]
    return ""


def parameter(value: str, name: str) -> str:
    """A parameter of a Content-Type value, lower case; ``""`` if it is absent."""
    found = _PARAMETER[name].search(value)
    return (found[1] or found[2] or "").lower() if found else ""


def message_id(value: str) -> str:
    """A Message-ID without its angle brackets."""
    found = _MESSAGE_ID.search(value)
    return found[1] if found else value.strip()[:200]


def message_ids(value: str) -> tuple[str, ...]:
    """All the message ids in a References or In-Reply-To value, in order."""
    return tuple(_MESSAGE_ID.findall(value[:_MAX_HEADER]))


def consumer_lists(headers: Headers) -> Iterator[str]:
    """Addresses of the groups at googlegroups.com that the List-ID headers name.

    No other header tells: an organisation's own groups have googlegroups.com in List-Unsubscribe.
    """
    for name, values in headers.items():
        if len(name) == len("List-ID") and name.lower() == "list-id":
            for value in values[:_MAX_LIST_IDS]:
                found = _CONSUMER_LIST.search(value[:_MAX_HEADER])
                if found:
                    yield f"{found[1].lower()}@googlegroups.com"


def date_of(headers: Headers) -> datetime | None:
    """When the message was written: its Date, else when the last server received it; in UTC."""
    date = parse_date(first(headers, "Date"))
    if date is not None:
        return date
    received = first(headers, "Received")
    return parse_date(received.rpartition(";")[2]) if ";" in received else None


def parse_date(value: str) -> datetime | None:
    """An RFC 5322 date as aware UTC; None when it cannot be read. No zone counts as UTC."""
    if not value:
        return None
    try:
        date = parsedate_to_datetime(value[:100].strip())
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def decoded(value: str) -> str:
    """``value`` with RFC 2047 encoded words decoded and folded white space made single."""
    if "=?" in value:
        value = " ".join(value.split())  # at line ends the library would glue words together
        # A broken encoded word is kept as it stands.
        with contextlib.suppress(HeaderParseError, ValueError):
            value = "".join(
                piece if isinstance(piece, str) else decode(piece, charset or "")
                for piece, charset in decode_header(value)
            )
    return " ".join(value.split())
