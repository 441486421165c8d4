"""Every real message and document of the shared corpora is read or refused, and in time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from shared import CORPORA, needs

from groupaudit.model.post import Document
from groupaudit.posts import files
from groupaudit.posts.extract.recognition import Recognition
from groupaudit.posts.extract.sandbox import Sandbox
from groupaudit.posts.reading import Reading

FIXTURES = CORPORA / "fixtures"
#: Seconds that one file may take on a busy machine; the largest take one.
PATIENCE_S = 20.0
#: Reasons that any of them may be refused for. ``crashed`` and ``timed-out`` are none.
REASONS = {"unsupported-format", "image-only", "password-protected", "encrypted", "corrupt",
           "too-deep", "too-large"}  # fmt: skip
#: Files that hold no word, and why nothing can be said of them.
NOTHING_TO_READ = {
    "msg_08.txt": "empty parts",
    "msg_09.txt": "empty parts",
    "msg_12.txt": "empty parts",
    "msg_12a.txt": "empty parts",
    "msg_18.txt": "headers alone",
    "msg_24.txt": "an empty part",
    "linux-raid.mbox#241": "a boundary alone",
    "bad_date_header.eml": "headers alone",
    "bad_date_header2.eml": "headers alone",
    "empty_in_reply_to.eml": "headers alone",
    "missing_body.eml": "headers alone",
    "must_supply_encoding.eml": "headers alone",
    "testPPT_masterText.pptx": "words on the master of its slides alone",
    "sample_output_multipart": "an empty file",
}  # fmt: skip

pytestmark = needs(FIXTURES)


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    box = Sandbox(recognition=Recognition(wanted=False))
    yield Reading(extract=box.parts, outlook=box.mail_of)
    box.close()


@pytest.mark.parametrize("room", ["mail", "docs"])
def test_every_file_is_read_or_refused_with_a_reason(room: str, reading: Reading) -> None:
    count, silent, slow, told = 0, set(), {}, set()
    for path in sorted(path for path in (FIXTURES / room).rglob("*") if path.is_file()):
        began = time.monotonic()
        for document in files.documents((path,), reading):
            count += 1
            told |= {document.error, *(part.error for part in document.parts)}
            if says_nothing(document):
                silent.add(Path(document.path).name)
        if (taken := time.monotonic() - began) > PATIENCE_S:
            slow[path.name] = taken
    assert count > 150
    assert told - {None} <= REASONS
    assert not slow
    assert silent <= set(NOTHING_TO_READ)


def says_nothing(document: Document) -> bool:
    """Whether a document has no error and no content: as if there were none."""
    return not document.error and not any(
        part.error or part.text.strip() or part.tables for part in document.parts
    )
