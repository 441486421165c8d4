"""Parts as bytes, between the separate process and this one.

JSON, not pickle: the other side has opened hostile files and is not believed further than a string.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from groupaudit.model.post import Part, PartKind, Table

#: Between the cells of a row. No text needs this control character, and JSON leaves it one byte.
_BETWEEN_CELLS = "\x7f"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a file holds, and the seconds by the clock that recognising words in it took."""

    parts: tuple[Part, ...]
    ocr_seconds: float = 0.0


def dump(answer: Answer) -> bytes:
    """``answer`` with all rows of the tables in its parts."""
    plain = {"parts": [_plain(part) for part in answer.parts], "ocr": answer.ocr_seconds}
    return json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace")


def load(data: bytes) -> Answer:
    """The answer in ``data``. Raises ValueError, KeyError or TypeError when it holds none."""
    plain = json.loads(data)
    seconds = float(plain["ocr"])
    if not seconds >= 0:  # nor is it when it is no number
        raise ValueError("No time is negative")
    return Answer(tuple(_part(part) for part in plain["parts"]), seconds)


def _plain(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind.value,
        "name": part.name,
        "type": part.media_type,
        "text": part.text,
        "tables": [_rows_as_text(table) for table in part.tables],
        "error": part.error,
        "recognised": part.recognised,
    }


def _rows_as_text(table: Table) -> list[str]:
    return [
        _BETWEEN_CELLS.join(cell.replace(_BETWEEN_CELLS, " ") for cell in row)
        for row in table.rows()
    ]


def _part(plain: dict[str, Any]) -> Part:
    return Part(
        kind=PartKind(plain["kind"]),
        name=str(plain["name"]),
        media_type=str(plain["type"]),
        text=str(plain["text"]),
        tables=tuple(_table(tuple(map(str, rows))) for rows in plain["tables"]),
        error=str(plain["error"]) if plain["error"] else None,
        recognised=plain["recognised"] is True,
    )


def _table(rows: tuple[str, ...]) -> Table:
    """A row is kept as one text: a fraction of the memory of its cells. Cells of any length fit."""
    return Table(rows=lambda: (tuple(row.split(_BETWEEN_CELLS)) for row in rows))
