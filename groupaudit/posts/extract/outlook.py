"""Outlook's message files (``.msg``, MS-OXMSG) rewritten as mail, which ``mime`` then reads.

Runs in the separate process only. Judges nothing and opens no attachment; what it cannot carry over
(linked files, embedded objects) becomes an attachment that is refused later, not one left out.
"""

from __future__ import annotations

import io
import re
import struct
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

import olefile

from groupaudit.errors import PostsError
from groupaudit.posts.extract import lzfu, rtf
from groupaudit.posts.extract.limits import MAX_DEPTH, Account
from groupaudit.posts.extract.text import decode

MAX_BYTES = 64 * 1024 * 1024

_PROPERTIES = "__properties_version1.0"
_ATTACHMENT = "__attach_version1.0_#"
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+_-]{1,60}/[A-Za-z0-9.+_-]{1,100}\Z")
# Stands for what cannot be carried over: an OLE file of no kind that anything reads.
_UNREADABLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_HEADER = 10_000
_WINDOWS_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
# Properties by tag (MS-OXPROPS).
_SUBJECT, _BODY, _HTML, _RTF = "0037", "1000", "1013", "1009"
_SENDER_NAME, _SENDER_SMTP, _SENDER_ADDRESS = "0C1A", "5D01", "0C1F"
_TO, _CC, _MESSAGE_ID, _TRANSPORT = "0E04", "0E03", "1035", "007D"
_SENT, _RECEIVED, _CODEPAGE, _TEXT_CODEPAGE = 0x0039, 0x0E06, 0x3FDE, 0x3FFD
_DATA, _LONG_NAME, _SHORT_NAME, _MEDIA = "3701", "3707", "3704", "370E"
# What the library raises for damaged files; it documents only the first.
_DAMAGE = (
    OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, struct.error,
)  # fmt: skip

Path = tuple[str, ...]


def as_mail(data: bytes, account: Account) -> bytes:
    """The message as RFC 5322 mail, messages attached to it included.

    Raises PostsError(``unsupported-format``, ``corrupt``, ``too-large``, ``too-deep``, ``bomb``).
    """
    if len(data) > MAX_BYTES:
        raise PostsError("An Outlook message is larger than 64 MiB", reason="too-large")
    sink = io.BytesIO()
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if not ole.exists(_PROPERTIES):
                raise PostsError(
                    "An OLE file holds messages, but is none", reason="unsupported-format"
                )
            mail = _Storage(ole, (), account).mail(MAX_DEPTH)
        BytesGenerator(sink, mangle_from_=False, maxheaderlen=0).flatten(mail)
    except _DAMAGE as error:
        raise PostsError("An Outlook message is damaged", reason="corrupt") from error
    except RecursionError as error:
        raise PostsError("An Outlook message nests too deeply", reason="too-deep") from error
    return sink.getvalue()


