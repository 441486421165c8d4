"""What a run tells the next one, and what the next one makes of it.

Values only: which finding stands and which has changed is decided by ``history.diff``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from groupaudit.model.report import Change, Outcome, Run, Severity, Unsettled


def _nothing(_email: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Standing:
    """How bad each group was when people were last told, by address.

    That is what the run ``run`` found; of a group whose finding it left ``Unsettled``, what an
    earlier run did. ``recall`` gives the outcome on which the severity of an address rests, None
    where it is not kept: one look-up each, since most groups stay as they were.
    """

    run: Run
    severities: Mapping[str, Severity]
    recall: Callable[[str], Outcome | None] = _nothing


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed, which findings stand although the later run shows less, and notes on both."""

    changes: tuple[Change, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()
    notes: tuple[str, ...] = ()
