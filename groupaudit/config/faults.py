"""What is wrong with a configuration, in the words of somebody who writes one.

Each fault is a line: where it stands, what is expected there, and an example. It never repeats the
value that was refused, which may be a secret, and it reads no file.
"""

from __future__ import annotations

import difflib
import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

from groupaudit.config.tables import TABLES, known_keys

#: What is expected, by the type of pydantic's error (its documentation: "Validation Errors").
_EXPECTED = {
    "string_type": "write a text in quotation marks",
    "int_type": "write a whole number without quotation marks",
    "int_from_float": "write a whole number",
    "float_type": "write a number without quotation marks",
    "bool_type": "write true or false without quotation marks",
    "tuple_type": "write a list in square brackets",
    "string_pattern_mismatch": "this form or these characters are not accepted here",
}
#: Errors of a whole table.
_NO_TABLE = frozenset({"model_type", "model_attributes_type"})
_UNKNOWN = frozenset({"unexpected_keyword_argument", "extra_forbidden"})

#: Values that a hospital would write, where the default is empty and shows no form.
_EXAMPLES: Mapping[str, object] = {
    "organisation.name": "CH de Démonstration",
    "organisation.extra_domains": ["clinic.example"],
    "google.subject": "admin@hospital.example",
    "google.impersonate": "groupaudit@project.iam.gserviceaccount.com",
    "google.web_contact": "https://hospital.example/contact",
    "collect.exclude": ["test-*@hospital.example"],
    "consumer.addresses": ["name@googlegroups.com"],
    "posts.archive_dir": "archive",
    "classify.lexicons": ["terms.txt"],
    "classify.patterns": "patterns.toml",
    "report.prometheus_file": "/var/lib/node_exporter/groupaudit.prom",
    "notify.mail_to": ["dpo@hospital.example"],
    "notify.mail_from": "groupaudit@hospital.example",
    "notify.smtp_host": "smtp.hospital.example",
}


def explain(
    file: Path,
    error: ValidationError,
    origins: Mapping[str, str],
    tenant: str = "",
) -> str:
    """Every fault on a line of its own: where it stands, what is wrong, what to write instead.

    ``origins`` names the environment variable that a dotted key came from, ``tenant`` is the one
    whose tables were read.
    """
    lines = []
    for fault in error.errors(include_url=False, include_input=False):
        steps = tuple(str(step) for step in fault["loc"])
        key = ".".join(steps[:2])
        variable = origins.get(key) or next(
            (name for dotted, name in origins.items() if dotted.startswith(f"{key}.")), ""
        )
        entry = f", entry {int(steps[2]) + 1}" if len(steps) > 2 and steps[2].isdecimal() else ""
        named = (f"tenant '{tenant}': " if tenant else "") + key + entry
        where = f"environment variable {variable} ({named})" if variable else f"{file}: {named}"
        lines.append(f"{where}: {_remedy(fault['type'], str(fault['msg']), key, variable)}")
    return "\n".join(lines)


def unknown(key: str) -> str:
    """What to do about the dotted ``key`` that nothing declares: one of its own table is meant."""
    table = _table_of(key)
    beside = {
        other.removeprefix(table): other for other in known_keys() if _table_of(other) == table
    }
    near = difflib.get_close_matches(key.removeprefix(table), beside, n=1, cutoff=0.6)
    return "unknown key; " + (f"did you mean '{beside[near[0]]}'?" if near else "remove it")


def _table_of(key: str) -> str:
    """The table of a dotted key with its dot, ``""`` for that of a table."""
    table, dot, _ = key.rpartition(".")
    return table + dot


def _remedy(kind: str, message: str, key: str, variable: str) -> str:
    if kind in _UNKNOWN:
        return unknown(key)
    if kind in _NO_TABLE:
        return f"write a line [{key}], and the keys of this table on the lines below it"
    expected = _EXPECTED.get(kind) or _plain(kind, message)
    table, _, name = key.partition(".")
    field = TABLES[table].model_fields.get(name) if table in TABLES else None
    if field is None or kind == "value_error":  # such a message names its own remedy
        return expected
    shown = _example(key, name, field, variable)
    return f"{expected}, for example {shown}" if shown else expected


def _plain(kind: str, message: str) -> str:
    """A message of pydantic without its own terms; one of ours as it is."""
    if kind == "too_short":
        return "name at least one"
    plain = message.removeprefix("Value error, ")
    for theirs in ("Input should", "String should", "Value should"):
        plain = plain.replace(theirs, "must", 1) if plain.startswith(theirs) else plain
    return plain


def _example(key: str, name: str, field: FieldInfo, variable: str) -> str:
    """``key`` with a value as the file or the environment ``variable`` has it; "" without one."""
    default: Any = _EXAMPLES.get(key, field.default)
    if isinstance(default, SecretStr) or default in ("", ()):
        return ""
    value = json.dumps(default, ensure_ascii=False)  # of these kinds of values, TOML too
    if not variable:
        return f"{name} = {value}"
    return f"{variable}={shlex.quote(default if isinstance(default, str) else value)}"
