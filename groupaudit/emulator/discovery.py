"""Google's discovery documents as a routing table.

The documents ship with google-api-python-client; they say which paths exist, which parameters and
bodies they take and which scopes they ask for. Each is read when a path under its prefix is first
called. Nothing here judges a value (``validation`` does) or answers a call.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

import re2

from groupaudit.emulator.errors import ApiError, Style

# (path prefix, document, error shape). The first prefix that fits wins; cloudidentity, vault and
# chat share ``/v1/`` and are told apart by their routes.
_DOCUMENTS: tuple[tuple[str, tuple[str, ...], Style], ...] = (
    ("/admin/directory", ("admin.directory_v1",), "old"),
    ("/admin/reports", ("admin.reports_v1",), "old"),
    ("/groups/v1/groups/", ("groupssettings.v1",), "old"),
    ("/storage/v1/", ("storage.v1",), "old"),
    ("/gmail/v1/", ("gmail.v1",), "old"),
    ("/drive/v3/", ("drive.v3",), "old"),
    ("/calendar/v3/", ("calendar.v3",), "old"),
    ("/v1/projects/", ("iamcredentials.v1",), "new"),
    ("/v1/", ("vault.v1", "cloudidentity.v1", "chat.v1"), "new"),
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a document says about one parameter. ``pattern`` is an RE2 object or None."""

    name: str
    location: str
    type: str
    required: bool = False
    repeated: bool = False
    enum: frozenset[str] | None = None
    pattern: Any = None
    minimum: int | None = None
    maximum: int | None = None
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Api:
    """One document: its name, where its batches go, its error shape and its schemas."""

    name: str
    version: str
    batch_path: str
    style: Style
    schemas: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Method:
    """One method of an API; ``path`` matches its whole percent-encoded path."""

    id: str
    api: Api
    http_method: str
    path: re.Pattern[str] = field(repr=False)
    parameters: Mapping[str, Parameter] = field(repr=False)
    scopes: frozenset[str] = field(repr=False)
    request: str | None = None
    response: str | None = None
    media: bool = False


class Catalogue:
    """Finds the method behind a path, reading documents as they are needed. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: dict[str, dict[tuple[str, int], list[Method]]] = {}

    def route(self, http_method: str, path: str) -> tuple[Method, dict[str, str]]:
        """The method that answers ``path`` and the decoded values of its path parameters.

        Raises ApiError 404 when no document has it.
        """
        for method in self._table(path).get((http_method, path.count("/")), ()):
            match = method.path.fullmatch(path)
            if match is not None:
                return method, {k: unquote(v) for k, v in match.groupdict().items()}
        raise ApiError(404, "notFound", "The requested URL was not found on this server.")

    def style(self, path: str) -> Style:
        """The error shape of whatever lives under ``path``."""
        return next((style for prefix, _, style in _DOCUMENTS if path.startswith(prefix)), "old")

    def _table(self, path: str) -> dict[tuple[str, int], list[Method]]:
        for prefix, names, style in _DOCUMENTS:
            if path.startswith(prefix):
                with self._lock:
                    if prefix not in self._tables:
                        self._tables[prefix] = _table(names, style)
                    return self._tables[prefix]
        return {}


def _table(names: tuple[str, ...], style: Style) -> dict[tuple[str, int], list[Method]]:
    table: dict[tuple[str, int], list[Method]] = {}
    for name in names:
        for literal, method in _methods(name, style):
            key = (method.http_method, literal.count("/"))
            table.setdefault(key, []).append(method)
    for methods in table.values():
        # ``matters/{id}:close`` must be tried before ``matters/{id}``.
        methods.sort(key=lambda method: -len(re.sub(r"\(.*?\)|\[.*?\]", "", method.path.pattern)))
    return table


def _methods(name: str, style: Style) -> Iterator[tuple[str, Method]]:
    source = files("googleapiclient").joinpath("discovery_cache", "documents", f"{name}.json")
    document = json.loads(source.read_text(encoding="utf-8"))
    api = Api(
        document["name"], document["version"], document["batchPath"], style, document["schemas"]
    )
    common = _parameters(document["parameters"])
    for raw in _walk(document):
        flat = "/" + document["servicePath"] + raw.get("flatPath", raw["path"])
        templated = "/" + document["servicePath"] + raw["path"]
        method = Method(
            id=raw["id"],
            api=api,
            http_method=raw["httpMethod"],
            path=_path_pattern(templated, flat),
            parameters={**common, **_parameters(raw.get("parameters", {}))},
            scopes=frozenset(raw.get("scopes", ())),
            request=raw.get("request", {}).get("$ref"),
            response=raw.get("response", {}).get("$ref"),
            media=raw.get("supportsMediaDownload", False),
        )
        yield flat, method


def _walk(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from resource.get("methods", {}).values()
    for child in resource.get("resources", {}).values():
        yield from _walk(child)


def _path_pattern(templated: str, flat: str) -> re.Pattern[str]:
    """The expression for a path; ``{+name}`` takes the several segments that ``flat`` shows."""
    wide = re.search(r"\{\+(\w+)\}", templated)
    if wide is None:
        return re.compile(_segments(templated, named=True))
    head, tail = templated[: wide.start()], templated[wide.end() :]
    middle = flat[len(head) : len(flat) - len(tail)]
    return re.compile(
        _segments(head, named=True)
        + f"(?P<{wide[1]}>{_segments(middle, named=False)})"
        + _segments(tail, named=True)
    )


def _segments(template: str, *, named: bool) -> str:
    pieces = re.split(r"\{(\w+)\}", template)
    literals, names = pieces[::2], pieces[1::2]
    expression = re.escape(literals[0])
    for name, literal in zip(names, literals[1:], strict=True):
        expression += (f"(?P<{name}>[^/]+)" if named else "[^/]+") + re.escape(literal)
    return expression


def _parameters(raw: dict[str, Any]) -> dict[str, Parameter]:
    return {name: _parameter(name, spec) for name, spec in raw.items()}


def _parameter(name: str, spec: dict[str, Any]) -> Parameter:
    return Parameter(
        name=name,
        location=spec["location"],
        type=spec["type"],
        required=spec.get("required", False),
        repeated=spec.get("repeated", False),
        enum=frozenset(spec["enum"]) if "enum" in spec else None,
        # RE2: some of Google's own patterns take exponential time in a backtracking engine.
        pattern=re2.compile(spec["pattern"]) if "pattern" in spec else None,
        minimum=int(spec["minimum"]) if "minimum" in spec else None,
        maximum=int(spec["maximum"]) if "maximum" in spec else None,
        default=spec.get("default"),
    )
