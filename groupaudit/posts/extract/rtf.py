"""Text of RTF files: control words dropped, special characters decoded.

A reader of text, not of layout: pictures, embedded objects, fonts and styles are skipped. Linear in
the size of the file, and runs in the separate process only.
"""

from __future__ import annotations

import re

from groupaudit.posts.extract.text import codec_of

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"  # control word and its number
    rb"|\\'([0-9a-fA-F]{2})"  # a byte
    rb"|\\([^a-zA-Z])"  # control symbol
    rb"|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_SKIPPED = frozenset(
    b"info fonttbl colortbl stylesheet listtable listoverridetable rsidtbl generator pict objdata"
    b" themedata colorschememapping datastore latentstyles xmlnstbl fldinst bkmkstart bkmkend"
    b" filetbl revtbl".split()
)
_BREAKS = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": "\t",
    b"cell": "\t", b"nestcell": "\t", b"nestrow": "\n", b"emdash": "—", b"endash": "–",
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
}  # fmt: skip
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"\n": "\n", b"\r": "\n", b"\\": "\\", b"{": "{", b"}": "}"}


def text_of(data: bytes) -> str:
    """The readable text of an RTF file; whatever cannot be understood is skipped."""
    return _Reader().read(data)


def holds_pictures(data: bytes) -> bool:
    """Whether pictures stand in an RTF file, such as pages of a scanned letter."""
    return b"\\pict" in data


class _Reader:
    """One pass over the tokens, with a stack of what the groups around have set."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._bytes = bytearray()  # consecutive \'hh, decoded together for multi-byte charsets
        self._codec = "cp1252"
        self._skip = False
        self._fallback_length = 1
        self._stack: list[tuple[bool, int]] = []
        self._opened = False  # whether a group began with the token before
        self._to_drop = 0  # characters that follow \u for readers without Unicode

    def read(self, data: bytes) -> str:
        place = 0
        while (token := _TOKEN.match(data, place)) or place < len(data):
            if token is None:
                place += 1  # a lone backslash at the end
                continue
            place = token.end()
            opened = self._opened
            self._opened = token[0] == b"{" or (opened and token.lastindex is None)
            word, number, byte, symbol, brace, text = token.groups()
            if word:
                if word == b"bin" and number:
                    place += max(0, int(number))
                self._word(word, int(number) if number else None)
            elif byte:
                self._byte(int(byte, 16))
            elif symbol:
                self._symbol(symbol, opened=opened)
            elif brace:
                self._brace(brace)
            elif text:
                self._text(text)
        self._flush()
        return "".join(self._pieces).strip()

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._to_drop = 0
        if brace == b"{":
            self._stack.append((self._skip, self._fallback_length))
        elif self._stack:
            self._skip, self._fallback_length = self._stack.pop()

    def _word(self, word: bytes, number: int | None) -> None:
        self._flush()
        if word in _SKIPPED:
            self._skip = True
        elif word == b"ansicpg" and number:
            self._codec = codec_of(f"cp{number}") or "cp1252"
        elif word == b"uc" and number is not None:
            self._fallback_length = min(max(number, 0), 16)
        elif word == b"u" and number is not None:
            self._put(chr(number % 0x10000))
            self._to_drop = self._fallback_length
        elif word in _BREAKS:
            self._put(_BREAKS[word])

    def _symbol(self, symbol: bytes, *, opened: bool) -> None:
        self._flush()
        if symbol == b"*":
            # A destination that readers may ignore; inside a group it says nothing.
            self._skip = self._skip or opened
        else:
            self._put(_SYMBOLS.get(symbol, ""))

    def _byte(self, value: int) -> None:
        if self._to_drop:
            self._to_drop -= 1
        elif not self._skip:
            self._bytes.append(value)

    def _text(self, text: bytes) -> None:
        self._flush()
        dropped = min(self._to_drop, len(text))
        self._to_drop -= dropped
        self._put(text[dropped:].decode(self._codec, "replace"))

    def _put(self, text: str) -> None:
        if not self._skip:
            self._pieces.append(text)

    def _flush(self) -> None:
        if self._bytes:
            self._pieces.append(self._bytes.decode(self._codec, "replace"))
            self._bytes.clear()
