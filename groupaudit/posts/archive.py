"""The ``archive`` source: mailbox files, message files and Takeout folders that the hospital keeps.

Looks only inside its folder: a group's address is never trusted as a path. Writes nothing, but for
zips and Outlook mailboxes, which it unpacks into a private temporary folder and wipes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from groupaudit.errors import PostsError
from groupaudit.model.group import Group
from groupaudit.model.sample import Availability
from groupaudit.posts import pst, scratch, takeout, unpack
from groupaudit.posts.reading import Reading
from groupaudit.posts.stored import MailFile, StoredPosts
from groupaudit.posts.takeout import Takeouts

#: Files of many messages.
_BOXES = (".mbox", ".zip", *sorted(pst.SUFFIXES, reverse=True))


class ArchivePosts:
    """Posts under ``folder`` (implements ``ports.PostSource``).

    For ``list@h.example``, in this order and all that exist: ``list@h.example.mbox``, ``.zip``,
    ``.pst`` and ``.ost``, ``list@h.example/`` (all these, ``.eml`` and Maildir, recursively), and
    Takeout's ``…/Groups/h.example/list/*.mbox`` whatever the language of the names, in folders or
    zips of any name. Aliases of the group are looked for too.
    """

    name = "archive"

    def __init__(self, folder: Path, reading: Reading) -> None:
        self._folder = folder
        self._reading = reading
        self._takeouts = Takeouts(folder)

    def available(self, group: Group) -> Availability:
        """Whether a file or folder for ``group`` exists."""
        if not self._folder.is_dir():
            return Availability(
                yes=False, reason=f"The archive folder {self._folder} does not exist"
            )
        if next(itertools.chain(self._files(group), self._takeout_zips(group)), None) is not None:
            return Availability(yes=True)
        closed = self._takeouts.unreadable
        if closed:
            reason = f"{closed} zips in the archive cannot be opened, and nothing else is there for"
            return Availability(yes=False, reason=f"{reason} {group.email}")
        return Availability(yes=False, reason=f"No {group.email}.mbox or folder in the archive")

    @contextmanager
    def open(self, group: Group) -> Iterator[StoredPosts]:
        """The posts of ``group``. Raises PostsError when there are none or a zip is unreadable."""
        with scratch.private_folder() as temporary:
            files = [
                file
                for number, path in enumerate(self._files(group))
                for file in _mail_files(path, temporary / f"{number}")
            ]
            of_takeout = self._of_takeout_zips(group, temporary)
            files += of_takeout
            if not files:
                raise PostsError(
                    f"The archive holds nothing for {group.email}: put {group.email}.mbox there",
                    reason="not-in-archive",
                )
            # Takeout cuts what it gives into several zips: where one is lost, some may be in it.
            closed = self._takeouts.unreadable if of_takeout else 0
            note = f"{closed} zips in the archive cannot be opened and may hold more of its posts"
            yield StoredPosts(
                files, self._reading, note=note if closed else "", partial=bool(closed)
            )

    def _of_takeout_zips(self, group: Group, temporary: Path) -> list[MailFile]:
        files: list[MailFile] = []
        for number, (address, path) in enumerate(self._takeout_zips(group)):
            of_group = partial(takeout.is_of, address=address)
            files += unpack.mail_files(path, temporary / f"takeout-{number}", of_group)
        return files

    def _takeout_zips(self, group: Group) -> Iterator[tuple[str, Path]]:
        """Each with the address under which it has posts of ``group``."""
        for address in filter(_is_plain, (group.email, *group.aliases)):
            for path in self._takeouts.zips(address):
                yield from ((address, real) for real in self._inside(path))

    def _files(self, group: Group) -> Iterator[Path]:
        for address in filter(_is_plain, (group.email, *group.aliases)):
            for suffix in _BOXES:
                yield from self._inside(self._folder / f"{address}{suffix}")
            yield from self._below(self._folder / address)
            for folder in self._takeouts.folders(address):
                yield from self._below(folder)

    def _below(self, folder: Path) -> Iterator[Path]:
        if not folder.is_dir():
            return
        for path in sorted(folder.rglob("*")):
            if unpack.is_mail(path):
                yield from self._inside(path)

    def _inside(self, path: Path) -> Iterator[Path]:
        """``path`` if it is a file that really lies in the archive folder, links followed."""
        try:
            real = path.resolve()
            if path.is_file() and real.is_relative_to(self._folder.resolve()):
                yield path
        except OSError:
            return  # a name that the file system cannot hold


def _mail_files(path: Path, temporary: Path) -> list[MailFile]:
    """What is in the file at ``path``; ``temporary`` is a name that is free for what it gives."""
    if path.suffix.lower() == ".zip":
        return unpack.mail_files(path, temporary)
    if pst.is_pst(path):
        return [unpack.outlook_mailbox(path, temporary)]
    return [MailFile(path, mailbox=path.suffix.lower() == ".mbox")]


def _is_plain(address: str) -> bool:
    """Whether ``address`` can stand for one file name: nothing in it leaves the folder."""
    local, _, domain = address.partition("@")
    return (
        bool(local and domain)
        and not any(part in (".", "..") for part in (address, local, domain))
        and not any(char in "/\\:\0" or not char.isprintable() for char in address)
        and len(address.encode()) <= 200
    )
