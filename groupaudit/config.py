"""The configuration: one TOML file and the environment become frozen typed values.

Unknown keys, wrong types and impossible values are refused with a ``ConfigError`` that names the
file, the key and the remedy. Nothing here reads credentials or opens a connection.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from groupaudit import config_faults
from groupaudit.confidential import is_loopback, is_private, sealed_url, stands_alone
from groupaudit.errors import ConfigError
from groupaudit.web.addresses import CONSUMER_DOMAIN, is_consumer, is_group_address

#: Every key can be overridden by GROUPAUDIT_<TABLE>__<KEY>.
ENVIRONMENT_PREFIX = "GROUPAUDIT_"

#: Tables that a ``[[tenant]]`` may override. Reports and history are one for all.
TENANT_TABLES = ("organisation", "google", "collect", "consumer", "posts", "sampling", "classify")

#: A tenant's name stands in file names and commands.
_TENANT_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

SourceName = Literal["web", "vault", "gmail", "archive"]
FormatName = Literal["csv", "html", "json", "ocsf", "prometheus"]

#: Seconds between two requests to somebody else's web site, at least.
_SHORTEST_PAUSE_S = 5.0


def _root_url(url: str) -> str:
    return sealed_url(url).rstrip("/") if url else url


def _secret_url(secret: SecretStr) -> SecretStr:
    if stands_alone(secret):
        sealed_url(secret.get_secret_value())
    return secret


RootUrl = Annotated[str, AfterValidator(_root_url)]

#: An address that holds a token, or ``file:`` and the path of the file that holds it.
SecretUrl = Annotated[SecretStr, AfterValidator(_secret_url)]

#: Who writes and who is written to: plain ASCII, so that nothing in it can steer a header.
MailAddress = Annotated[str, Field(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$")]


def _is_mail_address(text: str) -> bool:
    try:
        return bool(TypeAdapter(MailAddress).validate_python(text))
    except ValidationError:
        return False


def _consumer_address(text: str) -> str:
    address = text.strip().lower()
    if is_group_address(address) and is_consumer(address):
        return address
    message = f"must be name@{CONSUMER_DOMAIN}; groups of your own domains are listed by Google"
    raise ValueError(message)


ConsumerAddress = Annotated[str, AfterValidator(_consumer_address)]


class Table(BaseModel):
    """One table of the file: frozen, and nothing in it that is not declared."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Organisation(Table):
    """Who is audited, and the language of its reports."""

    name: str = ""
    language: Literal["fr", "en"] = "fr"
    extra_domains: tuple[str, ...] = ()


class Google(Table):
    """How Google's APIs are reached, and as whom."""

    credentials: str = "key.json"
    subject: str = ""
    impersonate: str = ""
    customer: str = "my_customer"
    api_root: RootUrl = ""
    web_root: RootUrl = "https://groups.google.com"
    web_pause_s: Annotated[float, Field(ge=0, le=3600)] = 5.0
    web_max_requests: Annotated[int, Field(ge=1)] = 300
    web_contact: Annotated[str, Field(pattern=r"^[A-Za-z0-9@:/._+~#?=&-]{0,200}$")] = ""
    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 2000
    requests_per_day: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0

    @field_validator("web_pause_s")
    @classmethod
    def _polite(cls, pause: float, told: ValidationInfo) -> float:
        """Strangers' servers are asked slowly; only this machine's own may be asked at once."""
        root = urlsplit(told.data.get("web_root", ""))
        if pause < _SHORTEST_PAUSE_S and not is_loopback(root.hostname or ""):
            message = f"must be at least {_SHORTEST_PAUSE_S:g} (less is accepted for loopback only)"
            raise ValueError(message)
        return pause


class Collect(Table):
    """Which groups are looked at, and how much is asked about each."""

    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    members: bool = True
    org_policy: bool = True
    audit_log: bool = True
    workers: Annotated[int, Field(ge=1, le=64)] = 24


class Consumer(Table):
    """Groups outside the Workspace: name@googlegroups.com."""

    addresses: tuple[ConsumerAddress, ...] = ()
    discover: bool = True
    search_mailboxes: tuple[Literal["gmail", "vault"], ...] = ("gmail",)
    most_mailboxes: Annotated[int, Field(ge=1)] = 500
    vault_days: Annotated[int, Field(ge=1, le=365)] = 30


class Posts(Table):
    """From where posts are read, and how much of each."""

    sources: tuple[SourceName, ...] = ("web", "vault", "gmail", "archive")
    archive_dir: str = ""
    attachments: bool = True
    max_attachment_mb: Annotated[int, Field(ge=1, le=1024)] = 25
    vault_region: Literal["ANY", "US", "EUROPE"] = "ANY"
    vault_exports_per_minute: Annotated[int, Field(ge=1)] = 2
    vault_most_posts: Annotated[int, Field(ge=0)] = 100_000
    gmail_mailboxes: Annotated[int, Field(ge=1, le=20)] = 3
    gmail_calls_per_minute: Annotated[int, Field(ge=1)] = 1000
    ocr: Literal[True, False, "auto"] = "auto"
    ocr_pages: Annotated[int, Field(ge=1, le=1000)] = 20
    ocr_seconds: Annotated[int, Field(ge=1, le=600)] = 30
    ocr_run_seconds: Annotated[int, Field(ge=1)] = 1800


