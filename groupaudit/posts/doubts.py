"""Where the fast parser's reading of a message may not be all of it.

It parses in one pass and repairs little: it takes a longer line for a boundary, drops raw 8-bit
letters from quoted-printable, and reads lines before the blank one as headers, whatever they say.
Whoever stumbles here asks the standard library. What is checked costs little beside the parsing;
nothing is repaired here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from fast_mail_parser import PyLazyMimePart

from groupaudit.posts.lenient import CARRIED

Headers = Mapping[str, Sequence[str]]

# Transfer encodings that the fast parser decodes; any other it would hand over undecoded.
_KNOWN_ENCODINGS = frozenset({"", "7bit", "8bit", "binary", "quoted-printable", "base64"})
_IDENTITIES = frozenset({"", "7bit", "8bit", "binary"})
# It takes quadratic time over encoded words: 300,000 in one header cost two minutes.
_MAX_ENCODED_WORDS = 5000
# Each container costs a search for its boundary.
_MAX_CONTAINERS = 100
_BOUNDARY = re.compile(
    r""";\s*boundary\s*=\s*(?:"([^"\\]{1,200})"|([^\s;"()]{1,200}))""", re.IGNORECASE
)
_AFTER_BOUNDARY = re.compile(rb"(?:--)?(?:\r?\n|\Z)")
_SURELY_TYPES = frozenset({"text/plain", "text/html"})
_TYPE = re.compile(r"[^\s/;]+/[^\s/;]+\Z")
# How programs that keep mail in files mark where a message begins.
_ENVELOPE = re.compile(r">?From +\S")
_NO_NAME = re.compile(r"[^!-9;-~]")


class DoubtError(Exception):
    """The fast parser's answer may not be the whole message: ask the standard library."""


class Doubts:
    """Those about the message ``raw``; every method raises DoubtError where there is one."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._ascii = raw.isascii()
        self._containers = 0
        most = _MAX_ENCODED_WORDS
        if len(raw) > 2 * most and raw.count(b"=") > most and raw.count(b"=?") > most:
            raise DoubtError
        if b"\r" in raw and raw.count(b"\r") != raw.count(b"\r\n"):
            raise DoubtError  # a lone CR ends a line too

    def of_leaf(self, kind: str, headers: Headers) -> None:
        """Whether it can be decoded, and is not a container whose parts were not found."""
        encoding = _encoding(headers)
        if encoding not in _KNOWN_ENCODINGS:
            raise DoubtError
        if encoding == "quoted-printable" and not self._ascii:
            raise DoubtError
        if kind in _SURELY_TYPES:
            return
        if kind.startswith("multipart/") or kind in CARRIED or not _TYPE.match(kind):
            raise DoubtError

    def of_container(self, kind: str, headers: Headers) -> None:
        """Whether the lines at which it was cut are its boundary, and nothing longer."""
        if not kind.startswith("multipart/"):
            if _encoding(headers) not in _IDENTITIES:
                raise DoubtError  # its parts do not stand in the message as they are
            return
        self._containers += 1
        found = _BOUNDARY.search(next(iter(headers.get("Content-Type", ())), ""))
        if found is None or self._containers > _MAX_CONTAINERS:
            raise DoubtError
        mark = b"\n--" + (found[1] or found[2]).encode("utf-8", "replace")
        at, closed = self._raw.find(mark), False
        while at >= 0:
            at += len(mark)
            if closed or not _AFTER_BOUNDARY.match(self._raw, at):
                raise DoubtError
            closed = self._raw.startswith(b"--", at)
            at = self._raw.find(mark, at)


def of_part(part: PyLazyMimePart, headers: Headers) -> None:
    """Whether a part inside another holds nothing, or begins without a blank line."""
    if not headers and not part.encoded_size:
        raise DoubtError
    if any("" in values for values in headers.values()):
        raise DoubtError


def stray(headers: Headers) -> str:
    """The lines among ``headers`` that have no name of a header: text, if anything.

    Raises DoubtError when they are most of the headers, or look like the beginning of a body.
    """
    names = "".join(headers)
    if " " not in names and names.isascii() and names.isprintable():
        return ""  # what the pattern below says, in a fraction of the time
    odd = [name for name in headers if _NO_NAME.search(name) and not _ENVELOPE.match(name)]
    if 2 * len(odd) > len(headers) or any("" in headers[name] for name in odd):
        raise DoubtError
    return "\n".join(f"{name}: {value}" for name in odd for value in headers[name])


def _encoding(headers: Headers) -> str:
    values = headers.get("Content-Transfer-Encoding")
    return values[0].strip().lower() if values else ""
