"""A server on the loopback that answers in a thread of its own while a test asks it."""

from __future__ import annotations

import threading
from http.server import HTTPServer
from typing import Self


class Background:
    """Lets ``server`` answer at ``url`` until the end of the block, then closes it."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_port}"
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
