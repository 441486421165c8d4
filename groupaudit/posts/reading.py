"""How much of a message is read: with its attachments or without, and up to which size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from groupaudit.model.post import Part
from groupaudit.posts.extract.recognition import Recognition
from groupaudit.posts.extract.sandbox import Sandbox

#: Reads one attachment: name, content type, bytes → its parts, errors included. Never raises.
Extract = Callable[[str, str, bytes], tuple[Part, ...]]

#: Rewrites an Outlook message as RFC 5322 mail. Raises PostsError.
Outlook = Callable[[bytes], bytes]


@cache
def sandbox(recognition: Recognition) -> Sandbox:
    """The sandbox of this process that recognises so much: all sources share it and its budget.

    It starts its own process when the first attachment comes.
    """
    return Sandbox(recognition=recognition)


_sandbox = sandbox(Recognition())


@dataclass(frozen=True, slots=True)
class Reading:
    """Whether attachments are read, up to so many bytes each, and by what."""

    attachments: bool = True
    max_attachment_bytes: int = 25 * 1024 * 1024
    extract: Extract = field(default=_sandbox.parts, repr=False)
    outlook: Outlook = field(default=_sandbox.mail_of, repr=False)
