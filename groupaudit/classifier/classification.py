"""One classification out of the judgements on a document, its parts, its tables and records."""

from __future__ import annotations

from collections.abc import Sequence

from groupaudit.classifier import explain
from groupaudit.classifier.joining import not_met
from groupaudit.classifier.judged import Judged, categories
from groupaudit.model.finding import GRAVITY, Classification, PartVerdict, Verdict
from groupaudit.model.post import Document, Part

#: Endings of file names that are told; any other may name somebody.
_EXTENSIONS = frozenset((
    "txt", "html", "csv", "tsv", "xlsx", "xls", "ods", "docx", "odt", "pdf", "zip", "eml", "msg",
    "png", "jpg", "jpeg", "tif", "tiff", "gif", "bmp", "webp", "ics", "jsonl", "xml", "json",
    "ndjson", "hl7", "hpr", "hprim",
))  # fmt: skip


def classification(
    whole: Judged, parts: Sequence[Sequence[Judged]], document: Document
) -> Classification:
    """The gravest judgement, with the persons and the categories of all.

    ``parts`` has the judgements on each part of ``document`` by itself; without any, a part shares
    the verdict of the ``whole``.
    """
    judged = [whole, *(one for own in parts for one in own)]
    worst = min(judged, key=lambda one: (GRAVITY[one.verdict], -one.score))
    keys = _persons(judged)
    identifiable = worst.verdict is Verdict.IDENTIFIABLE_HEALTH
    in_order = sorted(judged, key=lambda one: GRAVITY[one.verdict])
    return Classification(
        verdict=worst.verdict,
        score=round(max(one.score for one in judged), 4),
        persons=max(len(keys), 1) if identifiable else int(worst.verdict is Verdict.HEALTH_PERSON),
        person_keys=keys,
        categories=tuple(sorted(categories(judged).items()))
        if worst.verdict is not Verdict.ORDINARY
        else (),
        excerpt=next((each.excerpt for each in worst.explanations), ""),
        explanations=tuple(e for one in in_order for e in one.explanations)[: explain.MOST],
        parts=tuple(
            _part_verdict(number, part, own or [whole])
            for number, (part, own) in enumerate(zip(document.parts, parts, strict=True))
        ),
    )


def _persons(judged: Sequence[Judged]) -> frozenset[int]:
    """Everybody found, once: in text, in the rows of tables and in records.

    Numbers count where nobody is named: they may be anybody's who is. And where there are none,
    what else tells of somebody in a part by itself, so that a copy is known again whatever it is
    passed on with; else in the whole, which comes first.
    """
    nobody = frozenset[int]()
    if not any(one.keys for one in judged):
        numbers = nobody.union(*(one.numbers for one in judged))
        return numbers or nobody.union(*(one.lesser for one in judged[1:])) or judged[0].lesser
    structured = nobody.union(*(one.keys for one in judged if not one.known))
    met = nobody.union(*(one.met for one in judged))
    return structured | not_met((one.known for one in judged), met)


def _part_verdict(number: int, part: Part, judged: Sequence[Judged]) -> PartVerdict:
    """Verdict on one part, named by kind, place and extension: a file name may name a patient."""
    suffix = part.name.rpartition(".")[2].lower() if "." in part.name else ""
    known = f".{suffix}" if suffix in _EXTENSIONS else ""
    name = f"{part.kind.value}-{number + 1}{known}"
    if part.error is not None:
        return PartVerdict(name, None, part.error)
    gravest = min((one.verdict for one in judged), key=GRAVITY.__getitem__)
    return PartVerdict(name, gravest, recognised=part.recognised)
