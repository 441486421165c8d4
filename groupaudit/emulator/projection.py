"""Partial responses: the ``fields`` parameter (``groups(email,name),nextPageToken``).

It cuts an answer down to what was asked for and refuses names that the schema does not have.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from groupaudit.emulator.discovery import Api
from groupaudit.emulator.errors import invalid_parameter

Tree = dict[str, "Tree"]
_TOKEN = re.compile(r"[^(),/\s]+|[(),/]")
_MAX_LENGTH = 4096
_MAX_DEPTH = 20


def project(api: Api, schema_name: str | None, value: Any, fields: str) -> Any:
    """``value`` with only the named fields. Raises ApiError 400 for a selection that is wrong."""
    tree = _parsed(fields)
    schema = {"$ref": schema_name} if schema_name else {}
    return _cut(api, schema, tree, value)


@lru_cache(maxsize=256)
def _parsed(fields: str) -> Tree:
    tokens = _TOKEN.findall(fields[:_MAX_LENGTH])
    tree, rest = _list(tokens, 0, 0)
    if rest != len(tokens) or not tree:
        raise _wrong(fields)
    return tree


def _list(tokens: list[str], at: int, depth: int) -> tuple[Tree, int]:
    tree: Tree = {}
    while True:
        at = _path(tokens, at, tree, depth)
        if at >= len(tokens) or tokens[at] != ",":
            return tree, at
        at += 1


def _path(tokens: list[str], at: int, tree: Tree, depth: int) -> int:
    if depth > _MAX_DEPTH or at >= len(tokens) or tokens[at] in "(),/":
        raise _wrong("".join(tokens))
    branch = tree.setdefault(tokens[at], {})
    at += 1
    if at < len(tokens) and tokens[at] == "/":
        return _path(tokens, at + 1, branch, depth + 1)
    if at < len(tokens) and tokens[at] == "(":
        inner, at = _list(tokens, at + 1, depth + 1)
        if at >= len(tokens) or tokens[at] != ")":
            raise _wrong("".join(tokens))
        branch.update(inner)
        at += 1
    return at


def _cut(api: Api, schema: dict[str, Any], tree: Tree, value: Any) -> Any:
    if not tree or "*" in tree:
        return value
    if "$ref" in schema:
        schema = api.schemas[schema["$ref"]]
    if isinstance(value, list):
        return [_cut(api, schema.get("items", {}), tree, item) for item in value]
    if not isinstance(value, dict):
        return value
    properties = schema.get("properties", {})
    for name in tree:
        if properties and name not in properties and name not in value:
            raise _wrong(name)
    return {
        name: _cut(api, properties.get(name, {}), branch, value[name])
        for name, branch in tree.items()
        if name in value
    }


def _wrong(selection: str) -> Exception:
    return invalid_parameter("fields", f"Invalid field selection {selection}")
