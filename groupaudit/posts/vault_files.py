"""What lies in the files of a Vault export: zips of mailboxes, and the messages in those.

Zips are unpacked beside themselves and dropped one by one. It does not know whose mail it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from groupaudit.errors import PostsError
from groupaudit.posts import mbox, unpack
from groupaudit.posts.stored import MailFile
from groupaudit.posts.vault_export import FetchedFile


def mail_files(fetched: Iterable[FetchedFile], folder: Path) -> Iterator[MailFile]:
    """The mailboxes in the files ``fetched``, in ``folder``. Raises PostsError."""
    for number, file in enumerate(fetched):
        if file.path.suffix == ".zip":
            yield from unpack.mail_files(file.path, folder / f"zip-{number}")
            file.path.unlink()
        else:
            yield MailFile(file.path, mailbox=True, name=file.name)


def raw_messages(file: MailFile) -> Iterator[bytes]:
    """The messages in ``file``, one in memory at a time. Raises PostsError."""
    try:
        with file.path.open("rb") as stream:
            if file.mailbox:
                for entry in mbox.entries(stream):
                    yield mbox.message(entry.data)
            else:
                yield stream.read(mbox.MAX_ENTRY_BYTES)
    except OSError as error:
        raise PostsError(
            f"A file of a Vault export cannot be read ({error.strerror}): run again",
            reason="mailbox-unreadable",
        ) from error
