"""One export of mail out of Vault: matter, export, wait, download, check, remove.

Follows the flow and quotas of Vault's API (guides "exports" and "limits"). Resumes what the journal
says was begun; makes no second export for the same order. It does not unpack what it downloads,
and does not tell which group a file belongs to.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import accumulate, takewhile
from pathlib import Path, PurePosixPath
from typing import Any

from groupaudit.errors import BadAnswer, CollectError, Interrupted, NotFound, PostsError
from groupaudit.google import answers
from groupaudit.google.scopes import VAULT, VAULT_FILES
from groupaudit.google.transport import Feature, GoogleApi, GoogleApis
from groupaudit.posts.vault_answers import number, text
from groupaudit.posts.vault_journal import Begun, VaultJournal
from groupaudit.posts.vault_order import Order

_FIRST_POLL_S = 0.5
_LONGEST_POLL_S = 60.0
#: Before a look at whether an export was made although its creation failed, seconds.
_DOUBT_S = 2.0
LONGEST_WAIT_S = 6 * 3600.0
COUNTS_PER_MINUTE = 20
#: Times that an export is begun when it cannot be told whether the one before was.
CREATIONS = 5
#: Failures that leave it open whether what was asked for was done.
_DOUBTFUL = frozenset({"server-error", "unreachable", BadAnswer.reason})
_MAIL_SUFFIXES = (".zip", ".mbox")
_TABLE_SUFFIX = ".csv"


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file of an export: where it lies now, and what the export calls it."""

    path: Path
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Downloaded:
    """The mail files of an export with ``exported`` posts; ``missing`` ones were found as well.

    ``tables`` are its tables of accounts, fetched only when they may tell whose posts are missing.
    """

    mail: tuple[FetchedFile, ...]
    tables: tuple[FetchedFile, ...]
    exported: int
    missing: int


@dataclass(frozen=True, slots=True)
class Finished:
    """An export that can be fetched: so many messages in it, and so many found that are not."""

    exported: int
    missing: int
    files: tuple[dict[str, Any], ...] = field(repr=False)

    def within(self, most_bytes: int) -> Finished:
        """The same with its first files only, those of ``most_bytes`` together."""
        sizes = accumulate(number(file, "size") for file in self.files)
        kept = takewhile(lambda pair: pair[1] <= most_bytes, zip(self.files, sizes, strict=True))
        return replace(self, files=tuple(file for file, _size in kept))


class Vault:
    """Vault's calls that an export needs, each under the quota it counts against."""

    def __init__(self, google: GoogleApis, *, exports_per_minute: int) -> None:
        self.matters: GoogleApi = google.api(Feature.of(VAULT))
        # exports.create costs 10 of 20 export writes a minute (Vault guide, limits).
        self.creation: GoogleApi = google.api(
            Feature.of(VAULT, what="a new export in Vault", per_minute=exports_per_minute)
        )
        # Vault guide, limits: 20 counts a minute.
        self.counting: GoogleApi = google.api(Feature.of(VAULT, per_minute=COUNTS_PER_MINUTE))
        self.storage: GoogleApi = google.api(Feature.of(VAULT_FILES))
        self._google = google

    def rest(self, seconds: float) -> None:
        """Wait; raises Interrupted as soon as the run is being stopped."""
        self._google.sleep(seconds)
        if self._google.stopping.is_set():
            raise Interrupted("the run is being stopped")

    def looks(self, longest_s: float) -> Iterator[None]:
        """Yields for a look now and one after each rest; ends when the rests took ``longest_s``.

        Each rest is longer than the one before, up to a minute. Raises Interrupted.
        """
        waited, pause = 0.0, _FIRST_POLL_S
        yield
        while waited <= longest_s:
            self.rest(pause)
            waited, pause = waited + pause, min(_LONGEST_POLL_S, pause * 1.5)
            yield

    def remove(self, begun: Begun) -> None:
        """Delete export and matter; what is gone already is no error. Raises CollectError."""
        if begun.export:
            self._unless_gone(
                lambda vault: (
                    vault.matters().exports().delete(matterId=begun.matter, exportId=begun.export)
                )
            )
        self.remove_matter(begun.matter)

    def remove_matter(self, matter: str) -> None:
        """Close and delete a matter with everything in it. Raises CollectError."""
        # Closing what is closed is refused; whether it is removed, the deletion tells.
        with suppress(CollectError):
            self.matters.call(lambda vault: vault.matters().close(matterId=matter, body={}))
        self._unless_gone(lambda vault: vault.matters().delete(matterId=matter))

    def _unless_gone(self, request: Callable[[Any], Any]) -> None:
        with suppress(NotFound):
            self.matters.call(request)


