"""Parts as bytes, between the separate process and this one.

JSON, not pickle: the other side has opened hostile files and is not believed further than a string.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from groupaudit.model.post import Part, PartKind, Table


def dump(parts: Sequence[Part]) -> bytes:
    """``parts`` with all rows of their tables."""
    return json.dumps([_plain(part) for part in parts], ensure_ascii=False).encode(
        "utf-8", "replace"
    )


def load(data: bytes) -> tuple[Part, ...]:
    """The parts in ``data``. Raises ValueError, KeyError or TypeError when it holds none."""
    return tuple(_part(plain) for plain in json.loads(data))


def _plain(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind.value,
        "name": part.name,
        "type": part.media_type,
        "text": part.text,
        "tables": [_rows_as_text(table) for table in part.tables],
        "error": part.error,
    }


def _rows_as_text(table: Table) -> str:
    lines = io.StringIO()
    csv.writer(lines).writerows(table.rows())
    return lines.getvalue()


def _part(plain: dict[str, Any]) -> Part:
    return Part(
        kind=PartKind(plain["kind"]),
        name=str(plain["name"]),
        media_type=str(plain["type"]),
        text=str(plain["text"]),
        tables=tuple(_table(str(text)) for text in plain["tables"]),
        error=str(plain["error"]) if plain["error"] else None,
    )


def _table(text: str) -> Table:
    """Rows are kept as one text: a fifth of the memory of tuples."""

    def rows() -> Iterator[tuple[str, ...]]:
        return (tuple(row) for row in csv.reader(io.StringIO(text, newline="")))

    return Table(rows=rows)
