"""Outlook's ``winmail.dat`` (MS-OXTNEF): its texts, and its attachments as the bytes they were.

Runs in the separate process only. A reader of our own, because the one kept library logs contents
and raises at will. It checks no checksum, follows no link, and opens no attachment; an object that
is no message (an embedded drawing) is left as it is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from groupaudit.errors import PostsError
from groupaudit.posts.extract import html, kinds, lzfu, rtf
from groupaudit.posts.extract.limits import Account
from groupaudit.posts.extract.text import decode

_ATTRIBUTE = struct.Struct("<BII")  # level, id with type, length (MS-OXTNEF 2.1.3)
# Attributes by id with type (MS-OXTNEF 2.1.3.2).
_SUBJECT, _BODY, _PROPERTIES, _CODEPAGE = 0x00018004, 0x0002800C, 0x00069003, 0x00069007
_NEXT_ATTACHMENT, _TITLE, _DATA, _ATTACHMENT = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
# Properties by id (MS-OXPROPS).
_PR_SUBJECT, _PR_BODY, _PR_RTF, _PR_HTML = 0x0037, 0x1000, 0x1009, 0x1013
_PR_OBJECT, _PR_LONG_NAME, _PR_SHORT_NAME = 0x3701, 0x3707, 0x3704
# Bytes of a value by type (MS-OXCDATA 2.11.1); the others state their length.
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0x0D, 0x1E, 0x1F, 0x0102})
_MULTIPLE, _NAMED, _UNICODE, _OBJECT = 0x1000, 0x8000, 0x1F, 0x0D
#: What an object begins with when it is a message (IID_IMessage, MS-OXTNEF 2.1.3.4).
_IS_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
_MOST_PROPERTIES = 20_000


@dataclass(slots=True)
class Attachment:
    """A file as it was attached; ``data`` may be another TNEF, if it was a message."""

    name: str = field(default="", repr=False)
    data: bytes = field(default=b"", repr=False)


@dataclass(slots=True)
class Tnef:
    """What a TNEF holds: its ``texts`` (subject, body) and its files.

    ``error`` is the reason word why its body could not be read, or the end of it is missing.
    """

    texts: list[str] = field(default_factory=list, repr=False)
    attachments: list[Attachment] = field(default_factory=list)
    error: str | None = None


def read(data: bytes, account: Account) -> Tnef:
    """The contents of ``data``, as far as it is whole.

    Raises PostsError(``corrupt``) when nothing of it can be read, ``bomb`` for too many files.
    """
    found, charset, bodies = Tnef(), "cp1252", _Bodies()
    try:
        for kind, value in _attributes(data):
            if kind == _CODEPAGE and len(value) >= 4:
                charset = f"cp{struct.unpack_from('<I', value)[0]}"
            elif kind == _NEXT_ATTACHMENT:
                account.open_file()
                found.attachments.append(Attachment())
            elif kind in (_SUBJECT, _BODY, _PROPERTIES):
                _take_text(kind, value, charset, found, bodies)
            elif found.attachments:
                _take_file(kind, value, charset, found.attachments[-1])
    except (struct.error, IndexError) as error:
        if not (found.texts or found.attachments or bodies.any):
            raise PostsError("A winmail.dat is damaged", reason="corrupt") from error
        found.error = "corrupt"
    try:
        found.texts.extend(bodies.best())
    except PostsError as error:
        found.error = error.reason  # the files beside it are worth no less
    return found


@dataclass(slots=True)
class _Bodies:
    """The same body in several forms, of which the richest that can be read counts."""

    plain: str = field(default="", repr=False)
    html: bytes = field(default=b"", repr=False)
    rich: bytes = field(default=b"", repr=False)

    @property
    def any(self) -> bool:
        return bool(self.plain or self.html or self.rich)

    def best(self) -> Iterator[str]:
        if self.plain.strip():
            yield self.plain
        elif self.html:
            yield html.text_and_tables(html.decoded(self.html, ""))[0]
        elif self.rich:
            yield rtf.text_of(lzfu.unpacked(self.rich))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Id and value of each attribute, in the order of the stream. Raises struct.error."""
    if not data.startswith(kinds.TNEF):
        raise PostsError("A winmail.dat has no signature", reason="corrupt")
    at = 6  # after signature and key
    while at < len(data):
        _level, kind, length = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        if at + length > len(data):
            raise struct.error("an attribute is cut off")
        yield kind, data[at : at + length]
        at += length + 2  # and its checksum


def _take_text(kind: int, value: bytes, charset: str, found: Tnef, bodies: _Bodies) -> None:
    if kind == _SUBJECT:
        found.texts.append(_string(value, charset))
    elif kind == _BODY:
        bodies.plain = _string(value, charset)
    else:
        for number, form, content in _properties(value):
            if number == _PR_BODY:
                bodies.plain = _typed(form, content, charset)
            elif number == _PR_SUBJECT and not found.texts:
                found.texts.append(_typed(form, content, charset))
            elif number == _PR_HTML:
                bodies.html = content
            elif number == _PR_RTF:
                bodies.rich = content


def _take_file(kind: int, value: bytes, charset: str, file: Attachment) -> None:
    if kind == _DATA:
        file.data = value
    elif kind == _TITLE:
        file.name = file.name or _string(value, charset)
    elif kind == _ATTACHMENT:
        for number, form, content in _properties(value):
            if number == _PR_LONG_NAME or (number == _PR_SHORT_NAME and not file.name):
                file.name = _typed(form, content, charset)
            elif number == _PR_OBJECT:
                file.data = content.removeprefix(_IS_MESSAGE) if form == _OBJECT else content


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Id, type and first value of each property (MS-OXTNEF 2.1.3.4). Raises struct.error."""
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _number in range(min(count, _MOST_PROPERTIES)):
        form, number = struct.unpack_from("<HH", data, at)
        at += 4
        if number >= _NAMED:
            at = _after_name(data, at)
        values, at = _values(data, at, form)
        if values:
            yield number, form & ~_MULTIPLE, values[0]


def _after_name(data: bytes, at: int) -> int:
    """Where a property goes on after its name: a GUID, then a number or a string."""
    (by_string,) = struct.unpack_from("<I", data, at + 16)
    if not by_string:
        return at + 24
    (length,) = struct.unpack_from("<I", data, at + 20)
    return at + 24 + _padded(length)


def _values(data: bytes, at: int, form: int) -> tuple[list[bytes], int]:
    plain, many = form & ~_MULTIPLE, bool(form & _MULTIPLE)
    count = 1
    if many or plain in _VARIABLE:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    if plain not in _VARIABLE and plain not in _FIXED:
        raise struct.error("a property of an unknown type")
    values: list[bytes] = []
    for _number in range(min(count, len(data) // 4)):
        length = _FIXED.get(plain, 0)
        if plain in _VARIABLE:
            (length,) = struct.unpack_from("<I", data, at)
            at += 4
        if at + length > len(data):
            raise struct.error("a value is cut off")
        values.append(data[at : at + length])
        at += _padded(length)
    return values, at


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _typed(form: int, value: bytes, charset: str) -> str:
    return _string(value, "utf-16-le" if form == _UNICODE else charset)


def _string(value: bytes, charset: str) -> str:
    return decode(value, charset).partition("\0")[0]
