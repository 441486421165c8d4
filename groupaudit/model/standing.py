"""What a run tells the next one, and what the next one makes of it.

Values only: which finding stands and which has changed is decided by ``history.diff``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from groupaudit.model.report import Change, Outcome, Run, Severity, Unsettled


def _nothing(_email: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Standing:
    """How bad each group was when people were last told, by address.

    ``severities`` are those of the groups that ``run`` listed, as it found them. ``unsettled`` are
    findings of earlier runs that it left so, of groups that it listed or did not. ``recall`` gives
    the outcome on which what was told of an address rests, None where it is not kept: one look-up
    each, since most groups stay as they were.
    """

    run: Run
    severities: Mapping[str, Severity]
    recall: Callable[[str], Outcome | None] = _nothing
    unsettled: Mapping[str, Severity] = field(default_factory=dict)

    @property
    def addresses(self) -> frozenset[str]:
        """Those of every group of which something is known."""
        return frozenset(self.severities) | frozenset(self.unsettled)

    def told(self, email: str) -> Severity | None:
        """What is to be compared with: the finding that stands, else what ``run`` found."""
        return self.unsettled.get(email, self.severities.get(email))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed, which findings stand although the later run shows less, and notes on both."""

    changes: tuple[Change, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()
    notes: tuple[str, ...] = ()