class _Storage:
    """A message or an attachment in the file: the streams below ``path``."""

    def __init__(self, ole: olefile.OleFileIO, path: Path, account: Account) -> None:
        self._ole = ole
        self._path = path
        self._account = account
        self._fixed = self._fixed_properties()

    def mail(self, depth: int) -> Message:
        """The message here, with ``depth`` levels of messages inside left."""
        if depth == 0:
            raise PostsError("Outlook messages nest too deeply", reason="too-deep")
        mail = MIMEMultipart("mixed")
        for name, value in self._headers():
            if value := " ".join(value[:_MAX_HEADER].split()):
                mail[name] = value if value.isascii() else Header(value, "utf-8").encode()
        mail.attach(self._bodies())
        for storage in self._attachments():
            mail.attach(storage.attachment(depth))
        return mail

    def attachment(self, depth: int) -> Message:
        """The attachment here: a message, a file, or what stands for neither."""
        name = self._text(_LONG_NAME) or self._text(_SHORT_NAME)
        inner = (*self._path, f"__substg1.0_{_DATA}000D")
        part: Message
        if self._ole.exists([*inner, _PROPERTIES]):
            part = MIMEMessage(_Storage(self._ole, inner, self._account).mail(depth - 1))
        else:
            data = self._stream(_DATA, "0102")
            part = MIMEApplication(_UNREADABLE if data is None else data)
            name = self._typed(part, name)
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
        return part

    def _typed(self, part: Message, name: str) -> str:
        """Give ``part`` the type that was announced; its name."""
        media_type = self._text(_MEDIA).strip().lower()
        if media_type.startswith(("multipart/", "message/")):
            return f"{name}.eml"  # such a type may not be encoded: the name says it
        if _MEDIA_TYPE.match(media_type):
            part.replace_header("Content-Type", media_type)
        return name

    def _attachments(self) -> Iterator[_Storage]:
        depth = len(self._path)
        names = {
            entry[depth]
            for entry in self._ole.listdir(streams=True, storages=False)
            if tuple(entry[:depth]) == self._path
            and len(entry) > depth
            and entry[depth].startswith(_ATTACHMENT)
        }
        for name in sorted(names):
            self._account.open_file()
            yield _Storage(self._ole, (*self._path, name), self._account)

    def _headers(self) -> Iterator[tuple[str, str]]:
        transport = HeaderParser().parsestr(self._text(_TRANSPORT)[: 256 * 1024])
        sent = self._time(_SENT) or self._time(_RECEIVED)
        yield "Subject", self._text(_SUBJECT)
        yield "From", self._sender() or str(transport.get("From", ""))
        yield "To", self._text(_TO)
        yield "Cc", self._text(_CC)
        yield "Message-ID", self._text(_MESSAGE_ID) or str(transport.get("Message-ID", ""))
        yield "Date", format_datetime(sent) if sent else str(transport.get("Date", ""))

    def _sender(self) -> str:
        name = self._text(_SENDER_NAME).replace('"', "")
        # Inside an organisation the address is not of the Internet (/O=…).
        addresses = (self._text(_SENDER_SMTP), self._text(_SENDER_ADDRESS))
        address = next((address for address in addresses if "@" in address), "")
        return f'"{name}" <{address}>' if name and address else name or address

    def _bodies(self) -> Message:
        """Plain text and HTML side by side; the RTF only where both are missing."""
        plain, html = self._text(_BODY), self._html()
        packed = self._stream(_RTF, "0102")
        if not plain and html is None and packed:
            plain = rtf.text_of(lzfu.unpacked(packed))
        body = MIMEMultipart("alternative")
        if plain or html is None:
            body.attach(MIMEText(plain, "plain", "utf-8"))
        if html is not None:
            body.attach(html)
        return body

    def _html(self) -> Message | None:
        written = self._text(_HTML)
        if written:
            return MIMEText(written, "html", "utf-8")
        data = self._stream(_HTML, "0102")
        if not data:
            return None
        part = MIMEApplication(data)
        charset = self._charset(_CODEPAGE)
        part.replace_header(
            "Content-Type", f"text/html; charset={charset}" if charset else "text/html"
        )
        return part

    def _text(self, tag: str) -> str:
        """A property that is text, in whichever of the two types; ``""`` when absent."""
        wide = self._stream(tag, "001F")
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self._stream(tag, "001E")
        if narrow is None:
            return ""
        charset = self._charset(_TEXT_CODEPAGE) or self._charset(_CODEPAGE)
        return decode(narrow.rstrip(b"\0"), charset)

    def _charset(self, tag: int) -> str:
        page = int.from_bytes(self._fixed.get(tag, b"")[:4], "little")
        known = {65001: "utf-8", 20127: "us-ascii", 28591: "iso-8859-1", 28605: "iso-8859-15"}
        return known.get(page, f"cp{page}" if page else "")

    def _time(self, tag: int) -> datetime | None:
        ticks = int.from_bytes(self._fixed.get(tag, b""), "little")  # of 100 ns
        try:
            return _WINDOWS_EPOCH + timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None

    def _fixed_properties(self) -> dict[int, bytes]:
        """Values of 8 bytes by property number, from the stream of properties of fixed size."""
        path = [*self._path, _PROPERTIES]
        if not self._ole.exists(path):
            return {}
        data = self._read(path)
        # The header has 32 bytes in the outermost message, 24 in others, 8 in attachments: entries
        # are aligned to its end, which is the same counted from the end of the stream.
        return {
            int.from_bytes(data[at + 2 : at + 4], "little"): data[at + 8 : at + 16]
            for at in range(len(data) % 16, len(data), 16)
        }

    def _stream(self, tag: str, kind: str) -> bytes | None:
        path = [*self._path, f"__substg1.0_{tag}{kind}"]
        return self._read(path) if self._ole.exists(path) else None

    def _read(self, path: list[str]) -> bytes:
        data: bytes = self._ole.openstream(path).read()
        self._account.unpack(len(data))
        return data
