"""Credentials: from what the configuration names to a google-auth object with given scopes.

It reads the credentials file and refuses what cannot work; it asks nobody for a token (``wire`` and
``transport`` do), and never puts a key, a token or a person's address in a message.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import google.auth
from google.auth import aws, exceptions, identity_pool, impersonated_credentials
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account

from groupaudit.confidential import is_loopback
from groupaudit.errors import ConfigError

#: A key file is about 2.4 kB; whatever is a hundred times larger is not one.
LARGEST_FILE = 256 * 1024

#: Scope that a source credential needs to sign as another service account (keyless delegation).
IAM_SCOPE = "https://www.googleapis.com/auth/cloud-platform"

_KINDS = ("service_account", "authorized_user", "external_account")
#: Behind a project's id, the domain of its service accounts' addresses.
_OF_PROJECT = ".iam.gserviceaccount.com"
#: A project's id as Google Cloud's documentation gives it, old ones with a domain included.
_PROJECT = re.compile(r"[a-z0-9.:-]{1,80}")


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach Google, as the ``[google]`` table of the configuration says it.

    ``credentials`` is the path of a file, or "adc". ``api_root`` empty means Google itself.
    ``requests_per_minute`` is the ceiling for each API.
    """

    credentials: str
    subject: str = ""
    impersonate: str = ""
    customer: str = "my_customer"
    api_root: str = ""
    requests_per_minute: int = 2000

    def __post_init__(self) -> None:
        """Refuse what no request could honour: ConfigError naming the key."""
        if self.api_root:
            check_root(self.api_root)
        if self.requests_per_minute < 1:
            raise ConfigError(
                "google.requests_per_minute must be 1 or more: raise it, or remove the line."
            )


def check_root(root: str) -> None:
    """Refuse a root that would send tokens in clear over a network: ConfigError."""
    try:
        parts = urlsplit(root)
        _port = parts.port  # a property that raises on a bad port
    except ValueError as error:
        raise ConfigError(
            "google.api_root is not a URL: write for example http://127.0.0.1:8080."
        ) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError("google.api_root is not a URL: write for example http://127.0.0.1:8080.")
    if parts.username or parts.password:
        raise ConfigError("google.api_root must hold no user name or password: remove them.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ConfigError(
            "google.api_root may use http only on this machine (127.0.0.1, ::1, localhost): "
            "use https, or leave it empty to reach Google."
        )


def credentials(access: Access, scopes: Sequence[str]) -> Any:
    """google-auth credentials for ``scopes``, not yet refreshed.

    Raises ConfigError when the file is missing, malformed, or cannot do what is asked of it.
    """
    if not access.impersonate:
        return _own(access, scopes, subject=access.subject)
    return impersonated_credentials.Credentials(
        source_credentials=_own(access, [IAM_SCOPE], subject=""),
        target_principal=access.impersonate,
        target_scopes=list(scopes),
        subject=access.subject or None,
    )


def client_id(access: Access) -> str:
    """OAuth client id of the service account (for the Admin console), empty when not in a file."""
    if access.impersonate or access.credentials == "adc":
        return ""
    found = _read(Path(access.credentials)).get("client_id")
    return found if isinstance(found, str) and found.isdigit() else ""


def kind(access: Access) -> str:
    """The ``type`` in the credentials file, "adc", or "unknown". Raises ConfigError."""
    if access.credentials == "adc":
        return "adc"
    found = _read(Path(access.credentials)).get("type")
    return found if found in _KINDS else "unknown"


def project(access: Access) -> str:
    """The Cloud project that the credentials file names, empty if none (for ``gcloud``)."""
    if access.credentials == "adc":
        return ""
    found = _read(Path(access.credentials)).get("project_id")
    return found if isinstance(found, str) and _PROJECT.fullmatch(found) else ""


def account(access: Access) -> str:
    """What Google counts requests on, as far as the configuration tells: a digest, 16 hex digits.

    The Cloud project of the impersonated service account or else of the key file, since Google's
    quotas are a project's; where neither names one, the file itself. Raises ConfigError.
    """
    host = access.impersonate.partition("@")[2]
    named = host.removesuffix(_OF_PROJECT) if host.endswith(_OF_PROJECT) else project(access)
    counted = (access.api_root, f"project {named}" if named else f"file {access.credentials}")
    return hashlib.sha256("\n".join(counted).encode()).hexdigest()[:16]


def _own(access: Access, scopes: Sequence[str], *, subject: str) -> Any:
    """Credentials of the principal that the configuration itself names."""
    if access.credentials == "adc":
        return _delegated(_application_default(scopes), subject)
    path = Path(access.credentials)
    info = _read(path)
    try:
        return _delegated(_from_info(info, scopes), subject)
    except (exceptions.GoogleAuthError, ValueError, TypeError, KeyError) as error:
        raise ConfigError(
            f"google.credentials: {path} is not a usable credentials file. Download the key again "
            "from the Google Cloud console (IAM & Admin › Service accounts › Keys)."
        ) from error


def _from_info(info: dict[str, Any], scopes: Sequence[str]) -> Any:
    match info.get("type"):
        case "service_account":
            return service_account.Credentials.from_service_account_info(info, scopes=list(scopes))
        case "authorized_user":
            return user_credentials.Credentials.from_authorized_user_info(info, list(scopes))
        case "external_account":
            return _federation(info).from_info(info, scopes=list(scopes))
        case _:
            raise ValueError("no known type of credentials")


def _federation(info: dict[str, Any]) -> Any:
    """The class for a workload identity federation: on Amazon's cloud, or by a file or address.

    A file that names a program to run is refused: a credentials file must not start anything.
    """
    source = info["credential_source"]
    if "executable" in source:
        raise ValueError("a credential source that is a program")
    return aws.Credentials if "environment_id" in source else identity_pool.Credentials


def _application_default(scopes: Sequence[str]) -> Any:
    try:
        return google.auth.default(scopes=list(scopes))[0]
    except (exceptions.GoogleAuthError, ValueError, OSError) as error:
        raise ConfigError(
            'google.credentials is "adc" but no application default credentials were found: run '
            "`gcloud auth application-default login`, or name a key file."
        ) from error


def _delegated(found: Any, subject: str) -> Any:
    """``found`` acting as ``subject``; ConfigError when this kind of credentials cannot."""
    if not subject:
        return found
    if not isinstance(found, service_account.Credentials):
        raise ConfigError(
            "google.subject needs a service-account key file, or google.impersonate naming a "
            "service account that has domain-wide delegation: set one of them, or remove subject."
        )
    return found.with_subject(subject)


def _read(path: Path) -> dict[str, Any]:
    """The JSON object in ``path``; ConfigError naming file and key otherwise."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ConfigError(
            f"google.credentials: {path} cannot be read ({error.strerror or 'unreadable'}). "
            "Check the path and the permissions of the file."
        ) from error
    try:
        info = json.loads(raw) if len(raw) <= LARGEST_FILE else None
    except (ValueError, RecursionError) as error:
        raise _not_credentials(path) from error
    if not isinstance(info, dict):
        raise _not_credentials(path)
    return info


def _not_credentials(path: Path) -> ConfigError:
    return ConfigError(
        f"google.credentials: {path} is not a JSON credentials file. Name the file that the Google "
        'Cloud console made, or "adc".'
    )
