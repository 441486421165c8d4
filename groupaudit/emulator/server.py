"""The emulator as one thing: a tenant in, an HTTP server on loopback out.

This module wires the parts together and writes what a client needs to find them (key file and
configuration). It answers no request itself and listens nowhere but on 127.0.0.1.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from groupaudit.emulator.access import Access
from groupaudit.emulator.apis.account import AccountApi
from groupaudit.emulator.apis.cloudidentity import CloudIdentityApi
from groupaudit.emulator.apis.directory import DirectoryApi
from groupaudit.emulator.apis.exports import ExportStore
from groupaudit.emulator.apis.gmail import GmailApi
from groupaudit.emulator.apis.iam import IamApi
from groupaudit.emulator.apis.reports import ReportsApi
from groupaudit.emulator.apis.settings import SettingsApi
from groupaudit.emulator.apis.storage import StorageApi
from groupaudit.emulator.apis.vault import VaultApi
from groupaudit.emulator.discovery import Catalogue
from groupaudit.emulator.faults import FaultPlan, Faults
from groupaudit.emulator.front import FrontDoor
from groupaudit.emulator.gate import Gate
from groupaudit.emulator.oauth import ServiceAccount, TokenOffice
from groupaudit.emulator.state import Tenant
from groupaudit.emulator.stats import Stats
from groupaudit.emulator.web import GroupPages
from groupaudit.emulator.wire import WireServer
from groupaudit.emulator.workspace import Workspace


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Emulator:
    """A Workspace on ``http://127.0.0.1:port``; a context manager that starts and stops it.

    ``port`` 0 takes a free one. ``now`` is the tenant's time of day (audit logs end there); tokens
    live by the real clock, since clients sign with it. ``account`` spares those who start
    many emulators the making of a key pair.
    """

    def __init__(  # noqa: PLR0913 - keyword-only options, each with its default
        self,
        tenant: Tenant,
        *,
        port: int = 0,
        faults: Faults = Faults(),  # noqa: B008 - frozen
        access: Access = Access(),  # noqa: B008 - frozen
        now: Callable[[], datetime] = _utc_now,
        account: ServiceAccount | None = None,
    ) -> None:
        self.tenant = tenant
        self.account = account or ServiceAccount()
        self._tokens = TokenOffice(tenant, access, self.account, lambda: f"{self.url}/token")
        self._stats = Stats()
        self._workspace = Workspace(tenant, access, lambda: self._front.plan.faults, now)
        self._exports = tempfile.TemporaryDirectory(prefix="groupaudit-emulator-")
        self._front = self._wire_up(access, faults)
        self._server = WireServer(port, self._front.answer)
        self._thread: threading.Thread | None = None
        self._serving = threading.Event()

    def _wire_up(self, access: Access, faults: Faults) -> FrontDoor:
        workspace = self._workspace
        store = ExportStore(Path(self._exports.name), workspace)
        apis = (
            AccountApi(workspace),
            DirectoryApi(workspace),
            SettingsApi(workspace),
            ReportsApi(workspace),
            CloudIdentityApi(workspace),
            VaultApi(workspace, store),
            StorageApi(workspace, store),
            GmailApi(workspace),
            IamApi(workspace, self.account, self._tokens),
        )
        answers = {id_: answer for api in apis for id_, answer in api.answers().items()}
        gate = Gate(access, Catalogue(), self._tokens, self._stats, answers, self._plan)
        return FrontDoor(gate, self._tokens, GroupPages(workspace), self._stats, faults)

    def _plan(self) -> FaultPlan:
        return self._front.plan

    @property
    def url(self) -> str:
        """The root of everything, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def faults(self) -> Faults:
        """The faults in force; setting them starts their counts anew."""
        return self._front.plan.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._front.plan = FaultPlan(faults)

    def stats(self) -> dict[str, Any]:
        """Counts of calls by method, by status and by both."""
        return self._stats.as_json()

    def scopes_asked(self) -> frozenset[str]:
        """Every scope for which a token was asked since the start, granted or not."""
        return self._tokens.asked

    def start(self) -> None:
        """Serve in a daemon thread."""
        self._thread = threading.Thread(target=self.serve_forever, name="emulator", daemon=True)
        self._thread.start()
        self._serving.wait()

    def serve_forever(self) -> None:
        """Serve in this thread until ``stop`` is called from another."""
        self._serving.set()
        try:
            self._server.serve_forever(poll_interval=0.02)
        finally:
            self._serving.clear()

    def stop(self) -> None:
        """Stop serving, close every connection and wipe the exports."""
        if self._serving.is_set():
            self._server.shutdown()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._server.disconnect()
        self._server.server_close()
        self._exports.cleanup()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # What a client needs

    def super_admin(self) -> str:
        """The address of the first super admin. Raises LookupError when there is none."""
        for user in self.tenant.users:
            if user.admin and not user.suspended:
                return user.email
        raise LookupError("the tenant has no super admin")

    def write_key(self, path: Path) -> None:
        """Write a service-account key whose token endpoint is this server (mode 0600)."""
        _write_private(path, json.dumps(self.account.key_file(f"{self.url}/token"), indent=2))

    def write_authorized_user(self, path: Path, email: str) -> None:
        """Write an ``authorized_user`` credential of ``email`` (mode 0600)."""
        credential = {
            "type": "authorized_user",
            "client_id": "emulated.apps.googleusercontent.com",
            "client_secret": "emulated",
            "refresh_token": self._tokens.refresh_token(email),
            "token_uri": f"{self.url}/token",
        }
        _write_private(path, json.dumps(credential, indent=2))

    def write_config(self, folder: Path, *, subject: str | None = None) -> Path:
        """Write key and ``config.toml`` into ``folder``; the configuration's path is returned.

        ``subject`` is whom to impersonate: the first super admin if None, nobody if empty.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = folder.resolve()
        self.write_key(folder / "key.json")
        values = _CONFIG.format(
            name=_toml(self.tenant.name),
            key=_toml(str(folder / "key.json")),
            subject=_toml(self.super_admin() if subject is None else subject),
            url=_toml(self.url),
            reports=_toml(str(folder / "reports")),
            database=_toml(str(folder / "groupaudit.sqlite3")),
        )
        _write_private(folder / "config.toml", values)
        return folder / "config.toml"


# The emulator has no quota unless faults order one: ceilings must not slow a demonstration.
_CONFIG = """\
[organisation]
name = {name}
language = "fr"

[google]
credentials = {key}
subject = {subject}
api_root = {url}
web_root = {url}
web_pause_s = 0.0
web_max_requests = 100000
requests_per_minute = 600000

[posts]
vault_exports_per_minute = 6000
gmail_calls_per_minute = 600000

[report]
dir = {reports}

[state]
database = {database}
"""


def _toml(text: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which neither names nor paths hold.
    return json.dumps(text, ensure_ascii=False)


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