class VaultExport:
    """The export of one ``order``, begun now or in an earlier, interrupted run."""

    def __init__(self, vault: Vault, journal: VaultJournal, order: Order) -> None:
        self._vault = vault
        self._journal = journal
        self._order = order

    def download(self, folder: Path) -> Downloaded:
        """Wait for the export and put its mail files into ``folder``.

        Raises PostsError(``vault-export-failed``, ``vault-hash-mismatch``, …) and what the
        transport raises: NotFound also when Vault or somebody deleted the export meanwhile.
        """
        finished = self.finished()
        wanted = (_TABLE_SUFFIX,) if finished.missing > 0 and self._order.accounts > 1 else ()
        return Downloaded(
            mail=tuple(self.mail(finished, folder)),
            tables=tuple(self._files(finished.files, folder, wanted)),
            exported=finished.exported,
            missing=finished.missing,
        )

    def finished(self) -> Finished:
        """Begin the export unless it was, and wait for it. Raises as ``download`` does."""
        export = self._awaited(self._begin())
        stats = answers.part(export, "stats")
        exported = number(stats, "exportedArtifactCount")
        files = answers.entries(answers.part(export, "cloudStorageSink"), "files")
        missing = max(0, number(stats, "totalArtifactCount") - exported)
        return Finished(exported, missing, tuple(files))

    def mail(self, finished: Finished, folder: Path) -> Iterator[FetchedFile]:
        """The mail files, each fetched when it is asked for. Raises as ``download`` does."""
        return self._files(finished.files, folder, _MAIL_SUFFIXES)

    def _files(
        self, announced: Iterable[dict[str, Any]], folder: Path, suffixes: tuple[str, ...]
    ) -> Iterator[FetchedFile]:
        for place, file in enumerate(announced):
            name = PurePosixPath(str(file.get("objectName", ""))).name
            suffix = PurePosixPath(name).suffix.lower()
            if suffix in suffixes:  # the others report about the export
                target = folder / f"{place:04d}{suffix}"
                yield FetchedFile(self._fetched(file, target), name)

    def remove(self) -> None:
        """Leave nothing of it in Vault. Raises CollectError; the journal then keeps it."""
        begun = self._journal.get(self._order.key)
        if begun is not None:
            self._vault.remove(begun)
            self._journal.forget(self._order.key)

    def _begin(self) -> Begun:
        begun = self.matter()
        return begun if begun.export else self._create(begun)

    def matter(self) -> Begun:
        """The matter that the export is in, made now unless it was. Raises as ``download`` does."""
        begun = self._journal.get(self._order.key)
        if begun is None:
            # May be resent: a matter made twice is empty, and its marker has it removed at the end.
            matter = self._vault.matters.call(
                lambda vault: vault.matters().create(
                    body={
                        "name": f"groupaudit-{self._journal.marker}",
                        "description": "Temporary: an audit of groups reads posts. Deleted after.",
                    }
                )
            )
            begun = Begun(text(matter, "matterId"))
            self._journal.put(self._order.key, begun)
        return begun

    def _create(self, begun: Begun) -> Begun:
        """The matter's export; one that was made just before a crash is found, not made again."""
        for left in reversed(range(CREATIONS)):
            try:
                export = self._made(begun) or self._make(begun)
                break
            except CollectError as error:
                # It may have been made nonetheless: the next look at the matter tells.
                if error.reason not in _DOUBTFUL or not left:
                    raise
                self._vault.rest(_DOUBT_S)
        begun = Begun(begun.matter, text(export, "id"))
        self._journal.put(self._order.key, begun)
        return begun

    def _made(self, begun: Begun) -> dict[str, Any] | None:
        pages = self._vault.matters.pages(
            lambda vault, token: (
                vault.matters().exports().list(matterId=begun.matter, pageToken=token)
            )
        )
        return next((each for page in pages for each in answers.entries(page, "exports")), None)

    def _make(self, begun: Begun) -> dict[str, Any]:
        return self._vault.creation.call(
            lambda vault: (
                vault.matters().exports().create(matterId=begun.matter, body=self._body())
            ),
            repeatable=False,
        )

    def _body(self) -> dict[str, Any]:
        return {
            # It begins the files' names, and must not look like a part of any group's address.
            "name": f"groupaudit{self._journal.marker}",
            "query": self._order.query,
            "exportOptions": self._order.options,
        }

    def _awaited(self, begun: Begun) -> dict[str, Any]:
        for _look in self._vault.looks(LONGEST_WAIT_S):
            export = self._vault.matters.call(
                lambda vault: (
                    vault.matters().exports().get(matterId=begun.matter, exportId=begun.export)
                )
            )
            status = export.get("status")
            if status == "COMPLETED":
                return export
            if status != "IN_PROGRESS":
                raise PostsError(
                    f"Vault ended an export with status {str(status)[:40]}: look at it in Vault, "
                    "then run again",
                    reason="vault-export-failed",
                )
        raise PostsError(
            "Vault has not finished an export within six hours: run again later",
            reason="vault-export-late",
        )

    def _fetched(self, file: dict[str, Any], target: Path) -> Path:
        """A file of the export, its size and hash checked; a bad copy is fetched once more."""
        expected = _digest(text(file, "md5Hash"))
        for _attempt in range(2):
            if self._copy(file, target) == expected:
                return target
        raise PostsError(
            "A file of a Vault export does not have the hash announced: run again",
            reason="vault-hash-mismatch",
        )

    def _copy(self, file: dict[str, Any], target: Path) -> bytes:
        """Download once; the MD5 of what came. Raises PostsError(``disk``)."""
        try:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as sink:
                return self._vault.storage.download(
                    lambda storage: storage.objects().get_media(
                        bucket=text(file, "bucketName"), object=text(file, "objectName")
                    ),
                    sink,
                    size=number(file, "size"),
                )
        except OSError as error:
            raise PostsError(
                f"A Vault export cannot be written to TMPDIR ({error.strerror}): is it full?",
                reason="disk",
            ) from error


def _digest(announced: str) -> bytes:
    """An MD5 in hexadecimal or base64: Google's page does not say which."""
    try:
        if len(announced) == 32:
            return bytes.fromhex(announced)
        return base64.b64decode(announced, validate=True)
    except (ValueError, binascii.Error):
        return b""  # matches no file
