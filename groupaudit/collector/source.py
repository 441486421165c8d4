"""The Workspace's groups as a ``ports.GroupSource``: ties directory, settings, members and rules.

One thing that cannot be read leaves the rest standing: without the organisation's switch, domains
or members the answer says what it does not rest on. It refuses to answer for a group whose settings
cannot be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from groupaudit.collector import audit_log, directory, exposure, org_policy, timeline
from groupaudit.collector.arrivals import Arrivals, arrivals
from groupaudit.collector.audit_log import AuditLog
from groupaudit.collector.directory import Inside
from groupaudit.collector.doors import doors
from groupaudit.collector.member_log import member_log
from groupaudit.collector.members import DirectMembers
from groupaudit.collector.membership import membership
from groupaudit.collector.once import Once
from groupaudit.collector.replay import State
from groupaudit.collector.settings import Settings
from groupaudit.collector.weaknesses import weaknesses
from groupaudit.errors import CollectError, NotFound
from groupaudit.google.transport import GoogleApis
from groupaudit.model.group import Audience, Exposure, Group, Membership, OrgPolicy


def _now() -> datetime:
    return datetime.now(UTC)


_NOT_ASKED = "Members were not listed: collect.members is false."


class WorkspaceGroups:
    """The groups of one Workspace account. Thread-safe: call ``exposure`` from a pool."""

    def __init__(  # noqa: PLR0913 - one keyword for each key of the configuration
        self,
        google: GoogleApis,
        *,
        include: Sequence[str] = ("*",),
        exclude: Sequence[str] = (),
        members: bool = True,
        org_policy: bool = True,
        audit_log: bool = True,
        extra_domains: Sequence[str] = (),
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._google = google
        self._include = tuple(include)
        self._exclude = tuple(exclude)
        self._members = DirectMembers(google) if members else None
        self._settings = Settings(google)
        self._inside = Once(lambda: directory.inside(google, extra_domains))
        self._policy = Once(lambda: _policy(google, wanted=org_policy))
        self._log = Once(lambda: _log(google, clock())) if audit_log else None
        self._moves = Once(lambda: member_log(google, clock()))

    def domains(self) -> tuple[str, ...]:
        """Domains and domain aliases that count as inside. Raises AuthError, CollectError."""
        return self._inside().domains

    def groups(self) -> Iterator[Group]:
        """Every group in scope, by address. Raises AuthError, CollectError."""
        return directory.groups(self._google, self._include, self._exclude)

    def exposure(self, group: Group) -> Exposure:
        """Who can read ``group``. Raises AuthError; CollectError when that cannot be told."""
        found = self._settings.of(group.email)
        policy = self._policy()
        inside = self._inside()
        who, note = self._membership(group, inside, policy)
        unlisted = who is None and self._members is not None
        judged = exposure.readership(found, policy, who, unlisted=unlisted)
        if self._log is not None:
            now = State(found, policy, who, unlisted=unlisted)
            came = self._came(group, judged, now)
            judged = timeline.dated(judged, group, now, self._log(), came)
        return replace(
            judged,
            notes=tuple(_notes(policy, inside, who, note)),
            weaknesses=weaknesses(
                found,
                who,
                judged.created_by,
                doors(who.nested if who else (), self._settings.lock, policy),
            ),
        )

    def notes(self) -> tuple[str, ...]:
        """What a reader of the whole report must know of how it came about."""
        read = self._log.made if self._log is not None else ()
        told = [note for log in read for note in audit_log.notes(log)]
        for log in self._moves.made:
            told += [audit_log.unread_note(name, why) for name, why in log.unread]
        return tuple(dict.fromkeys(told))

    def org_policy(self) -> OrgPolicy:
        """The organisation's switches, None where they cannot be read."""
        return self._policy()

    def _came(self, group: Group, judged: Exposure, now: State) -> Arrivals | None:
        """Since when members from outside are there, for a group that they read as such."""
        if judged.readership is not Audience.EXTERNAL_MEMBERS or now.membership is None:
            return None
        return arrivals(group.email, now.settings.view, now.membership, self._moves())

    def _membership(
        self, group: Group, inside: Inside, policy: OrgPolicy
    ) -> tuple[Membership | None, str]:
        """The members, or None and the reason why."""
        if self._members is None:
            return None, _NOT_ASKED
        # With the switch closed, outsiders read only what they still get by mail.
        delivery = self._members.gets_mail if policy.open_to_internet is False else None
        try:
            return membership(group.email, self._members.of, inside.domains, delivery), ""
        except NotFound:
            raise  # deleted meanwhile
        except CollectError as error:
            return None, f"Members could not be listed ({error.reason}): {error}"


def _log(google: GoogleApis, now: datetime) -> AuditLog:
    return audit_log.audit_log(google, now)


def _policy(google: GoogleApis, *, wanted: bool) -> OrgPolicy:
    return org_policy.org_policy(google) if wanted else org_policy.NOT_WANTED


def _notes(policy: OrgPolicy, inside: Inside, who: Membership | None, note: str) -> Iterator[str]:
    """What the answer does not rest on."""
    if policy.open_to_internet is None:
        yield f"The organisation's switch for access from outside is unknown: {policy.why_unknown}"
    if inside.note:
        yield inside.note
    if note:
        yield note
    if who and who.unread:
        reasons = Counter(reason for _name, reason in who.unread)
        counted = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
        yield f"Some members could not be followed: {counted}."
    if who and who.owners_suspended:
        yield f"Accounts of owners that are suspended, and cannot act: {who.owners_suspended}."
