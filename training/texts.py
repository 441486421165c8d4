"""Labelled texts: read from JSON Lines, made into the documents that the classifier reads.

Labels, spans and categories are described in ``training/README.md``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groupaudit.model.finding import Verdict
from groupaudit.model.post import Document, Part, PartKind

VERDICTS = tuple(Verdict)
#: Categories of the texts, in the order of the model's output.
CATEGORIES = (
    "name", "dob", "nir", "ipp", "phone", "address", "email", "bank", "initials_room",
    "diagnosis", "symptom", "drug", "lab", "imaging", "procedure", "allergy", "pregnancy",
    "mental_health", "addiction", "hiv_sti", "cancer", "genetics", "disability", "diet",
    "sick_leave", "death", "transport", "appointment", "care_setting", "vital_signs",
)  # fmt: skip


@dataclass(frozen=True)
class Labelled:
    """One labelled text. ``source`` is the file's stem; ``spans`` False: they were not marked.

    ``persons`` is the number of persons whose health data it holds, None where nobody counted.
    """

    source: str
    id: str
    verdict: Verdict
    sender: str
    subject: str
    text: str
    categories: frozenset[str]
    health: tuple[str, ...]
    person: tuple[str, ...]
    spans: bool = True
    persons: int | None = None

    def document(self) -> Document:
        """The text as a post."""
        body = Part(PartKind.BODY, text=self.text)
        return Document(id=self.id, sender=self.sender, subject=self.subject, parts=(body,))


def read(path: Path) -> list[Labelled]:
    """Every text of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [_labelled(path.stem, json.loads(line)) for line in lines if line.strip()]


def digest(paths: Iterable[Path]) -> str:
    """Hex digest of the files' bytes, for the record of what a model was trained on."""
    total = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.name):
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


def _labelled(source: str, row: Mapping[str, Any]) -> Labelled:
    sender, subject, text = (str(row.get(key) or "") for key in ("from", "subject", "text"))
    if "subject" not in row:
        sender, subject, text = _headers_in(text)
    return Labelled(
        source=source,
        id=str(row["id"]),
        verdict=Verdict(str(row["label"])),
        sender=sender,
        subject=subject,
        text=text,
        categories=frozenset(row.get("categories") or ()),
        health=tuple(row.get("health_spans") or ()),
        person=tuple(row.get("person_spans") or ()),
        spans="health_spans" in row,
        persons=row.get("n_persons"),
    )


def _headers_in(text: str) -> tuple[str, str, str]:
    """Sender, subject and body of a text that begins with ``From:``, ``To:``, ``Subject:``."""
    head, _, body = text.partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    if not {"From", "Subject"} <= fields.keys():
        return "", "", text
    return fields["From"], fields["Subject"], body
