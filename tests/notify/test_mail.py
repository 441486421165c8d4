"""Mail, handed in to a real server: encrypted, logged in, in two parts, and bounded in time."""

from __future__ import annotations

import ssl
import time

import pytest
from receivers import PASSWORD, USER, Mailbox, dead_port, drip, mail_server, silence, tedious_server

from groupaudit.errors import NotifyError
from groupaudit.notify.delivery import deliver
from groupaudit.notify.mail import Mail, MailServer

#: The mail server of the tests thinks of STARTTLS only: on a connection that is TLS from its first
#: byte, it warns of a login without TLS.
IMPLICIT = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

TO = ("dsi@ch-valmoree.example", "dpo@ch-valmoree.example")


def _mail(port, security="none", trust=None, **changes):
    login = {} if security == "none" else {"user": USER, "password": PASSWORD}
    trust = trust or ssl.create_default_context()
    server = MailServer("127.0.0.1", port, security, 2.0, trust, **{**login, **changes})
    return Mail(server, "groupaudit@ch-valmoree.example", TO)


@IMPLICIT
@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_mail_arrives_in_two_parts(letter, news, served_tls, trusting, security):
    mailbox = Mailbox()
    with mail_server(mailbox, security, served_tls) as port:
        _mail(port, security, trusting).send(letter, news)

    (arrived,) = mailbox.mails
    plain, html = arrived.iter_parts()
    assert mailbox.recipients == [list(TO)]
    assert arrived["Subject"] == letter.subject
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert plain.get_content().replace("\r\n", "\n").strip() == letter.text
    assert html.get_content_type() == "text/html"
    assert "bloc@ch-valmoree.example" in html.get_content()
    assert '<html lang="fr">' in html.get_content()


def test_stranger_with_another_certificate_gets_nothing(letter, news, served_tls):
    mailbox = Mailbox()
    with (
        mail_server(mailbox, "starttls", served_tls) as port,
        pytest.raises(NotifyError, match="not to be trusted"),
    ):
        _mail(port, "starttls").send(letter, news)

    assert not mailbox.mails


def test_server_without_tls_gets_nothing(letter, news):
    mailbox = Mailbox()
    with (
        mail_server(mailbox, "none") as port,
        pytest.raises(NotifyError, match="offers no TLS"),
    ):
        _mail(port, "starttls").send(letter, news)

    assert not mailbox.mails


@IMPLICIT
def test_wrong_password_is_told_without_it(letter, news, served_tls, trusting):
    with (
        mail_server(Mailbox(), "tls", served_tls) as port,
        pytest.raises(NotifyError, match="refused the login") as refusal,
    ):
        _mail(port, "tls", trusting, password="wrong one").send(letter, news)

    assert "wrong one" not in str(refusal.value)


@pytest.mark.parametrize(
    ("refused", "told"), [(TO[:1], "refused 1 of 2 recipients"), (TO, "refused every recipient")]
)
def test_refused_recipients_are_told_without_their_addresses(letter, news, refused, told):
    with (
        mail_server(Mailbox(refuse=refused)) as port,
        pytest.raises(NotifyError, match=told) as refusal,
    ):
        _mail(port).send(letter, news)

    assert "@" not in str(refusal.value)


def test_dead_server_is_told(letter, news):
    with pytest.raises(NotifyError, match="did not answer"):
        _mail(dead_port()).send(letter, news)


@pytest.mark.parametrize("behaviour", [silence, drip])
def test_slow_server_is_left_behind(letter, news, behaviour):
    with tedious_server(behaviour) as port:
        begun = time.monotonic()
        failures = deliver({"mail": lambda: _mail(port).send(letter, news)}, 0.4)

    assert time.monotonic() - begun < 1.5
    assert [failure.channel for failure in failures] == ["mail"]
    assert "no answer within 0.4 seconds" in failures[0].why


def test_server_shows_no_password():
    assert PASSWORD not in repr(_mail(25, "tls"))
    assert USER not in repr(_mail(25, "tls"))
