"""The separate process that opens files: ``python -m groupaudit.posts.extract.worker``.

Reads requests from its standard input and answers on its standard output until the input ends. It
may use a limited amount of memory and of processor time for each request, may not write a file, and
cannot open any file or connection at all once it has started: the number of open files is capped at
those it has, which the kernel enforces for native code too.
"""

from __future__ import annotations

import base64
import bz2
import contextlib
import io
import json
import lzma
import os
import select
import struct
import sys
import threading
import zipfile
from typing import Any, BinaryIO

from groupaudit.errors import PostsError
from groupaudit.model.post import Part, PartKind
from groupaudit.posts import mime
from groupaudit.posts.extract import ocr, outlook, pictures, wire
from groupaudit.posts.extract.confinement import allow_seconds, confine
from groupaudit.posts.extract.dispatch import Dispatch
from groupaudit.posts.extract.limits import Account
from groupaudit.posts.extract.text import load_codecs
from groupaudit.posts.reading import Reading

#: A 7z file of one file "a", and a DICOM header of one patient's name, for ``_warm_up``.
_SEVENZIP = base64.b64decode(
    b"N3q8ryccAARGe74KUwAAAAAAAAAUAAAAAAAAAH5ldyIBAABhAOAASABGXQAAgTMHrg/N703sA2/YcL3i"
    b"3ckNJGAp/GAIhK0jyfhy0f8nFvqryFVsw4ETSgTblrC4HQye1D4RVgkcwgmhV6zP2rImQAAAABcGBQEJ"
    b"TgAHCwEAASEhARgMSQAA"
)
_DICOM = b"\0" * 128 + b"DICM\x02\0\x10\0UI\x14\x001.2.840.10008.1.2.1\0\x10\0\x10\0PN\x02\0a "


def main() -> None:
    """Serve requests: a header (JSON), then the file's bytes; each length before its bytes.

    The arguments, if any, are the folder of tesseract's language data and the languages.
    """
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints does not disturb the answers
    engine = _engine(sys.argv[1:])
    _warm_up(engine)
    threading.Thread(target=_end_with_the_asker, daemon=True).start()
    confine()
    while head := _read(requests, 16):
        seconds, header_size, size = struct.unpack("<IIQ", head)
        header = json.loads(_read(requests, header_size))
        data = _read(requests, size)
        allow_seconds(seconds)
        answer = wire.dump(_answer(header, data, engine))
        answers.write(struct.pack("<Q", len(answer)) + answer)
        answers.flush()


def _end_with_the_asker() -> None:
    """End at once when nobody waits for an answer any more: who asked may have been killed."""
    requests = select.poll()
    requests.register(0, 0)  # only that its other side is gone
    requests.poll()
    os._exit(1)


def _engine(arguments: list[str]) -> ocr.Engine | None:
    """What recognises words; None when nobody asked for it, or the data cannot be loaded."""
    if not arguments:
        return None
    folder, *languages = arguments
    with contextlib.suppress(RuntimeError):  # pictures are then refused as without any data
        return ocr.Engine(folder, languages)
    return None


def _answer(header: dict[str, Any], data: bytes, engine: ocr.Engine | None) -> wire.Answer:
    name, content_type = header["name"], header["type"]
    if header.get("mail"):
        return wire.Answer(_mail(name, content_type, data))
    account = Account()
    reader = ocr.Reader(engine, account, *header["ocr"]) if engine else None
    # One account for the file and all that is nested in it, messages included.
    dispatch = Dispatch(account, lambda raw: mime.nested_parts(raw, reading), reader)
    reading = Reading(extract=dispatch.parts)
    parts = dispatch.parts(name, content_type, data)
    return wire.Answer(parts, reader.spent if reader else 0.0)


def _mail(name: str, content_type: str, data: bytes) -> tuple[Part, ...]:
    """An Outlook message as one part whose text is mail, all ASCII."""
    try:
        mail = outlook.as_mail(data, Account()).decode("ascii", "replace")
    except PostsError as error:
        return (Part(PartKind.MESSAGE, name, content_type, error=error.reason),)
    return (Part(PartKind.MESSAGE, name, "message/rfc822", text=mail),)


def _read(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if data and len(data) < size:
        raise SystemExit(1)  # the other side is gone
    return data


def _warm_up(engine: ocr.Engine | None) -> None:
    """Load now what Python loads at first use: afterwards no file can be opened."""
    load_codecs()
    sample = io.BytesIO()
    with zipfile.ZipFile(sample, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "a;b\nc;d\n")
        archive.writestr("a.html", "<table><tr><td>a<td>b<tr><td>c<td>d</table>")
        # Bad base64 takes the standard library's parser, encoded words its header decoder.
        archive.writestr(
            "a.eml",
            "Subject: =?utf-8?q?a?= =?utf-8?b?YQ==?=\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n"
            "Content-Transfer-Encoding: base64\n\n!*\n",
        )
        archive.writestr("b.eml", "Content-Transfer-Encoding: x-uuencode\n\nbegin 6 a\n\nend\n")
        archive.writestr("a/content.xml", "<a/>")
        archive.writestr("a.bz2", bz2.compress(b"a"))
        archive.writestr("a.xz", lzma.compress(b"a"))
        archive.writestr("a.7z", _SEVENZIP)
        archive.writestr("a.dcm", _DICOM)
    if engine:
        pictures.warm_up()
    for name, data in (
        ("a.zip", sample.getvalue()),
        ("a.pdf", b"%PDF-1.4\n"),
        ("a.rtf", b"{\\rtf1 a}"),
    ):
        wire.dump(_answer({"name": name, "type": "", "ocr": (1, 1.0)}, data, engine))


if __name__ == "__main__":
    main()
