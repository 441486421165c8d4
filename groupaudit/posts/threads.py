"""Which conversation a message belongs to, told from its headers alone.

For counting by conversation; it keeps hashes of subjects, never a subject.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from groupaudit.posts import headers

_REPLY_MARK = re.compile(
    r"^(?:\s*(?:re|ré|rép|fwd?|tr|aw|wg)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
_LIST_TAG = re.compile(r"^\s*\[[^\]]{1,80}\]\s*")


class Threads:
    """The conversations of one group, each an opaque word."""

    def __init__(self) -> None:
        self._by_subject: dict[bytes, str] = {}

    def of(self, fields: headers.Headers, key: str) -> str:
        """By its first reference; without one, by its subject; failing both, its own."""
        own = headers.message_id(headers.first(fields, "Message-ID")) or key
        root = headers.message_ids(headers.first(fields, "References")) or headers.message_ids(
            headers.first(fields, "In-Reply-To")
        )
        subject = headers.first(fields, "Subject")
        if root:
            return self._begin(subject, _word(root[0]))
        known = self._by_subject.get(_bare(subject))
        if known is not None and _REPLY_MARK.match(subject):
            return known
        return self._begin(subject, _word(own))

    def _begin(self, subject: str, thread: str) -> str:
        bare = _bare(subject)
        if bare:
            self._by_subject.setdefault(bare, thread)
        return thread


def _word(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()


def _bare(subject: str) -> bytes:
    """A hash of the subject without reply marks and list tag: enough to find its kin."""
    text = _REPLY_MARK.sub("", _LIST_TAG.sub("", _REPLY_MARK.sub("", subject[:300])))
    return (
        blake2b(text.strip().lower().encode("utf-8", "replace"), digest_size=6).digest()
        if text
        else b""
    )
