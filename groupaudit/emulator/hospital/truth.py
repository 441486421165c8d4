"""The truth about a generated tenant, for tests to hold an audit against. JSON-able throughout.

Readership comes from ``readers``, posts from the plan of the archives. Refuses to look at rendered
mail: what is true was decided before anything was written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from groupaudit.emulator.hospital.activities import KEPT_DAYS, created_by, happenings, opened_by
from groupaudit.emulator.hospital.archive import Planned
from groupaudit.emulator.hospital.letters import templates
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
_BEYOND = {"anyone_on_web", "anyone_who_joins", "whole_organisation"}


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


def consumer_truth(group: Group, posts: Collection[Planned]) -> dict[str, Any]:
    """One consumer group, which only its web page can judge."""
    public = group.settings["whoCanViewGroup"] == "ANYONE_CAN_VIEW"
    return {
        "email": group.email,
        "kind": "consumer",
        "name": group.name,
        "readership": "anyone_on_web" if public else "unknown",
        **archive_truth(posts),
    }


def archive_truth(posts: Collection[Planned]) -> dict[str, Any]:
    """Totals of an archive: posts by verdict, distinct persons whose health it tells, span."""
    verdicts = Counter(post.verdict for post in posts)
    dates = [post.date for post in posts]
    return {
        "posts_total": len(posts),
        "conversations": len({post.thread for post in posts}),
        "first": _stamp(min(dates)) if dates else None,
        "last": _stamp(max(dates)) if dates else None,
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
                "time": _stamp(event.when),
                "by": who(seed, event.number),
                "application": entry(event.number).row.via,
            },
        )
    return told


def exposed(
    tenant: Tenant, group: Group, events: dict[str, dict[str, str]], now: datetime
) -> dict[str, str | None]:
    """Since when and by whom the present readers can read, as far as the log (``events``) shows.

    Nulls where nobody reads beyond the members, or where the readers are members themselves. A
    group opened before the log begins has held its readership ``at_least_since`` then.
    """
    nothing: dict[str, str | None] = {"since": None, "by": None, "at_least_since": None}
    told = readers(tenant, group).readership
    by_settings = readers(tenant, replace(group, members=())).readership
    if told not in _BEYOND or told != by_settings:
        return nothing
    event = events.get("opened", events.get("created"))
    if event is None:
        return nothing | {"at_least_since": _stamp(now - timedelta(days=KEPT_DAYS))}
    return {"since": event["time"], "by": event["by"], "at_least_since": event["time"]}


def labels(email: str, posts: Iterable[Planned]) -> Iterator[dict[str, Any]]:
    """One line a post: its id, verdict, and how many persons' health it tells."""
    for post in posts:
        yield {
            "group": email,
            "post": post.id,
            "verdict": post.verdict,
            "persons": len(post.persons),
        }


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


def _stamp(when: datetime) -> str:
    return when.isoformat().replace("+00:00", "Z")
