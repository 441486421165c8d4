"""A post as RFC 5322 bytes, with the variety of real mail and the headers that Google Groups adds.

List headers: ``google-apis`` research, real mails of custom-domain groups. Lines end in CRLF.
Refuses to know what a post is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from random import Random

from groupaudit.emulator.hospital.documents import Attachment
from groupaudit.emulator.hospital.places import CONSUMER_DOMAIN

#: Charset and transfer encoding of bodies, as list mail has them.
_ENCODINGS = (
    ("utf-8", "8bit"),
    ("utf-8", "quoted-printable"),
    ("utf-8", "quoted-printable"),
    ("utf-8", "base64"),
    ("iso-8859-1", "quoted-printable"),
    ("iso-8859-1", "8bit"),
    ("windows-1252", "quoted-printable"),
)
_NOT_LATIN_1 = str.maketrans({"’": "'", "–": "-", "œ": "oe", "…": "...", "—": "-"})
_HTML_ONLY, _HTML_TOO = 0.08, 0.4


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything in the header. ``in_reply_to`` is empty in a conversation's first post."""

    group: str
    group_number: str
    sender: str
    address: str
    subject: str
    date: datetime
    message_id: str
    in_reply_to: str = ""


def encode(envelope: Envelope, body: str, attachments: Sequence[Attachment], rng: Random) -> bytes:
    """The message; ``rng`` chooses its encodings and shape."""
    charset, transfer = rng.choice(_ENCODINGS)
    entity = _entity(body + _footer(envelope), charset, transfer, rng.random())
    for file in attachments:
        kind, _, subtype = file.type.partition("/")
        entity.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    for part in entity.walk():  # the library would draw unseeded boundaries
        if part.is_multipart():
            part.set_boundary(f"=_{rng.getrandbits(96):024x}")
    header = "".join(f"{name}: {value}\r\n" for name, value in _headers(envelope, charset))
    return header.encode("ascii") + entity.as_bytes()


def _entity(text: str, charset: str, transfer: str, shape: float) -> EmailMessage:
    """The MIME entity of a body: plain, HTML, or both."""
    safe = _fit(text, charset)
    entity = EmailMessage(policy=SMTP)
    if shape < _HTML_ONLY:
        entity.set_content(_html(safe), subtype="html", charset=charset, cte=transfer)
        return entity
    entity.set_content(safe, charset=charset, cte=transfer)
    if shape < _HTML_ONLY + _HTML_TOO:
        entity.add_alternative(_html(safe), subtype="html", charset=charset, cte=transfer)
    return entity


def _fit(text: str, charset: str) -> str:
    """``text`` as somebody with a mail program of that charset would have typed it."""
    plain = text.translate(_NOT_LATIN_1) if charset == "iso-8859-1" else text
    return plain.encode(charset, "replace").decode(charset)


def _html(text: str) -> str:
    lines = (f"<div>{escape(line, quote=False) or '<br>'}</div>\n" for line in text.split("\n"))
    return f'<html><body><div dir="ltr">\n{"".join(lines)}</div></body></html>\n'


def _headers(envelope: Envelope, charset: str) -> list[tuple[str, str]]:
    local, _, domain = envelope.group.partition("@")
    consumer = domain == CONSUMER_DOMAIN
    root = "https://groups.google.com" + ("" if consumer else f"/a/{domain}")
    manage = f"googlegroups-manage+{envelope.group_number}+unsubscribe@googlegroups.com"
    sender = _encoded("From", envelope.sender, charset)
    headers = [
        ("Date", format_datetime(envelope.date)),
        ("From", f"{sender} <{envelope.address}>"),
        ("To", envelope.group),
        ("Subject", _encoded("Subject", envelope.subject, charset)),
        ("Message-ID", envelope.message_id),
    ]
    if envelope.in_reply_to:
        headers += [("In-Reply-To", envelope.in_reply_to), ("References", envelope.in_reply_to)]
    return [
        *headers,
        ("Precedence", "list"),
        ("Mailing-list", f"list {envelope.group}; contact {local}+owners@{domain}"),
        ("List-ID", f"<{local}.{domain}>"),
        ("X-Google-Group-Id", envelope.group_number),
        ("List-Post", f"<{root}/group/{local}/post>, <mailto:{envelope.group}>"),
        ("List-Help", f"<mailto:{local}+help@{domain}>"),
        ("List-Archive", f"<{root}/group/{local}/>"),
        ("List-Unsubscribe", f"<mailto:{manage}>, <{root}/group/{local}/subscribe>"),
    ]


def _encoded(name: str, text: str, charset: str) -> str:
    """``text`` as RFC 2047 words where it is not ASCII, folded."""
    if text.isascii():
        return text
    return Header(_fit(text, charset), charset, header_name=name).encode(linesep="\r\n")


def _footer(envelope: Envelope) -> str:
    local, _, domain = envelope.group.partition("@")
    return (
        f"\n\n-- \nVous recevez ce message car vous êtes abonné au groupe {local}.\n"
        f"Pour vous désabonner, envoyez un e-mail à {local}+unsubscribe@{domain}.\n"
    )
