"""What this installation has open in Vault, on disk: enough to resume or remove it after a crash.

Holds ids and group addresses only. Every change is written whole and atomically, mode 0600.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from groupaudit.errors import StoreError


@dataclass(frozen=True, slots=True)
class Begun:
    """A matter that was made for some groups, and its export once there is one."""

    matter: str
    export: str = ""


class VaultJournal:
    """The journal at ``path``. Thread-safe; one process at a time (the run's lock sees to it).

    ``marker`` is a random word in the names of this installation's matters, so that nobody else's
    are ever touched.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._begun: dict[str, Begun] = {}
        self.marker = secrets.token_hex(8)
        if path.exists():
            self._load()

    def holding(self, group: str) -> str | None:
        """The key of what was begun for ``group``, alone or with others (addresses and spaces)."""
        with self._lock:
            return next((key for key in self._begun if group in key.split()), None)

    def get(self, key: str) -> Begun | None:
        """What was begun for ``key``."""
        with self._lock:
            return self._begun.get(key)

    def all(self) -> dict[str, Begun]:
        """Everything that was begun and not removed."""
        with self._lock:
            return dict(self._begun)

    def put(self, key: str, begun: Begun) -> None:
        """Remember ``begun`` for ``key``, durably. Raises StoreError."""
        with self._lock:
            self._begun[key] = begun
            self._save()

    def forget(self, key: str) -> None:
        """What was begun for ``key`` is removed. Raises StoreError."""
        with self._lock:
            if self._begun.pop(key, None) is not None:
                self._save()

    def keep(self) -> None:
        """Write the marker down before the first matter bears it. Raises StoreError."""
        with self._lock:
            self._save()

    def _load(self) -> None:
        try:
            plain = json.loads(self._path.read_text("utf-8"))
            self.marker = str(plain["marker"])
            self._begun = {str(k): Begun(**v) for k, v in plain["begun"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(
                f"The Vault journal {self._path} cannot be read. Delete it, and in Vault the "
                "matters whose names begin with 'groupaudit-'.",
                reason="journal-unreadable",
            ) from error

    def _save(self) -> None:
        plain = {
            "marker": self.marker,
            "begun": {key: asdict(begun) for key, begun in self._begun.items()},
        }
        draft = self._path.with_name(f"{self._path.name}.new")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(plain, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
        except OSError as error:
            raise StoreError(
                f"The Vault journal {self._path} cannot be written ({error.strerror})",
                reason="journal-unwritable",
            ) from error
