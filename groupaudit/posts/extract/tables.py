"""Tabular data: delimited text of any dialect, and spreadsheets.

Rows stream from delimited text, whatever its size; a broken quote costs the rows it swallowed their
quoting, never their content. Which columns matter is for the classifier to tell.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from groupaudit.errors import PostsError
from groupaudit.model.post import Part, PartKind, Table
from groupaudit.posts.extract.limits import Account
from groupaudit.posts.extract.lines import lines
from groupaudit.posts.extract.text import WESTERN, codec_of_sample

_DELIMITERS = ";\t,|"
_SAMPLE_BYTES = 64 * 1024
_SAMPLE_ROWS = 60
_EXPORT_WIDTH, _EXPORT_ROWS = 4, 20
#: Characters of one row at most; quotes that swallow more are broken.
_ROW_CHARS = 256 * 1024


def delimited(open_stream: Callable[[], IO[bytes]], *, certain: bool = False) -> Table | None:
    """The table in a delimited text, None when it has no columns.

    ``open_stream`` starts a fresh pass over its bytes. ``certain``: it is announced as a table, so
    a single column is one too.
    """
    with open_stream() as stream:
        sample = stream.read(_SAMPLE_BYTES)
    delimiter = sniffed(sample.decode(codec_of_sample(sample), WESTERN))
    if not delimiter and not certain:
        return None
    return Table(rows=lambda: _stream_rows(open_stream, delimiter or ";"))


def delimited_bytes(data: bytes, *, certain: bool = False) -> Table | None:
    """As ``delimited``, of data that is in memory."""
    return delimited(lambda: io.BytesIO(data), certain=certain)


def is_export(sample: bytes) -> bool:
    """Whether a text that begins with ``sample`` has columns beyond doubt, as no prose has."""
    text = sample.decode(codec_of_sample(sample), WESTERN)
    return any(
        width >= _EXPORT_WIDTH and count >= 0.9 * rows and rows >= _EXPORT_ROWS
        for width, count, rows in map(partial(_evenness, text), _DELIMITERS)
    )


def sniffed(sample: str) -> str:
    """The delimiter that cuts ``sample`` into the most even columns, ``""`` if none does."""
    best, best_score = "", 0.0
    for delimiter in _DELIMITERS:
        width, count, rows = _evenness(sample, delimiter)
        evenness = count / rows if rows else 0.0
        score = evenness * min(width, 10)
        if width >= 2 and evenness >= 0.6 and rows >= 2 and score > best_score:
            best, best_score = delimiter, score
    return best


def _evenness(sample: str, delimiter: str) -> tuple[int, int, int]:
    """The commonest number of columns, in how many rows of the first it is, of how many."""
    if delimiter not in sample:
        return 0, 0, 0
    rows = islice(_rows(_whole_lines(sample), delimiter), _SAMPLE_ROWS)
    widths = Counter(len(row) for row in rows if row)
    return *(widths.most_common(1) or [(0, 0)])[0], widths.total()


def _whole_lines(sample: str) -> Iterator[str]:
    """Lines of a sample, without the last, which may be cut."""
    every = list(io.StringIO(sample, newline=""))
    return iter(every[:-1] if len(sample) >= _SAMPLE_BYTES // 4 else every)


def _stream_rows(open_stream: Callable[[], IO[bytes]], delimiter: str) -> Iterator[tuple[str, ...]]:
    with open_stream() as stream:
        yield from _rows(lines(stream), delimiter)


def _rows(source: Iterator[str], delimiter: str) -> Iterator[tuple[str, ...]]:
    taken: list[str] = []  # the lines of the row being read, should its quotes prove broken
    chars = 0

    def fed() -> Iterator[str]:
        nonlocal chars
        for line in source:
            taken.append(line)
            chars += len(line)
            if chars > _ROW_CHARS and len(taken) > 1:
                raise csv.Error("a quote is never closed")
            yield line

    reader = csv.reader(fed(), delimiter=delimiter)
    while True:
        taken.clear()
        chars = 0
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:  # also of a field beyond the reader's own limit
            yield from (tuple(line.rstrip("\r\n").split(delimiter)) for line in taken)
            reader = csv.reader(fed(), delimiter=delimiter)
        else:
            yield tuple(row)


def spreadsheet(name: str, media_type: str, data: bytes, account: Account) -> Iterator[Part]:
    """The sheets of a workbook as one part. Raises PostsError(``password-protected``, ``corrupt``).

    What does not fit ``account``, and sheets that are damaged, are left out and told by a second
    part with error ``too-large`` or ``corrupt``.
    """
    with _damage_told():
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    reason: str | None = None
    tables: list[Table] = []
    for sheet in book.sheet_names:
        try:
            rows, fits = _rows_of(book, sheet, account)
        except PostsError as error:
            reason = error.reason
            continue
        if rows:
            tables.append(_table(rows))
        if not fits:
            reason = "too-large"
            break
    if reason and not tables:
        raise PostsError("No sheet of a workbook can be read", reason=reason)
    text = "\n".join(book.sheet_names)
    yield Part(PartKind.ATTACHMENT, name, media_type, text=text, tables=tuple(tables))
    if reason:
        yield Part(PartKind.ATTACHMENT, name, media_type, error=reason)


def _rows_of(
    book: CalamineWorkbook, sheet: str, account: Account
) -> tuple[list[tuple[str, ...]], bool]:
    """The rows of a sheet that are not empty and fit ``account``, and whether these are all."""
    rows: list[tuple[str, ...]] = []
    with _damage_told():
        for values in book.get_sheet_by_name(sheet).iter_rows():
            row = tuple(map(_shown, values))
            if not account.write(sum(map(len, row)) + len(row)):
                return rows, False
            if any(row):
                rows.append(row)
    return rows, True


@contextmanager
def _damage_told() -> Iterator[None]:
    """What the library raises, as PostsError; it panics at some damaged files."""
    try:
        yield
    except PasswordError as error:
        raise PostsError("A workbook is protected", reason="password-protected") from error
    except (CalamineError, OSError, ValueError) as error:
        raise PostsError("A workbook cannot be read", reason="corrupt") from error
    except BaseException as error:
        # The panic of a library in Rust: no Exception, and of a class that cannot be imported.
        # Uncaught it would end the process, and with it all that lies beside the workbook.
        if type(error).__name__ != "PanicException":
            raise
        raise PostsError("A workbook cannot be read", reason="corrupt") from error


def _table(rows: list[tuple[str, ...]]) -> Table:
    return Table(rows=lambda: iter(rows))


def _shown(value: object) -> str:
    """A cell as its reader sees it; numbers without the decimals that the format adds."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date):
        # Unambiguous for readers and detectors alike.
        return value.strftime("%d/%m/%Y") + (
            value.strftime(" %H:%M") if isinstance(value, datetime) else ""
        )
    return str(value)
