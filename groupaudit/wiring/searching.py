"""Builds what looks into mailboxes for groups outside the Workspace, as a configuration asks."""

from __future__ import annotations

from collections.abc import Iterator

from groupaudit.collector.mailboxes import SearchedMailboxes
from groupaudit.config import Config
from groupaudit.google.transport import GoogleApis
from groupaudit.ports import MailboxSearcher, Mapper, Searches
from groupaudit.posts.gmail_lists import GmailLists


def ways(config: Config) -> tuple[str, ...]:
    """The sources through which mailboxes are searched: asked for, and read for posts anyway.

    So no scope is needed that the sources of posts do not need.
    """
    if not config.consumer.discover:
        return ()
    wanted = dict.fromkeys(config.consumer.search_mailboxes)
    return tuple(way for way in wanted if way in config.posts.sources)


def searched(
    config: Config, google: GoogleApis, mapper: Mapper, kept: Searches
) -> SearchedMailboxes:
    """The searches of mailboxes that ``config`` asks for; none is made yet."""
    return SearchedMailboxes(tuple(_searchers(config, google, mapper)), kept)


def _searchers(config: Config, google: GoogleApis, mapper: Mapper) -> Iterator[MailboxSearcher]:
    for way in ways(config):
        if way == "gmail":
            yield GmailLists(
                google,
                mapper,
                most_mailboxes=config.consumer.most_mailboxes,
                calls_per_minute=config.posts.gmail_calls_per_minute,
            )
