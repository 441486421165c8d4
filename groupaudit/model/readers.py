"""Who reads a group for all that a run looked at, beside what an earlier one saw. Pure.

A run that does not list members sees no outsider among them, and one that does not visit the web
sees nobody read there: so whom an earlier run saw counts until a later one looked as closely. It
refuses to judge settings (``collector.exposure`` does) and to say how grave anything is.
"""

from __future__ import annotations

from collections.abc import Collection

from groupaudit.model.group import BREADTH, WEB, Audience, Certainty, Exposure
from groupaudit.model.report import Outcome

#: What the reasons of an exposure say of a look from outside that a stranger was turned away from.
TURNED_AWAY = frozenset({"login_required", "denied_or_absent"})


def widest(audiences: Collection[Audience]) -> Audience:
    """The widest of ``audiences``; ``UNKNOWN`` only where none else is among them."""
    return min(audiences, key=BREADTH.__getitem__, default=Audience.UNKNOWN)


def still_reading(before: Outcome | None, after: Outcome) -> Audience:
    """The widest who read at ``after``; ``UNKNOWN`` where they may be more than is known.

    Those count whom ``before``, another outcome of the same group, saw and ``after`` had no means
    to see.
    """
    now = after.assessment.exposure
    if now is None or now.readership is Audience.UNKNOWN:
        return Audience.UNKNOWN
    return widest({now.readership, *(_unseen(before, after) if before else ())})


def _unseen(before: Outcome, after: Outcome) -> set[Audience]:
    """Audiences that ``before`` saw and ``after`` did not look for, or took for something else."""
    was, now = before.assessment.exposure, after.assessment.exposure
    if was is None or now is None:
        return set()
    seen, unseen = {*was.audiences}, set()
    unlisted = now.members_total is None and was.members_total is not None
    came_inside = not {*after.run.domains} <= {*before.run.domains}
    if unlisted or came_inside:
        unseen |= seen & {Audience.EXTERNAL_MEMBERS}
    if unlisted and was.all_users is not False:
        unseen |= seen & {Audience.WHOLE_ORGANISATION}
    if was.certainty is Certainty.PROBED and not _closed(was, now):
        answers = {reason.value for reason in now.reasons if reason.setting == WEB}
        unseen |= set() if answers & TURNED_AWAY else seen & {Audience.ANYONE_ON_WEB}
    return unseen


def _closed(was: Exposure, now: Exposure) -> bool:
    """Whether a setting changed that had mattered for who reads."""
    mattered = {reason.setting for reason in was.reasons}
    return any(pair[0] in mattered and pair not in now.settings for pair in was.settings)
