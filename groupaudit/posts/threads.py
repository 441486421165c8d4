"""Which conversation a message belongs to, told from its headers alone.

For counting by conversation; it keeps hashes of subjects, never a subject.
"""

from __future__ import annotations

import re
from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from groupaudit.posts import headers

_REPLY_MARK = re.compile(
    r"^(?:\s*(?:re|ré|rép|fwd?|tr|aw|wg)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
# Beyond, nothing tells subjects apart, and looking for reply marks in it would take quadratic time.
_MAX_SUBJECT = 300
# Posts that are compared at a time.
_PIECE = 1 << 16
_LIST_TAG = re.compile(r"^\s*\[[^\]]{1,80}\]\s*")


@dataclass(frozen=True, slots=True)
class Kin:
    """What a message's headers say of its conversation, in hashes.

    ``conversation`` is that of its first reference, else its own. ``subject`` is without reply
    marks and list tag, 0 if there is none. ``loose``: a reply that refers to nothing, which belongs
    to the first message with its subject. Hashes have 32 bits: of a million conversations a few
    hundred are taken for others, which matters little to sampling and saves megabytes.
    """

    conversation: int
    subject: int
    loose: bool


def kin(fields: headers.Headers, key: str) -> Kin:
    """The kin of a message; ``key`` stands for its Message-ID where it has none."""
    root = headers.message_ids(headers.first(fields, "References")) or headers.message_ids(
        headers.first(fields, "In-Reply-To")
    )
    own = headers.message_id(headers.first(fields, "Message-ID")) or key
    subject = headers.first(fields, "Subject")[:_MAX_SUBJECT]
    bare = _bare(subject)
    return Kin(
        conversation=_hash(root[0] if root else own),
        subject=_hash(bare) if bare else 0,
        loose=bool(bare) and not root and _REPLY_MARK.match(subject) is not None,
    )


def join_replies(
    conversations: MutableSequence[int], subjects: Sequence[int], loose: Sequence[int]
) -> None:
    """Give the posts with the numbers ``loose`` the conversation of the first with their subject.

    Each post has its place in ``conversations`` and ``subjects``, the oldest first as far as known.
    Takes 30 bytes for each of ``loose`` meanwhile: there may be millions.
    """
    if not loose:
        return
    every = np.asarray(subjects, np.uint32)
    asked = every[np.asarray(loose, np.intp)]
    wanted = np.unique(asked)
    first = np.zeros(len(wanted), np.intp)  # post with each of the subjects
    for start in reversed(range(0, len(every), _PIECE)):
        piece = every[start : start + _PIECE]
        places = np.searchsorted(wanted, piece)
        found = np.flatnonzero(wanted.take(places, mode="clip") == piece)
        # Of several posts for one place the last is kept: they are given in reverse.
        first[places[found][::-1]] = start + found[::-1]
    for number, root in zip(loose, map(int, first[np.searchsorted(wanted, asked)]), strict=True):
        conversations[number] = conversations[root]


def word(conversation: int) -> str:
    """A conversation as references to posts name it."""
    return f"{conversation:08x}"


def _hash(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest, "big")


def _bare(subject: str) -> str:
    """The subject without reply marks and list tag: what it shares with its kin."""
    text = _REPLY_MARK.sub("", _LIST_TAG.sub("", _REPLY_MARK.sub("", subject)))
    return text.strip().lower()
