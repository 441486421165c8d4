"""Parts of ``report.json`` that several places share: moments, failures, audit log, rules, trend.

Google's words are quoted as they are, escaped like everything else in JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from groupaudit.model.compliance import RuleResult
from groupaudit.model.report import Point, Unassessed
from groupaudit.model.timeline import GroupEvent, Weakness

Json = dict[str, Any]


def moment(when: datetime | None) -> str | None:
    """``when`` as RFC 3339 in UTC, to the second; ``None`` stays ``None``."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def failure(failure: Unassessed | None) -> Json | None:
    """Why something could not be assessed; ``None`` stays ``None``."""
    if failure is None:
        return None
    return {"stage": failure.stage.value, "reason": failure.reason, "message": failure.message}


def event(event: GroupEvent) -> Json:
    """An entry of ``timeline``: who did what, from which address, through which program."""
    return {
        "time": moment(event.when),
        "what": event.what.value,
        "log": event.log,
        "event": event.name,
        "setting": event.setting,
        "before": event.before,
        "after": event.after,
        "by": event.by,
        "application": event.application,
        "address": event.address,
    }


def weakness(weakness: Weakness) -> Json:
    """An entry of ``weaknesses``, with its own advice."""
    return {
        "kind": weakness.kind,
        "setting": weakness.setting,
        "value": weakness.value,
        "effect": weakness.effect,
        "action": weakness.action,
        "better": weakness.better,
        "who": list(weakness.who),
    }


def compliance(results: Iterable[RuleResult]) -> list[Json]:
    """The entries of ``compliance``."""
    return [
        {
            "rule": result.rule,
            "status": result.status.value,
            "why": result.why,
            "observed": [
                {"setting": seen.setting, "value": seen.value, "default": seen.default}
                for seen in result.observed
            ],
            "groups_against": result.groups_against,
            "groups_unknown": result.groups_unknown,
        }
        for result in results
    ]


def point(point: Point) -> Json:
    """An entry of ``trend``; every figure is null where there is a gap."""
    found = point.figures
    return {
        "run": point.run,
        "when": moment(point.when),
        "gap": point.gap.value if point.gap else None,
        "groups_exposed": {each.value: count for each, count in found.exposed} if found else None,
        "persons_low": found.persons if found else None,
        "groups_unknown": found.unknown if found else None,
        "groups_listed": found.groups if found else None,
    }
