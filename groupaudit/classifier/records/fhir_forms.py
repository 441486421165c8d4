"""The written forms of FHIR: one JSON text, a line for each resource (NDJSON), or XML.

Gives all resources of a text in one shape, those inside bundles, parameters and other resources
included. Knows nothing of what they mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from groupaudit.classifier.records.xml_tree import Element, parsed

#: JSON is read as a whole up to this length, and by lines beyond.
MAX_CHARS = 16 * 1024 * 1024
_NAMESPACE = re.compile(r"xmlns(?::\w{1,40})?\s*=\s*[\"']http://hl7\.org/fhir[\"']")
_HEAD = 4096
_BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}
#: Elements under which resources stand inside others.
_WRAPPED = ("contained", "entry", "resource", "parameter", "part", "response")


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource. ``names`` are those by which others refer to it; ``scope`` that of ``#ids``."""

    kind: str
    body: Mapping[str, Any] = field(repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    scope: int = 0

    def resolved(self, reference: str) -> str:
        """The name that ``reference`` means from within this resource, ``""`` for no reference."""
        if reference.startswith("#"):
            return f"{self.scope}{reference}"
        if reference.startswith("urn:"):
            return reference
        # Versions and servers aside, "Patient/1" names the same resource within one file.
        return "/".join(reference.partition("/_history")[0].split("/")[-2:])


@dataclass(frozen=True, slots=True)
class Found:
    """All resources of a text, and how many pieces of it could not be read."""

    all: tuple[Resource, ...]
    broken: int = 0


def resources(text: str) -> Found | None:
    """The resources in ``text``; None when it is not FHIR."""
    start = text[:64].lstrip("\ufeff \t\r\n")[:1]
    if start in ("{", "[") and '"resourceType"' in text:
        roots, broken = _json(text.lstrip("\ufeff"))
    elif start == "<" and _NAMESPACE.search(text[:_HEAD]):
        root = parsed(text)
        roots, broken = ([_as_json(root)] if root is not None else []), 0
    else:
        return None
    found = tuple(each for number, root in enumerate(roots) for each in _unwrapped(root, number))
    return Found(found, broken) if found else None


def _json(text: str) -> tuple[list[Any], int]:
    """The values in ``text``: one, or one a line; and the number of lines that are none."""
    if len(text) <= MAX_CHARS:
        try:
            return [json.loads(text)], 0
        except (ValueError, RecursionError):
            pass  # several values, one a line, or broken: the lines tell
    values, broken = [], 0
    for line in text.split("\n"):
        if line.strip():
            try:
                values.append(json.loads(line))
            except (ValueError, RecursionError):
                broken += 1
    return values, broken


def _unwrapped(root: object, scope: int) -> Iterator[Resource]:
    """The resources in ``root``, at any depth of wrapping."""
    waiting: list[tuple[object, str, int]] = [(root, "", scope)]
    while waiting:
        value, url, scope = waiting.pop()
        if isinstance(value, list):
            waiting += ((each, url, scope) for each in reversed(value))
        elif isinstance(value, dict):
            url = value["fullUrl"] if isinstance(value.get("fullUrl"), str) else url
            kind = value.get("resourceType")
            if isinstance(kind, str):
                # What is contained is named within the resource that contains it.
                yield Resource(kind, value, tuple(_names(kind, value, url, scope)), id(value))
                waiting += ((value[n], "", id(value)) for n in _WRAPPED if n in value)
            else:
                waiting += ((value[n], url, scope) for n in _WRAPPED if n in value)


def _names(kind: str, body: Mapping[str, Any], url: str, scope: int) -> Iterator[str]:
    own = body.get("id")
    if isinstance(own, str) and own:
        yield f"{kind}/{own}"
        yield f"{scope}#{own.removeprefix('#')}"
    if url:
        yield url


def _as_json(root: Element) -> dict[str, Any]:
    """XML in the shape of JSON: elements are lists, their ``value`` attributes are words."""
    made: dict[str, Any] = {"resourceType": root.name}
    waiting = [(root, made)]
    while waiting:
        element, target = waiting.pop()
        for child in element.children:
            if child.children and child.children[0].name[:1].isupper():  # wraps a resource
                inner: dict[str, Any] = {"resourceType": child.children[0].name}
                waiting.append((child.children[0], inner))
                value: Any = inner
            elif child.children:
                value = {}
                waiting.append((child, value))
            else:
                value = _BOOLEANS.get(child.get("value"), child.get("value"))
            _put(target, child.name, value)
    return made


def _put(target: dict[str, Any], name: str, value: object) -> None:
    """One value alone, several as a list."""
    if name not in target:
        target[name] = value
    elif isinstance(target[name], list):
        target[name].append(value)
    else:
        target[name] = [target[name], value]
