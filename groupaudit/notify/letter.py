"""News in words, in the language of the reports: one text that every channel dresses its own way.

Bounded in length, whatever happened: a chat refuses long messages, and nobody reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from groupaudit.model.report import Change
from groupaudit.notify.news import News, Occasion
from groupaudit.reporter import changed, labels
from groupaudit.reporter.language import mark
from groupaudit.reporter.phrases import Phrases, one_line

#: Changes told one by one; the report tells all of them. Twenty lines of this length stay below
#: the 3,000 characters of a block in Slack.
MOST_CHANGES = 20
LINE_LIMIT = 140
_ADDRESS_LIMIT = 90

_OPENINGS: dict[Occasion, str] = {
    Occasion.FAILED: mark("The audit failed: there is no report."),
    Occasion.INCOMPLETE: mark("The audit is incomplete: the report tells what is known so far."),
    Occasion.FIRST: mark("This is the first report."),
    Occasion.CHANGED: mark("Something changed since the last audit."),
    Occasion.UNSETTLED: mark("Less is seen than before, but nothing shows that it was mended."),
    Occasion.OVERDUE: mark("Nothing changed, but the last message could not be delivered."),
    Occasion.UNCHANGED: mark("Nothing changed since the last audit."),
}


#: What is told first of many changes: what got worse before what got better.
@dataclass(frozen=True, slots=True)
class Letter:
    """A message: a subject of one line, paragraphs, changes of one line each, a last line.

    ``language`` is the code of the one that it is written in.
    """

    language: str
    subject: str
    paragraphs: tuple[str, ...]
    changes: tuple[str, ...]
    closing: str

    @property
    def text(self) -> str:
        """The whole body as plain text."""
        listed = ("\n".join(f"- {change}" for change in self.changes),) if self.changes else ()
        return "\n\n".join((*self.paragraphs, *listed, self.closing))


def write(news: News, phrases: Phrases, *, addresses: bool) -> Letter:
    """``news`` in words; groups are named only if ``addresses``."""
    told = _named if addresses else _counted
    return Letter(
        language=phrases.language.code,
        subject=_subject(news, phrases),
        paragraphs=tuple(filter(None, _paragraphs(news, phrases))),
        changes=tuple(one_line(line, LINE_LIMIT) for line in told(news.changes, phrases)),
        closing=_closing(news, phrases),
    )


def _subject(news: News, phrases: Phrases) -> str:
    name = f"groupaudit – {news.organisation}" if news.organisation else "groupaudit"
    if news.occasion is Occasion.CHANGED:
        told = phrases.language.plural("%(count)s change", "%(count)s changes", len(news.changes))
        return one_line(phrases.language.pair(name, told), LINE_LIMIT)
    told = phrases.language.text(_OPENINGS[news.occasion]).removesuffix(".")
    return one_line(f"{name} – {told}", LINE_LIMIT)


def _closing(news: News, phrases: Phrases) -> str:
    told = phrases.language.text
    harmless = told("This message holds no patient's data.")
    if news.occasion is Occasion.FAILED:
        return harmless
    where = told("The report is on the computer that runs the audit.")
    return f"{where} {harmless}"


def _paragraphs(news: News, phrases: Phrases) -> Iterator[str]:
    told = phrases.language.text
    moment = phrases.language.moment(news.when)
    head = ", ".join(filter(None, (news.organisation, moment, news.run)))
    yield f"{head}. {told(_OPENINGS[news.occasion])}"
    if news.reason:
        reason = phrases.reason(news.reason)
        yield told("Reason: %(reason)s. The log of the command says what to do.", reason=reason)
    yield news.summary
    yield " · ".join(
        phrases.language.pair(phrases.label(labels.SEVERITY, level), phrases.language.number(count))
        for level, count in news.severities
    )
    if news.unsettled:
        yield phrases.language.plural(
            "%(count)s finding stands although this audit shows less: the report says why.",
            "%(count)s findings stand although this audit shows less: the report says why.",
            news.unsettled,
        )


def _named(changes: tuple[Change, ...], phrases: Phrases) -> Iterator[str]:
    ordered = changed.gravest_first(changes)
    for change in ordered[:MOST_CHANGES]:
        yield changed.change_line(change, phrases, _ADDRESS_LIMIT)
    if len(ordered) > MOST_CHANGES:
        rest = len(ordered) - MOST_CHANGES
        yield phrases.language.plural("%(count)s more change", "%(count)s more changes", rest)


def _counted(changes: tuple[Change, ...], phrases: Phrases) -> Iterator[str]:
    for kind, number in changed.counted(changes, phrases):
        yield phrases.language.pair(kind, number)
