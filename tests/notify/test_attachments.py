"""What goes with a mail: nothing, unless it was asked for, and never more than a server takes."""

from __future__ import annotations

import ssl

import pytest
from receivers import Mailbox, mail_server

from groupaudit.notify import mail as module
from groupaudit.notify.herald import Herald
from groupaudit.notify.mail import Mail, MailServer


@pytest.fixture
def files(tmp_path):
    """As the reporters write them; the page is the larger one."""
    for name, size in (("report.json", 10), ("report.csv", 20), ("report.html", 30)):
        (tmp_path / name).write_bytes(b"x" * size)
    return [tmp_path / name for name in ("report.json", "report.csv", "report.html")]


def _arrived(phrases, news, files, attach):
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        server = MailServer("127.0.0.1", port, "none", 2.0, ssl.create_default_context())
        mail = Mail(server, "audit@ch.example", ("dpo@ch.example",))
        assert not Herald(phrases, 5.0, mail=mail, attach=attach).tell(news, files)
    (message,) = mailbox.mails
    return message


@pytest.mark.parametrize(
    ("attach", "room", "attached", "left_out"),
    [
        (False, 1000, [], False),
        (True, 1000, ["report.csv", "report.html"], False),
        (True, 49, ["report.csv"], True),
        (True, 19, [], True),
    ],
)
def test_attached_when(phrases, news, files, monkeypatch, attach, room, attached, left_out):
    monkeypatch.setattr(module, "ATTACHED_BYTES", room)

    message = _arrived(phrases, news, files, attach)

    assert [part.get_filename() for part in message.iter_attachments()] == attached
    body = message.get_body(("plain",)).get_content()
    assert ("Trop volumineux pour être joint" in body) is left_out


def test_report_that_is_gone_is_told(phrases, news, files):
    files[1].unlink()
    server = MailServer("127.0.0.1", 25, "none", 2.0, ssl.create_default_context())
    mail = Mail(server, "audit@ch.example", ("dpo@ch.example",))

    (failure,) = Herald(phrases, 5.0, mail=mail, attach=True).tell(news, files)

    assert failure.channel == "mail"
    assert "cannot be read to be attached" in failure.why
