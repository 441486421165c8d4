"""The ``archive`` source: mailbox files, message files and Takeout folders that the hospital keeps.

Looks only inside its folder: a group's address is never trusted as a path. Writes nothing, but for
zips and Outlook mailboxes, which it unpacks into a private temporary folder and wipes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from groupaudit.errors import PostsError
from groupaudit.model.group import Group
from groupaudit.model.sample import Availability
from groupaudit.posts import maildir, pst, scratch, unpack
from groupaudit.posts.reading import Reading
from groupaudit.posts.stored import MailFile, StoredPosts

#: Files of many messages.
_BOXES = (".mbox", ".zip", *sorted(pst.SUFFIXES, reverse=True))


class ArchivePosts:
    """Posts under ``folder`` (implements ``ports.PostSource``).

    For ``list@h.example``, in this order and all that exist: ``list@h.example.mbox``, ``.zip``,
    ``.pst`` and ``.ost``, ``list@h.example/`` (all these, ``.eml`` and Maildir, recursively), and
    Takeout's ``…/Groups/h.example/list/*.mbox`` whatever the language of the names. Aliases of the
    group are looked for too.
    """

    name = "archive"

    def __init__(self, folder: Path, reading: Reading) -> None:
        self._folder = folder
        self._reading = reading

    def available(self, group: Group) -> Availability:
        """Whether a file or folder for ``group`` exists."""
        if not self._folder.is_dir():
            return Availability(
                yes=False, reason=f"The archive folder {self._folder} does not exist"
            )
        if next(self._files(group), None) is None:
            return Availability(yes=False, reason=f"No {group.email}.mbox or folder in the archive")
        return Availability(yes=True)

    @contextmanager
    def open(self, group: Group) -> Iterator[StoredPosts]:
        """The posts of ``group``. Raises PostsError when there are none or a zip is unreadable."""
        paths = list(self._files(group))
        if not paths:
            raise PostsError(
                f"The archive holds nothing for {group.email}: put {group.email}.mbox there",
                reason="not-in-archive",
            )
        with scratch.private_folder() as temporary:
            files: list[MailFile] = []
            for number, path in enumerate(paths):
                if path.suffix.lower() == ".zip":
                    files += unpack.mail_files(path, temporary / str(number))
                elif pst.is_pst(path):
                    files.append(unpack.outlook_mailbox(path, temporary / f"{number}.mbox"))
                else:
                    files.append(MailFile(path, mailbox=path.suffix.lower() == ".mbox"))
            yield StoredPosts(files, self._reading)

    def _files(self, group: Group) -> Iterator[Path]:
        for address in (group.email, *group.aliases):
            if not _is_plain(address):
                continue
            for suffix in _BOXES:
                yield from self._inside(self._folder / f"{address}{suffix}")
            yield from self._below(self._folder / address)
            local, _, domain = address.partition("@")
            for place in self._takeout_places():
                yield from self._below(place / domain / local)

    def _takeout_places(self) -> Iterator[Path]:
        """Folders that may hold ``<domain>/<group>``: Takeout's names are translated."""
        for root in (self._folder, self._folder / "Takeout"):
            if root.is_dir():
                yield root
                yield from sorted(entry for entry in root.iterdir() if entry.is_dir())

    def _below(self, folder: Path) -> Iterator[Path]:
        if not folder.is_dir():
            return
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in (*_BOXES, ".eml") or maildir.is_message(path):
                yield from self._inside(path)

    def _inside(self, path: Path) -> Iterator[Path]:
        """``path`` if it is a file that really lies in the archive folder, links followed."""
        try:
            real = path.resolve()
            if path.is_file() and real.is_relative_to(self._folder.resolve()):
                yield path
        except OSError:
            return  # a name that the file system cannot hold


def _is_plain(address: str) -> bool:
    """Whether ``address`` can stand for one file name: nothing in it leaves the folder."""
    local, _, domain = address.partition("@")
    return (
        bool(local and domain)
        and not any(part in (".", "..") for part in (address, local, domain))
        and not any(char in "/\\:\0" or not char.isprintable() for char in address)
        and len(address.encode()) <= 200
    )
