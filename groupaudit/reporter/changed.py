"""What changed since the audit before, and what stands, in words: one line each.

For the files, the screen and the messages alike. What counts as a change ``history.diff`` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from groupaudit.model.report import Change, ChangeKind, Unsettled
from groupaudit.reporter import labels
from groupaudit.reporter.phrases import Phrases, one_line

#: The kinds in the order in which they matter.
_ORDER = (
    ChangeKind.NEW,
    ChangeKind.WORSE,
    ChangeKind.UNREADABLE,
    ChangeKind.GONE,
    ChangeKind.BETTER,
    ChangeKind.FIXED,
)


def gravest_first(changes: Iterable[Change]) -> list[Change]:
    """``changes`` by kind, those first that somebody must look at; else in the order given."""
    return sorted(changes, key=lambda change: _ORDER.index(change.change))


def change_line(change: Change, phrases: Phrases, room: int) -> str:
    """``change`` as "Worse: address (Low → High)"; of the address at most ``room`` characters."""
    ends = (change.before, change.after)
    step = " → ".join(phrases.label(labels.SEVERITY, end.value) if end else "–" for end in ends)
    kind = phrases.label(labels.CHANGE, change.change.value)
    return phrases.language.pair(kind, f"{one_line(change.email, room)} ({step})")


def counted(changes: Iterable[Change], phrases: Phrases) -> list[tuple[str, str]]:
    """The kinds of ``changes`` and how many there are of each, without those at zero."""
    counts = Counter(change.change for change in changes)
    return [
        (phrases.label(labels.CHANGE, kind.value), phrases.language.number(counts[kind]))
        for kind in _ORDER
        if counts[kind]
    ]


def standing_line(finding: Unsettled, phrases: Phrases, room: int) -> str:
    """``finding`` as "High: address"; of the address at most ``room`` characters."""
    severity = phrases.label(labels.SEVERITY, finding.severity.value)
    return phrases.language.pair(severity, one_line(finding.email, room))
