"""What a check found, and the exit code of many. It checks nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    SKIPPED = "skipped"  # the configuration does not ask for it
    OPTIONAL = "optional"  # missing, and an audit works without it
    UNCHECKED = "unchecked"  # could not be told, because of something else
    FAILED = "failed"
    REFUSED = "refused"  # credentials, scope or role
    CONFIG = "config"


#: Exit codes by state, the most telling first. States that are not here are no defect.
_CODES = (
    (State.CONFIG, 2),
    (State.REFUSED, 3),
    (State.FAILED, 1),
    (State.OPTIONAL, 4),
    (State.UNCHECKED, 4),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check. ``check`` is its stable name, ``title`` and the rest plain English.

    ``found`` is what was seen. Where something is missing, ``breaks`` says what does not work
    without it, ``remedy`` what to do, ``scopes`` and ``role`` what exactly to grant. ``covered``
    and ``uncovered`` are addresses of groups. ``tenant`` is empty when there is only one.
    """

    check: str
    title: str
    state: State
    found: str
    breaks: str = ""
    remedy: str = ""
    scopes: tuple[str, ...] = ()
    role: str = ""
    covered: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    tenant: str = ""

    @property
    def defect(self) -> bool:
        """Whether somebody has something to do."""
        return any(self.state is state for state, _ in _CODES)


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """0 when all that is needed works, else the code of the most telling defect.

    2 configuration, 3 credentials, scope or role refused, 1 anything else that failed, 4 something
    optional is missing or could not be checked.
    """
    states = {outcome.state for outcome in outcomes}
    return next((code for state, code in _CODES if state in states), 0)
