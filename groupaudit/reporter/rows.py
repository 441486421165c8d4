"""One group as the page's script needs it: finished phrases under short keys, no markup.

Sentences that many groups share (effects of settings, advice) are numbers into a table of strings:
at 50,000 groups that is the difference between a page and a burden.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from groupaudit.model.group import Exposure
from groupaudit.model.report import Advice, Assessment, Health, PostSample
from groupaudit.model.timeline import GroupEvent, Weakness
from groupaudit.reporter import labels
from groupaudit.reporter.bars import bar
from groupaudit.reporter.phrases import Phrases, one_line

#: Content key of groups without a verdict.
UNREAD = "unread"

NAME_LIMIT = 120
DESCRIPTION_LIMIT = 600
TEXT_LIMIT = 400

Row = dict[str, Any]


class Strings:
    """A table of strings, each kept once; iterating gives them in the order of their numbers."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number that stands for ``text``."""
        return self._numbers.setdefault(text, len(self._numbers))

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)


def readership_key(assessment: Assessment) -> str:
    """The readership's word of the contract."""
    return assessment.exposure.readership.value if assessment.exposure else "unknown"


def content_key(assessment: Assessment) -> str:
    """The verdict's word of the contract, or ``unread``."""
    return assessment.health.verdict.value if assessment.health else UNREAD


def row(
    assessment: Assessment,
    phrases: Phrases,
    strings: Strings,
    seen: datetime,
    organisation: str = "",
) -> Row:
    """``assessment`` as data for the page; keys without a value are left out.

    ``seen`` is when the audit saw it, ``organisation`` whose group it is, in a report over several
    tenants.
    """
    group = assessment.group
    whole: Row = {
        "e": one_line(group.email, 320),
        "n": one_line(group.name, NAME_LIMIT),
        "d": one_line(group.description, DESCRIPTION_LIMIT),
        "k": strings.number(phrases.label(labels.KIND, group.kind.value)),
        "i": organisation,
        "r": readership_key(assessment),
        "c": content_key(assessment),
        "s": assessment.severity.value,
        "t": phrases.since(assessment),
        "x": one_line(phrases.evidence(assessment), TEXT_LIMIT),
        "p": phrases.persons(assessment),
        "j": phrases.sensitive(assessment),
        "o": phrases.owners(assessment),
        "m": phrases.members(assessment),
        "v": phrases.coverage(assessment),
        "u": phrases.route(assessment),
        "tb": _bar(assessment, seen, phrases),
        "a": [_step(step, phrases, strings) for step in assessment.advice],
        **_failure(assessment, phrases),
        **_exposure(assessment.exposure, phrases, strings),
        **_health(assessment, assessment.health, phrases),
    }
    return {key: value for key, value in whole.items() if value not in ("", [], None)}


def _bar(assessment: Assessment, seen: datetime, phrases: Phrases) -> list[str]:
    """The drawing of the exposure and the dates at its ends."""
    drawn = bar(assessment, seen, phrases)
    return [drawn.drawing, drawn.begin, drawn.end] if drawn else []


def _failure(assessment: Assessment, phrases: Phrases) -> Row:
    failure = assessment.unassessed
    return {"f": one_line(phrases.note(failure.message), TEXT_LIMIT)} if failure else {}


def _step(step: Advice, phrases: Phrases, strings: Strings) -> list[int | str]:
    told = strings.number(one_line(phrases.advice(step), TEXT_LIMIT))
    # Only web links: whatever made the advice, a report never carries another scheme.
    safe = step.url is not None and step.url.startswith("https://")
    return [told, step.url or ""] if safe else [told]


def _exposure(exposure: Exposure | None, phrases: Phrases, strings: Strings) -> Row:
    if exposure is None:
        return {}
    told = phrases.language.text
    latent = exposure.latent
    return {
        "y": _certainty(exposure, phrases, strings),
        "l": phrases.label(labels.READERSHIP, latent.value) if latent else "",
        "w": [
            [
                one_line(reason.setting, 80),
                one_line(reason.value, 80),
                strings.number(one_line(told(reason.effect), TEXT_LIMIT)),
            ]
            for reason in exposure.reasons
        ],
        "b": one_line(exposure.by or "", 320),
        "tl": [_event(event, phrases) for event in exposure.timeline],
        "ws": [_weakness(weakness, phrases, strings) for weakness in exposure.weaknesses],
        "z": [strings.number(one_line(phrases.note(note), TEXT_LIMIT)) for note in exposure.notes],
    }


def _certainty(exposure: Exposure, phrases: Phrases, strings: Strings) -> int | None:
    if exposure.certainty is None:
        return None
    return strings.number(phrases.label(labels.CERTAINTY, exposure.certainty.value))


def _event(event: GroupEvent, phrases: Phrases) -> list[str]:
    """When, what, and by whom from where, each on one line."""
    words = (event.by, event.address, event.application)
    return [
        phrases.language.moment(event.when),
        one_line(phrases.event(event), TEXT_LIMIT),
        one_line(", ".join(filter(None, words)), TEXT_LIMIT),
    ]


def _weakness(weakness: Weakness, phrases: Phrases, strings: Strings) -> list[int | str]:
    """The setting as it is, its effect, and what to do."""
    told = phrases.language.text
    return [
        one_line(f"{weakness.setting} = {weakness.value}", 160),
        strings.number(one_line(told(weakness.effect), TEXT_LIMIT)),
        one_line(phrases.remedy(weakness), TEXT_LIMIT),
    ]


def _health(assessment: Assessment, health: Health | None, phrases: Phrases) -> Row:
    if health is None:
        return {}
    number = phrases.language.number
    return {
        "q": phrases.prevalence(assessment),
        "cv": phrases.spread(assessment),
        "g": ", ".join(
            f"{phrases.label(labels.CATEGORY, name)} ({number(count)})"
            for name, count in sorted(health.categories, key=lambda each: -each[1])
        ),
        "h": [_sample(sample, phrases) for sample in health.samples],
    }


def _sample(sample: PostSample, phrases: Phrases) -> list[str]:
    date = phrases.language.day(sample.date) if sample.date else ""
    verdict = phrases.label(labels.CONTENT, sample.verdict.value)
    return [date, verdict, one_line(sample.excerpt, 80)]
