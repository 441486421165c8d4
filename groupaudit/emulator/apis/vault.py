"""Vault API: matters, counts and exports of groups' posts and of mail that outside groups sent.

Exports of corpus GROUPS by ACCOUNT and of MAIL by ENTIRE_ORG with the words for googlegroups.com
are played, as MBOX; what Google offers besides answers 501, what it refuses answers 400. Everyone
sees their own matters only. That ``list:`` knows a domain is not documented.
"""

from __future__ import annotations

import secrets
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from groupaudit.emulator.access import Privilege
from groupaudit.emulator.apis import Answers
from groupaudit.emulator.apis.exports import BUCKET, ExportStore, Made
from groupaudit.emulator.apis.queries import understood
from groupaudit.emulator.errors import ApiError, bad_request, not_built, not_found
from groupaudit.emulator.messages import Call
from groupaudit.emulator.paging import page
from groupaudit.emulator.workspace import Workspace

_MAX_RUNNING = 20  # exports at a time in an organisation (Vault guide, exports)


@dataclass
class _Export:
    resource: dict[str, Any]
    made: Made
    polls_left: int


@dataclass
class _Matter:
    owner: str
    resource: dict[str, Any]
    exports: dict[str, _Export] = field(default_factory=dict)


@dataclass
class _Operation:
    owner: str
    matter: str
    result: dict[str, Any]
    polls_left: int


