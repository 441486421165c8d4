"""The breach file of a case in one language: GDPR art. 33(3) in the order of the CNIL's form.

Every sentence rests on what a run recorded, or says that it is the officer's to complete. It holds
no excerpt, no name of a person and no account; it draws no legal conclusion.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from groupaudit.dossier import breach, chronicle, clock, letter, response, scale
from groupaudit.dossier.case import Case
from groupaudit.dossier.layout import Dossier
from groupaudit.dossier.words import Words
from groupaudit.reporter.language import language
from groupaudit.reporter.phrases import Phrases

#: What an address may have in a file's name; the rest becomes a hyphen.
_UNSAFE = re.compile(r"[^a-z0-9@._-]+")

_STEM_LIMIT = 80


def dossier(case: Case, code: str, now: datetime) -> Dossier:
    """The file of ``case`` in the language ``code``, with the time left at ``now`` (aware).

    The same arguments give the same file. Raises KeyError for a language without a catalogue.
    """
    words = Words(Phrases(language(code)))
    told = words.language.text
    sections = (
        clock.section(case, words, now),
        breach.notification(case, words),
        breach.nature(case, words),
        breach.period(case, words),
        scale.data(case, words),
        scale.persons(case, words),
        response.consequences(case, words),
        response.measures(case, words),
        response.communication(case, words),
        chronicle.section(case, words),
        scale.limits(case, words),
    )
    return Dossier(
        name=_stem(case),
        language=code,
        title=told("Breach file: %(group)s", group=words.group(case.assessment)),
        preface=(
            told(
                "Confidential. Prepared for the data-protection officer from what the audit"
                " recorded; it holds no post, no excerpt and no patient's name."
            ),
            told(
                "A draft under articles 33(3) and 34 of the GDPR, in the order of the CNIL's"
                " notification form. What stands after %(marker)s is the officer's to fill in, and"
                " so is every legal assessment.",
                marker=words.marker,
            ),
        ),
        sections=sections,
        letter=letter.section(case, words),
        marker=words.marker,
        stamp=case.chosen.run.ended,
    )


def _stem(case: Case) -> str:
    """A file name without extension that is harmless and differs for every group and run."""
    return f"dossier-{_plain(case.assessment.group.email)}-{_plain(case.chosen.run.id.lower())}"


def _plain(text: str) -> str:
    plain = _UNSAFE.sub("-", text.lower())[:_STEM_LIMIT]
    if plain == text:
        return plain
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{plain}-{digest}"
