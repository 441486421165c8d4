"""Are the credentials usable at all? The file, its kind, and who else may read it.

It asks Google nothing, and says nothing of what the file holds but its kind and client id.
"""

from __future__ import annotations

from pathlib import Path

from groupaudit.confidential import is_private
from groupaudit.doctor.outcome import Outcome, State
from groupaudit.doctor.remedies import Caller
from groupaudit.errors import ConfigError
from groupaudit.google import auth, scopes
from groupaudit.google.auth import Access

_TITLE = "credentials"

_CALLED = {
    "service_account": "service-account key",
    "authorized_user": "sign-in of a user",
    "external_account": "workload identity federation",
    "adc": "application default credentials",
}


def usable(access: Access) -> Outcome:
    """Whether the library accepts the credentials for what the configuration asks of them."""
    try:
        auth.credentials(access, scopes.GROUPS.scopes)
        caller = Caller.of(access)
    except ConfigError as error:
        return Outcome(
            "credentials",
            _TITLE,
            State.CONFIG,
            "not usable",
            "Nothing can be asked of Google.",
            str(error),
        )
    return _open_to_others(access) or Outcome("credentials", _TITLE, State.OK, _described(caller))


def _described(caller: Caller) -> str:
    words = [_CALLED.get(caller.kind, caller.kind)]
    if caller.client:
        words.append(f"client {caller.client}")
    if caller.impersonate:
        words.append(f"signing as {caller.impersonate} without a key")
    words.append("acting for google.subject" if caller.subject else "acting for itself")
    return ", ".join(words)


def _open_to_others(access: Access) -> Outcome | None:
    if access.credentials == "adc":
        return None
    path = Path(access.credentials)
    try:
        private = is_private(path)
    except OSError:
        return None  # it was read a moment ago; what is wrong now, the token will tell
    if private:
        return None
    return Outcome(
        "credentials",
        _TITLE,
        State.OPTIONAL,
        "usable, and other accounts of this computer may read the file",
        "Whoever copies the file can read what this program can read.",
        f"chmod 600 {path}",
    )
