"""A tiny server on loopback that answers what a test scripts, and a key made for it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from background import Background
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from groupaudit.google.auth import Access
from groupaudit.google.transport import GoogleApis


@dataclass
class Answer:
    """One answer. ``cut`` sends only half of the body and drops the connection."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    reset: bool = False


def refusal(status: int, reason: str, **headers: str) -> Answer:
    """An error in the shape of Google's older APIs."""
    body = {"error": {"code": status, "message": "secret prose", "errors": [{"reason": reason}]}}
    return Answer(
        status, json.dumps(body).encode(), {k.replace("_", "-"): v for k, v in headers.items()}
    )


@dataclass
class Wire:
    """What the server was asked, and what it will answer: scripted first, then ``always``."""

    url: str = ""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    script: list[Answer] = field(default_factory=list)
    token: Answer | None = None
    always: Callable[[str, dict[str, str]], Answer] = lambda _path, _headers: Answer()

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        if path == "/token":
            number = sum(asked[1] == "/token" for asked in self.asked)
            body = {"access_token": f"token-{number}", "expires_in": 3600}
            return self.token or Answer(body=json.dumps(body).encode())
        return self.script.pop(0) if self.script else self.always(path, headers)

    def paths(self) -> list[str]:
        return [path for _method, path, _headers, _body in self.asked if path != "/token"]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes: the second would wait 40 ms
    wire: Wire

    def log_message(self, *_args: object) -> None:
        pass

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.wire.asked.append((self.command, self.path, headers, body))
        answer = self.wire.answer(self.path, headers)
        if answer.reset:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in ({"content-type": "application/json"} | answer.headers).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        half = answer.body[: len(answer.body) // 2]
        self.wfile.write(half if answer.cut else answer.body)
        self.close_connection = self.close_connection or answer.cut

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - names that http.server asks for


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    handler = type("Handler", (_Handler,), {"wire": wire})
    with Background(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as server:
        wire.url = server.url
        yield wire


@pytest.fixture(scope="session")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture
def key_file(tmp_path: Path, private_key: str) -> Path:
    path = tmp_path / "key.json"
    path.write_text(
        json.dumps(
            {
                "type": "service_account",
                "client_email": "auditor@project.iam.gserviceaccount.com",
                "client_id": "104729",
                "private_key_id": "1",
                "private_key": private_key,
                "token_uri": "https://oauth2.googleapis.com/token",
            }
        )
    )
    return path


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def google(wire: Wire, key_file: Path, slept: list[float]) -> Iterator[GoogleApis]:
    """Google at the tiny server; sleeps are noted instead of slept, time goes on by them."""
    access = Access(str(key_file), subject="admin@hopital.example", api_root=wire.url)
    with GoogleApis(access, sleep=slept.append, draw=lambda: 1.0, clock=lambda: sum(slept)) as apis:
        yield apis


@pytest.fixture
def refuse() -> Callable[..., Answer]:
    return refusal


@pytest.fixture
def reply() -> type[Answer]:
    return Answer
