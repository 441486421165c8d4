"""Whether the name of a file tells somebody's health by itself: ``CR_IRM_DURAND_Paul.pdf``.

Such names are labels that wards give to one patient's document, whether the document can be read
or not, and as are the subjects of posts without a body; the networks have seen too few of them.
Believed is only what detectors and lexicons know: a person's name beside a term of examination,
illness or treatment, or beside what papers written for one patient are called. The papers of those
who write about an illness (theses, posters, lectures) are no patient's, and bear their authors'
names.
"""

from __future__ import annotations

import re2

from groupaudit.classifier.persons import name_tokens
from groupaudit.classifier.reading import Reading
from groupaudit.classifier.span import Span
from groupaudit.classifier.text import LABELS, LETTERS, Passage

#: Words that make a file one about medicine, not about a patient.
_ABOUT_MEDICINE = frozenset(
    b"these thesis memoire poster cours lecture slides diapo diaporama presentation congres "
    b"congress conference seminaire seminar webinaire webinar article abstract biblio "
    b"bibliographie guide manuel formation training programme program affiche flyer "
    b"invitation atelier workshop recommandations guidelines planning rota cv".split()
)
#: What papers are called that are written for one patient.
_OF_ONE_PATIENT = re2.compile(
    rb"\b(?:ordonnances?|crh|cro|prescription|certificat medical|arret de travail|dossier medical"
    rb"|bon de transport"
    rb"|(?:cr|compte rendu|courrier|lettre) (?:de |d )?"
    rb"(?:hospit|hospitalisation|sortie|liaison|operatoire|op|consult|consultation|passage)"
    rb"|discharge (?:summary|letter)|clinic letter|referral letter|sick note)\b"
)
#: What cameras call their pictures, which is a term too (an interruption of pregnancy).
_OF_CAMERAS = frozenset({b"img"})


def tell_of_a_patient(reading: Reading) -> bool:
    """Whether a file name of ``reading`` holds a patient's name and a health term or a paper's.

    Or the subject of a post without a body, which says all there is to say.
    """
    bare = all(passage.kind in LABELS or not passage.text.strip() for passage in reading.passages)
    kinds = ("filename", "subject") if bare else ("filename",)
    return any(
        passage.kind in kinds and _tells(passage, spans)
        for passage, spans in zip(reading.passages, reading.spans, strict=True)
    )


def _tells(passage: Passage, spans: tuple[Span, ...]) -> bool:
    lower, words = passage.folded.lower, passage.folded.words.split()
    terms = [
        span
        for span in spans
        if span.tells_health and lower[span.start : span.end] not in _OF_CAMERAS
    ]
    paper = _OF_ONE_PATIENT.search(b" ".join(words))
    if not (terms or paper) or not _ABOUT_MEDICINE.isdisjoint(words):
        return False
    medical = {word for span in terms for word in name_tokens(lower[span.start : span.end])}
    medical.update(paper.group().split() if paper else ())
    return any(
        span.may_name_a_patient and _is_left(lower[span.start : span.end], medical)
        for span in spans
    )


def _is_left(name: bytes, medical: set[bytes]) -> bool:
    """Whether a name has words that tell somebody apart, or two at least, without the medical."""
    words = {word for word in name.translate(LETTERS).split() if len(word) > 2}
    return bool(name_tokens(name) - medical) or len(words - medical) > 1
