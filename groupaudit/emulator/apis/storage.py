"""Cloud Storage API: downloads of export files by whoever asked for the export.

Buckets cannot be listed, as with Vault's own.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from groupaudit.emulator.apis import Answer, Answers
from groupaudit.emulator.apis.exports import BUCKET, ExportStore, StoredFile
from groupaudit.emulator.errors import ApiError, not_found
from groupaudit.emulator.messages import Call, Damage, Response
from groupaudit.emulator.workspace import Workspace

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


class StorageApi:
    """Answers Storage calls from the exports."""

    def __init__(self, workspace: Workspace, store: ExportStore) -> None:
        self._workspace = workspace
        self._store = store

    def answers(self) -> Answers:
        """What this API answers, by method id."""
        return {"storage.objects.get": self.get, "storage.objects.list": self.refuse_list}

    def refuse_list(self, call: Call) -> dict[str, Any]:
        """Refuse: only single objects may be read."""
        raise ApiError(
            403,
            "forbidden",
            f"{call.principal.email} does not have storage.objects.list access to the bucket.",
        )

    def get(self, call: Call) -> Answer:
        """An object's metadata, or with ``alt=media`` its bytes, all or a range of them."""
        file = self._store.find(call.path["bucket"], call.path["object"])
        if file is None:
            raise not_found("object")
        if file.owner != call.principal.email:
            raise ApiError(403, "forbidden", "The caller may not read this object.")
        if call.query.get("alt") != "media":
            return _resource(file)
        damage: Damage | None = "short" if self._store.cuts(file) else None
        content = file.path.read_bytes()
        asked = _RANGE.fullmatch(call.headers.get("range", ""))
        if asked is None:
            return Response(200, content, "application/octet-stream", damage=damage)
        first = int(asked[1])
        last = min(int(asked[2] or len(content)), len(content) - 1)
        if first > last:
            raise ApiError(416, "requestedRangeNotSatisfiable", "Requested range not satisfiable")
        where = (("Content-Range", f"bytes {first}-{last}/{len(content)}"),)
        part = content[first : last + 1]
        return Response(206, part, "application/octet-stream", where, damage)


def _resource(file: StoredFile) -> dict[str, Any]:
    return {
        "kind": "storage#object",
        "id": f"{BUCKET}/{file.name}/1",
        "bucket": BUCKET,
        "name": file.name,
        "size": str(file.size),
        "contentType": "application/octet-stream",
        # Storage writes MD5 in base64, where Vault (as far as is known) writes it in hexadecimal.
        "md5Hash": base64.b64encode(bytes.fromhex(file.md5)).decode(),
    }
