"""What passes between the wire and the APIs: requests, responses, calls. Values only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from groupaudit.emulator.discovery import Method

Damage = Literal["reset", "short", "cut"]
"""``reset``: the connection breaks in mid-body; ``short``: it closes before the announced length;
``cut``: the announced length is right but the body stops half-way (JSON that does not parse)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. ``path`` is still percent-encoded; header names are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def url(self) -> str:
        """Path and query as they were asked for."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response; ``damage`` says how the wire shall spoil it."""

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    content_type: str = "application/json; charset=UTF-8"
    headers: tuple[tuple[str, str], ...] = ()
    damage: Damage | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: a user, or the service account itself (``is_service_account``)."""

    email: str
    scopes: frozenset[str]
    is_service_account: bool


@dataclass(frozen=True, slots=True)
class Call:
    """An API call that passed routing, authentication, scopes, parameters and schema."""

    method: Method
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: dict[str, Any]
    principal: Principal
    headers: Mapping[str, str] = field(repr=False)


def json_response(value: object, *, status: int = 200) -> Response:
    """``value`` as a JSON answer."""
    return Response(status, json.dumps(value).encode())
