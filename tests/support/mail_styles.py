"""The same message as different programs send it: quoted, encoded, wrapped, spelled otherwise.

Every function gives the bytes of a whole message that tells what the ``Mail`` tells, no more.
"""

from __future__ import annotations

import base64
import quopri
import textwrap
import unicodedata
from collections.abc import Callable
from functools import partial
from html import escape

from invented_mail import Mail

Style = Callable[[Mail], bytes]

_ATTRIBUTED = {
    "fr": "Le 3 mars 2026 à 10:12, Nadia Verrier <n.verrier@ch.example> a écrit :\n",
    "en": "On 3 March 2026 at 10:12, Nadia Verrier <n.verrier@ch.example> wrote:\n",
}
_OUTLOOK = {
    "fr": "De : Nadia Verrier <n.verrier@ch.example>\nEnvoyé : mardi 3 mars 2026 10:12\n"
    "À : equipe@ch.example\nObjet : {subject}\n\n",
    "en": "From: Nadia Verrier <n.verrier@ch.example>\nSent: Tuesday, March 3, 2026 10:12\n"
    "To: team@ch.example\nSubject: {subject}\n\n",
}


def plain(mail: Mail) -> bytes:
    """As written: UTF-8, one line a paragraph."""
    return _sent(mail, mail.text)


def _sent(mail: Mail, text: str, charset: str = "utf-8", transfer: str = "8bit") -> bytes:
    body = text.encode(charset)
    if transfer == "base64":
        body = base64.encodebytes(body)
    elif transfer == "quoted-printable":
        body = quopri.encodestring(body)
    return _head(mail, f"text/plain; charset={charset}", transfer) + body


def _head(mail: Mail, media_type: str, transfer: str = "8bit") -> bytes:
    return (
        "From: Nadia Verrier <n.verrier@ch.example>\nMessage-ID: <1@ch.example>\n"
        f"Subject: {mail.subject}\nMIME-Version: 1.0\n"
        f"Content-Type: {media_type}\nContent-Transfer-Encoding: {transfer}\n\n"
    ).encode()


def _marked(mark: str, mail: Mail) -> bytes:
    lines = "".join(f"{mark}{line}\n" for line in mail.text.splitlines())
    return _sent(mail, _ATTRIBUTED[mail.language] + lines)


def _outlook(mail: Mail) -> bytes:
    return _sent(mail, _OUTLOOK[mail.language].format(subject=mail.subject) + mail.text)


def _html(mail: Mail) -> bytes:
    body = "".join(f"<p>{escape(each)}</p>" for each in mail.text.split("\n\n"))
    html = f"<html><body>{body.replace(chr(10), '<br>')}</body></html>"
    return _head(mail, "text/html; charset=utf-8") + html.encode()


def _wrapped(width: int, mail: Mail, *, end: str = "\n") -> str:
    """Paragraphs broken at ``width``, never within a word; ``end`` stands at each break."""
    broken = partial(textwrap.wrap, width=width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(end.join(broken(line)) for line in mail.text.split("\n"))


def _narrow(width: int, mail: Mail) -> bytes:
    return _sent(mail, _wrapped(width, mail))


def _flowed(mail: Mail) -> bytes:
    text = _wrapped(72, mail, end=" \n")
    return _head(mail, "text/plain; charset=utf-8; format=flowed") + text.encode()


def _spelled(change: Callable[[str], str], mail: Mail) -> bytes:
    return _sent(mail, change(mail.text))


def _unbroken(text: str) -> str:
    """``text`` with the non-breaking spaces of French typography and of office programs."""
    for sign in ":;?!%":
        text = text.replace(f" {sign}", f"\u00a0{sign}")
    return text.replace(" mg", "\u00a0mg").replace(" g/L", "\u202fg/L").replace("M. ", "M.\u00a0")


def _curled(text: str) -> str:
    """``text`` with typographic apostrophes, quotes and dashes."""
    return text.replace("'", "’").replace(" - ", " – ").replace("...", "…")


QUOTED: dict[str, Style] = {
    "quoted >": partial(_marked, "> "),
    "quoted > without space": partial(_marked, ">"),
    "quoted >>": partial(_marked, ">> "),
    "quoted > >": partial(_marked, "> > "),
    "quoted |": partial(_marked, "| "),
    "quoted by Outlook": _outlook,
}
ENCODINGS: dict[str, Style] = {
    "quoted-printable": lambda mail: _sent(mail, mail.text, transfer="quoted-printable"),
    "base64": lambda mail: _sent(mail, mail.text, transfer="base64"),
    "latin-1": lambda mail: _sent(mail, mail.text, "iso-8859-1"),
    "cp1252": lambda mail: _sent(mail, mail.text, "windows-1252", "quoted-printable"),
    "utf-16": lambda mail: _sent(mail, mail.text, "utf-16", "base64"),
    "HTML": _html,
}
WIDTHS: dict[str, Style] = {
    **{f"wrapped at {width}": partial(_narrow, width) for width in (60, 72, 80, 100)},
    "format=flowed": _flowed,
}
FORMS: dict[str, Style] = {
    "NFD": partial(_spelled, partial(unicodedata.normalize, "NFD")),
    "CRLF": partial(_spelled, lambda text: text.replace("\n", "\r\n")),
    "CR": partial(_spelled, lambda text: text.replace("\n", "\r")),
    "non-breaking spaces": partial(_spelled, _unbroken),
    "typographic signs": partial(_spelled, _curled),
}
