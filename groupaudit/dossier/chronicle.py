"""The breach in the order of time: what the audit log and the runs tell, and the time limit.

Accounts and network addresses of the log stay in the report: a notification names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter

from groupaudit.dossier.case import Case, readers
from groupaudit.dossier.layout import Section, fact, paragraph
from groupaudit.dossier.words import Words, safe

#: Entries shown, the oldest first: when it began is what a notification asks.
SHOWN = 60

Entry = tuple[datetime, str]


def section(case: Case, words: Words) -> Section:
    """Everything dated, oldest first."""
    told = words.language.text
    found = (*_events(case, words), *_runs(case, words), *_limits(case, words))
    entries = sorted(dict.fromkeys(found), key=itemgetter(0))  # of one moment, in this order
    blocks = [fact(words.language.moment(when), text) for when, text in entries[:SHOWN]]
    missing = len(entries) - SHOWN
    if missing > 0:
        left = words.language.plural(
            "%(count)s later entry is left out.", "%(count)s later entries are left out.", missing
        )
        blocks.append(paragraph(left))
    blocks.append(words.question(told("What else happened: alerts, decisions, calls, closures.")))
    return Section(told("10. Timeline (UTC)"), tuple(blocks))


def _events(case: Case, words: Words) -> Iterator[Entry]:
    """Entries of the audit log, as any run of the group kept them."""
    for outcome in case.outcomes:
        exposure = outcome.assessment.exposure
        for event in exposure.timeline if exposure else ():
            yield event.when, words.event(event)


def _runs(case: Case, words: Words) -> Iterator[Entry]:
    """The runs that saw something new about the group; the chosen one and the last always."""
    told = words.language.text
    seen = None
    for outcome in case.outcomes:
        sight = (readers(outcome), words.phrases.content(outcome.assessment))
        if sight != seen or outcome in (case.chosen, case.outcomes[-1]):
            yield (
                outcome.run.ended,
                told(
                    "Run %(id)s. Who can read: %(readers)s. Content: %(content)s.",
                    id=safe(outcome.run.id, 120),
                    readers=words.audience(sight[0]),
                    content=words.inside(safe(sight[1])),
                ),
            )
        seen = sight


def _limits(case: Case, words: Words) -> Iterator[Entry]:
    """Where the exposure and the time for the notification begin and end."""
    if case.beginning and not case.beginning.seen:
        yield (
            case.beginning.moment,
            words.language.text("The exposure begins here.")
            if case.beginning.exact
            else words.language.text("Exposed since then at least."),
        )
    if case.discovered and case.deadline:
        yield case.discovered, words.language.text("Discovery: the 72 hours begin.")
        yield case.deadline, words.language.text("The 72 hours end.")
