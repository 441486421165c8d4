"""Real servers on the loopback that messages are sent to: mail, HTTP, slow ones and dead ones."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from background import Background

USER, PASSWORD = "login-of-the-tests", "a-secret of the tests"


class Mailbox:
    """A handler that keeps what it is given; ``refuse`` are recipients that it does not take."""

    def __init__(self, refuse: tuple[str, ...] = ()) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refuse = refuse

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address in self.refuse:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        self.recipients.append(list(envelope.rcpt_tos))
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@contextmanager
def mail_server(
    mailbox: Mailbox, security: str = "none", context: ssl.SSLContext | None = None
) -> Iterator[int]:
    """Serve ``mailbox`` with TLS as asked for, and a login wherever there is TLS; the port."""

    def authenticator(
        server: Any, session: Any, envelope: Any, mechanism: str, login: Any
    ) -> AuthResult:
        known = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=login == known, handled=False)

    options: dict[str, Any] = {}
    if security == "tls":
        options = {"ssl_context": context, "auth_require_tls": False}
    elif security == "starttls":
        options = {"tls_context": context, "require_starttls": True}
    if security != "none":
        options |= {"authenticator": authenticator, "auth_required": True}
    controller = _Controller(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield controller.server.sockets[0].getsockname()[1]
    finally:
        controller.stop()


class _Controller(Controller):
    """A controller that does not knock at port 0 to see whether it runs."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Posts(Background):
    """An HTTP server that keeps what is posted to it; ``status`` is its answer to everything."""

    def __init__(self) -> None:
        self.status = 200
        self.received: list[tuple[str, Any]] = []
        keeper = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                keeper.received.append((self.path, json.loads(body) if body else None))
                self.send_response(keeper.status)
                self.send_header("Content-Length", "0")
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), Handler))

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.received]

    @property
    def bodies(self) -> list[Any]:
        return [body for _, body in self.received if body is not None]


def dead_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def silence(connection: socket.socket, over: threading.Event) -> None:
    """Take the connection and never say a word."""
    over.wait(20)


def drip(connection: socket.socket, over: threading.Event) -> None:
    """Greet for ever, a byte at a time: no single wait is long."""
    with suppress(OSError):
        while not over.is_set():
            for byte in b"220-wait\r\n":
                connection.sendall(bytes((byte,)))
                time.sleep(0.02)


@contextmanager
def tedious_server(behaviour: Callable[[socket.socket, threading.Event], None]) -> Iterator[int]:
    """A server that behaves like that to whoever comes; the port."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def serve() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    connection, _ = listener.accept()
                    with connection:
                        behaviour(connection, over)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join()
