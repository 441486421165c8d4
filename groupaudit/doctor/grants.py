"""Does Google let this caller do what each feature needs? A token for each scope, then one read.

Each scope is asked for alone, since domain-wide delegation grants each alone: so exactly the
missing one is named. It refuses to take a token for a permission, or one refused group for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from groupaudit.doctor import probes
from groupaudit.doctor.outcome import Outcome, State
from groupaudit.doctor.remedies import Caller, missing
from groupaudit.errors import AccessDenied, AuthError, GroupAuditError, NotFound
from groupaudit.google import answers, scopes
from groupaudit.google.refusals import FAILURES, Failure, failure
from groupaudit.google.scopes import Need
from groupaudit.google.transport import Feature, GoogleApis

#: What a working read does not show.
_NOT_SHOWN = {
    scopes.VAULT: "matters can be listed; that posts can be exported shows only in an audit",
    scopes.VAULT_FILES: "a token is given; that files can be downloaded shows only in an audit",
}


class Grants:
    """What ``caller`` may do at ``google``. Remembers which scopes are granted."""

    def __init__(self, google: GoogleApis, caller: Caller) -> None:
        self._google = google
        self._caller = caller
        self._tokens: dict[str, GroupAuditError | None] = {}
        self._groups: tuple[str, ...] = ()

    def outcomes(self, needs: Iterable[Need]) -> Iterator[Outcome]:
        """One outcome for each of ``needs``, in their order. Raises ConfigError only."""
        for need in needs:
            yield self._without_token(need) or self._read(need)

    def _without_token(self, need: Need) -> Outcome | None:
        """The outcome for a need that lacks a scope; None when all are granted."""
        errors = {scope: error for scope in need.scopes if (error := self._token(need, scope))}
        if not errors:
            return None
        return self._defect(need, next(iter(errors.values())), tuple(errors))

    def _token(self, need: Need, scope: str) -> GroupAuditError | None:
        if scope not in self._tokens:
            alone = replace(Feature.of(need), scopes=(scope,))
            try:
                self._google.api(alone).admitted()
                self._tokens[scope] = None
            except GroupAuditError as error:
                self._tokens[scope] = error
        return self._tokens[scope]

    def _read(self, need: Need) -> Outcome:
        if need is scopes.GROUPS:
            return self._list_groups()
        if need not in probes.OF_A_GROUP:
            return self._ask(need, "")
        if not self._groups:
            return Outcome(
                need.name, need.what, State.UNCHECKED, "not asked for: no group is known"
            )
        found = (self._ask(need, group) for group in self._groups)
        tried: list[Outcome] = []
        for outcome in found:
            if outcome.state is State.OK:
                return outcome
            tried.append(outcome)
        return tried[0]

    def _list_groups(self) -> Outcome:
        need = scopes.GROUPS
        try:
            pages = self._google.api(Feature.of(need)).pages(
                probes.groups(self._google.access.customer)
            )
            rows = next(filter(None, (answers.entries(page, "groups") for page in pages)), [])
        except GroupAuditError as error:
            return self._defect(need, error, need.scopes)
        self._groups = tuple(email for row in rows if isinstance(email := row.get("email"), str))
        if not self._groups:
            return Outcome(need.name, need.what, State.OPTIONAL, "allowed, and there is no group")
        return Outcome(need.name, need.what, State.OK, "allowed")

    def _ask(self, need: Need, group: str) -> Outcome:
        api = self._google.api(Feature.of(need))
        try:
            for request in probes.requests(need, self._google.access.customer, group):
                api.call(request)
        except NotFound as error:
            if not group:
                return self._defect(need, error, need.scopes)
            found = "the groups that were tried are gone: run again"
            return Outcome(need.name, need.what, State.UNCHECKED, found)
        except GroupAuditError as error:
            return self._defect(need, error, need.scopes)
        return Outcome(need.name, need.what, State.OK, _NOT_SHOWN.get(need, "allowed"))

    def _defect(self, need: Need, error: GroupAuditError, asked: tuple[str, ...]) -> Outcome:
        failed = _failure(error)
        if not isinstance(error, AuthError | AccessDenied) or failed is None:
            return Outcome(need.name, need.what, State.FAILED, error.reason, need.lost, str(error))
        lacking = missing(failed, need, self._caller, asked)
        return Outcome(
            need.name,
            need.what,
            State.REFUSED,
            _seen(failed, isinstance(error, AuthError)),
            need.lost,
            lacking.remedy,
            lacking.scopes,
            lacking.role,
        )


def _failure(error: GroupAuditError) -> Failure | None:
    """What Google answered, told by the exception behind ``error``."""
    cause = error.__cause__
    return failure(cause) if isinstance(cause, FAILURES) else None


def _seen(failed: Failure, token: bool) -> str:  # noqa: FBT001 - the two sorts of refusal
    words = " ".join(part for part in (str(failed.status or ""), failed.reason) if part)
    return f"{'no usable token' if token else 'refused'}" + (f" ({words})" if words else "")
