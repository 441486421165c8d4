"""Mail over SMTP: a plain and an HTML part, always encrypted on its way (a local relay apart).

It refuses to go on without TLS where TLS was asked for, and tells nobody's address in an error. A
report goes with it only on demand: mail is how data leaks.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from html import escape
from pathlib import Path
from typing import Literal, TypeVar

from groupaudit.errors import NotifyError
from groupaudit.notify.letter import Letter
from groupaudit.notify.news import News

T = TypeVar("T")

Security = Literal["starttls", "tls", "none"]

#: Where mail is handed in, by how it is encrypted (RFC 8314 section 3.3, RFC 6409).
PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}

#: Bytes of attachments at most: many servers refuse mails of more than 20 MB, encoded.
ATTACHED_BYTES = 10 * 1024 * 1024

#: Reports that are attached: those made for people.
_ATTACHED = {"report.html": ("text", "html"), "report.csv": ("text", "csv")}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and as whom. ``timeout_s`` is for each step of the conversation."""

    host: str
    port: int
    security: Security
    timeout_s: float
    trust: ssl.SSLContext = field(repr=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """Mail from ``sender`` to ``recipients`` through ``server``."""

    server: MailServer
    sender: str
    recipients: tuple[str, ...]

    def send(self, letter: Letter, news: News, files: Sequence[Path] = ()) -> None:
        """Hand in ``letter`` with ``files``, which ``enclosable`` chose.

        Raises NotifyError: also when the server refused some of the recipients.
        """
        message = compose(letter, news, self.sender, self.recipients)
        attach(message, files)
        try:
            with _connected(self.server) as session:
                if self.server.user:
                    session.login(self.server.user, self.server.password)
                refused = session.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise NotifyError(f"the mail server {_failure(error)}") from error
        if refused:
            raise NotifyError(
                f"the mail server refused {len(refused)} of {len(self.recipients)} recipients:"
                " check notify.mail_to"
            )


def compose(letter: Letter, news: News, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """``letter`` as a mail with a plain and an HTML part."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = letter.subject
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Date"] = format_datetime(news.when)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    message.set_content(letter.text)
    message.add_alternative(_html(letter), subtype="html")
    return message


def enclosable(files: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Those of ``files`` that are made for people and fit into a mail, and the names of the others.

    Raises NotifyError when one is not there.
    """
    room, fit, large = ATTACHED_BYTES, [], []
    for file in files:
        if file.name not in _ATTACHED:
            continue
        size = _read(file, Path.stat).st_size
        if size > room:
            large.append(file.name)
        else:
            fit.append(file)
            room -= size
    return fit, large


def attach(message: EmailMessage, files: Sequence[Path]) -> None:
    """Attach ``files``, which ``enclosable`` chose. Raises NotifyError when one cannot be read."""
    for file in files:
        main, sub = _ATTACHED[file.name]
        content = _read(file, Path.read_bytes)
        message.add_attachment(content, maintype=main, subtype=sub, filename=file.name)


def _read(file: Path, reading: Callable[[Path], T]) -> T:
    try:
        return reading(file)
    except OSError as error:
        raise NotifyError(f"{file} cannot be read to be attached: {error.strerror}") from error


def _html(letter: Letter) -> str:
    """The HTML part: the same words, and nothing that is loaded from anywhere."""
    paragraphs = "".join(f"<p>{escape(text)}</p>\n" for text in letter.paragraphs)
    items = "".join(f"<li>{escape(text)}</li>\n" for text in letter.changes)
    changes = f"<ul>\n{items}</ul>\n" if items else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{letter.language}">'
        f"<head><title>{escape(letter.subject)}</title></head>\n"
        f'<body style="font-family: sans-serif">\n<h1 style="font-size: 1.2em">'
        f"{escape(letter.subject)}</h1>\n{paragraphs}{changes}"
        f"<p><small>{escape(letter.closing)}</small></p>\n</body></html>\n"
    )


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(
            server.host, server.port, timeout=server.timeout_s, context=server.trust
        )
    session = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
    if server.security == "starttls":
        try:
            session.starttls(context=server.trust)
        except BaseException:
            session.close()
            raise
    return session


#: What went wrong and what to do, in words of ours: a server's own may quote an address or a login.
#: The first kind that fits counts.
_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "refused the login: check smtp_user and smtp_password"),
    (smtplib.SMTPNotSupportedError, "offers no TLS or no login: check smtp_security"),
    (smtplib.SMTPRecipientsRefused, "refused every recipient: check mail_to"),
    (smtplib.SMTPResponseException, "refused the message: check mail_from and smtp_user"),
    (ssl.SSLError, "is not to be trusted or speaks no TLS: check ca_file and smtp_security"),
    (TimeoutError, "took too long: check smtp_host, smtp_port and the firewall"),
    (Exception, "did not answer: check smtp_host and smtp_port"),
)


def _failure(error: Exception) -> str:
    words = next(words for kind, words in _FAILURES if isinstance(error, kind))
    code = f" {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else ""
    return f"{words} ({type(error).__name__}{code})"
