"""Which contents of a post hold the health data found in it, as keyed hashes to count copies once.

A content is what a post says anew, one message that it quotes or carries, or one attachment. It is
known by its words, so that a forwarded letter is the same in every message that passes it on. Asked
only of posts that were found to identify a patient. It judges nothing itself: each content is put
to the classifier alone. Keeps no text outside the call.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from groupaudit.classifier.quoted import messages
from groupaudit.classifier.text import Passage, unify
from groupaudit.model.finding import Verdict
from groupaudit.model.post import Document, Part, PartKind
from groupaudit.ports import Classifier

_WORD = re.compile(r"[^\W_]+")
#: What mail programs add where they turn a formatted message into plain text.
_ADDED = re.compile(r"<[^<>\s]{1,500}>|\[(?:cid|image):[^\]\n]{1,200}\]", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
#: What a subject is given when it is answered or passed on.
_REPLY_MARKS = frozenset({"re", "ré", "rép", "fw", "fwd", "tr", "aw", "wg"})


@dataclass(frozen=True, slots=True)
class _Content:
    """One content: the ``part`` that is judged alone, and the ``words`` that it is known by."""

    part: Part
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyedContents:
    """Implements ``ports.Contents``: tells contents apart by 64-bit hashes under ``key``."""

    classifier: Classifier
    key: bytes = field(repr=False)

    def sensitive(self, document: Document) -> frozenset[int]:
        """The hashes of those contents of ``document`` that hold it, at least one.

        Those that identify a patient alone; else the subject, if it does; else those that do under
        it. Where nothing but all together does, the longest stands for all: it is what a message
        that passes them on has too.
        """
        contents = tuple(_contents(document))
        if len(contents) == 1 and not self._holds(document, document.subject):
            return self._hashes(contents)  # it was found in nothing else
        told = [each for each in contents if self._holds(document, "", each.part)]
        if not told and self._holds(document, document.subject):
            return self._hashes([_titled(document)])
        for tried in (_tables(document), contents):
            told = told or [
                each for each in tried if self._holds(document, document.subject, each.part)
            ]
        longest = max(contents, key=lambda each: len(each.words), default=_titled(document))
        return self._hashes(told or [longest])

    def _holds(self, document: Document, subject: str, *parts: Part) -> bool:
        """Whether these ``parts`` of ``document`` identify a patient under ``subject``."""
        if not (subject.strip() or parts):
            return False
        alone = replace(document, subject=subject, parts=parts, error=None)
        return self.classifier.classify(alone).verdict is Verdict.IDENTIFIABLE_HEALTH

    def _hashes(self, contents: Iterable[_Content]) -> frozenset[int]:
        return frozenset(map(self._hash, contents))

    def _hash(self, content: _Content) -> int:
        """The first 64 bits of HMAC-SHA-256 of the words, and of the rows where it has tables."""
        keyed = hmac.new(self.key, b"content\0", "sha256")
        keyed.update(content.words.encode())
        for table in content.part.tables:
            for row in table.rows():
                keyed.update("\x1f".join((*row, "\n")).encode("utf-8", "surrogatepass"))
        return int.from_bytes(keyed.digest()[:8], "big")


def _contents(document: Document) -> Iterator[_Content]:
    """The contents of ``document``, each with what announces it; blank ones are left out."""
    heading = ""
    for part in document.parts:
        if part.kind is PartKind.ATTACHMENT:
            named = "" if part.tables else part.name
            yield _Content(part, _words(part.text) or _words(named))
            continue
        announces = part.media_type.startswith("message/")
        for head, text in [(part.text, "")] if announces else messages(part.text):
            heading = f"{heading}\n{head}" if heading else head
            if not text.strip():
                continue
            if words := _words(_told(text)):
                # Tables stand in the text too, those of what is quoted among them.
                yield _Content(replace(part, text=f"{heading}\n{text}", tables=()), words)
            heading = ""
    if heading:
        yield _Content(Part(PartKind.MESSAGE, text=heading), _words(heading))


def _tables(document: Document) -> Iterator[_Content]:
    """The tables of what is written in ``document``, each as if it were attached."""
    for part in document.parts:
        if part.kind is not PartKind.ATTACHMENT:
            for table in part.tables:
                yield _Content(Part(PartKind.ATTACHMENT, tables=(table,)), "")


def _titled(document: Document) -> _Content:
    """The subject as a content, the same in every answer."""
    words = _words(document.subject).split(" ")
    kept = " ".join(word for word in words if word not in _REPLY_MARKS)
    return _Content(Part(PartKind.BODY, text=document.subject), kept)


def _told(text: str) -> str:
    """``text`` without the notices and footers that not every copy has, up to its signature.

    Where nothing comes before what looks like a signature, all of it.
    """
    kept = Passage(PartKind.BODY.value, 0, unify(text)).spoken()
    above = _SIGNATURE.split(kept, maxsplit=1)[0]
    return above if above.strip() else kept


def _words(text: str) -> str:
    """The words of ``text`` in lower case, whatever stands between them."""
    return " ".join(_WORD.findall(unify(_ADDED.sub(" ", text)).casefold()))
