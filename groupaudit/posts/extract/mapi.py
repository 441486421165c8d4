"""Outlook's messages rewritten as mail (RFC 5322), whatever file their properties stand in.

``Item`` is how a file format shows a message or an attachment; ``outlook`` and ``pst`` have one
each. Runs in separate processes only. Judges nothing and opens no attachment; what it cannot carry
over (linked files, embedded objects) becomes an attachment that is refused later, not one left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import HeaderParser
from email.utils import format_datetime
from typing import Protocol

from groupaudit.errors import PostsError
from groupaudit.posts.extract import kinds, lzfu, rtf
from groupaudit.posts.extract.limits import MAX_DEPTH
from groupaudit.posts.extract.text import decode

#: Types of properties (MS-OXCDATA 2.11.1).
WIDE, NARROW, BINARY, OBJECT = 0x001F, 0x001E, 0x0102, 0x000D
#: Property of an attachment that holds its content (MS-OXPROPS).
DATA = 0x3701

_SUBJECT, _BODY, _HTML, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SENDER_NAME, _SENDER_SMTP, _SENDER_ADDRESS = 0x0C1A, 0x5D01, 0x0C1F
_TO, _CC, _MESSAGE_ID, _TRANSPORT = 0x0E04, 0x0E03, 0x1035, 0x007D
_REPLIES_TO, _REFERENCES = 0x1042, 0x1039
_SENT, _RECEIVED, _CODEPAGE, _TEXT_CODEPAGE = 0x0039, 0x0E06, 0x3FDE, 0x3FFD
_LONG_NAME, _SHORT_NAME, _MEDIA = 0x3707, 0x3704, 0x370E

_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+_-]{1,60}/[A-Za-z0-9.+_-]{1,100}\Z")
# Stands for what cannot be carried over: an OLE file of no kind that anything reads.
_UNREADABLE = kinds.OLE
# Before a subject: where its prefix ends (MS-PST 2.5.3.1.1.1).
_PREFIX_MARK = "\x01"
_MAX_HEADER = 10_000
_MAX_TRANSPORT = 256 * 1024
_WINDOWS_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class Item(Protocol):
    """A message or an attachment in a file of Outlook."""

    def value(self, tag: int, kind: int, /) -> bytes | None:
        """A property of variable size, None when it is absent or of another type."""

    def fixed(self, tag: int, /) -> bytes:
        """A property of up to 8 bytes, empty when it is absent."""

    def attachments(self) -> Iterator[Item]:
        """The attachments of a message."""

    def message(self) -> Item | None:
        """The message that an attachment is, if it is one."""


def as_bytes(item: Item) -> bytes:
    """The message ``item`` as mail, messages attached to it included.

    Raises PostsError(``too-deep``), and what the item raises.
    """
    mail = _mail(item, MAX_DEPTH)
    # The library's own boundaries are random; a post is known by a hash of its bytes. These stand
    # in no part, since all parts are in base64.
    for number, part in enumerate(part for part in mail.walk() if isinstance(part, MIMEMultipart)):
        part.set_boundary(f"=_{number}")
    sink = io.BytesIO()
    BytesGenerator(sink, mangle_from_=False, maxheaderlen=0).flatten(mail)
    return sink.getvalue()


def _mail(item: Item, depth: int) -> Message:
    """The message ``item``, with ``depth`` levels of messages inside left."""
    if depth == 0:
        raise PostsError("Outlook messages nest too deeply", reason="too-deep")
    mail = MIMEMultipart("mixed")
    for name, value in _headers(item):
        if value := " ".join(value[:_MAX_HEADER].split()):
            mail[name] = value if value.isascii() else Header(value, "utf-8").encode()
    mail.attach(_bodies(item))
    for attachment in item.attachments():
        mail.attach(_attachment(attachment, depth))
    return mail


def _attachment(item: Item, depth: int) -> Message:
    """An attachment: a message, a file, or what stands for neither."""
    name = _text(item, _LONG_NAME) or _text(item, _SHORT_NAME)
    inner = item.message()
    part: Message
    if inner is not None:
        part = MIMEMessage(_mail(inner, depth - 1))
    else:
        data = item.value(DATA, BINARY)
        part = MIMEApplication(_UNREADABLE if data is None else data)
        name = _typed(item, part, name)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return part


def _typed(item: Item, part: Message, name: str) -> str:
    """Give ``part`` the type that was announced; its name."""
    media_type = _text(item, _MEDIA).strip().lower()
    if media_type.startswith(("multipart/", "message/")):
        return f"{name}.eml"  # such a type may not be encoded: the name says it
    if _MEDIA_TYPE.match(media_type):
        part.replace_header("Content-Type", media_type)
    return name


def _headers(item: Item) -> Iterator[tuple[str, str]]:
    transport = HeaderParser().parsestr(_text(item, _TRANSPORT)[:_MAX_TRANSPORT])

    def arrived(name: str) -> str:
        return str(transport.get(name, ""))

    sent = _time(item, _SENT) or _time(item, _RECEIVED)
    subject = _text(item, _SUBJECT)
    yield "Subject", subject[2:] if subject.startswith(_PREFIX_MARK) else subject
    yield "From", _sender(item) or arrived("From")
    yield "To", _text(item, _TO) or arrived("To")
    yield "Cc", _text(item, _CC)
    yield "Message-ID", _text(item, _MESSAGE_ID) or arrived("Message-ID")
    yield "In-Reply-To", _text(item, _REPLIES_TO) or arrived("In-Reply-To")
    yield "References", _text(item, _REFERENCES) or arrived("References")
    yield "List-ID", arrived("List-ID")
    yield "Date", format_datetime(sent) if sent else arrived("Date")


def _sender(item: Item) -> str:
    name = _text(item, _SENDER_NAME).replace('"', "")
    # Inside an organisation the address is not of the Internet (/O=…).
    addresses = (_text(item, _SENDER_SMTP), _text(item, _SENDER_ADDRESS))
    address = next((address for address in addresses if "@" in address), "")
    return f'"{name}" <{address}>' if name and address else name or address


def _bodies(item: Item) -> Message:
    """Plain text and HTML side by side; the RTF only where both are missing."""
    plain, html = _text(item, _BODY), _html(item)
    packed = item.value(_RTF, BINARY)
    if not plain and html is None and packed:
        plain = rtf.text_of(lzfu.unpacked(packed))
    body = MIMEMultipart("alternative")
    if plain or html is None:
        body.attach(MIMEText(plain, "plain", "utf-8"))
    if html is not None:
        body.attach(html)
    return body


def _html(item: Item) -> Message | None:
    written = _text(item, _HTML)
    if written:
        return MIMEText(written, "html", "utf-8")
    data = item.value(_HTML, BINARY)
    if not data:
        return None
    part = MIMEApplication(data)
    charset = _charset(item, _CODEPAGE)
    part.replace_header("Content-Type", f"text/html; charset={charset}" if charset else "text/html")
    return part


def _text(item: Item, tag: int) -> str:
    """A property that is text, in whichever of the two types; ``""`` when absent."""
    wide = item.value(tag, WIDE)
    if wide is not None:
        return wide.decode("utf-16-le", "replace").rstrip("\0")
    narrow = item.value(tag, NARROW)
    if narrow is None:
        return ""
    charset = _charset(item, _TEXT_CODEPAGE) or _charset(item, _CODEPAGE)
    return decode(narrow.rstrip(b"\0"), charset)


def _charset(item: Item, tag: int) -> str:
    page = int.from_bytes(item.fixed(tag)[:4], "little")
    known = {65001: "utf-8", 20127: "us-ascii", 28591: "iso-8859-1", 28605: "iso-8859-15"}
    return known.get(page, f"cp{page}" if page else "")


def _time(item: Item, tag: int) -> datetime | None:
    ticks = int.from_bytes(item.fixed(tag), "little")  # of 100 ns
    try:
        return _WINDOWS_EPOCH + timedelta(microseconds=ticks // 10) if ticks else None
    except OverflowError:
        return None
