"""What a refusal by Google means for an administrator: which grant is missing, where to give it.

It reads the machine-readable reason only. It names service accounts, clients and projects, never a
person. Where Google's word fits several causes, all are named, the likeliest first.
"""

from __future__ import annotations

from dataclasses import dataclass

from groupaudit.google import auth
from groupaudit.google.auth import Access
from groupaudit.google.refusals import Failure, Kind
from groupaudit.google.scopes import ROLES, Need, delegation

#: Reasons by which an API says that the project has not enabled it (Google's error guide).
_API_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})

_KEYLESS = ", and google.impersonate to a service account that has domain-wide delegation"

_SERVICE_ACCOUNTS = "Google Cloud console › IAM & Admin › Service accounts"


@dataclass(frozen=True, slots=True)
class Caller:
    """In whose name Google is asked. ``client`` and ``project`` are empty where no file tells."""

    kind: str
    client: str
    project: str
    subject: bool
    impersonate: str
    customer: str

    @classmethod
    def of(cls, access: Access) -> Caller:
        """The caller that ``access`` makes. Raises ConfigError for an unreadable file."""
        return cls(
            auth.kind(access),
            auth.client_id(access),
            auth.project(access),
            bool(access.subject),
            access.impersonate,
            access.customer,
        )


@dataclass(frozen=True, slots=True)
class Missing:
    """What has to be granted: scopes or a role (either may be empty), and how."""

    remedy: str
    scopes: tuple[str, ...] = ()
    role: str = ""


def missing(failed: Failure, need: Need, caller: Caller, scopes: tuple[str, ...]) -> Missing:
    """What ``failed``, met when ``need`` was asked for with ``scopes``, says is missing."""
    if failed.reason in _API_OFF:
        return Missing(_enable(need.service, caller))
    if failed.reason == "domainCannotUseApis":
        return Missing(
            "allow API access: Admin console › Security › Access and data control › API controls."
        )
    match failed.kind:
        case Kind.TOKEN:
            return _no_token(failed.reason, caller, scopes)
        case Kind.EXPIRED:
            return Missing(_key_or_clock())
        case Kind.SCOPE:
            return Missing(_new_consent(scopes), scopes)
        case _:
            return _no_role(need, caller)


def _no_token(reason: str, caller: Caller, scopes: tuple[str, ...]) -> Missing:
    match reason:
        case "unauthorized_client":
            step = delegation(caller.client, scopes)
            return Missing(
                f"{step} Write the scope exactly so: a broader one does not help.", scopes
            )
        case "invalid_scope":
            return Missing(_new_consent(scopes), scopes)
        case "invalid_grant" if caller.subject:
            return Missing(
                "google.subject must be an existing user of the organisation who is not suspended. "
                f"{_key_or_clock()}"
            )
        case "invalid_grant":
            return Missing(_key_or_clock())
    if caller.impersonate:
        return Missing(_may_sign(caller), role="roles/iam.serviceAccountTokenCreator")
    return Missing(f"check google.credentials. {_key_or_clock()}")


def _key_or_clock() -> str:
    return (
        f"Check that the key was not deleted or disabled ({_SERVICE_ACCOUNTS} › Keys), that a "
        "sign-in was not revoked, and that this computer's clock is right."
    )


def _may_sign(caller: Caller) -> str:
    """How to let the source credentials sign as the service account (keyless delegation)."""
    return (
        f"let the source credentials sign as {caller.impersonate}: "
        f"{_enable_command('iamcredentials.googleapis.com', caller)}; "
        f"gcloud iam service-accounts add-iam-policy-binding {caller.impersonate} "
        "--member=PRINCIPAL --role=roles/iam.serviceAccountTokenCreator."
    )


def _new_consent(scopes: tuple[str, ...]) -> str:
    return (
        "sign in again with every scope that is needed, this one included: "
        f"gcloud auth application-default login --scopes={','.join(scopes)} "
        "(add --client-id-file of an OAuth client of your project)."
    )


def _enable(service: str, caller: Caller) -> str:
    return (
        f"enable the API in the Cloud project: {_enable_command(service, caller)} "
        f"(or Google Cloud console › APIs & Services › Library › {service})."
    )


def _enable_command(service: str, caller: Caller) -> str:
    project = f" --project={caller.project}" if caller.project else ""
    return f"gcloud services enable {service}{project}"


def _no_role(need: Need, caller: Caller) -> Missing:
    steps = [_role_step(need, caller)]
    if caller.customer != "my_customer":
        steps.append("Check google.customer.")
    return Missing(" ".join(steps), role=need.role)


def _role_step(need: Need, caller: Caller) -> str:
    if caller.kind == "authorized_user" and not caller.impersonate:
        return f"give the user who signed in this role ({ROLES})."
    if not need.delegated or caller.subject:
        return need.grant
    # A service account that acts for itself: Google lets it hold few roles.
    keyless = "" if caller.kind == "service_account" or caller.impersonate else _KEYLESS
    step = delegation(caller.client, need.scopes)
    return f"set google.subject to a user with that role{keyless}. {step}"
