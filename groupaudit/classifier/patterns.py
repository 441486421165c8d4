r"""What a hospital writes in forms of its own, from the TOML file that ``classify.patterns`` names.

    [ipp]
    expression = '\b8\d{9}\b'      # category = "record_number" where none is given

    [beds]
    expression = '\bgl-\d{3}\b'
    category = "room"             # a trace of somebody, that does not identify alone

    [wards]
    expression = '\b(?:uca|uva) ?\d\b'
    category = "care_setting"     # health data, as a term of a lexicon

Expressions run under RE2, on folded lower-case text. Executes nothing else of the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import re2

from groupaudit.classifier.detectors.pattern import Pattern
from groupaudit.classifier.lexicon import CATEGORIES, STRONG
from groupaudit.classifier.span import Kind
from groupaudit.errors import ConfigError

#: Categories of identifiers, of traces that identify nobody alone, and of health: what a match of
#: each tells, what stands for it in an excerpt, and how much it tells by itself.
_TELLS = {
    **dict.fromkeys(
        ("record_number", "nir", "ins", "dob", "phone", "email", "address", "bank"),
        (Kind.IDENTITY, "[IDENTIFIANT]", STRONG),
    ),
    "name": (Kind.IDENTITY, "[NOM]", STRONG),
    "room": (Kind.CUE, "[CHAMBRE]", 0.4),
    "initials": (Kind.CUE, "[INITIALES]", 0.4),
    **dict.fromkeys(CATEGORIES, (Kind.HEALTH, "", STRONG)),
}


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
    category = table.get("category", "record_number")
    told = _TELLS.get(category) if isinstance(category, str) else None
    if told is None:
        known = ", ".join(sorted(_TELLS))
        raise ConfigError(f"{path}: [{name}] needs a category out of: {known}")
    kind, mask, weight = told
    try:
        return Pattern(
            f"local-{name}", category, kind, table["expression"].encode("utf-8"), mask, weight
        )
    except re2.error as error:
        raise ConfigError(
            f"{path}: [{name}] is not an expression that RE2 accepts; correct it"
        ) from error
