"""Visitors of a small emulated Workspace, and of a site that answers what a test scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from background import Background
from tenants import tenant_of

from groupaudit.emulator.faults import Faults
from groupaudit.emulator.hospital.policies import policies
from groupaudit.emulator.oauth import ServiceAccount
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Group, Post, Tenant
from groupaudit.web.client import PoliteClient, Politeness
from groupaudit.web.visitor import Visitor

OPEN = "urgences@hopital.example"
CLOSED = "nuit@hopital.example"
EMPTY = "vide@hopital.example"
CONSUMER = "clinique@googlegroups.com"
PUBLIC = {"whoCanViewGroup": "ANYONE_CAN_VIEW"}


def _post(number: int) -> Post:
    date = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=number)

    def render() -> bytes:
        message = EmailMessage()
        message["From"] = "Camille Exemple <camille.exemple@hopital.example>"
        message["Subject"] = f"Sujet {number}"
        message["Date"] = date
        message.set_content(f"Bonjour, message {number}.\n")
        if number % 5 == 0:
            message.add_attachment(b"a;b\n", maintype="text", subtype="csv", filename="lits.csv")
        return message.as_bytes()

    return Post(f"post-{number}", date, f"thread-{number // 2}", render)


def _group(email: str, posts: int, **settings: str) -> Group:
    return Group(
        id=email, email=email, name=email, settings=settings, posts_total=posts,
        posts=lambda: (_post(number) for number in range(posts)),
    )  # fmt: skip


@pytest.fixture
def tenant() -> Tenant:
    return tenant_of(
        _group(OPEN, 80, **PUBLIC),
        _group(CLOSED, 3, whoCanViewGroup="ALL_MEMBERS_CAN_VIEW"),
        _group(EMPTY, 0, **PUBLIC),
        _group("zz-shown@hopital.example", 2, **PUBLIC),
        domain="hopital.example",
        users=(),
        consumer_groups=(_group(CONSUMER, 4, **PUBLIC),),
        policies=policies("public", "camelCase"),
    )


@pytest.fixture(scope="session")
def account() -> ServiceAccount:
    """One key pair for all emulators: making one takes a while."""
    return ServiceAccount()


@pytest.fixture
def emulator(tenant: Tenant, account: ServiceAccount) -> Iterator[Emulator]:
    with Emulator(tenant, account=account) as running:
        yield running


@pytest.fixture
def visitor(emulator: Emulator) -> Iterator[Callable[..., Visitor]]:
    """Makes a visitor of the emulator, with faults and manners as a test wants them."""
    made: list[Visitor] = []

    def make(faults: Faults | None = None, *, draw: str = "none", **manners: Any) -> Visitor:
        emulator.faults = faults or Faults()
        politeness = Politeness(emulator.url, **{"pause_s": 0.0, **manners})
        made.append(Visitor(PoliteClient(politeness), draw=lambda: draw))
        return made[-1]

    yield make
    for each in made:
        each.close()


@dataclass
class Site:
    """A scripted site: ``pages`` by path; a page is status, headers, body. ``asked`` in order."""

    url: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def site() -> Iterator[Site]:
    scripted = Site(pages={"/robots.txt": (200, {"Content-Type": "text/plain"}, b"")})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            scripted.asked.append((self.path, dict(self.headers)))
            status, headers, body = scripted.pages.get(
                self.path.partition("?")[0], (404, {"Content-Type": "text/html"}, b"")
            )
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with Background(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        scripted.url = server.url
        yield scripted
