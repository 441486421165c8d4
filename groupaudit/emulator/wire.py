"""HTTP/1.1 on loopback: reads requests, writes responses, and spoils those that shall be spoilt.

Kept lean, since a collection makes thousands of calls: one thread for each kept-alive connection,
one write for each answer, Nagle's delay off. Nothing is logged.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from groupaudit.emulator.errors import ApiError
from groupaudit.emulator.messages import Request, Response

MAX_BODY = 64 * 1024 * 1024  # bytes of a request


class WireServer(ThreadingHTTPServer):
    """Accepts connections on loopback and hands requests to ``answer``."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, answer: Callable[[Request], Response]) -> None:
        self.answer = answer
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own, remembering it until it is closed."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection whose thread is done."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report a fault of the emulator; a client that goes away in mid-answer is ordinary."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def disconnect(self) -> None:
        """End every kept-alive connection, so that their threads end too."""
        with self._lock:
            remaining = list(self._open)
        for connection in remaining:
            _half_close(connection)


def _half_close(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side may have been faster
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: WireServer

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, query, headers, body)
        self._send(self.server.answer(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server

    def _body(self) -> bytes | None:
        """The request's body, or None after refusing it."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal() or len(length) > 12:
            self._refuse(ApiError(411, "required", "Content-Length is required."))
            return None
        if int(length) > MAX_BODY:
            self._refuse(ApiError(413, "uploadTooLarge", "Request Too Large"))
            return None
        return self.rfile.read(int(length)) if length != "0" else b""

    def _refuse(self, error: ApiError) -> None:
        self.close_connection = True
        self._send(Response(error.status, error.body("old"), headers=(("Connection", "close"),)))

    def _send(self, response: Response) -> None:
        body = response.body
        if response.damage == "cut":
            body = body[: len(body) // 2]
        phrase = self.responses.get(response.status, ("",))[0]
        lines = [f"HTTP/1.1 {response.status} {phrase}", f"Content-Type: {response.content_type}"]
        lines.append(f"Date: {self.date_time_string()}")
        lines += [f"{name}: {value}" for name, value in response.headers]
        lines += [f"Content-Length: {len(body)}", "", ""]
        head = "\r\n".join(lines).encode("latin-1", "replace")
        if self.command == "HEAD":
            body = b""
        if response.damage in ("reset", "short"):
            self._break_off(head + body[: len(body) // 2], reset=response.damage == "reset")
        else:
            self.wfile.write(head + body)

    def _break_off(self, data: bytes, *, reset: bool) -> None:
        self.close_connection = True
        self.wfile.write(data)
        if reset:
            # SO_LINGER with no time: closing sends RST instead of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Log nothing."""
