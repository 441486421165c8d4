"""Message bytes to a MIME tree: a fast parser for the common case, the standard library in doubt.

Both give the same ``Node``; nothing here reads text or decides what a part is for. The fast parser
refuses what it cannot repair (bad base64, unknown transfer encodings, lost boundaries), and there
the standard library's leniency takes over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from email.errors import MessageError
from typing import TypeVar

from fast_mail_parser import DecodeError, ParseError, PyLazyMimePart, parse_email_tree

from groupaudit.errors import PostsError
from groupaudit.posts import doubts, lenient
from groupaudit.posts.doubts import DoubtError, Doubts
from groupaudit.posts.headers import decoded
from groupaudit.posts.lenient import Entity

MAX_MESSAGE_BYTES = 100 * 1024 * 1024
MAX_DEPTH = 30
MAX_CHILDREN = 10_000
# Lines that may be boundaries: the standard library takes ten microseconds over each.
_MAX_BOUNDARIES = 200_000


Parts = TypeVar("Parts", bound=Sized)


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a message. ``content()`` decodes a leaf; containers have ``children`` instead.

    ``type`` is lower case. ``headers`` are decoded (RFC 2047). ``size`` is what the leaf takes in
    the message, in bytes, before decoding. ``content`` raises DoubtError in a tree from ``fast``.
    ``stray`` is what stood among the headers and is none.
    """

    type: str
    headers: Mapping[str, Sequence[str]] = field(repr=False)
    filename: str = field(repr=False)
    disposition: str
    size: int
    content: Callable[[], bytes] = field(repr=False)
    children: tuple[Node, ...] = ()
    stray: str = field(default="", repr=False)


def fast(raw: bytes) -> Node:
    """The MIME tree of a message as the fast parser sees it. Raises DoubtError, PostsError."""
    about = Doubts(_bounded(raw))
    try:
        return _from_fast(parse_email_tree(raw, mode="lazy"), about, MAX_DEPTH)
    except ParseError as error:
        raise DoubtError from error


def standard(raw: bytes) -> Node:
    """The MIME tree as the standard library sees it.

    Raises PostsError(``too-large``, ``too-deep`` or ``corrupt``).
    """
    if raw.count(b"\n--") > _MAX_BOUNDARIES:
        raise _too_many()
    try:
        return _from_standard(lenient.parsed(_bounded(raw)), MAX_DEPTH)
    except RecursionError as error:
        raise _too_deep() from error
    # The lenient parser has let other exceptions escape for hostile headers in past releases.
    except (MessageError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise PostsError("A message has no readable structure", reason="corrupt") from error


def _bounded(raw: bytes) -> bytes:
    if len(raw) > MAX_MESSAGE_BYTES:
        raise PostsError("A message is larger than 100 MiB", reason="too-large")
    return raw


def _bearable(parts: Parts) -> Parts:
    """``parts``, unless nobody would write so many."""
    if len(parts) > MAX_CHILDREN:
        raise _too_many()
    return parts


def _too_many() -> PostsError:
    return PostsError("A message has more parts than the limit", reason="too-large")


def _too_deep() -> PostsError:
    return PostsError(f"A message nests more than {MAX_DEPTH} parts", reason="too-deep")


def _from_fast(part: PyLazyMimePart, about: Doubts, depth: int) -> Node:
    if depth == 0:
        raise _too_deep()
    kind = part.content_type.lower()
    children = _bearable(part.children)
    headers = part.headers
    if depth < MAX_DEPTH:
        doubts.of_part(part, headers)
    if children:
        about.of_container(kind, headers)
    else:
        about.of_leaf(kind, headers)
    return Node(
        type=kind,
        headers=headers,
        filename=decoded(part.filename),
        disposition=(part.disposition or "").lower(),
        size=part.encoded_size or 0,
        content=lambda: _content(part),
        children=tuple([_from_fast(child, about, depth - 1) for child in children]),
        stray=doubts.stray(headers),
    )


def _content(part: PyLazyMimePart) -> bytes:
    try:
        return part.content or b""
    except DecodeError as error:
        raise DoubtError from error


def _from_standard(entity: Entity, depth: int) -> Node:
    if depth == 0:
        raise _too_deep()
    children = _bearable(entity.entities())
    payload = entity.get_payload()
    headers: dict[str, list[str]] = {}
    for name, value in entity.items():
        headers.setdefault(name, []).append(decoded(value))
    return Node(
        type=entity.kind,
        headers=headers,
        filename=decoded(entity.get_filename() or ""),
        disposition=entity.get_content_disposition() or "",
        size=len(payload) if isinstance(payload, str) else 0,
        content=entity.content,
        children=tuple(_from_standard(child, depth - 1) for child in children),
    )
