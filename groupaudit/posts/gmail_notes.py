"""What came of looking into mailboxes for one group's posts, and what is said of it.

No note or message has an address of a mailbox. It asks nobody.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from groupaudit.errors import PostsError
from groupaudit.model.sample import PostRef
from groupaudit.posts.gmail_mailboxes import Pool

_LIMITS = (
    "posts that none of them received or kept cannot be seen, and a copy does not prove that the "
    "group still shows the post"
)


@dataclass(slots=True)
class Seen:
    """Posts by key, and ``places`` of each: mailbox and message. ``failures`` are counted by word.

    ``left_out`` copies were not described; ``opened`` mailboxes were.
    """

    refs: dict[str, PostRef] = field(default_factory=dict, repr=False)
    places: dict[str, list[tuple[str, str]]] = field(default_factory=dict, repr=False)
    failures: Counter[str] = field(default_factory=Counter)
    left_out: int = 0
    opened: int = 0


def nothing(pool: Pool, seen: Seen) -> PostsError:
    """The error for a group of which no mailbox showed any post."""
    failures = seen.failures
    if not pool.addresses:
        return PostsError(
            f"No member has a mailbox that can be read{_counted(failures)}: add a member to "
            "the group, or use another source",
            reason="no-mailbox",
        )
    if failures and failures.total() - pool.excluded.total() >= len(pool.addresses):
        return PostsError(
            f"No mailbox could be read{_counted(failures)}",
            reason=min(failures, key=lambda word: (-failures[word], word)),
        )
    return PostsError(
        f"The mailboxes hold no copy of a post{_counted(failures)}", reason="no-copies"
    )


def note(pool: Pool, seen: Seen) -> str:
    """What the copies that were seen leave out."""
    whose = f"of {pool.members} members" if pool.members > 1 else "of one person"
    looked = f"Copies in {seen.opened} mailboxes {whose} were looked at"
    notes = [
        f"{looked}{_counted(seen.failures)}: {_LIMITS}",
        f"{seen.left_out} copies were left out" if seen.left_out else "",
        pool.note,
    ]
    return "; ".join(filter(None, notes))


def _counted(failures: Counter[str]) -> str:
    counts = ", ".join(f"{count} {word}" for word, count in sorted(failures.items()))
    return f" (not readable: {counts})" if counts else ""
