"""A message's bytes to the document that is judged: headers, body, quotes, attachments, all of it.

Any bytes give a document; what of it cannot be read is a part with a named error. Attachments are
read by the ``extract`` that the caller passes, so that nothing here opens a complex format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from groupaudit.errors import PostsError
from groupaudit.model.post import Document, Part, PartKind, Table
from groupaudit.posts import headers, quotes, tree
from groupaudit.posts.doubts import DoubtError
from groupaudit.posts.extract import html, pgp
from groupaudit.posts.extract.text import decode
from groupaudit.posts.reading import Reading
from groupaudit.posts.tree import Node

MAX_PARTS = 1000

#: What a line of format=flowed begins with that is not plainly text.
_MARKED = (">", " ")
_WORD = re.compile(r"\w{3,}")
_SIGNATURES = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-keys",
    }
)
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
#: The word for what could be read, had it been wanted.
_LEFT_OUT = "not-requested"


def document(raw: bytes, reading: Reading, *, path: str = "", fallback_id: str = "") -> Document:
    """The document of one message.

    ``fallback_id`` is its id when it has no Message-ID. Never raises for content: a message without
    readable structure has ``error`` set, and so has one of which only the headers could be read.
    """
    try:
        try:
            return _document(tree.fast(raw), reading, path, fallback_id)
        except DoubtError:
            return _document(tree.standard(raw), reading, path, fallback_id)
    except PostsError as error:
        return Document(id=fallback_id, path=path, error=error.reason)


def nested_parts(raw: bytes, reading: Reading) -> tuple[Part, ...]:
    """A message found inside a file, as parts: its headers and body as MESSAGE."""
    inner = document(raw, reading)
    if inner.error and not inner.parts:
        return (Part(PartKind.MESSAGE, media_type="message/rfc822", error=inner.error),)
    heading = f"From: {inner.sender}\nSubject: {inner.subject}"
    return (
        Part(PartKind.MESSAGE, media_type="message/rfc822", text=heading),
        *(_as_nested(part) for part in inner.parts),
    )


def _document(root: Node, reading: Reading, path: str, fallback_id: str) -> Document:
    parts: list[Part] = []
    for part in _parts(root, reading):
        if len(parts) >= MAX_PARTS:
            parts.append(Part(PartKind.ATTACHMENT, error="too-large"))
            break
        parts.append(part)
    return Document(
        id=headers.message_id(headers.first(root.headers, "Message-ID")) or fallback_id,
        path=path,
        date=headers.date_of(root.headers),
        sender=headers.decoded(headers.first(root.headers, "From")),
        subject=headers.decoded(headers.first(root.headers, "Subject")),
        consumer_lists=tuple(sorted(set(_consumer_lists(root)))),
        parts=tuple(parts),
        error=_unread(parts),
    )


def _unread(parts: Sequence[Part]) -> str | None:
    """Why nothing of a message but its headers could be read; None when something was, or empty."""
    if any(part.text.strip() or part.tables for part in parts):
        return None
    return next((part.error for part in parts if part.error not in (None, _LEFT_OUT)), None)


def _consumer_lists(node: Node) -> Iterator[str]:
    """Those of the message, and of the messages that it carries."""
    yield from headers.consumer_lists(node.headers)
    for child in node.children:
        yield from _consumer_lists(child)


def _parts(node: Node, reading: Reading) -> Iterator[Part]:
    if node.stray:
        yield Part(PartKind.BODY, media_type="text/plain", text=node.stray)
    if node.type.startswith("message/") and node.children:
        yield from _nested(node, reading)
    elif node.type == "multipart/alternative" and node.children:
        yield from _alternative(node, reading)
    elif node.type == "multipart/encrypted":
        yield Part(PartKind.BODY, media_type=node.type, error="encrypted")
    elif node.children:
        for child in node.children:
            yield from _parts(child, reading)
    elif node.type not in _SIGNATURES:
        yield from _leaf(node, reading)


def _leaf(node: Node, reading: Reading) -> Iterator[Part]:
    in_line = not node.filename and node.disposition != "attachment"
    if in_line and node.type == "text/html":
        yield from _html(node)
    elif in_line and (node.type == "text/plain" or node.type.startswith("multipart/")):
        yield from _plain(node)
    elif node.type in _SMIME:
        signed = headers.parameter(_content_type(node), "smime-type") == "signed-data"
        yield _refused(node, "unsupported-format" if signed else "encrypted")
    else:
        yield from _attachment(node, reading)


def _refused(node: Node, reason: str) -> Part:
    return Part(PartKind.ATTACHMENT, node.filename, node.type, error=reason)


def _attachment(node: Node, reading: Reading) -> Iterator[Part]:
    if not reading.attachments:
        yield _refused(node, _LEFT_OUT)
        return
    # Encoded bytes are at most a third more than decoded ones.
    if node.size > reading.max_attachment_bytes * 3 // 2:
        yield _refused(node, "too-large")
        return
    content = node.content()
    if len(content) > reading.max_attachment_bytes:
        yield _refused(node, "too-large")
        return
    yield from reading.extract(node.filename, _content_type(node) or node.type, content)


def _content_type(node: Node) -> str:
    return headers.first(node.headers, "Content-Type")


def _plain(node: Node) -> Iterator[Part]:
    content_type = _content_type(node)
    text = decode(node.content(), headers.parameter(content_type, "charset"))
    if headers.parameter(content_type, "format") == "flowed":
        text = unflowed(text, glued=headers.parameter(content_type, "delsp") == "yes")
    yield from _written(text, node.type)


def _html(node: Node) -> Iterator[Part]:
    yield from html_parts(
        html.decoded(node.content(), headers.parameter(_content_type(node), "charset"))
    )


def html_parts(source: str) -> Iterator[Part]:
    """A body that was written in HTML: its own text with the tables, and apart what it quotes."""
    try:
        text, tables = html.text_and_tables(source)
    except PostsError as error:
        yield Part(PartKind.BODY, media_type="text/html", error=error.reason)
        return
    yield from _written(text, "text/html", tables)


def _written(text: str, media_type: str, tables: tuple[Table, ...] = ()) -> Iterator[Part]:
    """A body: its own text with ``tables``, what it quotes, and that some of it is encrypted."""
    clear, encrypted = pgp.split(text)
    own, quoted = quotes.split(clear)
    yield Part(PartKind.BODY, media_type=media_type, text=own, tables=tables)
    if quoted.strip():
        yield Part(PartKind.QUOTED, media_type=media_type, text=quoted)
    if encrypted:
        yield Part(PartKind.BODY, media_type="application/pgp-encrypted", error="encrypted")


def _alternative(node: Node, reading: Reading) -> Iterator[Part]:
    """The plain version, and the others only where they say something that it does not.

    A plain version may be a stub ("see the HTML version"); reading both always would count twice.
    """
    plain = next((child for child in node.children if child.type == "text/plain"), None)
    known: set[str] = set()
    if plain is not None:
        for part in _parts(plain, reading):
            known.update(part.text.split())
            yield part
    for child in node.children:
        if child is plain:
            continue
        for part in _parts(child, reading):
            if part.kind is PartKind.ATTACHMENT or not _adds_nothing(part, known):
                yield part
            elif part.tables:
                yield replace(part, text="")


def _adds_nothing(part: Part, known: set[str]) -> bool:
    """Whether hardly a word of ``part`` is new beside what stands between spaces in ``known``."""
    if not known or part.error:
        return False
    pieces = set(part.text.split())
    fresh = pieces - known
    if not fresh:
        return True  # what is the same between spaces is the same word by word
    changed = _words(fresh)
    # Most pieces are words by themselves: often these alone are enough to tell.
    alike = sum(len(piece) > 2 and piece.isalnum() for piece in pieces & known)
    if alike and len(changed) <= alike // 20:
        return True
    words = _words(known)
    return bool(words) and len(changed - words) <= len(_words((part.text,))) // 20


def _words(texts: Iterable[str]) -> set[str]:
    return set(_WORD.findall("\n".join(texts)))


def _nested(node: Node, reading: Reading) -> Iterator[Part]:
    """A message inside the message: its headers and body as MESSAGE, attachments as they are."""
    for child in node.children:
        heading = "\n".join(
            f"{name}: {headers.decoded(value)}"
            for name in ("From", "To", "Date", "Subject")
            if (value := headers.first(child.headers, name))
        )
        yield Part(PartKind.MESSAGE, node.filename, node.type, text=heading)
        for part in _parts(child, reading):
            yield _as_nested(part)


def _as_nested(part: Part) -> Part:
    return part if part.kind is PartKind.ATTACHMENT else replace(part, kind=PartKind.MESSAGE)


def unflowed(text: str, *, glued: bool) -> str:
    """Text of format=flowed (RFC 3676) with its paragraphs in one line each.

    ``glued`` is DelSp=yes: the space before a soft line break is not part of the text.
    """
    paragraphs: list[list[str]] = []  # pieces, since joining as we go would be quadratic
    open_depth = -1  # quote depth of a paragraph that goes on, -1 if none does
    for line in text.split("\n"):
        content, depth = line, 0
        if line[:1] in _MARKED:
            content = line.lstrip(">")
            depth = len(line) - len(content)
            content = content.removeprefix(" ")  # space-stuffing
        flows = content[-1:] == " " and content != "-- "
        piece = content[:-1] if flows and glued else content
        if depth == open_depth:
            paragraphs[-1].append(piece)
        else:
            paragraphs.append([f"{'>' * depth} {piece}" if depth else piece])
        open_depth = depth if flows else -1
    return "\n".join("".join(pieces) for pieces in paragraphs)
