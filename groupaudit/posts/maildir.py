"""Maildir: which files are its messages, told by where they lie, since their names tell nothing.

Messages lie in ``cur`` and ``new`` (D. J. Bernstein, "Using maildir format"); what is in ``tmp``
was never delivered whole, and is no message.
"""

from __future__ import annotations

from pathlib import PurePath

_DELIVERED = frozenset({"cur", "new"})


def is_message(path: PurePath) -> bool:
    """Whether ``path`` lies where a Maildir has its messages. Asks the disk nothing."""
    return path.parent.name in _DELIVERED and not path.name.startswith(".")
