"""News and letters of an invented hospital, and certificates for servers on the loopback."""

from __future__ import annotations

import ssl

import factories
import pytest
import trustme

from groupaudit.model.report import ChangeKind, Severity
from groupaudit.notify.letter import write
from groupaudit.notify.news import news_of
from groupaudit.reporter.language import language
from groupaudit.reporter.phrases import Phrases

CHANGES = (
    factories.change(ChangeKind.FIXED, email="dons@ch-valmoree.example", after=Severity.NONE),
    factories.change(ChangeKind.WORSE),
)


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture(scope="session")
def served_tls(authority):
    """What a server on the loopback shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


@pytest.fixture(scope="session")
def trusting(authority):
    """A client that knows the authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def phrases():
    return Phrases(language("fr"))


@pytest.fixture
def news(phrases):
    return news_of(factories.report(changes=CHANGES), phrases, ())


@pytest.fixture
def letter(news, phrases):
    return write(news, phrases, addresses=True)
