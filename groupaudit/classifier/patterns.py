r"""What a hospital writes in forms of its own, from the TOML file that ``classify.patterns`` names.

    [ipp]
    expression = '\b8\d{9}\b'      # category = "record_number" where none is given

    [beds]
    expression = '\bgl-\d{3}\b'
    category = "room"             # a trace of somebody, that does not identify alone

    [wards]
    expression = '\b(?:uca|uva) ?\d\b'
    category = "care_setting"     # health data, as a term of a lexicon

Expressions run under RE2 on unaccented text, whatever the case and the accents in either. One that
matches nothing at all ("x*") would find an identifier in every text, and is refused. Executes
nothing else of the file.
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
from groupaudit.classifier.text import fold
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
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
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
    expression = _expression(path, name, table["expression"])
    return Pattern(f"local-{name}", category, kind, expression, mask, weight)


def _expression(path: str, name: str, written: str) -> bytes:
    """``written`` as it is searched in folded text. Raises ConfigError if it cannot be."""
    folded = b"(?i)" + fold(written).plain
    quiet = re2.Options()
    quiet.log_errors = False  # the library would write them to stderr
    try:
        compiled = re2.compile(folded, quiet)
    except re2.error as error:
        raise ConfigError(
            f"{path}: [{name}] is not an expression that RE2 accepts; correct it"
        ) from error
    if compiled.search(b""):
        raise ConfigError(
            f"{path}: [{name}] matches an empty text, so it would match everywhere;"
            " let it need a character"
        )
    return folded