class Sampling(Table):
    """How many posts are read, and with what certainty it may stop."""

    scope: Literal["exposed", "all"] = "exposed"
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    max_prevalence: Annotated[float, Field(gt=0, lt=1)] = 0.01
    max_posts: Annotated[int, Field(ge=1)] = 500
    full_when_found: bool = True
    seed: int = 20230526


class Classify(Table):
    """Languages and the hospital's own terms."""

    languages: Annotated[tuple[Literal["fr", "en"], ...], Field(min_length=1)] = ("fr", "en")
    lexicons: tuple[str, ...] = ()
    patterns: str = ""
    reuse: bool = True


class ReportOutput(Table):
    """Where reports go, in which formats."""

    dir: str = "reports"
    formats: tuple[FormatName, ...] = ("csv", "html", "json")
    csv_dialect: Literal["excel-fr", "excel", "unix"] = "excel-fr"
    prometheus_file: Annotated[str, Field(pattern=r"^$|\.prom$")] = ""


class State(Table):
    """What is kept between runs."""

    database: str = "groupaudit.sqlite3"
    retention_days: Annotated[int, Field(ge=1)] = 400


_NO_SECRET = SecretStr("")


class Notify(Table):
    """Who is told what an audit found, and how; nothing is sent until a recipient is named."""

    always: bool = False
    addresses: bool = True
    mail_to: tuple[MailAddress, ...] = ()
    mail_from: Annotated[str, Field(max_length=254)] = ""
    smtp_host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:_-]*$")] = ""
    smtp_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = _NO_SECRET
    attach: bool = False
    webhook: SecretUrl = _NO_SECRET
    slack: SecretUrl = _NO_SECRET
    teams: SecretUrl = _NO_SECRET
    mattermost: SecretUrl = _NO_SECRET
    heartbeat: SecretUrl = _NO_SECRET
    ca_file: str = ""
    timeout_s: Annotated[float, Field(ge=0.1, le=60)] = 10.0

    @model_validator(mode="after")
    def _deliverable(self) -> Notify:
        """Mail has a server and a sender, and a password never travels bare."""
        if self.mail_to and not (self.smtp_host and _is_mail_address(self.mail_from)):
            message = "mail_to needs smtp_host, and an address in mail_from"
            raise ValueError(message)
        if bool(self.smtp_user) != bool(self.smtp_password.get_secret_value()):
            message = "smtp_user and smtp_password go together; set both or none"
            raise ValueError(message)
        if self.smtp_security == "none" and (self.smtp_user or not is_loopback(self.smtp_host)):
            message = 'smtp_security = "none" is for a relay on this machine, without smtp_user'
            raise ValueError(message)
        return self


class Config(Table):
    """The whole configuration. ``folder`` is where relative paths in it start.

    ``tenants`` are the Workspaces of a group of hospitals, each a configuration of its own in which
    the shared tables are overridden; ``tenant`` is the name of the one that this configuration is
    of. Both are empty where there is one Workspace.
    """

    organisation: Organisation = Field(default_factory=Organisation)
    google: Google = Field(default_factory=Google)
    collect: Collect = Field(default_factory=Collect)
    consumer: Consumer = Field(default_factory=Consumer)
    posts: Posts = Field(default_factory=Posts)
    sampling: Sampling = Field(default_factory=Sampling)
    classify: Classify = Field(default_factory=Classify)
    report: ReportOutput = Field(default_factory=ReportOutput)
    state: State = Field(default_factory=State)
    notify: Notify = Field(default_factory=Notify)
    folder: Annotated[Path, Field(exclude=True)] = Path()
    tenant: Annotated[str, Field(exclude=True)] = ""
    tenants: Annotated[tuple[Config, ...], Field(exclude=True)] = ()

    def path(self, value: str) -> Path:
        """``value`` as a path; a relative one starts at the configuration file's folder."""
        return self.folder / Path(value).expanduser()

    def digest(self) -> str:
        """Hex digest of what decides a run's outcome: all but what is in ``_WITHOUT_EFFECT``.

        Two runs with the same digest set out to do the same work, so that one may resume the other
        and both stand in one trend. Defaults are left out: a key that a newer groupaudit brings
        makes no other configuration of an old file.
        """
        told = self.model_dump(mode="json", exclude=_WITHOUT_EFFECT, exclude_defaults=True)
        tables = {name: keys for name, keys in told.items() if keys}
        if self.tenant:
            tables["tenant"] = self.tenant
        if self.tenants:
            tables["tenants"] = [tenant.digest() for tenant in self.tenants]
        return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()[:16]


#: Where reports go and in which language, what is kept, and how fast Google is asked: a run that a
#: budget suspended goes on when that is raised.
_WITHOUT_EFFECT: dict[str, Any] = {
    "report": True,
    "state": True,
    "notify": True,
    "organisation": {"language"},
    "google": {"requests_per_minute", "requests_per_day", "web_pause_s", "web_contact"},
    "collect": {"workers"},
    "posts": {"vault_exports_per_minute", "gmail_calls_per_minute"},
}

_TABLES: dict[str, type[Table]] = {
    name: item.annotation
    for name, item in Config.model_fields.items()
    if isinstance(item.annotation, type) and issubclass(item.annotation, Table)
}


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
        raise ConfigError(config_faults.explain(file, error, origins, _TABLES, tenant)) from error


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
            raise ConfigError(f"{where}: {table}: {config_faults.unknown(table, _TABLES)}")
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
    declared = _TABLES[table].model_fields.get(key) if table in _TABLES else None
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


def known_keys() -> tuple[str, ...]:
    """Every table and dotted key that a configuration file may hold."""
    return config_faults.known(_TABLES)