class VaultApi:
    """Answers Vault calls; matters and exports live as long as the emulator."""

    def __init__(self, workspace: Workspace, store: ExportStore) -> None:
        self._workspace = workspace
        self._store = store
        self._lock = threading.RLock()
        self._matters: dict[str, _Matter] = {}
        self._operations: dict[str, _Operation] = {}
        self._created: deque[datetime] = deque()

    def answers(self) -> Answers:
        """What this API answers, by method id."""
        return {
            "vault.matters.create": self.create_matter,
            "vault.matters.get": self.get_matter,
            "vault.matters.list": self.list_matters,
            "vault.matters.update": self.update_matter,
            "vault.matters.close": self.close_matter,
            "vault.matters.reopen": self.reopen_matter,
            "vault.matters.delete": self.delete_matter,
            "vault.matters.undelete": self.undelete_matter,
            "vault.matters.count": self.count,
            "vault.matters.exports.create": self.create_export,
            "vault.matters.exports.get": self.get_export,
            "vault.matters.exports.list": self.list_exports,
            "vault.matters.exports.delete": self.delete_export,
            "vault.operations.get": self.get_operation,
        }

    # Matters

    def create_matter(self, call: Call) -> dict[str, Any]:
        """Open a matter."""
        self._workspace.require(call.principal, Privilege.VAULT)
        if not call.body.get("name"):
            raise bad_request("Matter name is required.")
        matter_id = secrets.token_hex(8)
        resource = {
            "matterId": matter_id,
            "name": call.body["name"],
            "description": call.body.get("description", ""),
            "state": "OPEN",
        }
        with self._lock:
            self._matters[matter_id] = _Matter(call.principal.email, resource)
        return resource

    def get_matter(self, call: Call) -> dict[str, Any]:
        """One matter."""
        return self._matter(call).resource

    def list_matters(self, call: Call) -> dict[str, Any]:
        """A page of the caller's matters, in the state asked for."""
        self._workspace.require(call.principal, Privilege.VAULT)
        state = call.query.get("state")
        with self._lock:
            found = [
                matter.resource
                for matter in self._matters.values()
                if matter.owner == call.principal.email
                and state in (None, "STATE_UNSPECIFIED", matter.resource["state"])
            ]
        part, more = page(call, found, min(call.query.get("pageSize") or 100, 100))
        return ({"matters": list(part)} if part else {}) | more

    def update_matter(self, call: Call) -> dict[str, Any]:
        """Change a matter's name or description."""
        matter = self._matter(call)
        changes = {k: v for k, v in call.body.items() if k in ("name", "description")}
        matter.resource.update(changes)
        return matter.resource

    def close_matter(self, call: Call) -> dict[str, Any]:
        """Close an open matter."""
        return {"matter": self._moved(call, "OPEN", "CLOSED")}

    def reopen_matter(self, call: Call) -> dict[str, Any]:
        """Open a closed matter again."""
        return {"matter": self._moved(call, "CLOSED", "OPEN")}

    def delete_matter(self, call: Call) -> dict[str, Any]:
        """Delete a closed matter; its exports go with it."""
        resource = self._moved(call, "CLOSED", "DELETED")
        matter = self._matter(call)
        for export in matter.exports.values():
            self._store.remove(export.made)
        matter.exports.clear()
        return resource

    def undelete_matter(self, call: Call) -> dict[str, Any]:
        """Bring a deleted matter back, closed."""
        return self._moved(call, "DELETED", "CLOSED")

    def _moved(self, call: Call, before: str, after: str) -> dict[str, Any]:
        matter = self._matter(call)
        with self._lock:
            if matter.resource["state"] != before:
                raise _precondition(f"Matter must be in state {before}.")
            matter.resource["state"] = after
        return matter.resource

    def _matter(self, call: Call) -> _Matter:
        self._workspace.require(call.principal, Privilege.VAULT)
        matter = self._matters.get(call.path["matterId"])
        if matter is None or matter.owner != call.principal.email:
            raise not_found("matter")
        return matter

    # Counts

    def count(self, call: Call) -> dict[str, Any]:
        """Begin a count of the posts that a query finds."""
        matter = self._matter(call)
        search, strangers = understood(call.body.get("query", {}), self._workspace)
        counts = [
            {"account": {"email": one.email}, "count": str(sum(1 for _ in search.posts(one)))}
            for one in search.accounts
        ]
        result: dict[str, Any] = {
            "matchingAccountsCount": str(sum(row["count"] != "0" for row in counts)),
            "queriedAccountsCount": str(len(counts) + len(strangers)),
        }
        if call.body.get("view") == "ALL":
            result["accountCounts"] = counts
        if strangers:
            result["nonQueryableAccounts"] = strangers
        total = str(sum(int(str(row["count"])) for row in counts))
        kind = "mailCountResult" if call.body["query"]["corpus"] == "MAIL" else "groupsCountResult"
        response = {"totalCount": total, kind: result}
        name = f"operations/{secrets.token_hex(8)}"
        polls = self._workspace.faults().export_polls
        matter_id = matter.resource["matterId"]
        operation = _Operation(call.principal.email, matter_id, response, polls)
        self._operations[name] = operation
        return {"name": name, "metadata": _metadata(matter_id)}

    def get_operation(self, call: Call) -> dict[str, Any]:
        """How a count is getting on."""
        self._workspace.require(call.principal, Privilege.VAULT)
        operation = self._operations.get(call.path["name"])
        if operation is None or operation.owner != call.principal.email:
            raise not_found("operation")
        answer = {"name": call.path["name"], "metadata": _metadata(operation.matter)}
        with self._lock:
            if operation.polls_left > 0:
                operation.polls_left -= 1
                return answer
        kind = "type.googleapis.com/google.apps.vault.v1.CountArtifactsResponse"
        return answer | {"done": True, "response": {"@type": kind, **operation.result}}

    # Exports

    def create_export(self, call: Call) -> dict[str, Any]:
        """Begin an export of groups' posts."""
        matter = self._matter(call)
        if matter.resource["state"] != "OPEN":
            raise _precondition("Matter must be in state OPEN.")
        self._check_format(call.body)
        search, strangers = understood(call.body.get("query", {}), self._workspace)
        if strangers or not call.body.get("name"):
            raise bad_request("Invalid export: a name and existing accounts are required.")
        self._check_quota()
        matter_id, export_id = matter.resource["matterId"], f"exportly-{secrets.token_hex(8)}"
        made = self._store.make(
            f"{matter_id}/{export_id}", call.body["name"], search, call.principal.email
        )
        resource = {
            "id": export_id,
            "matterId": matter_id,
            "name": call.body["name"],
            "requester": {"email": call.principal.email},
            "query": call.body["query"],
            "exportOptions": call.body.get("exportOptions", {}),
            "createTime": _stamp(self._workspace.now()),
            "status": "IN_PROGRESS",
        }
        export = _Export(resource, made, self._workspace.faults().export_polls)
        with self._lock:
            matter.exports[export_id] = export
        return dict(resource)

    def get_export(self, call: Call) -> dict[str, Any]:
        """How an export is getting on; once complete, where its files are."""
        export = self._export(call)
        with self._lock:
            if export.polls_left > 0:
                export.polls_left -= 1
            elif export.resource["status"] == "IN_PROGRESS":
                export.resource.update(_outcome(export.made))
        return export.resource

    def list_exports(self, call: Call) -> dict[str, Any]:
        """A page of a matter's exports."""
        exports = [export.resource for export in self._matter(call).exports.values()]
        part, more = page(call, exports, min(call.query.get("pageSize") or 100, 100))
        return ({"exports": list(part)} if part else {}) | more

    def delete_export(self, call: Call) -> dict[str, Any]:
        """Delete an export and its files."""
        matter, export = self._matter(call), self._export(call)
        with self._lock:
            matter.exports.pop(call.path["exportId"], None)
        self._store.remove(export.made)
        return {}

    def _export(self, call: Call) -> _Export:
        export = self._matter(call).exports.get(call.path["exportId"])
        if export is None:
            raise not_found("export")
        return export

    def _check_format(self, body: dict[str, Any]) -> None:
        options = body.get("exportOptions", {})
        formats = (options.get(name, {}) for name in ("groupsOptions", "mailOptions"))
        if any(one.get("exportFormat", "MBOX") != "MBOX" for one in formats):
            raise not_built("vault.matters.exports.create in another format than MBOX")

    def _check_quota(self) -> None:
        limit, now = self._workspace.faults().exports_per_minute, datetime.now(UTC)
        with self._lock:
            running = sum(
                export.resource["status"] == "IN_PROGRESS"
                for matter in self._matters.values()
                for export in matter.exports.values()
            )
            while self._created and self._created[0] < now - timedelta(minutes=1):
                self._created.popleft()
            if running >= _MAX_RUNNING or (limit is not None and len(self._created) >= limit):
                raise ApiError(
                    429, "rateLimitExceeded", "Quota exceeded for quota metric 'Export'."
                )
            self._created.append(now)


def _outcome(made: Made) -> dict[str, Any]:
    if made.failed:
        return {"status": "FAILED"}
    files = [
        {"bucketName": BUCKET, "objectName": f.name, "size": str(f.size), "md5Hash": f.md5}
        for f in made.files
    ]
    return {
        "status": "COMPLETED",
        "stats": {
            "totalArtifactCount": str(made.total),
            "exportedArtifactCount": str(made.exported),
            "sizeInBytes": str(sum(file.size for file in made.files)),
        },
        "cloudStorageSink": {"files": files},
    }


def _metadata(matter_id: str) -> dict[str, str]:
    kind = "type.googleapis.com/google.apps.vault.v1.CountArtifactsMetadata"
    return {"@type": kind, "matterId": matter_id}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _precondition(message: str) -> ApiError:
    return ApiError(400, "failedPrecondition", message, canonical="FAILED_PRECONDITION")
