"""How grave it is that an audience can read a content: the matrix of ``docs/severity.md`` as data.

It lives beside the other values because the assessment judges by it and the reports print it; this
module decides nothing about a particular group (``assess`` does).
"""

from __future__ import annotations

from types import MappingProxyType

from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience
from groupaudit.model.report import Severity

_ROWS: dict[Audience, tuple[str, str, str, str, str]] = {
    # Columns in the order of Verdict: identifiable_health, health_person, health_generic,
    # identity_only, ordinary. The first two rows' first cells are fixed by the contract.
    Audience.ANYONE_ON_WEB: ("critical", "high", "low", "medium", "none"),
    Audience.ANYONE_WHO_JOINS: ("critical", "high", "low", "medium", "none"),
    Audience.EXTERNAL_MEMBERS: ("high", "medium", "none", "low", "none"),
    Audience.WHOLE_ORGANISATION: ("high", "medium", "none", "low", "none"),
    Audience.MEMBERS: ("low", "none", "none", "none", "none"),
    Audience.MANAGERS: ("none", "none", "none", "none", "none"),
    Audience.OWNERS: ("none", "none", "none", "none", "none"),
}

#: Severity of each known audience reading each content.
MATRIX: MappingProxyType[tuple[Audience, Verdict], Severity] = MappingProxyType(
    {
        (audience, verdict): Severity(cell)
        for audience, row in _ROWS.items()
        for verdict, cell in zip(Verdict, row, strict=True)
    }
)

#: Worst first, as every report sorts. What could not be told may be anything: it stands above what
#: is known to be slight, so that a reader meets it before the long harmless end of the list.
WORST_FIRST: tuple[Severity, ...] = (
    Severity.CRITICAL,
    Severity.HIGH,
    Severity.MEDIUM,
    Severity.UNKNOWN,
    Severity.LOW,
    Severity.NONE,
)

#: The severities that are findings, worst first: the levels that ``--fail-on`` may name.
FINDINGS: tuple[Severity, ...] = (
    Severity.CRITICAL,
    Severity.HIGH,
    Severity.MEDIUM,
    Severity.LOW,
)
