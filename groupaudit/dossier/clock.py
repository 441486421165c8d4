"""How the breach was discovered, and the 72 hours that run from then (GDPR art. 33(1))."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from groupaudit.dossier.case import Case, Standing, standing
from groupaudit.dossier.layout import Block, Section, fact, paragraph
from groupaudit.dossier.words import NAME_LIMIT, Words, safe
from groupaudit.model.report import Outcome


def section(case: Case, words: Words, now: datetime) -> Section:
    """Discovery, deadline, and the time left at ``now``."""
    told = words.language.text
    return Section(
        told("1. Discovery and the 72-hour clock"),
        (
            *_discovery(case, words),
            fact(told("This file was made on"), words.moment(now)),
            *_clock(case, words, now),
        ),
    )


def _discovery(case: Case, words: Words) -> Iterator[Block]:
    told = words.language.text
    yield fact(told("This file rests on"), _run(case.chosen, words))
    if case.discovery and case.discovery is not case.chosen:
        yield fact(told("First shown by"), _run(case.discovery, words))
    if case.suspected:
        yield fact(told("Made likely before by"), _run(case.suspected, words))


def _run(outcome: Outcome, words: Words) -> str:
    told = words.language.text(
        "groupaudit %(version)s, run %(id)s, from %(start)s to %(end)s",
        version=safe(outcome.run.tool_version, NAME_LIMIT),
        id=safe(outcome.run.id, NAME_LIMIT),
        start=words.language.moment(outcome.run.started),
        end=words.language.moment(outcome.run.ended),
    )
    if outcome.run.complete:
        return told
    return words.language.text("%(run)s; this run was cut short", run=told)


def _clock(case: Case, words: Words, now: datetime) -> Iterator[Block]:
    told = words.language.text
    if case.discovered is None or case.deadline is None:
        yield paragraph(
            told("The audit shows no breach of this group: no time limit runs from its runs alone.")
        )
        yield words.question(
            told("If a breach is known from elsewhere: from whom, and since when.")
        )
        return
    yield fact(told("Discovered"), words.moment(case.discovered))
    yield fact(told("Notification due (72 hours later)"), words.moment(case.deadline))
    yield fact(told("Time left when this file was made"), _left(case.deadline, now, words))
    if now > case.deadline:
        yield words.gap(
            told("Reasons for the delay"),
            told("a notification after 72 hours must give them (art. 33(1))."),
        )
    yield from _caveats(case, words)


def _caveats(case: Case, words: Words) -> Iterator[Block]:
    told = words.language.text
    if case.discovery and standing(case.discovery.assessment) is Standing.SUPPOSED:
        yield paragraph(
            told(
                "The breach is supposed, not established: the time runs from when it is confirmed."
                " The date above is the earliest, and the cautious one."
            )
        )
    yield paragraph(
        told(
            "The time runs from when the controller is reasonably certain of the breach (EDPB,"
            " Guidelines 9/2022), without a break at weekends and holidays. Where something is not"
            " known in time, an initial notification is completed later (art. 33(4))."
        )
    )
    yield words.gap(
        told("If someone knew earlier"),
        told("who, how (complaint, alert, press) and when: the time has run since then."),
    )


def _left(deadline: datetime, now: datetime, words: Words) -> str:
    seconds = (deadline - now).total_seconds()
    hours = int(abs(seconds) // 3600)
    if seconds < 0:
        return words.language.plural(
            "none: it ran out %(count)s hour ago", "none: it ran out %(count)s hours ago", hours
        )
    return words.language.plural("%(count)s hour", "%(count)s hours", hours)
