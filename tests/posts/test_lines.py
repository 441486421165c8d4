from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.posts.extract import lines, tables

ACCENTED = "Prénom;Âge;Hôpital œuvre – « été »\r\nZoé;3;x\n"


def read(raw: bytes) -> str:
    return "".join(lines.lines(io.BytesIO(raw)))


def rows_of(raw: bytes) -> list[tuple[str, ...]]:
    table = tables.delimited_bytes(raw, certain=True)
    assert table is not None
    return list(table.rows())


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("times", [1, 30_000])  # the second: several blocks
def test_text_is_whole_when_encoded_as(codec: str, times: int) -> None:
    assert read((ACCENTED * times).encode(codec)) == ACCENTED * times


def test_each_line_is_read_as_what_it_is_when_encodings_are_mixed() -> None:
    raw = "né\n".encode("cp1252") + "né\n".encode() + "œuf\n".encode("cp1252")
    assert read(raw) == "né\nné\nœuf\n"


def test_character_is_whole_when_a_block_without_line_ends_is_cut() -> None:
    text = "é" * 400_000
    found = list(lines.lines(io.BytesIO(text.encode())))
    assert "".join(found) == text
    assert max(map(len, found)) <= lines.LONGEST


@given(st.binary(max_size=400))
def test_lines_never_fail_whatever_the_bytes(raw: bytes) -> None:
    list(lines.lines(io.BytesIO(raw)))


_CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0\ufeff"), max_size=8)


@given(
    st.lists(st.lists(_CELLS, min_size=2, max_size=5), min_size=1, max_size=8),
    st.sampled_from(";,\t|"),
)
def test_rows_are_those_that_were_written(rows: list[list[str]], delimiter: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    source = lines.lines(io.BytesIO(written.getvalue().encode()))
    assert list(tables._rows(source, delimiter)) == [tuple(row) for row in rows]


def test_rows_are_kept_when_a_quote_is_never_closed() -> None:
    raw = b'a;b\n1;"x\n' + b"2;y\n" * 100_000
    rows = rows_of(raw)
    assert rows[0] == ("a", "b")
    assert len(rows) >= 100_000
    assert ("2", "y") in rows
    assert sum(len(row) for row in rows) >= 200_000


def test_memory_stays_bounded_when_a_row_never_ends() -> None:
    longest = max(sum(map(len, row)) for row in rows_of(b"a;b\n" + b'"x\n";' * 200_000))
    assert longest <= 2 * lines.LONGEST
