"""Message bytes to a MIME tree: a fast parser for the common case, the standard library in doubt.

Both give the same ``Node``; nothing here reads text or decides what a part is for. The fast parser
refuses what it cannot repair (bad base64, unknown transfer encodings, lost boundaries), and there
the standard library's leniency takes over.
"""

from __future__ import annotations

import email
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message

from fast_mail_parser import DecodeError, ParseError, PyLazyMimePart, parse_email_tree

from groupaudit.errors import PostsError
from groupaudit.posts.extract.text import is_utf8
from groupaudit.posts.headers import decoded

MAX_MESSAGE_BYTES = 100 * 1024 * 1024
MAX_DEPTH = 30

# Transfer encodings that the fast parser decodes; any other it would hand over undecoded.
_KNOWN_ENCODINGS = frozenset({"", "7bit", "8bit", "binary", "quoted-printable", "base64"})
# The fast parser takes quadratic time over encoded words: 300,000 in one header cost two minutes.
_MAX_ENCODED_WORDS = 5000
_MAX_HEADER_CHARS = 10_000


class DoubtError(Exception):
    """The fast parser's answer may not be the whole message: ask ``standard``."""


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a message. ``content()`` decodes a leaf; containers have ``children`` instead.

    ``type`` is lower case. ``headers`` are decoded (RFC 2047). ``size`` is what the leaf takes in
    the message, in bytes, before decoding. ``content`` raises DoubtError in a tree from ``fast``.
    """

    type: str
    headers: Mapping[str, Sequence[str]] = field(repr=False)
    filename: str = field(repr=False)
    disposition: str
    size: int
    content: Callable[[], bytes] = field(repr=False)
    children: tuple[Node, ...] = ()


def fast(raw: bytes) -> Node:
    """The MIME tree of a message as the fast parser sees it. Raises DoubtError, PostsError."""
    if _holds_many_encoded_words(raw):
        raise DoubtError
    try:
        return _from_fast(parse_email_tree(_bounded(raw), mode="lazy"), MAX_DEPTH)
    except ParseError as error:
        raise DoubtError from error


def _holds_many_encoded_words(raw: bytes) -> bool:
    """Whether ``raw`` may; what costs next to nothing is looked at first."""
    most = _MAX_ENCODED_WORDS
    return len(raw) > 2 * most and raw.count(b"=") > most and raw.count(b"=?") > most


def standard(raw: bytes) -> Node:
    """The MIME tree as the standard library sees it.

    Raises PostsError(``too-large``, ``too-deep`` or ``corrupt``).
    """
    try:
        return _from_standard(email.message_from_bytes(_bounded(raw)), MAX_DEPTH)
    except RecursionError as error:
        raise _too_deep() from error
    # The lenient parser has let other exceptions escape for hostile headers in past releases.
    except (MessageError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise PostsError("A message has no readable structure", reason="corrupt") from error


def _bounded(raw: bytes) -> bytes:
    if len(raw) > MAX_MESSAGE_BYTES:
        raise PostsError("A message is larger than 100 MiB", reason="too-large")
    return raw


def _too_deep() -> PostsError:
    return PostsError(f"A message nests more than {MAX_DEPTH} parts", reason="too-deep")


def _from_fast(part: PyLazyMimePart, depth: int) -> Node:
    if depth == 0:
        raise _too_deep()
    kind = part.content_type.lower()
    children = part.children
    headers = part.headers
    if not children:
        encoding = headers.get("Content-Transfer-Encoding")
        if encoding and encoding[0].strip().lower() not in _KNOWN_ENCODINGS:
            raise DoubtError
        if kind.startswith("multipart/"):
            raise DoubtError  # its boundary was lost, and with it the text
    return Node(
        type=kind,
        headers=headers,
        filename=part.filename,
        disposition=(part.disposition or "").lower(),
        size=part.encoded_size or 0,
        content=lambda: _content(part),
        children=tuple([_from_fast(child, depth - 1) for child in children]),
    )


def _content(part: PyLazyMimePart) -> bytes:
    try:
        return part.content or b""
    except DecodeError as error:
        raise DoubtError from error


def _from_standard(message: Message, depth: int) -> Node:
    if depth == 0:
        raise _too_deep()
    payload = message.get_payload()
    parts = payload if isinstance(payload, list) else []
    headers: dict[str, list[str]] = {}
    for name, value in message.items():
        headers.setdefault(name, []).append(decoded(_unescaped(str(value)[:_MAX_HEADER_CHARS])))
    return Node(
        type=message.get_content_type(),
        headers=headers,
        filename=decoded(_unescaped(message.get_filename() or "")),
        disposition=message.get_content_disposition() or "",
        size=0 if parts else len(payload or ""),
        content=lambda: _leaf_content(message),
        children=tuple(
            _from_standard(part, depth - 1) for part in parts if isinstance(part, Message)
        ),
    )


def _leaf_content(message: Message) -> bytes:
    content = message.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _unescaped(value: str) -> str:
    """Raw 8-bit header bytes, which the library hides in surrogates, as text."""
    if value.isascii():
        return value
    raw = value.encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "replace") if is_utf8(raw) else raw.decode("cp1252", "replace")
