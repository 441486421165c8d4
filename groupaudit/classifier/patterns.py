r"""A hospital's own identifiers, from the TOML file that ``classify.patterns`` names.

    [ipp]
    expression = '\b8\d{9}\b'
    category = "record_number"    # or nir, name, room ...

Expressions run under RE2, on folded lower-case text. Executes nothing else of the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import re2

from groupaudit.classifier.detectors.pattern import Pattern
from groupaudit.classifier.span import Kind
from groupaudit.errors import ConfigError


def load(path: str) -> tuple[Pattern, ...]:
    """The detectors of the file at ``path``. Raises ConfigError naming file, table and remedy."""
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            f"classify.patterns: cannot read {path} as TOML; correct the file or its path"
        ) from error
    return tuple(_pattern(path, name, table) for name, table in tables.items())


def _pattern(path: str, name: str, table: Any) -> Pattern:
    if not isinstance(table, Mapping) or not isinstance(table.get("expression"), str):
        raise ConfigError(f"{path}: [{name}] needs a key 'expression' with an RE2 expression")
    unknown = set(table) - {"expression", "category"}
    if unknown:
        raise ConfigError(f"{path}: [{name}] has the unknown key {min(unknown)!r}; remove it")
    try:
        return Pattern(
            f"local-{name}", str(table.get("category", "record_number")), Kind.IDENTITY,
            table["expression"].encode("utf-8"), "[IDENTIFIANT]",
        )  # fmt: skip
    except re2.error as error:
        raise ConfigError(
            f"{path}: [{name}] is not an expression that RE2 accepts; correct it"
        ) from error
