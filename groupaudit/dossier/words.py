"""The words that every section of a breach file shares, in one language.

Whatever comes from outside (names, settings, notes) passes through ``safe`` before it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from groupaudit.dossier.layout import Block, fact, paragraph
from groupaudit.model.group import Audience
from groupaudit.model.report import Assessment, Outcome, Run
from groupaudit.model.timeline import GroupEvent
from groupaudit.reporter import labels
from groupaudit.reporter.language import Language, mark
from groupaudit.reporter.phrases import Phrases, one_line

#: The CNIL's own time: a deadline is told in it and in UTC.
PARIS: Final = ZoneInfo("Europe/Paris")

MARKER = mark("[TO BE COMPLETED]")

NAME_LIMIT = 120
TEXT_LIMIT = 400

#: Readers inside a sentence of the letter.
_READERS: dict[Audience, str] = {
    Audience.ANYONE_ON_WEB: mark("anyone on the Internet"),
    Audience.ANYONE_WHO_JOINS: mark("anyone with a Google account who signed up to the group"),
    Audience.EXTERNAL_MEMBERS: mark("members of the group from outside our institution"),
    Audience.WHOLE_ORGANISATION: mark("everyone with an account of our institution"),
}


def safe(text: str, limit: int = TEXT_LIMIT) -> str:
    """``text`` from outside on one line, without unseen characters, cut to ``limit``."""
    return one_line(text, limit)


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences of one language about one case."""

    phrases: Phrases

    @property
    def language(self) -> Language:
        """The language."""
        return self.phrases.language

    @property
    def marker(self) -> str:
        """What stands before everything that the officer must fill in."""
        return self.language.text(MARKER)

    def ask(self, question: str) -> str:
        """``question``, already in this language, marked as open."""
        return f"{self.marker} {question}"

    def gap(self, label: str, question: str) -> Block:
        """A fact that the officer must fill in."""
        return fact(label, self.ask(question))

    def question(self, question: str) -> Block:
        """A paragraph that the officer must fill in."""
        return paragraph(self.ask(question))

    def moment(self, when: datetime) -> str:
        """``when`` in Paris and in UTC."""
        return self.language.text(
            "%(paris)s in Paris (%(utc)s)",
            paris=self.language.moment_at(when, PARIS),
            utc=self.language.moment(when),
        )

    def group(self, assessment: Assessment) -> str:
        """The group's address, with its name where it has one."""
        group = assessment.group
        address, name = safe(group.email, 320), safe(group.name, NAME_LIMIT)
        return f"{address} ({name})" if name else address

    def organisation(self, outcome: Outcome) -> str:
        """The controller's name, or that it is to be filled in."""
        name = safe(outcome.run.organisation, NAME_LIMIT)
        return name or self.ask(self.language.text("name of the organisation"))

    def run(self, run: Run) -> str:
        """A run's id and day, to be put into a sentence."""
        return self.language.text(
            "run %(id)s of %(date)s",
            id=safe(run.id, NAME_LIMIT),
            date=self.language.day(run.started),
        )

    @staticmethod
    def sentence(text: str) -> str:
        """``text`` at the beginning of a sentence."""
        return text[:1].upper() + text[1:]

    @staticmethod
    def inside(text: str) -> str:
        """``text``, the words for a value, inside a sentence."""
        return text[:1].lower() + text[1:]

    def audience(self, audience: Audience) -> str:
        """``audience`` after a colon."""
        return self.inside(self.phrases.label(labels.READERSHIP, audience.value))

    def readers(self, audience: Audience) -> str:
        """``audience`` inside a sentence of the letter, to be filled in where it is not known."""
        if audience in _READERS:
            return self.language.text(_READERS[audience])
        return self.ask(self.language.text("who could read them"))

    def event(self, event: GroupEvent) -> str:
        """An entry of the audit log, without who made it and from where."""
        log = self.language.text("audit log (%(log)s)", log=safe(event.log, 40))
        return f"{safe(self.phrases.event(event))}, {log}"

    def kinds(self, names: tuple[str, ...]) -> str:
        """Categories of data in words, separated by commas."""
        return ", ".join(safe(self.phrases.label(labels.CATEGORY, name), 80) for name in names)
