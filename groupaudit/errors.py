"""Every error groupaudit raises on purpose, in one tree.

    GroupAuditError            exit 1   anything below, when nothing more exact applies
    ├── UsageError             exit 2   a command was called with something it cannot take
    ├── ConfigError            exit 2   the configuration: names file, key and remedy
    ├── AuthError              exit 3   credentials, scope or role refused for the whole run
    ├── LockedError            exit 7   another run holds the lock
    ├── CollectError                    Google's side, for one group or for the whole listing
    │   ├── AccessDenied                this principal may not read it (403)
    │   ├── NotFound                    it does not exist any more (404)
    │   └── BadAnswer                   an answer that cannot be understood
    ├── PostsError                      posts of one group, or one document, cannot be read
    ├── QuotaExhausted                  the day's quota is used up: resume tomorrow
    ├── Interrupted                     the run is being stopped: give up at once, clean up
    ├── NotifyError                     a message about an audit could not be delivered
    └── StoreError                      the history database

Adapters translate a library's exception once, at their edge, ``from`` the original. ``audit`` alone
turns an error about one group into ``Unassessed``; ``cli`` alone turns the rest into an exit code.
A message says what happened and what to do next, and never holds a token, a post or an identifier
of a person.
"""

from __future__ import annotations

from typing import ClassVar


class GroupAuditError(Exception):
    """Root of the tree. ``reason`` is a stable kebab-case word for reports and counts."""

    exit_code: ClassVar[int] = 1
    reason: str = "failed"

    def __init__(self, message: str, *, reason: str | None = None) -> None:
        super().__init__(message)
        if reason is not None:
            self.reason = reason


class UsageError(GroupAuditError):
    """A command was called with something it cannot take."""

    exit_code = 2
    reason = "usage"


class ConfigError(GroupAuditError):
    """The configuration is wrong; the message names file, key and remedy."""

    exit_code = 2
    reason = "config"


class AuthError(GroupAuditError):
    """Credentials, scope or role refused for the whole run."""

    exit_code = 3
    reason = "auth-refused"


class LockedError(GroupAuditError):
    """Another run holds the lock."""

    exit_code = 7
    reason = "locked"


class CollectError(GroupAuditError):
    """Google's side failed, for one group or for the whole listing."""

    reason = "collect-failed"


class AccessDenied(CollectError):
    """This principal may not read it (HTTP 403 that a retry does not mend)."""

    reason = "access-denied"


class NotFound(CollectError):
    """It does not exist any more (HTTP 404): deleted between list and get."""

    reason = "not-found"


class BadAnswer(CollectError):
    """An answer that cannot be understood (truncated, not JSON, a required field missing)."""

    reason = "bad-answer"


class PostsError(GroupAuditError):
    """The posts of one group, or one document, cannot be read."""

    reason = "posts-unreadable"


class QuotaExhausted(GroupAuditError):
    """The day's quota is used up; the run can be resumed tomorrow.

    No failure of Google's or of a group's, so that nothing which catches those catches this.
    """

    reason = "quota-exhausted"


class Interrupted(GroupAuditError):
    """The run is being stopped: whoever waits gives up at once and cleans up.

    No failure of Google's or of a group's, so that nothing which catches those catches this.
    """

    reason = "interrupted"


class NotifyError(GroupAuditError):
    """A message about an audit could not be delivered; the audit itself goes on."""

    reason = "not-delivered"


class StoreError(GroupAuditError):
    """The history database cannot be read or written."""

    reason = "store-failed"
