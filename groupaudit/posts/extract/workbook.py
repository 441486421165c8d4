"""The beginning of a workbook that is too large to be opened whole.

The reader of spreadsheets holds every cell in memory. Here the parts of a workbook are cut after a
whole row and closed again, so that its first rows can be judged like those of any other; that the
rest was left out is told. Parses no cell.
"""

from __future__ import annotations

import io
import re
import zipfile

from groupaudit.errors import PostsError
from groupaudit.posts.extract import archives
from groupaudit.posts.extract.limits import Account

#: Bytes of unpacked parts up to which a workbook is opened whole, and to which larger ones are cut:
#: some 40,000 rows of 60 columns, well within the time that a file may take.
WHOLE_BYTES, CUT_BYTES = 160 * 1024 * 1024, 96 * 1024 * 1024
_LEAST_BYTES = 8 * 1024 * 1024
#: Parts that sheets refer to; the others are pictures. Cells name their texts by number: none may
#: be cut off.
_NEEDED = (".xml", ".rels", "mimetype")

#: Part → where it may be cut (after the last of these), and what closes it then.
_CUTS = (
    (re.compile(r"xl/worksheets/[^/]+\.xml\Z"), b"</row>", b"</sheetData></worksheet>"),
    (
        re.compile(r"content\.xml\Z"),
        b"</table:table-row>",
        b"</table:table></office:spreadsheet></office:body></office:document-content>",
    ),
)


def fitting(data: bytes, archive: zipfile.ZipFile, account: Account) -> tuple[bytes, bool]:
    """The workbook ``data`` as it is, or its beginning; and whether that is all.

    ``archive`` is ``data`` opened. Raises PostsError(``too-large``) when it cannot be cut, and as
    ``archives.read`` does.
    """
    parts = list(archives.members(archive, account))
    total = sum(part.file_size for part in parts)
    if total <= WHOLE_BYTES:
        account.unpack(total)
        return data, True
    sheets = [part for part in parts if _cut(part.filename)]
    others = [part for part in parts if part not in sheets and part.filename.endswith(_NEEDED)]
    room = CUT_BYTES - sum(part.file_size for part in others)
    if not sheets or room < _LEAST_BYTES:
        raise PostsError("A workbook is larger than the limit", reason="too-large")
    beginning = io.BytesIO()
    with zipfile.ZipFile(beginning, "w") as copy:
        for part in others:
            copy.writestr(part.filename, archives.read(archive, part, account))
        for part in sheets:
            start = archives.read(archive, part, account, room // len(sheets))
            whole = len(start) >= part.file_size
            copy.writestr(part.filename, start if whole else _closed(part.filename, start))
    return beginning.getvalue(), False


def _cut(name: str) -> tuple[bytes, bytes] | None:
    """After what the part ``name`` may be cut, and what closes it; None when it may not."""
    return next(((last, ends) for pattern, last, ends in _CUTS if pattern.match(name)), None)


def _closed(name: str, start: bytes) -> bytes:
    """A part from its beginning ``start``, cut after the last whole row."""
    last, ends = _cut(name) or (b"", b"")
    at = start.rfind(last)
    if at < 0:
        raise PostsError("A row of a workbook is larger than the limit", reason="too-large")
    return start[: at + len(last)] + ends
