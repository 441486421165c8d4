"""A small hand-made tenant, and clients that speak to an emulator as the real tool would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import requests
from google.auth import crypt
from google.auth.transport.requests import Request as AuthRequest
from google.oauth2 import service_account
from googleapiclient.discovery import build
from tenants import tenant_of

from groupaudit.emulator.oauth import ServiceAccount
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Group, Member, Post, Tenant, User

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADMIN = "admin@hopital.example"
SCOPE = "https://www.googleapis.com/auth/"
# Where each API lives under the emulator's root: googleapiclient drops the service path of some.
ROOTS = {"groupssettings": "/groups/v1/groups/", "storage": "/storage/v1/"}


def make_post(number: int, *, thread: str | None = None, attachment: bool = False) -> Post:
    date = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=number)

    def render() -> bytes:
        message = EmailMessage()
        message["From"] = "Camille Exemple <camille.exemple@hopital.example>"
        message["To"] = "urgences@hopital.example"
        message["Subject"] = f"Sujet {number} <b>"
        message["Date"] = date
        message["Message-ID"] = f"<post-{number}@hopital.example>"
        text = f"Bonjour,\nFrom ici, message {number}.\nEcrire a ana@hopital.example\n"
        message.set_content(text)
        if attachment:
            message.add_attachment(b"a;b\n1;2\n", maintype="text", subtype="csv", filename="t.csv")
        return message.as_bytes()

    return Post(f"post-{number}", date, thread or f"thread-{number}", render)


def make_group(name: str, **changes: Any) -> Group:
    values: dict[str, Any] = {
        "id": f"g-{name}",
        "email": f"{name}@hopital.example",
        "name": name.capitalize(),
        "settings": {"whoCanViewGroup": "ALL_MEMBERS_CAN_VIEW", "allowExternalMembers": "false"},
    }
    return Group(**(values | changes))


def make_tenant(*groups: Group, **changes: Any) -> Tenant:
    values: dict[str, Any] = {
        "customer_id": "C0demo",
        "name": "CH d'Essai",
        "domains": ("hopital.example", "clinique.example"),
        "domain_aliases": ("hopital-alias.example",),
        "users": (
            User("u1", "admin@hopital.example", "Alix Admin", admin=True),
            User("u2", "bo@hopital.example", "Bo Soignant"),
            User("u3", "parti@hopital.example", "Parti Loin", suspended=True),
        ),
    }
    return tenant_of(*groups, domain="hopital.example", **(values | changes))


def sharing_policy(capability: str) -> dict[str, Any]:
    return {
        "name": "policies/p1",
        "customer": "customers/C0demo",
        "policyQuery": {"orgUnit": "orgUnits/root", "sortOrder": 1},
        "setting": {
            "type": "settings/groups_for_business.groups_sharing",
            "value": {"collaborationCapability": capability},
        },
        "type": "ADMIN",
    }


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant(
        make_group(
            "urgences",
            aliases=("sau@hopital.example",),
            settings={"whoCanViewGroup": "ANYONE_CAN_VIEW", "maxMessageBytes": "1000"},
            members=(
                Member("u1", "admin@hopital.example", role="OWNER"),
                Member("g-nuit", "nuit@hopital.example", type="GROUP"),
                Member("C0demo", None, type="CUSTOMER"),
            ),
            posts_total=40,
            posts=lambda: (make_post(n, attachment=n == 39) for n in range(40)),
        ),
        make_group("nuit", members=(Member("x1", "dehors@ailleurs.example", status=None),)),
        make_group("vide"),
        policies=(sharing_policy("ANYONE_CAN_ACCESS"),),
        consumer_groups=(
            Group(
                "c1",
                "clinique@googlegroups.com",
                "Clinique",
                settings={"whoCanViewGroup": "ANYONE_CAN_VIEW"},
                posts=lambda: iter([make_post(1)]),
            ),
        ),
    )


@pytest.fixture(scope="session")
def account() -> ServiceAccount:
    """One key pair for all emulators of the session: making one takes a while."""
    return ServiceAccount()


@pytest.fixture
def start(tenant: Tenant, account: ServiceAccount) -> Iterator[Callable[..., Emulator]]:
    """Starts an emulator of the tenant (or another) and stops it after the test."""
    running: list[Emulator] = []

    def begin(served: Tenant = tenant, **options: Any) -> Emulator:
        emulator = Emulator(served, now=lambda: NOW, account=account, **options)
        emulator.start()
        running.append(emulator)
        return emulator

    yield begin
    for emulator in running:
        emulator.stop()


@pytest.fixture(scope="session")
def signer(account: ServiceAccount) -> Any:
    """The key as google-auth holds it, loaded once, since checking a key takes a while."""
    return crypt.RSASigner.from_service_account_info(account.key_file("http://127.0.0.1/token"))


@pytest.fixture
def credentials(account: ServiceAccount, signer: Any) -> Callable[..., Any]:
    """Credentials of an emulator's service account, for a subject if one is named."""

    def make(emulator: Emulator, *scopes: str, subject: str | None = ADMIN) -> Any:
        return service_account.Credentials(
            signer,
            service_account_email=account.email,
            token_uri=f"{emulator.url}/token",
            scopes=[SCOPE + scope for scope in scopes],
            subject=subject,
        )

    return make


@pytest.fixture
def service(credentials: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """A googleapiclient service that speaks to an emulator."""
    opened: list[Any] = []

    def make(emulator: Emulator, api: str, version: str, *scopes: str, **options: Any) -> Any:
        endpoint = emulator.url + ROOTS.get(api, "/")
        built = build(
            api,
            version,
            credentials=credentials(emulator, *scopes, **options),
            client_options={"api_endpoint": endpoint},
            static_discovery=True,
        )
        opened.append(built)
        return built

    yield make
    for built in opened:
        built.close()


@pytest.fixture
def token(credentials: Callable[..., Any]) -> Callable[..., str]:
    """A bearer header's value for an emulator."""

    def make(emulator: Emulator, *scopes: str, **options: Any) -> str:
        granted = credentials(emulator, *scopes, **options)
        with requests.Session() as session:
            granted.refresh(AuthRequest(session))
        return f"Bearer {granted.token}"

    return make
