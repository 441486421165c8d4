"""The summary of a run for a terminal: what matters in one screen.

The files hold everything; this names the worst groups and what could not be seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from groupaudit.model.coverage import coverage
from groupaudit.model.report import Assessment, Report, Severity
from groupaudit.model.severity import WORST_FIRST
from groupaudit.reporter import changed
from groupaudit.reporter.headline import headline
from groupaudit.reporter.labels import SEVERITY
from groupaudit.reporter.language import language, mark
from groupaudit.reporter.phrases import Phrases, one_line
from groupaudit.reporter.sections import sections

#: Groups named on the screen.
ROWS = 15

_STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.UNKNOWN: "magenta",
    Severity.LOW: "cyan",
    Severity.NONE: "green",
}

_COLUMNS = (
    mark("Severity"),
    mark("Address"),
    mark("Who can read it"),
    mark("Since when"),
    mark("What is in it"),
    mark("How many people"),
)
#: The address is what a reader acts on: it has so many columns, and a third of a wide screen,
#: however many the others need.
_ADDRESS_WIDTH = 36


class TableReporter:
    """Prints the summary on ``console``; it writes no file."""

    format = "table"

    def __init__(self, code: str, console: Console) -> None:
        self._phrases = Phrases(language(code))
        self._console = console

    def render(self, report: Report, folder: Path) -> tuple[Path, ...]:  # noqa: ARG002 - Protocol
        """Print the summary; no file is written to ``folder``."""
        told, pair = self._phrases.language.text, self._phrases.language.pair
        shown = [item for item in report.groups if item.severity is not Severity.NONE]
        self._console.print(Text(headline(report, self._phrases), style="bold"))
        if shown:
            self._console.print(self._table(shown))
        if len(shown) > ROWS:
            rest = self._phrases.language.plural(
                "%(count)s more group is in the report",
                "%(count)s more groups are in the report",
                len(shown) - ROWS,
            )
            self._console.print(Text(f"… {rest}", style="dim"))
        for part in sections(report, self._phrases):
            state = " – ".join(
                filter(None, (part.state, part.trouble, self._counts(part.by_severity)))
            )
            self._console.print(Text(pair(part.name, state)))
        for title, line in self._changes(report):
            self._console.print(Text(pair(told(title), line)))
        self._console.print(Text(pair(told("Severity"), self._severities(report))))
        self._console.print(Text(pair(told("Coverage"), self._coverage(report))))
        return ()

    def _table(self, shown: list[Assessment]) -> Table:
        table = Table(box=None, pad_edge=False)
        addresses = [one_line(item.group.email, 60) for item in shown[:ROWS]]
        room = max(_ADDRESS_WIDTH, self._console.width // 3)
        widths = {_COLUMNS[1]: min(room, max(map(cell_len, addresses)))}
        for title in _COLUMNS:
            # A width, not a least one: with that rich makes tables wider than the screen, and cuts.
            table.add_column(
                self._phrases.language.text(title), width=widths.get(title), overflow="fold"
            )
        for item, address in zip(shown, addresses, strict=False):
            # Text, not markup: a group called "[red]" stays what it is called.
            table.add_row(
                Text(self._phrases.severity(item), style=_STYLES[item.severity]),
                Text(address),
                Text(self._phrases.readership(item)),
                Text(self._phrases.since(item)),
                Text(self._phrases.content(item)),
                Text(self._phrases.persons(item)),
            )
        return table

    def _changes(self, report: Report) -> Iterator[tuple[str, str]]:
        """How much changed since the audit before, and how many earlier findings stand."""
        if counts := changed.counted(report.changes, self._phrases):
            told = ", ".join(f"{kind} {number}" for kind, number in counts)
            yield mark("What changed since the last audit"), told
        if report.unsettled:
            number = self._phrases.language.number(len(report.unsettled))
            yield mark("Findings that stand"), number

    def _severities(self, report: Report) -> str:
        return self._counts(Counter(item.severity.value for item in report.groups))

    def _counts(self, counts: Counter[str]) -> str:
        number = self._phrases.language.number
        return ", ".join(
            f"{self._phrases.label(SEVERITY, severity.value)} {number(counts[severity.value])}"
            for severity in WORST_FIRST
            if counts[severity.value]
        )

    def _coverage(self, report: Report) -> str:
        counts = coverage(report)
        words = self._phrases.language
        told = words.plural(
            "%(count)s of %(listed)s groups assessed",
            "%(count)s of %(listed)s groups assessed",
            counts.groups_assessed,
            listed=words.number(counts.groups_listed),
        )
        told = f"{told}, {self._phrases.examined(counts.posts_examined)}"
        told = self._phrases.within(told, counts.conversations_examined)
        gaps = [
            words.pair(self._phrases.reason(reason), words.number(count))
            for reason, count in counts.by_reason
        ]
        if counts.posts_remembered:
            known = words.text("Posts unchanged since an earlier audit, not judged again")
            gaps.append(words.pair(known, words.number(counts.posts_remembered)))
        return f"{told} ({words.listed(gaps)})" if gaps else told
