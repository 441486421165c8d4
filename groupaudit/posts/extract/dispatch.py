"""Which reader opens a file, and what becomes of it when that reader refuses.

Always answers with parts; a refusal is a part with a named error. It holds no limits of its own and
starts no process: ``sandbox`` decides where it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from groupaudit.errors import PostsError
from groupaudit.model.post import Part, PartKind
from groupaudit.posts import headers
from groupaudit.posts.extract import (
    archives,
    calendars,
    html,
    outlook,
    pgp,
    rtf,
    tables,
    tnef,
)
from groupaudit.posts.extract.kinds import Kind, is_outlook, kind_of, misnamed
from groupaudit.posts.extract.limits import MAX_DEPTH, Account
from groupaudit.posts.extract.text import decode
from groupaudit.posts.extract.zipped import ZipFiles

if TYPE_CHECKING:
    from groupaudit.posts.extract import ocr

#: Reads a message found inside a file: its bytes → parts.
ReadMessage = Callable[[bytes], tuple[Part, ...]]
#: One format: name, content type, bytes, depth left → parts.
Reader = Callable[[str, str, bytes, int], Iterator[Part]]

# Names of streams in an OLE file, as they stand in its directory.
_ENCRYPTED_OLE = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_OLE = ("orkbook".encode("utf-16-le"), "B\0o\0o\0k\0\0\0".encode("ascii"))


class Dispatch:
    """Reads one file and what is nested in it, on one account.

    Without a ``reader`` of pictures these are refused as ``image-only``.
    """

    def __init__(
        self,
        account: Account,
        read_message: ReadMessage | None = None,
        reader: ocr.Reader | None = None,
    ) -> None:
        self._account = account
        self._read_message = read_message
        self._reader_of_pictures = reader
        self._messages_around = 0
        self._readers: dict[Kind, Reader] = {
            Kind.PDF: self._pdf,
            Kind.ZIP: ZipFiles(account, self.parts, reader).parts,
            Kind.GZIP: self._gzip,
            Kind.BZIP: self._bzip,
            Kind.XZ: self._xz,
            Kind.SEVENZIP: self._sevenzip,
            Kind.TNEF: self._tnef,
            Kind.DICOM: self._dicom,
            Kind.OLE: self._ole,
            Kind.IMAGE: self._picture,
            Kind.RTF: self._rtf,
            Kind.MESSAGE: self._message,
            Kind.HTML: self._html,
            Kind.TABLE: self._table,
            Kind.TEXT: self._text,
        }

    def parts(
        self, name: str, content_type: str, data: bytes, depth: int = MAX_DEPTH
    ) -> tuple[Part, ...]:
        """The parts of a file: what could be read, then what could not and why. Never raises."""
        media_type = content_type.partition(";")[0].strip().lower()
        parts: list[Part] = []
        try:
            kind = kind_of(name, media_type, data)
            parts.extend(self._reader(kind, depth)(name, content_type, data, depth))
            if misnamed(name, kind):
                parts.append(Part(PartKind.ATTACHMENT, name, error="corrupt"))
        except PostsError as error:
            parts.append(Part(PartKind.ATTACHMENT, name, media_type, error=error.reason))
        except MemoryError:
            parts.append(Part(PartKind.ATTACHMENT, name, media_type, error="too-large"))
        return tuple(replace(part, media_type=media_type) for part in parts)

    def _reader(self, kind: Kind, depth: int) -> Reader:
        if depth == 0:
            raise PostsError("Files nest too deeply", reason="too-deep")
        if kind is Kind.ENCRYPTED:
            raise PostsError("A file is encrypted", reason="encrypted")
        if kind not in self._readers:
            raise PostsError("No reader for this kind of file", reason="unsupported-format")
        return self._readers[kind]

    def _pdf(self, name: str, media_type: str, data: bytes, _depth: int) -> Iterator[Part]:
        from groupaudit.posts.extract import pdf  # noqa: PLC0415 - as for DICOM

        return pdf.parts(name, media_type, data, self._account, self._reader_of_pictures)

    def _picture(self, name: str, media_type: str, data: bytes, _depth: int) -> Iterator[Part]:
        if self._reader_of_pictures is None:
            raise PostsError("Pictures are not read here", reason="image-only")
        from groupaudit.posts.extract import pictures  # noqa: PLC0415 - as for DICOM

        return self._reader_of_pictures.parts(name, media_type, pictures.pages(data))

    def _rtf(self, name: str, media_type: str, data: bytes, _depth: int) -> Iterator[Part]:
        text = rtf.text_of(data)
        if not text and rtf.holds_pictures(data):
            raise PostsError("A text of nothing but pictures", reason="image-only")
        yield self._written(Part(PartKind.ATTACHMENT, name, media_type, text=text))

    def _ole(self, name: str, media_type: str, data: bytes, depth: int) -> Iterator[Part]:
        if _ENCRYPTED_OLE in data:
            raise PostsError("An office file is encrypted", reason="password-protected")
        if is_outlook(data):
            return self._message(name, media_type, outlook.as_mail(data, self._account), depth)
        if not any(stream in data for stream in _WORKBOOK_OLE):
            raise PostsError("An OLE file of another kind", reason="unsupported-format")
        return tables.spreadsheet(name, media_type, data, self._account)

    def _message(self, _name: str, _type: str, data: bytes, _depth: int) -> Iterator[Part]:
        if self._read_message is None:
            raise PostsError("Messages are not read here", reason="unsupported-format")
        if self._messages_around == MAX_DEPTH:
            raise PostsError("Messages nest too deeply", reason="too-deep")
        self._messages_around += 1
        try:
            for part in self._read_message(data):
                yield self._written(part)
        finally:
            self._messages_around -= 1

    def _html(self, name: str, content_type: str, data: bytes, _depth: int) -> Iterator[Part]:
        source = html.decoded(data, headers.parameter(content_type, "charset"))
        text, found = html.text_and_tables(source)
        yield self._written(Part(PartKind.ATTACHMENT, name, text=text, tables=found))

    def _table(self, name: str, _type: str, data: bytes, _depth: int) -> Iterator[Part]:
        table = tables.delimited_bytes(data, certain=True)
        yield Part(PartKind.ATTACHMENT, name, tables=(table,) if table else ())

    def _text(self, name: str, content_type: str, data: bytes, depth: int) -> Iterator[Part]:
        text = decode(data, headers.parameter(content_type, "charset"))
        if calendars.is_calendar(text):
            yield from self._calendar(name, text, depth)
            return
        clear, encrypted = pgp.split(text)
        if clear.strip() or not encrypted:
            yield self._written(Part(PartKind.ATTACHMENT, name, text=clear))
        if encrypted:
            yield Part(PartKind.ATTACHMENT, name, error="encrypted")

    def _calendar(self, name: str, text: str, depth: int) -> Iterator[Part]:
        told, attached = calendars.read(text)
        yield self._written(Part(PartKind.ATTACHMENT, name, text=told))
        for file in attached:
            inner = f"{name}/{file.name}" if name else file.name
            self._account.open_file()
            if file.data is None:
                yield Part(PartKind.ATTACHMENT, inner, error="corrupt")
            else:
                yield from self.parts(inner, "", file.data, depth - 1)

    def _gzip(self, name: str, _type: str, data: bytes, depth: int) -> Iterator[Part]:
        inner = archives.gunzip(data, self._account)
        yield from self._inner(name.removesuffix(".gz"), inner, depth)

    def _bzip(self, name: str, _type: str, data: bytes, depth: int) -> Iterator[Part]:
        inner = archives.bunzip(data, self._account)
        yield from self._inner(name.removesuffix(".bz2"), inner, depth)

    def _xz(self, name: str, _type: str, data: bytes, depth: int) -> Iterator[Part]:
        inner = archives.unxz(data, self._account)
        yield from self._inner(name.removesuffix(".xz"), inner, depth)

    def _inner(self, name: str, inner: tuple[bytes, bool], depth: int) -> Iterator[Part]:
        """The one file in a compressed one; of a damaged one its beginning, and that it is so."""
        data, whole = inner
        yield from self.parts(name, "", data, depth - 1)
        if not whole:
            yield Part(PartKind.ATTACHMENT, name, error="corrupt")

    def _sevenzip(self, name: str, _type: str, data: bytes, depth: int) -> Iterator[Part]:
        from groupaudit.posts.extract import sevenzip  # noqa: PLC0415 - as for DICOM, 3 MB

        for member, inner in sevenzip.members(data, self._account):
            yield from self.parts(f"{name}/{member}" if name else member, "", inner, depth - 1)

    def _tnef(self, name: str, media_type: str, data: bytes, depth: int) -> Iterator[Part]:
        found = tnef.read(data, self._account)
        text = "\n\n".join(found.texts)
        yield self._written(Part(PartKind.MESSAGE, name, media_type, text=text))
        if found.error:
            yield Part(PartKind.MESSAGE, name, media_type, error=found.error)
        for file in found.attachments:
            yield from self.parts(file.name, "", file.data, depth - 1)

    def _dicom(self, name: str, media_type: str, data: bytes, _depth: int) -> Iterator[Part]:
        # Only the separate process comes here: the others are spared 22 MB.
        from groupaudit.posts.extract import dicom  # noqa: PLC0415

        text = dicom.text_of(data)
        yield self._written(Part(PartKind.ATTACHMENT, name, media_type, text=text))

    def _written(self, part: Part) -> Part:
        if not self._account.write(len(part.text)):
            raise PostsError("A file holds more text than the limit", reason="too-large")
        return part
