"""Bytes to text: which charset it really is, whatever was announced.

Refuses to fail: every byte string has some reading, and a wrong announcement costs at most a few
replacement characters. It does not guess languages, and tries no charset that a hospital's mail
would not carry.
"""

from __future__ import annotations

import codecs
import contextlib
import re
from encodings import aliases
from functools import lru_cache

#: Error handler: bytes that do not decode are read as Windows-1252.
WESTERN = "groupaudit-western"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_HEAD_BYTES = 4096

# Only character sets. Python also registers idna, punycode and escape codecs, some of them slow on
# hostile input, and a message may announce any name.
_CHARSET_NAME = re.compile(
    r"(?:x-)?(?:utf|iso|cp|windows|win|koi|big|gb|euc|shift|s?jis|mac|us-?ascii|ascii|latin"
    r"|l\d|ks_?c|hz|johab|tis|ibm)[-_a-z0-9]*\Z"
)

# WHATWG Encoding Standard: what announces itself as ISO-8859-1 or ASCII is Windows-1252.
_REALLY_CP1252 = frozenset({"iso8859-1", "ascii", "cp1252"})


def decode(raw: bytes, declared: str = "") -> str:
    """The text of ``raw``, with LF line ends. ``declared`` is the announced charset."""
    return one_line_end(_decode(raw, declared))


def one_line_end(text: str) -> str:
    """``text`` with CR LF and lone CR turned into LF."""
    if "\r" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(raw: bytes, declared: str) -> str:
    plain = raw.isascii() and b"\x1b" not in raw and b"\0" not in raw
    if plain and not declared.lower().startswith("utf-7"):
        return raw.decode("ascii")
    if wide := wide_codec(raw):
        return raw.decode(wide, "replace")
    codec = codec_of(declared)
    if codec and codec not in _REALLY_CP1252:
        try:
            return raw.decode(codec)
        except UnicodeError:
            pass  # announced wrongly: guessed below
    return _guess(raw, codec)


@lru_cache(maxsize=256)
def codec_of(declared: str) -> str:
    """Python's name of the announced charset, ``""`` when it is none that we know."""
    name = declared.strip().strip("\"'").lower()
    if len(name) > 40 or not _CHARSET_NAME.match(name):
        return ""
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _guess(raw: bytes, codec: str) -> str:
    if b"\x1b$" in raw or b"\x1b(J" in raw:
        return raw.decode("iso2022_jp", "replace")
    return _utf8_or_western(raw, codec)


def _utf8_or_western(raw: bytes, codec: str) -> str:
    text = raw.decode("utf-8", WESTERN)
    if codec and codec not in _REALLY_CP1252 and codec != "utf-8" and not is_utf8(raw):
        return raw.decode(codec, "replace")  # announced, and only damaged
    return text


def is_utf8(raw: bytes) -> bool:
    """Whether ``raw`` decodes as UTF-8."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def load_codecs() -> None:
    """Load now what Python loads when a charset is first met: for where no file can be opened."""
    for charset in {*aliases.aliases.values(), "utf-8-sig"}:
        with contextlib.suppress(LookupError):  # those of other systems
            codecs.lookup(charset)


def codec_of_sample(sample: bytes) -> str:
    """The codec for a stream that begins with ``sample``, to be used with errors=WESTERN."""
    return wide_codec(sample) or "utf-8"


def wide_codec(raw: bytes) -> str:
    """The codec of ``raw`` where its first bytes leave no choice; ``""`` where they do not tell.

    A byte order mark, or as many zeros as Western text has in UTF-16, all in every other place.
    """
    for bom, codec in _BOMS:
        if raw.startswith(bom):
            return codec
    head = raw[:_HEAD_BYTES]
    if b"\0" not in head:
        return ""
    first, second = head[::2].count(0), head[1::2].count(0)
    if max(first, second) * 5 < len(head) or min(first, second) * 40 > len(head):
        return ""
    return "utf-16-be" if first > second else "utf-16-le"


def _as_western(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8, read as Windows-1252: damaged and mixed texts keep their accents."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error(WESTERN, _as_western)
