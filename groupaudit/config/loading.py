"""One TOML file and the environment become a ``Config``, or a ConfigError.

Unknown keys, wrong types and impossible values are refused with the file, the key and the remedy
(``faults``). Nothing here reads credentials or opens a connection.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr, ValidationError

from groupaudit.confidential import is_private, stands_alone
from groupaudit.config import faults
from groupaudit.config.tables import TABLES, Config, Notify
from groupaudit.errors import ConfigError

#: Every key can be overridden by GROUPAUDIT_<TABLE>__<KEY>.
ENVIRONMENT_PREFIX = "GROUPAUDIT_"

#: Tables that a ``[[tenant]]`` may override. Reports and history are one for all.
TENANT_TABLES = ("organisation", "google", "collect", "consumer", "posts", "sampling", "classify")

#: A tenant's name stands in file names and commands.
_TENANT_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def load(file: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """The configuration in ``file``, overridden by ``environment``.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or holds a key or value that is refused.
    """
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"{file}: no such configuration file; start from config.example.toml"
        ) from error
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: is not valid TOML: {error}") from error
    tenants = data.pop("tenant", [])
    for name in sorted({"folder", "tenants"} & data.keys()):
        remedy = "write [[tenant]]" if name == "tenants" else "remove it"
        raise ConfigError(f"{file}: unknown key '{name}'; {remedy}")
    origins = _override(data, environment)
    shared = _validated(file, data, origins)
    _refuse_open_secrets(file, shared.notify, origins)
    return shared.model_copy(update={"tenants": _tenants(file, data, tenants)})


def _validated(
    file: Path, data: Mapping[str, Any], origins: Mapping[str, str], tenant: str = ""
) -> Config:
    try:
        return Config.model_validate(
            {**_tuples(data), "folder": file.absolute().parent, "tenant": tenant}
        )
    except ValidationError as error:
        raise ConfigError(faults.explain(file, error, origins, tenant)) from error


def _refuse_open_secrets(file: Path, notify: Notify, origins: Mapping[str, str]) -> None:
    """A secret may stand in ``file`` only where nobody but its owner can read that."""
    for key, value in notify:
        if not isinstance(value, SecretStr) or not stands_alone(value):
            continue
        if f"notify.{key}" not in origins and not is_private(file):
            raise ConfigError(
                f"{file}: notify.{key}: a secret stands in a file that others can read;"
                f' run: chmod 600 {file}, or write "file:PATH",'
                f" or set {ENVIRONMENT_PREFIX}NOTIFY__{key.upper()}"
            )


def _tenants(file: Path, shared: Mapping[str, Any], listed: Any) -> tuple[Config, ...]:
    """The configurations of the ``[[tenant]]`` tables, in their order."""
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ConfigError(f"{file}: tenant: write one [[tenant]] table for each tenant")
    names = [_tenant_name(file, one) for one in listed]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError(f"{file}: two tenants are called '{twice[0]}'; rename one")
    return tuple(
        # The shared tables were found good: what is refused here stands in the tenant's own.
        _validated(file, _merged(file, shared, one, name), {}, name)
        for name, one in zip(names, listed, strict=True)
    )


def _tenant_name(file: Path, entry: Mapping[str, Any]) -> str:
    name = entry.get("name")
    if not isinstance(name, str) or not _TENANT_NAME.fullmatch(name):
        raise ConfigError(
            f"{file}: tenant.name: each [[tenant]] needs a name of at most 40 small letters, digits"
            " and hyphens"
        )
    return name


def _merged(
    file: Path, shared: Mapping[str, Any], entry: Mapping[str, Any], name: str
) -> dict[str, Any]:
    """The shared tables with those of one ``[[tenant]]`` laid over them, key by key."""
    where = f"{file}: tenant '{name}'"
    for table, keys in entry.items():
        if table in {"report", "state", "notify"}:
            raise ConfigError(
                f"{where}: {table} is shared by all tenants; move it out of [[tenant]]"
            )
        if table not in {"name", *TENANT_TABLES}:
            raise ConfigError(f"{where}: {table}: {faults.unknown(table)}")
        if table in TENANT_TABLES and not isinstance(keys, dict):
            raise ConfigError(f"{where}: write [tenant.{table}] below [[tenant]]")
    if "language" in entry.get("organisation", {}):
        raise ConfigError(f"{where}: organisation.language is shared: there is one report for all")
    return dict(shared) | {
        table: {**shared.get(table, {}), **keys} for table, keys in entry.items() if table != "name"
    }


def _override(data: dict[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """Put the environment's values over ``data``; which variable each dotted key came from."""
    origins: dict[str, str] = {}
    for variable, text in sorted(environment.items()):
        if not variable.startswith(ENVIRONMENT_PREFIX) or "__" not in variable:
            continue
        table, _, key = variable.removeprefix(ENVIRONMENT_PREFIX).lower().partition("__")
        if table == "tenant":
            raise ConfigError(
                f"environment variable {variable}: tenants are told apart in the file only;"
                " write the key there"
            )
        held = data.setdefault(table, {})
        if isinstance(held, dict):
            held[key] = _environment_value(table, key, text)
        origins[f"{table}.{key}"] = variable
    return origins


def _environment_value(table: str, key: str, text: str) -> object:
    """``text`` as TOML where the key is not a string, so that ``false`` and ``["a"]`` work."""
    declared = TABLES[table].model_fields.get(key) if table in TABLES else None
    if declared is not None and isinstance(declared.default, str | SecretStr):
        either = True in get_args(declared.annotation)  # as in ``true | false | "auto"``
        return text == "true" if either and text in {"true", "false"} else text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _tuples(value: Any) -> Any:
    """TOML arrays as tuples, which strict validation of frozen values asks for."""
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    return value
