"""Builds the channels that a configuration names, with their secrets. Opens no connection."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from pydantic import SecretStr

from groupaudit.confidential import reveal, sealed_url
from groupaudit.config import Config
from groupaudit.errors import ConfigError
from groupaudit.notify.cards import SHAPES
from groupaudit.notify.herald import Herald
from groupaudit.notify.mail import PORTS, Mail, MailServer
from groupaudit.notify.posting import Heartbeat, Line, Webhook
from groupaudit.reporter.language import language
from groupaudit.reporter.phrases import Phrases

#: All messages of one moment get this many times the limit of a single step.
_STEPS = 3


def herald(config: Config) -> Herald:
    """Who tells how an audit went, as ``config`` says it.

    Raises:
        ConfigError: a file that is named for a secret or a certificate cannot be used.
    """
    notify = config.notify
    line = Line(notify.timeout_s, _trust(config))
    heartbeat = _url(config, "heartbeat")
    return Herald(
        phrases=Phrases(language(config.organisation.language)),
        deadline_s=_STEPS * notify.timeout_s,
        mail=_mail(config, line.trust) if notify.mail_to else None,
        webhooks=tuple(_webhooks(config, line)),
        heartbeat=Heartbeat(heartbeat, line) if heartbeat else None,
        always=notify.always,
        addresses=notify.addresses,
        attach=notify.attach,
    )


def _webhooks(config: Config, line: Line) -> Iterator[Webhook]:
    for kind in SHAPES:
        if url := _url(config, kind):
            yield Webhook(kind, url, line)


def _mail(config: Config, trust: ssl.SSLContext) -> Mail:
    notify = config.notify
    server = MailServer(
        host=notify.smtp_host,
        port=notify.smtp_port or PORTS[notify.smtp_security],
        security=notify.smtp_security,
        timeout_s=notify.timeout_s,
        trust=trust,
        user=notify.smtp_user,
        password=_secret(config, "smtp_password"),
    )
    return Mail(server, notify.mail_from, notify.mail_to)


def _url(config: Config, key: str) -> str:
    url = _secret(config, key)
    try:
        return sealed_url(url) if url else ""
    except ValueError as error:
        raise ConfigError(f"notify.{key}: what its file holds {error}") from error


def _secret(config: Config, key: str) -> str:
    value: SecretStr = getattr(config.notify, key)
    return reveal(value, config.folder, f"notify.{key}")


def _trust(config: Config) -> ssl.SSLContext:
    """The certificate authorities of the system, and the configured one."""
    context = ssl.create_default_context()
    if config.notify.ca_file:
        file = config.path(config.notify.ca_file)
        try:
            context.load_verify_locations(file)
        except OSError as error:  # ssl.SSLError is one
            raise ConfigError(
                f"notify.ca_file: {file} cannot be used: it must hold certificates in PEM"
            ) from error
    return context
