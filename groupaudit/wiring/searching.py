"""Builds what looks into mailboxes for groups outside the Workspace, as a configuration asks."""

from __future__ import annotations

from collections.abc import Sequence

from groupaudit.config import Config
from groupaudit.google.transport import GoogleApis
from groupaudit.ports import Clock, MailboxSearcher, Mapper, PostSource
from groupaudit.posts.gmail_lists import GmailLists
from groupaudit.posts.vault import VaultPosts
from groupaudit.posts.vault_lists import VaultLists


def ways(config: Config) -> tuple[str, ...]:
    """The sources through which mailboxes are searched: asked for, and read for posts anyway.

    So no scope is needed that the sources of posts do not need.
    """
    if not config.consumer.discover:
        return ()
    wanted = dict.fromkeys(config.consumer.search_mailboxes)
    return tuple(way for way in wanted if way in config.posts.sources)


def searchers(
    config: Config,
    google: GoogleApis,
    mapper: Mapper,
    sources: Sequence[PostSource],
    clock: Clock,
) -> tuple[MailboxSearcher, ...]:
    """The searches of mailboxes that ``config`` asks for; none is made yet.

    ``sources`` are those of the configuration: Vault is searched by way of its source, which knows
    what this installation has open there.
    """
    through = ways(config)
    by_gmail = [_gmail(config, google, mapper)] if "gmail" in through else []
    by_vault = [
        _vault(config, source, clock)
        for source in sources
        if isinstance(source, VaultPosts) and "vault" in through
    ]
    return (*by_gmail, *by_vault)


def _gmail(config: Config, google: GoogleApis, mapper: Mapper) -> MailboxSearcher:
    return GmailLists(
        google,
        mapper,
        most_mailboxes=config.consumer.most_mailboxes,
        calls_per_minute=config.posts.gmail_calls_per_minute,
    )


def _vault(config: Config, source: VaultPosts, clock: Clock) -> MailboxSearcher:
    return VaultLists(
        source, days=config.consumer.vault_days, clock=clock, region=config.posts.vault_region
    )
