"""The standard library's parser of mail, kept from losing what it was sent.

It reads any bytes, but takes delivery reports apart as if they were messages, leaves attached
messages encoded, and replaces raw 8-bit letters in headers. Builds no tree and reads no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from typing import Any, cast

from groupaudit.posts.extract.text import is_utf8

#: Types whose content is a message: RFC 2046, its international form (RFC 6532), and of old news.
CARRIED = frozenset({"message/rfc822", "message/global", "message/news"})

_MAX_HEADER_CHARS = 10_000
_TYPE = re.compile(r"[^\s/;]+/[^\s/;]+")
_ENCODED = frozenset({"base64", "quoted-printable"})


def media_type(announced: str) -> str:
    """The type in what was announced as one; plain text when it is none (RFC 2045, 5.2)."""
    found = _TYPE.match(announced)
    return found[0].lower() if found else "text/plain"


class Entity(Message):
    """A message or a part of one."""

    @property
    def kind(self) -> str:
        """Its media type; that of plain text when it announces none that is one."""
        return media_type(super().get_content_type())

    @property
    def encoding(self) -> str:
        """Its transfer encoding, lower case; ``""`` when none was announced."""
        return str(self.get("Content-Transfer-Encoding", "")).strip().lower()

    def get_content_type(self) -> str:
        """What the library's parser decides by: a message only where one can be read as it stands.

        A delivery report is a leaf, and so is a message that must be decoded first.
        """
        kind = self.kind
        apart = kind in CARRIED and self.encoding not in _ENCODED
        return kind if apart or not kind.startswith("message/") else "application/octet-stream"

    def entities(self) -> tuple[Entity, ...]:
        """The parts of a container, the message of an attached one; none of a leaf."""
        payload = self.get_payload()
        if isinstance(payload, list):
            return tuple(part for part in payload if isinstance(part, Entity))
        return (parsed(self.content()),) if self.kind in CARRIED and payload else ()

    def content(self) -> bytes:
        """The decoded bytes of a leaf."""
        content = self.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""

    def set_payload(self, payload: Any, charset: Any = None) -> None:
        """What the parser found, without the white space that transport adds (RFC 2045, 6.7)."""
        if self.encoding == "quoted-printable" and isinstance(payload, str):
            payload = "".join(_unpadded(payload))
        super().set_payload(payload, charset)


class _AsSent(Compat32):
    """Header values as text; raw 8-bit letters are read, not replaced."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        del name
        return _unescaped(value[:_MAX_HEADER_CHARS])


_AS_SENT = _AsSent()


def parsed(raw: bytes) -> Entity:
    """The message in ``raw``, whatever it is. Raises what the library lets escape."""
    if raw.startswith(b">From "):
        raw = raw[1:]  # quoted once too often; so written the library knows the line
    return cast("Entity", BytesParser(Entity, policy=_AS_SENT).parsebytes(raw))


def _unpadded(text: str) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        yield bare.rstrip(" \t") + line[len(bare) :]


def _unescaped(value: str) -> str:
    """Raw 8-bit header bytes, which the library hides in surrogates, as text."""
    if value.isascii():
        return value
    raw = value.encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "replace") if is_utf8(raw) else raw.decode("cp1252", "replace")
