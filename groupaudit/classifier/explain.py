"""Why a verdict was given: masked excerpts around the health facts that carried it."""

from __future__ import annotations

from collections.abc import Iterable

from groupaudit.classifier import decision, redact
from groupaudit.classifier.reading import Reading
from groupaudit.classifier.span import Kind, Span
from groupaudit.classifier.tagger.judge import Judgement
from groupaudit.classifier.tagger.places import Place
from groupaudit.model.finding import Explanation, Verdict

#: Explanations of one document.
MOST = 5


def explanations(reading: Reading, judged: Judgement, verdict: Verdict) -> tuple[Explanation, ...]:
    """At most ``MOST`` explanations, one for each detector; none where no health is told."""
    if verdict in (Verdict.ORDINARY, Verdict.IDENTITY_ONLY):
        return ()
    secret = _secret_words(reading) | _words(reading, judged.persons)
    explained: dict[str, Explanation] = {}
    for place in decision.facts(reading, verdict, judged):
        inside = decision.terms(reading, place)
        centre = max(inside, key=lambda span: span.weight, default=None) or Span(
            place.start, place.end, "told-by-the-model", "health", Kind.HEALTH, mask="[SANTE]"
        )
        if centre.detector not in explained:
            spans = reading.spans[place.passage]
            shown = spans if inside else (*spans, centre)
            text = redact.excerpt(reading.passages[place.passage], shown, centre, secret)
            explained[centre.detector] = Explanation(centre.detector, text)
        if len(explained) == MOST:
            break
    return tuple(explained.values())


def _words(reading: Reading, places: Iterable[Place]) -> frozenset[bytes]:
    """Every folded word of ``places``."""
    return frozenset(
        word
        for place in places
        for word in reading.passages[place.passage].folded.words[place.start : place.end].split()
    )


def _secret_words(reading: Reading) -> frozenset[bytes]:
    """Every folded word of every identifier found in the document."""
    words: set[bytes] = set()
    for passage, spans in zip(reading.passages, reading.spans, strict=True):
        for span in spans:
            if span.kind in (Kind.IDENTITY, Kind.PROFESSIONAL):
                words.update(passage.folded.words[span.start : span.end].split())
    return frozenset(words)
