"""Labelled mail beside the verdicts that the classifier gives it.

Labels stand in the lines of a ``.jsonl`` file with the texts themselves, or in a file of their own
for documents of any kind. A label that cannot be understood is an error, never a guess.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from groupaudit.classifier.decision import reported
from groupaudit.classifier.evaluation import Judged
from groupaudit.config import Config
from groupaudit.errors import UsageError
from groupaudit.model.finding import Verdict
from groupaudit.posts.files import MAX_JSON_LINE
from groupaudit.wiring import local

logger = logging.getLogger("groupaudit")

#: Other names of categories in labels, and those of the reports.
_ALSO_CALLED = {
    "care": "care_setting",
    "genetic": "genetics",
    "hiv": "hiv_sti",
    "iban": "bank",
    "psychiatric": "mental_health",
}

Row = dict[str, Any]


def judged(path: Path, labels: Path | None, config: Config | None) -> list[Judged]:
    """The labelled documents of ``path`` with their verdicts, in the order of the labels.

    Each line has ``label``, perhaps ``lang``, ``difficulty``, ``categories`` (an empty list: there
    is none; left out: not labelled), ``n_persons``, and ``text`` where ``labels`` is None. Lines of
    a file of labels are tied to documents by ``id``: the given id, the Message-ID or the name of
    the file without its ending. Raises UsageError for a file that cannot be read, for a line
    without a label of the contract or a text that it should have, for an ``id`` given twice, and
    where there is nothing to measure.
    """
    if labels is None and path.suffix != ".jsonl":
        raise UsageError(
            f"{path}: only a .jsonl file holds its own labels; name theirs with --labels FILE"
        )
    rows = list(_rows(labels) if labels else _with_texts(path))
    if not rows:
        raise UsageError(
            f"{labels or path}: holds no line, so nothing can be measured: write one a document,"
            " with its 'label'"
        )
    found = local.classify([path], config)
    pairs = list(_beside(rows, found) if labels is None else _matched(rows, found, labels))
    if all(one.told is None for one in pairs):
        raise UsageError(
            f"{path}: no labelled document could be read, so nothing can be measured:"
            " `groupaudit classify` tells the error of each"
        )
    return pairs


def _beside(rows: Iterable[Row], found: Iterable[Row]) -> Iterator[Judged]:
    return (_judged(row, line) for row, line in zip(rows, found, strict=True))


def _matched(rows: Iterable[Row], found: Iterable[Row], labels: Path) -> Iterator[Judged]:
    """Labels and documents of the same name; a label without its document counts as unreadable."""
    by_name = _by_name(rows, labels)
    verdicts: dict[str, Row] = {}
    unlabelled = 0
    for line in found:
        name = next((each for each in _names(line) if each in by_name), None)
        if name is None:
            unlabelled += 1
        else:
            verdicts[name] = line
    if not verdicts:
        raise UsageError(
            f"No document has a label in {labels}, so nothing can be measured: an 'id' is the given"
            " id, the Message-ID, or the file's name without its ending"
        )
    if unlabelled:
        documents = "1 document has" if unlabelled == 1 else f"{unlabelled} documents have"
        logger.warning("%s no label in %s: left out", documents, labels)
    if missing := len(by_name) - len(verdicts):
        several = "1 label has" if missing == 1 else f"{missing} labels have"
        logger.warning("%s no document: counted as unreadable", several)
    return (_judged(row, verdicts.get(name)) for name, row in by_name.items())


def _by_name(rows: Iterable[Row], labels: Path) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        name = str(row.get("id") or "").strip("<>")
        if not name or name in found:
            raise UsageError(f"{labels}: every line needs an 'id' of its own")
        found[name] = row
    return found


def _names(line: Row) -> tuple[str, str]:
    """The names under which a document may be labelled."""
    place = line["document"].rpartition("#")[2]
    return line["id"], PurePosixPath(place).stem


def _judged(row: Row, line: Row | None) -> Judged:
    told = line["verdict"] if line else None
    return Judged(
        wanted=Verdict(row["label"]),
        told=told,
        language=str(row.get("lang") or ""),
        difficulty=str(row.get("difficulty") or ""),
        categories=_categories(row.get("categories")),
        seen=tuple(line["categories"]) if line else (),
        persons=row.get("n_persons"),
        counted=line["persons"] if line else 0,
        score=line["score"] if line and told is not None else None,
    )


def _categories(labelled: list[object] | None) -> tuple[str, ...] | None:
    """The labelled categories under the reports' names; None where nobody labelled any."""
    return None if labelled is None else tuple(sorted(set(map(_called, labelled))))


def _called(category: object) -> str:
    """The reports' name of a labelled category."""
    name = str(category)
    return reported(_ALSO_CALLED.get(name, name))


def _with_texts(path: Path) -> Iterator[Row]:
    """The lines of ``path`` as labels. Raises UsageError naming the first without its text."""
    for number, row in _numbered(path):
        if not isinstance(row.get("text"), str):
            raise UsageError(
                f"{path}, line {number}: has a 'label' and no 'text': write the mail's text beside"
                " it, or name the documents, and this file with --labels"
            )
        yield row


def _rows(path: Path) -> Iterator[Row]:
    """The lines of ``path`` as labels. Raises UsageError naming the first that is none."""
    return (row for _, row in _numbered(path))


def _numbered(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(iter(lambda: stream.readline(MAX_JSON_LINE), b""), 1):
                if line.strip():
                    yield number, _row(path, number, line)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error


def _row(path: Path, number: int, line: bytes) -> Row:
    try:
        row = json.loads(line)
        Verdict(row["label"])
        persons, categories = row.get("n_persons"), row.get("categories")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        allowed = ", ".join(Verdict)
        raise UsageError(f"{path}, line {number}: needs a 'label', one of {allowed}") from error
    if persons is not None and (type(persons) is not int or persons < 0):
        raise UsageError(f"{path}, line {number}: 'n_persons' must be a number from 0")
    if categories is not None and not isinstance(categories, list):
        raise UsageError(f"{path}, line {number}: 'categories' must be a list of names")
    return dict(row)
