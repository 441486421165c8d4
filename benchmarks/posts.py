"""Bytes to posts: list mail to text, pages of PDF, the head of a table, exports of Vault.

One core, processor time, the best of some passes. The standard library's ``mailbox``, ``email``
and ``csv`` do the like in the same run. Real list mail lies in ``$GROUPAUDIT_SHARED``
(``../shared`` seen from the repository); without it only invented mail is read.
"""

from __future__ import annotations

import csv
import mailbox
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from email.message import Message
from itertools import islice
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from benchmarks import exports, tables
from benchmarks.mail import Writer
from groupaudit.classifier import engine
from groupaudit.classifier.tables import judge
from groupaudit.model.post import Table
from groupaudit.posts import files
from groupaudit.posts.extract import pdf
from groupaudit.posts.extract.limits import Account
from groupaudit.posts.extract.sandbox import Sandbox
from groupaudit.posts.extract.tables import delimited
from groupaudit.posts.reading import Reading

ROOT = Path(__file__).parents[1]
REAL = Path(os.environ.get("GROUPAUDIT_SHARED", ROOT / "../shared"), "corpora/fixtures/mail")
MESSAGES, MEDICAL, SEED = 2000, 0.1, 7
PAGES, LINES = 300, 45
HEAD_ROWS = 2000
PASSES = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as name:  # private to its owner
        _mail(Path(name))
        _pdf()
        _head(Path(name) / "export.csv")
    exports.main()


def _mail(folder: Path) -> None:
    real = sorted(REAL.glob("*.mbox"))
    if not real:
        print(
            "real list mail is left out: $GROUPAUDIT_SHARED holds no corpora/fixtures/mail/*.mbox"
        )
    invented = folder / "invented.mbox"
    invented.write_bytes(Writer(SEED).mailbox(MESSAGES, MEDICAL))
    took = [_one_box(box) for box in (*real, invented)]
    if real:
        size = sum(box.stat().st_size for box in real) / 1e6
        print(f"  {'real list mail together':42} {size / sum(took[:-1]):6.1f} MB/s (target 60)")


def _one_box(box: Path) -> float:
    """Print how fast ``box`` is read by both; seconds that ours took."""
    size = box.stat().st_size / 1e6
    ours = _best(lambda: sum(1 for _ in files.documents((box,), Reading(attachments=False))))
    theirs = _best(lambda: sum(len(text) for text in _standard(box)))
    print(
        f"  {box.name:42} {size / ours:6.1f} MB/s, mailbox + email {size / theirs:6.1f} MB/s,"
        f" ratio {theirs / ours:4.1f}"
    )
    return ours


def _standard(box: Path) -> Iterator[str]:
    """The text parts of a mailbox, HTML as it stands, attachments skipped."""
    for message in mailbox.mbox(box):
        for part in message.walk():
            if part.get_content_maintype() == "text" and not part.get_filename():
                yield _text(part)


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    charset = part.get_content_charset() or "utf-8"
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("latin-1")


def _pdf() -> None:
    data = _report()
    taken = _best(lambda: list(pdf.parts("report.pdf", "application/pdf", data, Account())))
    sandbox = Sandbox()
    sandbox.parts("report.pdf", "application/pdf", data)  # starts the process
    began = time.perf_counter()
    (part,) = sandbox.parts("report.pdf", "application/pdf", data)
    wall = time.perf_counter() - began
    sandbox.close()
    print(
        f"  pdf, {PAGES} pages of {len(part.text) // PAGES} characters:"
        f" {PAGES / taken:.0f} pages/s,"
        f" {PAGES / wall:.0f} by the clock through the sandbox (target 300)"
    )


def _report() -> bytes:
    """A PDF of invented text."""
    document = pdfium.PdfDocument.new()
    font = pdfium_raw.FPDFText_LoadStandardFont(document, b"Helvetica")
    for number in range(PAGES):
        page = document.new_page(595, 842)
        for line in range(LINES):
            item = pdfium_raw.FPDFPageObj_CreateTextObj(document, font, 10.0)
            words = f"{number}.{line} Le service rappelle que la salle est fermee le samedi, sauf"
            wide = (words + "\0").encode("utf-16-le")
            pointer = pdfium_raw.cast(wide, pdfium_raw.FPDF_WIDESTRING)
            pdfium_raw.FPDFText_SetText(item, pointer)
            pdfium_raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, 50, 790 - 17 * line)
            pdfium_raw.FPDFPage_InsertObject(page, item)
        page.gen_content()
    with tempfile.TemporaryFile() as sink:
        document.save(sink)
        sink.seek(0)
        return sink.read()


def _head(path: Path) -> None:
    tables.write(path, tables.ROWS)
    lexicon = engine.build(bytes(32)).reader.lexicon

    def decided() -> None:
        table = delimited(lambda: path.open("rb"), certain=True)
        assert table is not None  # noqa: S101 - announced as a table
        head = Table(rows=lambda: islice(table.rows(), HEAD_ROWS))
        judge(head, lexicon, bytes(32))

    decided()  # loads the lists of names
    ours = _best(decided)
    theirs = _best(lambda: _standard_rows(path))
    print(
        f"  first {HEAD_ROWS} rows of {tables.ROWS} x 60:"
        f" verdict in {ours * 1e3:.0f} ms (target 50),"
        f" csv alone {theirs * 1e3:.0f} ms, ratio {theirs / ours:.1f}"
    )


def _standard_rows(path: Path) -> int:
    with path.open(encoding="latin-1", newline="") as stream:
        return sum(1 for _ in islice(csv.reader(stream, delimiter=";"), HEAD_ROWS))


def _best(work: Callable[[], object]) -> float:
    """Processor seconds of the quickest of some passes."""
    taken = []
    for _ in range(PASSES):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)
