"""Published rules and whether each organisation meets them, in words: one book an organisation.

It words what ``compliance`` judged and judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from groupaudit.model.compliance import Observed, RuleResult
from groupaudit.model.report import Report
from groupaudit.reporter import labels
from groupaudit.reporter.phrases import Phrases, one_line

NAME_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``detail`` is what was seen and why, ``groups`` the count of groups in words."""

    id: str
    title: str
    status: str
    detail: str
    groups: str
    groups_against: int | None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of one organisation; ``name`` is empty in a report over one Workspace."""

    name: str
    rules: tuple[Rule, ...]


def rulebooks(report: Report, phrases: Phrases) -> tuple[Rulebook, ...]:
    """A book for each organisation whose rules were judged."""
    judged: Iterable[tuple[str, tuple[RuleResult, ...]]] = (
        ("", report.compliance),
        *((one_line(part.organisation, NAME_LIMIT), part.compliance) for part in report.tenants),
    )
    return tuple(
        Rulebook(name, tuple(_rule(result, phrases) for result in results))
        for name, results in judged
        if results
    )


def _rule(result: RuleResult, phrases: Phrases) -> Rule:
    told = phrases.language.text
    seen = ", ".join(_seen(each, phrases) for each in result.observed)
    return Rule(
        id=result.rule,
        title=phrases.label(labels.RULE, result.rule),
        status=phrases.label(labels.RULE_STATUS, result.status.value),
        detail=". ".join(filter(None, (seen, told(result.why) if result.why else ""))),
        groups=_groups(result, phrases),
        groups_against=result.groups_against,
    )


def _seen(seen: Observed, phrases: Phrases) -> str:
    shown = one_line(f"{seen.setting} = {seen.value}", 200)
    default = phrases.language.text("Google’s default")
    return f"{shown} ({default})" if seen.default else shown


def _groups(result: RuleResult, phrases: Phrases) -> str:
    if result.groups_against is None:
        return "–"
    told = phrases.language.number(result.groups_against)
    if not result.groups_unknown:
        return told
    unknown = phrases.language.plural(
        "%(count)s group unknown", "%(count)s groups unknown", result.groups_unknown
    )
    return f"{told} ({unknown})"
