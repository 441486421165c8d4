"""Bodies and tables that were made to cost time and memory are read or refused within bounds.

Attachments are read in a separate process under limits; what is read where the audit runs is not,
and must be linear by itself.
"""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from groupaudit.model.post import Part
from groupaudit.posts import mime
from groupaudit.posts.extract import html
from groupaudit.posts.extract.sandbox import Sandbox
from groupaudit.posts.reading import Reading

#: Generous: the slowest takes 3 s on one busy core, and what is quadratic takes minutes.
SECONDS, MEGABYTES = 20, 900

#: Expressions for pages of up to 10 MB, each of which makes some parser quadratic or greedy.
PAGES = {
    "nested": "'<div>' * 2_000_000",
    "nested under another name": "'<div></span>' * 800_000",
    "nested without a meaning": "'<x>' * 390_000",
    "blocks": "'<p>a' * 2_600_000",
    "just few enough blocks": "'<p>a' * 390_000",
    "formatting nobody closes": "'<p>' + ''.join(f'<b id={n}>' for n in range(1500)) "
    "+ '</p><p>' * 150_000",
    "options": "'<select>' + '<option>' * 100_000",
    "nested pre": "'<pre>' * 1900 + 'a\\n' * 5_000_000",
    "nested tables": "'<table><tr><td>' * 600 + '<b>a</b>' * 190_000",
    "one row": "'<table><tr>' + '<td>a' * 390_000",
    "an attribute nobody closes": "'<a href=\"' + 'a b= ' * 2_000_000",
    "comments nobody closes": "'<!-- ' * 2_000_000",
    "brackets": "'<' * 10_000_000",
}  # fmt: skip
#: The same of tables that stand alone; bytes.
TABLES = {
    "one line": "b'a' * 25_000_000",
    "a million columns": "b'a;' * 1_000_000 + b'\\n' + b'1;' * 1_000_000",
    "a quote nobody closes": "b'a;b\\n\"' + b'x;y\\n' * 2_000_000",
    "quotes in every cell": "b'a;b\\n' + b'\"x\\n\";' * 2_000_000",
    "utf-16 of zeros": "b'\\xff\\xfe' + bytes(20_000_000)",
    "utf-16 without line ends": "'a;b'.encode('utf-16') * 2_000_000",
}

_READ = """
import resource
import sys
from groupaudit.posts.extract import html, tables
data = {expression}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
{read}
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
_PAGE = "html.text_and_tables(data)"
_TABLE = """
for row in tables.delimited_bytes(data, certain=True).rows():
    assert sum(map(len, row)) <= 600_000
"""


def megabytes_for(read: str, expression: str) -> int:
    """What reading takes beside the data, in a process of its own."""
    code = _READ.format(expression=expression, read=read)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=SECONDS
    )
    return int(done.stdout)


@pytest.mark.parametrize("page", PAGES)
def test_body_is_read_within_bounds_when_it_is_hostile(page: str) -> None:
    assert megabytes_for(_PAGE, PAGES[page]) < MEGABYTES


@pytest.mark.parametrize(
    "body", [b"--b\n\n" * 2_000_000, b"--b\n\na\n" * 20_000, b"--b\n\na\n" * 2000]
)
def test_message_is_refused_when_it_has_parts_without_number(body: bytes) -> None:
    began = time.process_time()
    document = mime.document(b"Content-Type: multipart/mixed; boundary=b\n\n" + body, Reading())
    assert "too-large" in {document.error, *(part.error for part in document.parts)}
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("table", TABLES)
def test_table_is_read_within_bounds_when_it_is_hostile(table: str) -> None:
    assert megabytes_for(_TABLE, TABLES[table]) < 100


@pytest.mark.parametrize(
    "page",
    [
        "<p>a" * (html.MAX_TAGS + 1),
        "<option>a" * (html.MAX_OPTIONS + 1),
        "<p>" * 3000 + "<div></b><i>a" * 2500,
    ],
)
def test_no_word_is_lost_when_a_page_is_read_without_a_tree(page: str) -> None:
    text, tables = html.text_and_tables(page)
    assert text.count("a") == page.count(">a")
    assert tables == ()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b"\xff\xfe" + bytes(20_000_000)),
        ("a.txt", b"a" * 25_000_000),
        ("a.html", b"<select>" + b"<option>" * 7900),
        ("a.csv", b"a;b\n" + b'"' * 10_000_000),
    ],
)
def test_attachment_is_read_or_refused_when_it_is_hostile(name: str, data: bytes) -> None:
    box = Sandbox()
    parts: tuple[Part, ...] = box.parts(name, "", data)
    box.close()
    assert parts
    assert {part.error for part in parts} <= {None, "too-large", "unsupported-format"}
