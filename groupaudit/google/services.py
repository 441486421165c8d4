"""The APIs' methods, from the discovery documents that the library ships: no network.

It builds what builds requests; it sends none. Google's own paths are kept: ``wire.RoutedHttp``
exchanges the host, which works for batches and for APIs whose path the library's ``api_endpoint``
option would drop.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from googleapiclient.discovery import build

from groupaudit.google.wire import RoutedHttp


class Services:
    """One service object for each API and version. Thread-safe, and so are the objects."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], Any] = {}

    def of(self, api: str, version: str) -> Any:
        """The service object of ``api``; building the first takes some tens of milliseconds."""
        with self._lock:
            if (api, version) not in self._made:
                service = build(api, version, http=RoutedHttp(self._root), cache_discovery=False)
                self._made[api, version] = _made_once(service)
            return self._made[api, version]


def _made_once(resource: Any) -> Any:
    """``resource`` whose collections are made when first asked for, and then kept.

    The library makes a collection anew at each ``service.groups()`` and writes the documentation
    of all its methods: a quarter of the processor time of a call. They hold no state.
    """
    for name, make in tuple(vars(resource).items()):
        if getattr(make, "__is_resource__", False):
            setattr(resource, name, cache(lambda make=make: _made_once(make())))
    return resource
