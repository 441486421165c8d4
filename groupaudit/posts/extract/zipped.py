"""Files that are zips: office files of every family, and archives of other files.

Tells them apart by the names of their members. Reads no XML and opens no member by itself: that is
for ``office``, ``tables`` and whoever reads files.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from groupaudit.errors import PostsError
from groupaudit.model.post import Part, PartKind
from groupaudit.posts.extract import archives, office, tables, workbook
from groupaudit.posts.extract.kinds import Kind, kind_of
from groupaudit.posts.extract.limits import Account

if TYPE_CHECKING:
    from groupaudit.posts.extract import ocr

#: Reads a file inside a file: name, content type, bytes, depth left → parts. Never raises.
Read = Callable[[str, str, bytes, int], tuple[Part, ...]]

_SPREADSHEET = re.compile(r"xl/workbook\.(?:xml|bin)\Z")
# Whole documents inside an office file: embedded, or put in as they are (altChunk).
_EMBEDDED = re.compile(
    r"(?:word|ppt|xl)/(?:[^/]+/)?[^/]+"
    r"\.(?:html?|xhtml|mht|txt|rtf|doc[xm]|xls[xmb]|ppt[xm]|pdf|od[tsp]|eml|msg)\Z"
)
_PICTURES = ("word/media/", "ppt/media/", "xl/media/", "Pictures/")
_SHEETS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


class ZipFiles:
    """Reads zips on one account, what is in them by ``read``.

    Without a reader of ``pictures`` those in office files are left out.
    """

    def __init__(self, account: Account, read: Read, pictures: ocr.Reader | None) -> None:
        self._account = account
        self._read = read
        self._pictures = pictures

    def parts(self, name: str, media_type: str, data: bytes, depth: int) -> Iterator[Part]:
        """The parts of the zip ``data``, in which files nest ``depth`` deep. Raises PostsError."""
        with archives.open_zip(data) as archive:
            names = archive.namelist()
            for family in (office.WORD, office.SLIDES):
                if any(family.match(member) for member in names):
                    written = self._office(name, media_type, archive, family)
                    yield from self._with_pictures(written, archive, says=bool(written.text))
                    yield from self._members(name, media_type, archive, depth, _EMBEDDED)
                    return
            if any(_SPREADSHEET.match(member) for member in names):
                yield from self._workbook(name, media_type, data, archive)
                yield from self._members(name, media_type, archive, depth, _EMBEDDED)
            elif "content.xml" in names and "mimetype" in names:
                yield from self._open_document(name, media_type, data, archive)
            else:
                yield from self._members(name, media_type, archive, depth)

    def _office(
        self, name: str, media_type: str, archive: zipfile.ZipFile, family: re.Pattern[str]
    ) -> Part:
        chosen = (
            (info.filename, archives.read(archive, info, self._account))
            for info in archives.members(archive, self._account)
            if family.match(info.filename)
        )
        return office.part(name, media_type, chosen, self._account)

    def _open_document(
        self, name: str, media_type: str, data: bytes, archive: zipfile.ZipFile
    ) -> Iterator[Part]:
        kind = archives.read(archive, archive.getinfo("mimetype"), self._account)
        manifest = "META-INF/manifest.xml"
        if manifest in archive.namelist() and b"encryption-data" in archives.read(
            archive, archive.getinfo(manifest), self._account
        ):
            raise PostsError("An OpenDocument file is encrypted", reason="password-protected")
        if kind.startswith(_SHEETS_TYPE):
            yield from self._workbook(name, media_type, data, archive)
        else:
            written = self._office(name, media_type, archive, office.OPEN_DOCUMENT)
            yield from self._with_pictures(written, archive, says=bool(written.text))

    def _with_pictures(
        self, written: Part, archive: zipfile.ZipFile, *, says: bool
    ) -> Iterator[Part]:
        """An office file, then the words in its pictures where these can be recognised.

        One of nothing but pictures (it ``says`` nothing), such as scanned letters, is unread and
        not empty.
        """
        members = [one for one in archive.infolist() if one.filename.startswith(_PICTURES)]
        seen = [part for one in members for part in self._picture_in(written, archive, one)]
        blind = bool(members) and not says and not any(part.text for part in seen)
        yield replace(written, error="image-only") if blind else written
        # Pictures beside text are seldom more than ornaments: those without words are not told.
        yield from (part for part in seen if part.text or part.error == "ocr-budget")

    def _picture_in(
        self, written: Part, archive: zipfile.ZipFile, member: zipfile.ZipInfo
    ) -> Iterator[Part]:
        if self._pictures is None:
            return
        name = f"{written.name}/{member.filename}"
        try:
            data = archives.read(archive, member, self._account)
        except PostsError as error:
            if error.reason == "bomb":
                raise
            return  # a damaged ornament costs its text as little as a missing one
        if kind_of(name, "", data) is Kind.IMAGE:
            # Only the separate process has a reader of pictures: the others are spared 20 MB.
            from groupaudit.posts.extract import pictures  # noqa: PLC0415

            yield from self._pictures.parts(name, written.media_type, pictures.pages(data))

    def _workbook(
        self, name: str, media_type: str, data: bytes, archive: zipfile.ZipFile
    ) -> Iterator[Part]:
        """Its sheets with pictures and notes; of one too large the first rows, and that it is."""
        fitting, whole = workbook.fitting(data, archive, self._account)
        sheets, *cut = tables.spreadsheet(name, media_type, fitting, self._account)
        yield from self._with_pictures(sheets, archive, says=bool(sheets.tables))
        yield from cut
        if not whole and not cut:
            yield Part(PartKind.ATTACHMENT, name, media_type, error="too-large")
        try:
            notes = self._office(name, media_type, archive, office.NOTES)
        except PostsError as error:
            if error.reason == "bomb":
                raise
            yield Part(PartKind.ATTACHMENT, name, media_type, error=error.reason)
        else:
            if notes.text:
                yield notes

    def _members(
        self,
        name: str,
        media_type: str,
        archive: zipfile.ZipFile,
        depth: int,
        wanted: re.Pattern[str] = archives.ANY,
    ) -> Iterator[Part]:
        for info in archives.members(archive, self._account, wanted):
            member = f"{name}/{info.filename}" if name else info.filename
            try:
                data = archives.read(archive, info, self._account)
            except PostsError as error:
                if error.reason == "bomb":
                    raise
                yield Part(PartKind.ATTACHMENT, member, media_type, error=error.reason)
            else:
                yield from self._read(member, "", data, depth - 1)
