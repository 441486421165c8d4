"""``findings.ocsf.jsonl``: what was found, one event a line, in the schema that SIEMs share.

Open Cybersecurity Schema Framework 1.5.0 (schema.ocsf.io): a Detection Finding (2004) for each
group that is not harmless, a Compliance Finding (2003) for each published rule. No excerpt, no name
of a group, no person: a SIEM has many readers, and the report has the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from groupaudit.model.compliance import RuleResult, RuleStatus
from groupaudit.model.coverage import unassessed_reason
from groupaudit.model.group import Audience, Certainty
from groupaudit.model.report import Assessment, Change, ChangeKind, Health, Report, Severity
from groupaudit.reporter import labels
from groupaudit.reporter.files import write_whole
from groupaudit.reporter.language import language
from groupaudit.reporter.phrases import Phrases, one_line

OCSF_VERSION = "1.5.0"

#: Characters of a title at most.
TITLE_LIMIT = 250

Event = dict[str, Any]

#: ``severity_id`` and its caption. A rule that is not met is not rated: 0.
_SEVERITY: dict[Severity, tuple[int, str]] = {
    Severity.UNKNOWN: (0, "Unknown"),
    Severity.NONE: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}

_CREATE, _UPDATE, _CLOSE = (1, "Create"), (2, "Update"), (3, "Close")

#: ``activity_id``, by what happened since the run before. What stands as it stood is told again as
#: created: ``finding_info.uid`` stays the same, and by that a SIEM knows it.
_ACTIVITY: dict[ChangeKind, tuple[int, str]] = {
    ChangeKind.NEW: _CREATE,
    ChangeKind.WORSE: _UPDATE,
    ChangeKind.BETTER: _UPDATE,
    ChangeKind.UNREADABLE: _UPDATE,
    ChangeKind.FIXED: _CLOSE,
    ChangeKind.GONE: _CLOSE,
}

#: ``status_id`` of the finding. A group that is gone was not repaired: 99, "Other".
_NEW, _RESOLVED, _GONE = (1, "New"), (4, "Resolved"), (99, "Gone")

#: ``confidence_id``, by how the readership was told.
_CONFIDENCE: dict[Certainty | None, tuple[int, str]] = {
    Certainty.SETTINGS: (3, "High"),
    Certainty.PROBED: (3, "High"),
    Certainty.ORG_POLICY_UNKNOWN: (2, "Medium"),
    None: (0, "Unknown"),
}

#: ``compliance.status_id``: 2 is "did not yield a result due to missing information".
_RULE_STATUS: dict[RuleStatus, tuple[int, str]] = {
    RuleStatus.MET: (1, "Pass"),
    RuleStatus.UNKNOWN: (2, "Warning"),
    RuleStatus.NOT_MET: (3, "Fail"),
}

#: The books that rules come from, by the beginning of a rule's name.
_STANDARDS = {
    "GWS.": "CISA SCuBA Secure Configuration Baseline: Google Groups for Business",
    "CIS ": "CIS Google Workspace Foundations Benchmark",
}


class OcsfReporter:
    """Writes ``findings.ocsf.jsonl``."""

    format = "ocsf"

    def render(self, report: Report, folder: Path) -> tuple[Path, ...]:
        """Write the findings into ``folder``, whole or not at all.

        Raises GroupAuditError when the disk refuses.
        """
        lines = (json.dumps(event, ensure_ascii=True) + "\n" for event in events(report))
        return (write_whole(folder / "findings.ocsf.jsonl", lines),)


def events(report: Report) -> Iterator[Event]:
    """The events of ``report``: groups worst first, groups that are gone, rules."""
    phrases = Phrases(language("en"))
    changes = {(change.tenant, change.email): change for change in report.changes}
    for item in report.groups:
        change = changes.pop((item.tenant, item.group.email), None)
        if item.severity is not Severity.NONE or change:
            yield _group(report, item, change, phrases)
    for change in changes.values():
        yield _gone(report, change)
    rules = (("", report.compliance), *((one.tenant, one.compliance) for one in report.tenants))
    for tenant, results in rules:
        yield from (_rule(report, result, tenant, phrases) for result in results)


def _group(report: Report, item: Assessment, change: Change | None, phrases: Phrases) -> Event:
    exposure = item.exposure
    activity = _ACTIVITY[change.change] if change else _CREATE
    # Phrases of the catalogue only: what Google or a person wrote stays in the report.
    title = f"{phrases.content(item)}: {phrases.readership(item)}"
    # Where a finding stands in part, the change goes to what stands, not to what this run shows.
    severity = (change.after if change else None) or item.severity
    event = _event(report, 2004, "Detection Finding", activity, severity)
    event |= _status(_RESOLVED if activity is _CLOSE else _NEW)
    event["confidence_id"], event["confidence"] = _CONFIDENCE[
        exposure.certainty if exposure else None
    ]
    event["finding_info"] = _info(item.tenant, item.group.email, title)
    if exposure and exposure.since:
        event["finding_info"]["first_seen_time"] = _milliseconds(exposure.since)
    event["resources"] = [_resource(item.group.email, item.group.kind.value)]
    if item.advice:
        event["remediation"] = {"desc": one_line(phrases.todo(item), 2000)}
    event["unmapped"] = _numbers(item)
    return event


def _gone(report: Report, change: Change) -> Event:
    event = _event(report, 2004, "Detection Finding", _CLOSE, Severity.UNKNOWN)
    event |= _status(_GONE)
    event["finding_info"] = _info(change.tenant, change.email, "The group is not listed any more")
    event["resources"] = [_resource(change.email)]
    return event


def _rule(report: Report, result: RuleResult, tenant: str, phrases: Phrases) -> Event:
    severity = Severity.NONE if result.status is RuleStatus.MET else Severity.UNKNOWN
    event = _event(report, 2003, "Compliance Finding", _CREATE, severity)
    title = f"{result.rule}: {phrases.label(labels.RULE, result.rule)}"
    event["finding_info"] = _info(tenant, result.rule, title)
    event["resources"] = [_resource(tenant or "workspace", "Google Workspace")]
    code, word = _RULE_STATUS[result.status]
    standards = [book for sign, book in _STANDARDS.items() if result.rule.startswith(sign)]
    event["compliance"] = {
        "control": result.rule,
        "standards": standards or [result.rule],
        "status_id": code,
        "status": word,
    }
    return event


def _event(
    report: Report, kind: int, name: str, activity: tuple[int, str], severity: Severity
) -> Event:
    """What every event has: class, activity, severity, time, and who tells it."""
    run = report.run
    severity_id, severity_name = _SEVERITY[severity]
    return {
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": kind,
        "class_name": name,
        "activity_id": activity[0],
        "activity_name": activity[1],
        "type_uid": kind * 100 + activity[0],
        "type_name": f"{name}: {activity[1]}",
        "severity_id": severity_id,
        "severity": severity_name,
        "time": _milliseconds(run.ended),
        "metadata": {
            "version": OCSF_VERSION,
            "product": {
                "name": "groupaudit",
                "vendor_name": "groupaudit",
                "version": run.tool_version,
            },
            "correlation_uid": run.id,
        },
    }


def _status(status: tuple[int, str]) -> Event:
    return {"status_id": status[0], "status": status[1]}


def _info(tenant: str, subject: str, title: str) -> Event:
    """The finding: its ``uid`` is the same in every run."""
    return {
        "uid": ":".join(filter(None, ("groupaudit", tenant, one_line(subject, 320)))),
        "title": one_line(title, TITLE_LIMIT),
    }


def _resource(uid: str, kind: str = "workspace") -> Event:
    shown = one_line(uid, 320)
    return {"uid": shown, "name": shown, "type": kind}


def _numbers(item: Assessment) -> Event:
    """What OCSF has no attribute for, in the words and values of ``report.json``."""
    health, exposure, posts = item.health, item.exposure, item.posts
    return {
        "readership": (exposure.readership if exposure else Audience.UNKNOWN).value,
        "unassessed_reason": unassessed_reason(item),
        "verdict": health.verdict.value if health else None,
        "persons_low": health.persons.low if health else None,
        "posts_status": posts.status.value,
        "posts_examined": posts.examined,
        "conversations_examined": posts.conversations if posts.examined else None,
        **_found(health),
    }


def _found(health: Health | None) -> Event:
    """In how many posts, conversations and documents it was found; nulls where not counted."""
    return {
        "posts_identifiable_health": health.posts_identifiable_health if health else 0,
        "conversations_identifiable_health": (
            health.conversations_identifiable_health if health else None
        ),
        "documents_identifiable_health": health.documents_identifiable_health if health else None,
    }


def _milliseconds(when: datetime) -> int:
    """``timestamp_t`` of OCSF: milliseconds since 1970."""
    return int(when.timestamp() * 1000)
