"""Metrics for node_exporter's textfile collector: numbers only, so that anybody may read the file.

A run that was cut short writes nothing: the numbers of the last whole one stand, and its age, by
which an alert knows that something is wrong, goes on growing. Format: Prometheus's text exposition,
version 0.0.4; no timestamps, which the collector refuses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from groupaudit.model.coverage import Counts, coverage, together
from groupaudit.model.group import Audience
from groupaudit.model.report import Assessment, ChangeKind, Report, Severity
from groupaudit.reporter.files import FOR_ALL, write_whole

#: Labels and value of one sample.
Sample = tuple[dict[str, str], float]


class PrometheusReporter:
    """Writes ``groupaudit.prom``, or the file ``target`` wherever that is."""

    format = "prometheus"

    def __init__(self, target: Path | None = None) -> None:
        self._target = target

    def render(self, report: Report, folder: Path) -> tuple[Path, ...]:
        """Write the metrics of a whole run, readable by every account; nothing of another.

        Raises GroupAuditError when the disk refuses.
        """
        if not report.run.complete:
            return ()
        target = self._target or folder / "groupaudit.prom"
        return (write_whole(target, _lines(report), FOR_ALL),)


def _lines(report: Report) -> Iterator[str]:
    for name, meaning, samples in _metrics(report):
        yield f"# HELP groupaudit_{name} {meaning}\n# TYPE groupaudit_{name} gauge\n"
        for labels, value in samples:
            yield f"groupaudit_{name}{_braced(labels)} {_number(value)}\n"


def _metrics(report: Report) -> Iterator[tuple[str, str, list[Sample]]]:
    """Name, meaning and samples of each metric; every name ends up with the prefix groupaudit."""
    run, counts = report.run, coverage(report)
    yield "groups", "Groups by who can read them and how grave that is.", _groups(report)
    if run.finished:
        finished, lasted = run.finished.timestamp(), run.finished - run.started
        meaning = "When the last whole audit ended."
        yield "last_success_timestamp_seconds", meaning, [({}, finished)]
        meaning = "How long it took, interruptions included."
        yield "run_duration_seconds", meaning, [({}, lasted.total_seconds())]
    yield "groups_listed", "Groups that the audit knows of.", [({}, counts.groups_listed)]
    meaning = "Groups whose readers could not be told, by reason."
    yield "groups_unassessed", meaning, _by("reason", counts.by_reason)
    meaning = "Groups whose posts were not or not all read, by reason."
    yield "groups_posts_unread", meaning, _by("reason", counts.posts_by_reason)
    meaning = "Whether nothing that was asked for stayed unjudged (1) or something did (0)."
    yield "everything_assessed", meaning, [({}, counts.everything_assessed)]
    yield "posts_examined", "Posts examined.", [({}, counts.posts_examined)]
    yield "posts_failed", "Posts chosen that could not be read.", [({}, counts.posts_failed)]
    meaning = "Conversations that the posts examined belong to, counted group by group."
    yield "conversations_examined", meaning, _known(counts.conversations_examined)
    yield from _found(report)
    meaning = "Groups that changed since the audit before, by kind of change."
    changed = Counter(change.change for change in report.changes)
    yield "changes", meaning, [({"change": kind}, changed[kind]) for kind in ChangeKind]
    meaning = "Findings of earlier audits that this one neither made nor saw to be gone."
    yield "findings_unsettled", meaning, [({}, len(report.unsettled))]
    yield "build_info", "The version that ran.", [({"version": run.tool_version}, 1)]


def _found(report: Report) -> Iterator[tuple[str, str, list[Sample]]]:
    """In how many posts, conversations and documents; a document of two groups counts twice."""
    found = [item.health for item in report.groups if item.health]
    wording = "%s with health data of identifiable patients, among those examined, group by group."
    posts = sum(health.posts_identifiable_health for health in found)
    yield "posts_identifiable_health", wording % "Posts", [({}, posts)]
    conversations = together([health.conversations_identifiable_health for health in found])
    yield "conversations_identifiable_health", wording % "Conversations", _known(conversations)
    documents = together([health.documents_identifiable_health for health in found])
    yield "documents_identifiable_health", wording % "Different documents", _known(documents)


def _known(count: int | None) -> list[Sample]:
    """No sample of what was not counted: 0 would be a lie."""
    return [] if count is None else [({}, count)]


def _groups(report: Report) -> list[Sample]:
    """A sample for each readership and severity, zeros included: no series comes or goes."""
    counts = Counter((item.tenant, _readership(item), item.severity) for item in report.groups)
    tenants = [section.tenant for section in report.tenants] or [""]
    return [
        (
            ({"tenant": tenant} if tenant else {})
            | {"readership": audience.value, "severity": severity.value},
            counts[tenant, audience, severity],
        )
        for tenant, audience, severity in product(tenants, Audience, Severity)
    ]


def _readership(item: Assessment) -> Audience:
    return item.exposure.readership if item.exposure else Audience.UNKNOWN


def _by(label: str, counts: Counts) -> list[Sample]:
    return [({label: value}, count) for value, count in counts]


def _braced(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return f"{value:d}" if isinstance(value, int) else repr(float(value))
