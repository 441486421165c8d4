"""The token endpoint: whom it believes, and in which words it refuses."""

from __future__ import annotations

import json
import stat
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request as AuthRequest
from google.oauth2 import service_account

from groupaudit.emulator.access import AUDIT_SCOPES, Access
from groupaudit.emulator.oauth import GOOGLE_TOKEN_URL, JWT_BEARER, ServiceAccount

Make = Callable[..., Any]
SCOPE = "https://www.googleapis.com/auth/admin.directory.group.readonly"


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    values = {
        "iss": ServiceAccount.email,
        "aud": GOOGLE_TOKEN_URL,
        "iat": now,
        "exp": now + 3600,
        "scope": SCOPE,
        "sub": "admin@hopital.example",
    }
    return {k: v for k, v in (values | changes).items() if v is not None}


def ask(url: str, assertion: str) -> requests.Response:
    form = {"grant_type": JWT_BEARER, "assertion": assertion}
    return requests.post(f"{url}/token", data=form, timeout=5)


@pytest.mark.parametrize("aud", ["google", "own"])
def test_a_good_assertion_gives_a_token(start: Make, account: ServiceAccount, aud: str) -> None:
    emulator = start()
    audience = GOOGLE_TOKEN_URL if aud == "google" else f"{emulator.url}/token"
    answer = ask(emulator.url, account.sign(claims(aud=audience)))

    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 3600


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"aud": "https://example.org/token"}, (400, "invalid_grant", "audience")),
        ({"iss": "other@x.iam.gserviceaccount.com"}, (400, "invalid_grant", "account not found")),
        ({"exp": 1000, "iat": 0}, (400, "invalid_grant", "short-lived")),
        ({"exp": int(time.time()) + 90000}, (400, "invalid_grant", "short-lived")),
        ({"iat": int(time.time()) + 9000}, (400, "invalid_grant", "short-lived")),
        ({"exp": None}, (400, "invalid_grant", "short-lived")),
        ({"sub": "nobody@hopital.example"}, (400, "invalid_grant", "Invalid email or User ID")),
        ({"sub": "parti@hopital.example"}, (400, "invalid_grant", "Invalid email or User ID")),
        ({"scope": None}, (400, "invalid_scope", "Empty or missing")),
        ({"scope": "groups"}, (400, "invalid_scope", "invalid")),
        (
            {"scope": "https://www.googleapis.com/auth/admin.directory.group"},
            (401, "unauthorized_client", "not authorized for any of the scopes"),
        ),
    ],
)
def test_a_wrong_assertion_is_refused(
    start: Make,
    account: ServiceAccount,
    changes: dict[str, Any],
    refusal: tuple[int, str, str],
) -> None:
    status, error, says = refusal
    answer = ask(start().url, account.sign(claims(**changes)))

    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert says in answer.json()["error_description"]


def test_a_foreign_key_is_refused(start: Make) -> None:
    answer = ask(start().url, ServiceAccount().sign(claims()))

    assert answer.status_code == 400
    assert answer.json()["error_description"] == "Invalid JWT Signature."


@pytest.mark.parametrize("assertion", ["", "a", "a.b.c", "e30.e30", "e30.e30.e30", "W10.W10.x"])
def test_what_is_no_assertion_is_refused(start: Make, assertion: str) -> None:
    assert ask(start().url, assertion).json()["error"] == "invalid_grant"


def test_the_service_account_itself_needs_no_delegation(
    start: Make, account: ServiceAccount
) -> None:
    emulator = start(access=Access(delegated_scopes=frozenset()))

    assert ask(emulator.url, account.sign(claims(sub=None))).status_code == 200
    assert ask(emulator.url, account.sign(claims())).status_code == 401


def test_the_real_library_gets_a_refresh_error_when_the_subject_is_wrong(
    start: Make, token: Make
) -> None:
    with pytest.raises(RefreshError, match="Invalid email or User ID"):
        token(start(), "admin.directory.group.readonly", subject="nobody@hopital.example")


def test_a_refresh_token_stands_for_its_user(start: Make, tmp_path: Path) -> None:
    emulator = start()
    emulator.write_authorized_user(tmp_path / "user.json", "admin@hopital.example")
    form = {
        "grant_type": "refresh_token",
        "refresh_token": json.loads((tmp_path / "user.json").read_text())["refresh_token"],
    }
    answer = requests.post(f"{emulator.url}/token", data=form, timeout=5).json()
    header = {"Authorization": f"Bearer {answer['access_token']}"}
    forged = requests.post(
        f"{emulator.url}/token", data=form | {"refresh_token": "1//no"}, timeout=5
    )

    assert requests.get(f"{emulator.url}/v1/policies", headers=header, timeout=5).status_code == 200
    assert forged.json()["error"] == "invalid_grant"


def test_a_payload_is_signed_for_who_may_create_tokens(start: Make, token: Make) -> None:
    emulator = start()
    url = f"{emulator.url}/v1/projects/-/serviceAccounts/{ServiceAccount.email}:signJwt"
    header = {"Authorization": token(emulator, "cloud-platform", subject=None)}
    body = {"payload": json.dumps(claims())}
    signed = requests.post(url, json=body, headers=header, timeout=5).json()["signedJwt"]
    long = {"payload": json.dumps(claims(exp=int(time.time()) + 13 * 3600))}

    assert ask(emulator.url, signed).status_code == 200
    assert requests.post(url, json=long, headers=header, timeout=5).status_code == 400


def test_signing_is_refused_without_the_permission(start: Make, token: Make) -> None:
    emulator = start(access=Access(token_creator=False))
    url = f"{emulator.url}/v1/projects/-/serviceAccounts/{ServiceAccount.email}:signJwt"
    header = {"Authorization": token(emulator, "cloud-platform", subject=None)}
    answer = requests.post(url, json={"payload": "{}"}, headers=header, timeout=5)

    assert answer.status_code == 403
    assert answer.json()["error"]["status"] == "PERMISSION_DENIED"


def test_a_token_ends_with_its_lifetime(start: Make, token: Make) -> None:
    emulator = start(access=Access(token_lifetime=0))
    header = {"Authorization": token(emulator, "cloud-identity.policies.readonly")}

    assert requests.get(f"{emulator.url}/v1/policies", headers=header, timeout=5).status_code == 401


def test_the_files_for_a_client_are_private_and_complete(start: Make, tmp_path: Path) -> None:
    emulator = start()
    path = emulator.write_config(tmp_path / "new")
    config = tomllib.loads(path.read_text())
    key = Path(config["google"]["credentials"])

    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(key.stat().st_mode) == 0o600
    assert config["google"]["subject"] == "admin@hopital.example"
    assert config["google"]["api_root"] == config["google"]["web_root"] == emulator.url
    assert json.loads(key.read_text())["token_uri"] == f"{emulator.url}/token"


def test_the_delegation_covers_an_audit_with_every_source() -> None:
    needed = ("apps.groups.settings", "ediscovery", "devstorage.read_only", "gmail.readonly")

    assert {f"https://www.googleapis.com/auth/{name}" for name in needed} <= AUDIT_SCOPES


def test_the_key_file_works_in_the_real_library(start: Make, tmp_path: Path) -> None:
    emulator = start()
    emulator.write_key(tmp_path / "key.json")
    loaded = service_account.Credentials.from_service_account_file(
        str(tmp_path / "key.json"), scopes=[SCOPE], subject="admin@hopital.example"
    )
    with requests.Session() as session:
        loaded.refresh(AuthRequest(session))

    assert loaded.valid
