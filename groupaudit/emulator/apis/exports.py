"""What Vault finds and what it writes: counts of mail, and export files in a private folder.

An export is a zip of one mbox for each account with metadata files beside it, and can be
spoilt on request. Nothing here knows matters or permissions; ``vault`` does.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO
from xml.sax.saxutils import quoteattr

from groupaudit.emulator.faults import ExportFault
from groupaudit.emulator.mailboxes import OutsideMail
from groupaudit.emulator.state import Group, Post
from groupaudit.emulator.workspace import Workspace

BUCKET = "emulated-vault-exports"
_FROM_LINE = re.compile(rb"^(>*From )", re.MULTILINE)
_LATE = datetime.max.replace(tzinfo=UTC)
_EARLY = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Search:
    """Which mail of which accounts: a Vault query, understood. Ends are inclusive."""

    accounts: tuple[Group | OutsideMail, ...]
    start: datetime = _EARLY
    end: datetime = _LATE

    def posts(self, account: Group | OutsideMail) -> Iterator[Post]:
        """The mail of ``account`` in the window, times rounded to the hour as Vault rounds them."""
        for post in account.posts():
            if self.start <= _nearest_hour(post.date) <= self.end:
                yield post


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of an export, as announced: size in bytes and MD5 in hexadecimal."""

    name: str
    path: Path
    owner: str
    size: int
    md5: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """An export's files, and how many posts are in them out of how many found."""

    files: tuple[StoredFile, ...]
    exported: int
    total: int
    failed: bool = False


class ExportStore:
    """Writes exports into ``folder`` and finds their files again by object name."""

    def __init__(self, folder: Path, workspace: Workspace) -> None:
        self._folder = folder
        self._workspace = workspace
        self._files: dict[str, StoredFile] = {}
        self._cut: set[str] = set()

    def make(self, prefix: str, name: str, search: Search, owner: str) -> Made:
        """Write the files of an export under the object name ``prefix``."""
        faults = self._workspace.faults()
        flaws = {faults.exports[a.email] for a in search.accounts if a.email in faults.exports}
        if "failed" in flaws:
            return Made((), 0, 0, failed=True)
        folder = self._folder / prefix
        folder.mkdir(mode=0o700, parents=True)
        # The export's name is the caller's: it goes into object names, never into paths.
        archive = folder / "archive.zip"
        rows = _write_archive(archive, search, partial="partial" in flaws)
        if faults.nested_zips:
            _wrap(archive)
        if "corrupt_zip" in flaws:
            _corrupt(archive)
        metadata, counts = _write_metadata(folder, rows)
        written = {
            f"{prefix}/{name}_0.zip": archive,
            f"{prefix}/{name}-metadata.xml": metadata,
            f"{prefix}/{name}-results-count.csv": counts,
        }
        files = [self._announce(name_, path, owner, flaws) for name_, path in written.items()]
        exported, total = sum(row.exported for row in rows), sum(row.total for row in rows)
        return Made(tuple(files), exported, total)

    def _announce(self, name: str, path: Path, owner: str, flaws: set[ExportFault]) -> StoredFile:
        with path.open("rb") as file:
            md5 = hashlib.file_digest(file, "md5").hexdigest()
        spoilt = path.suffix == ".zip"
        if spoilt and "wrong_md5" in flaws:
            md5 = md5[::-1]
        cut = spoilt and "download_cut" in flaws
        stored = StoredFile(name, path, owner, path.stat().st_size, md5, cut)
        self._files[name] = stored
        return stored

    def find(self, bucket: str, name: str) -> StoredFile | None:
        """The file behind an object name, None if there is none."""
        return self._files.get(name) if bucket == BUCKET else None

    def cuts(self, file: StoredFile) -> bool:
        """Whether this download of ``file`` shall break off; only the first one does."""
        if not file.cut or file.name in self._cut:
            return False
        self._cut.add(file.name)
        return True

    def remove(self, made: Made) -> None:
        """Delete the files of an export."""
        for file in made.files:
            self._files.pop(file.name, None)
            file.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Row:
    account: str
    exported: int
    total: int
    posts: tuple[tuple[str, datetime], ...]


def _write_archive(path: Path, search: Search, *, partial: bool) -> list[_Row]:
    rows = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for account in search.accounts:
            posts = list(search.posts(account))
            kept = posts[: len(posts) * 4 // 5] if partial else posts
            with archive.open(f"{account.email}.mbox", "w") as mbox:
                for post in kept:
                    _write_post(mbox, post)
            listed = tuple((post.id, post.date) for post in kept)
            rows.append(_Row(account.email, len(kept), len(posts), listed))
    return rows


def _write_post(mbox: IO[bytes], post: Post) -> None:
    """One message in the mboxrd form: every ``From `` at a line's start is quoted once more."""
    body = post.render().replace(b"\r\n", b"\n")
    mbox.write(f"From {post.id}@xxx {post.date:%a %b %d %H:%M:%S +0000 %Y}\n".encode())
    mbox.write(_FROM_LINE.sub(rb">\1", body))
    mbox.write(b"\n" if body.endswith(b"\n") else b"\n\n")


def _wrap(archive: Path) -> None:
    inner = archive.read_bytes()
    with zipfile.ZipFile(archive, "w") as outer:
        outer.writestr(f"inner-{archive.name}", inner)


def _corrupt(archive: Path) -> None:
    """Cut the central directory off, which is where a zip's table of contents is."""
    size = archive.stat().st_size
    with archive.open("r+b") as file:
        file.truncate(size * 2 // 3)


def _write_metadata(folder: Path, rows: Sequence[_Row]) -> tuple[Path, Path]:
    xml, counts = folder / "metadata.xml", folder / "results-count.csv"
    documents = "".join(
        f"<Document DocID={quoteattr(id_)}><Tags>"
        f"<Tag TagName='Account' TagValue={quoteattr(row.account)}/>"
        f"<Tag TagName='DateReceived' TagValue={quoteattr(date.isoformat())}/></Tags></Document>"
        for row in rows
        for id_, date in row.posts
    )
    xml.write_text(f"<?xml version='1.0'?><Root><Batch>{documents}</Batch></Root>", "utf-8")
    lines = [f"{row.account},{row.exported},{row.total - row.exported}\n" for row in rows]
    counts.write_text("Account,Count,Errors\n" + "".join(lines), "utf-8")
    return xml, counts


def _nearest_hour(when: datetime) -> datetime:
    moment = when.astimezone(UTC) + timedelta(minutes=30)
    return moment.replace(minute=0, second=0, microsecond=0)
