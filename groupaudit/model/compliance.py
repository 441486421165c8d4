"""Whether the organisation meets published rules for its groups, rule by rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RuleStatus(StrEnum):
    """What is known of a rule; ``UNKNOWN`` is never "met"."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Observed:
    """One setting of the organisation that a rule is about, verbatim.

    ``default``: nobody set it, the value is Google's default.
    """

    setting: str
    value: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule and what speaks for or against it.

    ``why`` is an English sentence without variable parts, empty where the observed values say it
    all. ``groups_against`` counts the existing groups whose own settings go against the rule's aim,
    whatever the organisation's switch (None: the rule is not about anything that a group sets);
    ``groups_unknown`` those whose settings do not tell.
    """

    rule: str
    status: RuleStatus
    observed: tuple[Observed, ...] = ()
    why: str = ""
    groups_against: int | None = None
    groups_unknown: int = 0
