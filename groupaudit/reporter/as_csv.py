"""``report.csv`` for a director and ``coverage.csv`` beside it: rows of data, nothing else.

One row a group, worst first, in words. No cell can start a formula, whatever a group is called:
spreadsheets run what begins with ``=``, ``+``, ``-`` or ``@``, also after blanks. A report that is
not whole says so in every row, since a row may be all that somebody is sent.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from groupaudit.model.coverage import Counts, Coverage, coverage
from groupaudit.model.report import Assessment, Report
from groupaudit.reporter import changed, labels
from groupaudit.reporter.files import write_whole
from groupaudit.reporter.language import language, mark
from groupaudit.reporter.phrases import Phrases, one_line
from groupaudit.reporter.rulebooks import Rule, rulebooks
from groupaudit.reporter.sections import organisations, sections

#: Longest text in a cell, in characters; Excel's own limit is 32,767.
CELL_LIMIT = 1_000
NAME_LIMIT = 120

#: With the full-width forms, which Excel reads like the plain ones in East Asian locales. Tabs and
#: line ends are gone before this is asked.
_FORMULA = frozenset("=+-@＝＋－＠")

#: Where a spreadsheet that expects another delimiter would see a cell begin with a formula.
_INNER_FORMULA = re.compile(r"([;,][\s\"']*)(?=[=+\-@＝＋－＠])")


class Dialect(NamedTuple):
    """How a spreadsheet wants its CSV."""

    delimiter: str
    line_end: str
    mark: str


#: ``csv_dialect`` of the configuration. A French Excel opens semicolons with a byte-order mark
#: right by double-click, other Excels want commas.
DIALECTS: dict[str, Dialect] = {
    "excel-fr": Dialect(";", "\r\n", "\ufeff"),
    "excel": Dialect(",", "\r\n", "\ufeff"),
    "unix": Dialect(",", "\n", ""),
}

Cell = str | int | None

_COLUMNS: tuple[tuple[str, Callable[[Phrases, Assessment], Cell]], ...] = (
    (mark("Address"), lambda _, item: item.group.email),
    (mark("Name"), lambda _, item: one_line(item.group.name, NAME_LIMIT)),
    (mark("Who can read it"), Phrases.readership),
    (mark("Since when"), Phrases.since_or_why_not),
    (mark("What is in it"), Phrases.content_counted),
    (mark("How many people"), Phrases.persons),
    (mark("Severity"), Phrases.severity),
    (mark("What to do"), Phrases.todo),
    (mark("Owner"), Phrases.owners),
    (mark("Coverage"), Phrases.coverage),
    # Bare values after the words, to sort and add up.
    (mark("Persons, at least"), lambda _, item: _persons(item)),
    (mark("Posts examined"), lambda _, item: item.posts.examined),
    (mark("Posts in all"), lambda _, item: item.posts.total),
)


def _persons(item: Assessment) -> int | None:
    """The lower bound, as a value; None where none was met, as in the words."""
    return (item.health.persons.low or None) if item.health else None


_COVERAGE = [title for title, _ in _COLUMNS].index("Coverage")


class CsvReporter:
    """Writes ``report.csv`` and ``coverage.csv``."""

    format = "csv"

    def __init__(self, code: str, dialect: str = "excel-fr") -> None:
        self._phrases = Phrases(language(code))
        self._dialect = DIALECTS[dialect]

    def render(self, report: Report, folder: Path) -> tuple[Path, ...]:
        """Write both files into ``folder``, each whole or not at all.

        Raises GroupAuditError when the disk refuses.
        """
        text = self._phrases.language.text
        header = [text(title) for title, _ in _COLUMNS]
        caveats = tuple(_caveats(report, self._phrases))
        rows = (self._row(item, caveats) for item in report.groups)
        if names := organisations(report):
            header.insert(0, text("Organisation"))
            rows = ([names[item.tenant], *self._row(item, caveats)] for item in report.groups)
        return (
            write_whole(folder / "report.csv", self._lines(header, rows)),
            write_whole(
                folder / "coverage.csv",
                self._lines([text("What"), text("Detail"), text("Number")], self._coverage(report)),
            ),
        )

    def _row(self, item: Assessment, caveats: tuple[str, ...]) -> list[Cell]:
        cells = [make(self._phrases, item) for _, make in _COLUMNS]
        cells[_COVERAGE] = ". ".join((*caveats, self._phrases.coverage(item)))
        return cells

    def _lines(self, header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
        line = _Line()
        writer = csv.writer(
            line, delimiter=self._dialect.delimiter, lineterminator=self._dialect.line_end
        )
        yield self._dialect.mark
        for row in chain((header,), rows):
            writer.writerow(map(harmless, row))
            yield line.text

    def _coverage(self, report: Report) -> Iterator[list[Cell]]:
        counts = coverage(report)
        text = self._phrases.language.text
        yield from _times(report, self._phrases)
        yield from _changes(report, self._phrases)
        yield from _totals(counts, self._phrases)
        yield from self._counted(text("Groups not assessed"), counts.by_reason, labels.REASON)
        yield from self._counted(text("Groups by posts"), counts.posts_by_status, labels.STATUS)
        yield from self._counted(
            text("Groups whose posts are not all read"), counts.posts_by_reason, labels.REASON
        )
        yield from self._counted(text("Attachments not read"), counts.failed_parts, labels.REASON)
        failure = counts.listing_failure
        if failure is not None:
            yield [text("The list of groups broke off"), self._phrases.reason(failure.reason), None]
        if not counts.run_complete:
            yield [text("The audit was cut short"), None, None]
        for told in sections(report, self._phrases):
            state = ". ".join(filter(None, (told.state, told.trouble)))
            yield [told.name, state, told.by_severity.total()]
        for book in rulebooks(report, self._phrases):
            for rule in book.rules:
                title = " – ".join(filter(None, (book.name, f"{rule.id} {rule.title}")))
                detail = (rule.status, _against(rule, self._phrases), rule.detail)
                yield [title, ". ".join(filter(None, detail)), rule.groups_against]
        for note in report.notes:
            yield [text("Notes"), self._phrases.note(note), None]

    def _counted(self, title: str, counts: Counts, words: dict[str, str]) -> Iterator[list[Cell]]:
        for value, count in counts:
            yield [title, self._phrases.label(words, value), count]


def _against(rule: Rule, phrases: Phrases) -> str:
    """What the number beside a rule counts; empty where nothing was counted."""
    if rule.groups_against is None:
        return ""
    title = phrases.language.text("Existing groups against it")
    return phrases.language.pair(title, rule.groups)


def _changes(report: Report, phrases: Phrases) -> Iterator[list[Cell]]:
    """What changed since the audit before, and which earlier findings stand."""
    title = phrases.language.text("What changed since the last audit")
    for change in changed.gravest_first(report.changes):
        yield [title, changed.change_line(change, phrases, CELL_LIMIT // 2), None]
    title = phrases.language.text("Findings that stand")
    for finding in report.unsettled:
        yield [title, changed.standing_line(finding, phrases, CELL_LIMIT // 2), None]


def _times(report: Report, phrases: Phrases) -> Iterator[list[Cell]]:
    """Whose audit it was, and when."""
    text, moment = phrases.language.text, phrases.language.moment
    run = report.run
    yield [text("Organisation"), run.organisation, None]
    yield [text("Audit begun"), moment(run.started), None]
    if run.finished is not None:
        yield [text("Audit ended"), moment(run.finished), None]


def _totals(counts: Coverage, phrases: Phrases) -> Iterator[list[Cell]]:
    text = phrases.language.text
    yield [text("Groups listed"), None, counts.groups_listed]
    yield [text("Groups assessed"), None, counts.groups_assessed]
    yield [text("Groups not assessed"), None, counts.groups_unassessed]
    yield [text("Posts examined"), None, counts.posts_examined]
    if counts.conversations_examined is not None:
        yield [text("Conversations examined"), None, counts.conversations_examined]
    if counts.posts_remembered:
        yield [
            text("Posts unchanged since an earlier audit, not judged again"),
            None,
            counts.posts_remembered,
        ]
    yield [text("Posts that could not be read"), None, counts.posts_failed]


def _caveats(report: Report, phrases: Phrases) -> Iterator[str]:
    """What every row must say: that the report is not on all groups."""
    if not report.run.complete:
        yield phrases.language.text("The audit was cut short")
    if report.listing_failure is not None:
        yield phrases.language.text("The list of groups broke off")


def harmless(value: Cell) -> str | int:
    """``value`` as a cell: one bounded line, an apostrophe before what would start a formula."""
    if value is None or isinstance(value, int):
        return "" if value is None else value
    shown = _INNER_FORMULA.sub(r"\1'", one_line(value, CELL_LIMIT))
    return f"'{shown}" if shown[:1] in _FORMULA else shown


class _Line:
    """The file that ``csv.writer`` writes to: it holds the last line."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text
