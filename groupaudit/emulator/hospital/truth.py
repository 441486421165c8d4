"""The truth about a generated tenant, for tests to hold an audit against. JSON-able throughout.

Readership comes from ``readers``, posts from the plan of the archives. Refuses to look at rendered
mail: what is true was decided before anything was written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from groupaudit.emulator.hospital.activities import happenings, opened_by
from groupaudit.emulator.hospital.archive import Planned
from groupaudit.emulator.hospital.letters import templates
from groupaudit.emulator.hospital.log import created_by
from groupaudit.emulator.hospital.readers import Readers, readers
from groupaudit.emulator.hospital.register import entry
from groupaudit.emulator.state import Group, Tenant

#: Verdicts of the contract, gravest first.
VERDICTS = (
    "identifiable_health",
    "health_person",
    "health_generic",
    "identity_only",
    "ordinary",
)
_UNREADABLE = {"locked", "scan"}


def group_truth(
    tenant: Tenant, group: Group, posts: Collection[Planned], *, hidden: Collection[str]
) -> dict[str, Any]:
    """One group of the Workspace: who reads it, who its members are, what its archive holds."""
    told = readers(tenant, group, hidden=hidden)
    return {
        "email": group.email,
        "kind": "workspace",
        "name": group.name,
        **_readership(told),
        **archive_truth(posts),
    }


def consumer_truth(tenant: Tenant, group: Group, posts: Collection[Planned]) -> dict[str, Any]:
    """One consumer group, which only its web page can judge; ``mailboxes`` hold mail of it."""
    active = {user.email for user in tenant.users if not user.suspended}
    subscribed = {member.email for member in group.members if posts} & active
    public = group.settings["whoCanViewGroup"] == "ANYONE_CAN_VIEW"
    return {
        "email": group.email,
        "kind": "consumer",
        "name": group.name,
        "readership": "anyone_on_web" if public else "unknown",
        "mailboxes": len(subscribed),
        **archive_truth(posts),
    }


def archive_truth(posts: Collection[Planned]) -> dict[str, Any]:
    """Totals of an archive: posts by verdict, distinct persons whose health it tells, span."""
    verdicts = Counter(post.verdict for post in posts)
    dates = [post.date for post in posts]
    return {
        "posts_total": len(posts),
        "conversations": len({post.thread for post in posts}),
        "first": stamp(min(dates)) if dates else None,
        "last": stamp(max(dates)) if dates else None,
        "verdict": next((verdict for verdict in VERDICTS if verdicts[verdict]), None),
        "verdicts": {verdict: verdicts[verdict] for verdict in VERDICTS},
        "persons": len({number for post in posts for number in post.persons}),
        "posts_with_unreadable_part": sum(map(_may_be_unreadable, posts)),
    }


def logged(seed: int, groups: int, now: datetime) -> dict[str, dict[str, dict[str, str]]]:
    """What the log tells of each group it knows: ``created`` and the latest ``opened``.

    When, by whom, in which application.
    """
    told: dict[str, dict[str, dict[str, str]]] = {}
    for event in happenings(groups, now):  # newest first
        if event.what not in {"created", "opened"}:
            continue
        who = created_by if event.what == "created" else opened_by
        told.setdefault(entry(event.number).email, {}).setdefault(
            event.what,
            {
                "time": stamp(event.when),
                "by": who(seed, event.number),
                "application": entry(event.number).row.via,
            },
        )
    return told


def labels(email: str, posts: Iterable[Planned]) -> Iterator[dict[str, Any]]:
    """One line a post: its id, verdict, and how many persons' health it tells."""
    for post in posts:
        yield {
            "group": email,
            "post": post.id,
            "verdict": post.verdict,
            "persons": len(post.persons),
        }


def stamp(when: datetime) -> str:
    """A moment of UTC as truths, and Google, write it."""
    return when.isoformat().replace("+00:00", "Z")


def _readership(told: Readers) -> dict[str, Any]:
    return {
        "readership": told.readership,
        "audiences": list(told.audiences),
        "latent_readership": told.latent,
        "members_total": told.members,
        "members_external": told.external,
        "members_consumer_mail": told.consumer_mail,
        "owners": list(told.owners),
        "nested_unread": list(told.unread),
    }


def _may_be_unreadable(post: Planned) -> bool:
    formats = templates(post.opening.kind)[post.opening.choice].formats
    return not post.reply and bool(_UNREADABLE & set(formats))
