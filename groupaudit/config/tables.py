"""The tables of the configuration: every key with its type, its bounds and its default.

Values are frozen. Nothing here reads a file, credentials or the environment: ``loading`` does.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal
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

from groupaudit.confidential import is_loopback, sealed_url, stands_alone
from groupaudit.web.addresses import CONSUMER_DOMAIN, is_consumer, is_group_address

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
    web_groups: Literal["open", "all"] = "open"
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
    workers: Annotated[int, Field(ge=1, le=64)] = 48


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

    def content(self) -> dict[str, Any]:
        """The keys that decide what of a post is looked at, and for what.

        Not ``sampling``, nor which groups and members: what came of it is told of each group.
        """
        return self.model_dump(mode="json", include=_CONTENT)


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

#: All of where posts come from but paces and where Vault keeps its exports. Of the terms not the
#: files' names: what stands in them counts (``wiring.judging.scope``).
_CONTENT: dict[str, Any] = {
    "posts": set(Posts.model_fields)
    - {"vault_exports_per_minute", "gmail_calls_per_minute", "vault_region"},
    "classify": set(Classify.model_fields) - {"lexicons", "patterns", "reuse"},
}

#: The tables of a file by name.
TABLES: dict[str, type[Table]] = {
    name: item.annotation
    for name, item in Config.model_fields.items()
    if isinstance(item.annotation, type) and issubclass(item.annotation, Table)
}


def known_keys() -> tuple[str, ...]:
    """Every table and dotted key that a configuration file may hold."""
    keys = (f"{name}.{key}" for name, table in TABLES.items() for key in table.model_fields)
    return (*TABLES, *keys)
