"""``report.json``: the whole report for machines, in the shape of the contract.

Every head and the worst groups are checked against the shipped JSON Schema while they are written;
the schema is strict about what it names and open for additions. One group a line, so that a large
report streams out and stays greppable.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from groupaudit.errors import GroupAuditError
from groupaudit.model.coverage import Coverage, coverage
from groupaudit.model.report import Change, Report, Run, Severity, Unsettled
from groupaudit.reporter import json_parts
from groupaudit.reporter.files import write_whole
from groupaudit.reporter.json_groups import group_object
from groupaudit.reporter.json_parts import Json, moment

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

#: Version of the shape: the second number grows with additions, the first with breaks.
SCHEMA_VERSION = "1.5"

#: Groups checked against the schema at each rendering. All come from the same typed values through
#: the same function, so a mistake shows in the first of them; checking 50,000 would take a minute.
GROUPS_CHECKED = 100


class JsonReporter:
    """Writes ``report.json``."""

    format = "json"

    def render(self, report: Report, folder: Path) -> tuple[Path, ...]:
        """Write ``report.json`` into ``folder``, whole or not at all.

        Raises GroupAuditError when the disk refuses or when the report breaks its own schema.
        """
        check(report)
        return (write_whole(folder / "report.json", _text(report)),)


def check(report: Report) -> None:
    """Hold the head of ``report`` and its worst groups against the schema.

    Raises GroupAuditError naming the first place that breaks it: a mistake in groupaudit.
    """
    document = _head(report) | {
        "groups": [group_object(item) for item in islice(report.groups, GROUPS_CHECKED)]
    }
    error = next(_validator().iter_errors(document), None)
    if error is not None:
        # The path names fields, never values: error.message would quote the data.
        raise GroupAuditError(
            f"report.json would break its schema at {error.json_path} (rule: {error.validator})."
            " This is a mistake in groupaudit: please report it.",
            reason="schema-broken",
        )


def schema() -> Json:
    """The JSON Schema of ``report.json`` (draft 2020-12)."""
    file = resources.files("groupaudit.reporter") / "report.schema.json"
    loaded: Json = json.loads(file.read_text(encoding="utf-8"))
    return loaded


@cache
def _validator() -> Validator:
    # Imported here: it takes 50 ms that `groupaudit --help` need not spend.
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    return Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def document(report: Report) -> Json:
    """``report`` as the one JSON object of the contract."""
    return _head(report) | {"groups": [group_object(item) for item in report.groups]}


def _text(report: Report) -> Iterator[str]:
    """The object as text, one member of the head and one group a line."""
    separator = "{\n"
    for name, value in _head(report).items():
        yield f'{separator}"{name}": {_dumps(value)}'
        separator = ",\n"
    yield ',\n"groups": ['
    separator = "\n"
    for assessment in report.groups:
        yield f"{separator}{_dumps(group_object(assessment))}"
        separator = ",\n"
    yield "\n]\n}\n"


def _dumps(value: object) -> str:
    # ASCII only: a lone surrogate or a right-to-left override in a group's name stays an escape.
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def _head(report: Report) -> Json:
    return {
        "schema_version": SCHEMA_VERSION,
        "run": _run(report.run),
        "coverage": _coverage(coverage(report)),
        "changes": [_change(change) for change in report.changes],
        "unsettled": [_unsettled(finding) for finding in report.unsettled],
        "notes": list(report.notes),
        "compliance": json_parts.compliance(report.compliance),
        "trend": [json_parts.point(each) for each in report.trend],
        **({"tenants": tenant_objects(report)} if report.tenants else {}),
    }


def tenant_objects(report: Report) -> list[Json]:
    """The entries of ``tenants``, which only a report over several has."""
    counts = Counter((item.tenant, item.severity.value) for item in report.groups)
    return [
        {
            "tenant": section.tenant,
            "organisation": section.organisation,
            "run": _run(section.run) if section.run else None,
            "failure": json_parts.failure(section.failure),
            "listing_failure": json_parts.failure(section.listing_failure),
            "groups_by_severity": {
                severity.value: counts[section.tenant, severity.value]
                for severity in Severity
                if counts[section.tenant, severity.value]
            },
            "notes": list(section.notes),
            "compliance": json_parts.compliance(section.compliance),
        }
        for section in report.tenants
    ]


def _run(run: Run) -> Json:
    return {
        "id": run.id,
        "started": moment(run.started),
        "finished": moment(run.finished),
        "complete": run.complete,
        "tool_version": run.tool_version,
        "config_digest": run.config_digest,
        "organisation": run.organisation,
        "domains": list(run.domains),
    }


def _coverage(counts: Coverage) -> Json:
    return {
        "everything_assessed": counts.everything_assessed,
        "groups_listed": counts.groups_listed,
        "groups_assessed": counts.groups_assessed,
        "groups_unassessed": counts.groups_unassessed,
        "by_reason": dict(counts.by_reason),
        "posts_examined": counts.posts_examined,
        "posts_failed": counts.posts_failed,
        "posts_total": counts.posts_total,
        "posts_remembered": counts.posts_remembered,
        "conversations_examined": counts.conversations_examined,
        "posts_by_status": dict(counts.posts_by_status),
        "posts_by_reason": dict(counts.posts_by_reason),
        "failed_parts": dict(counts.failed_parts),
        "listing_failure": json_parts.failure(counts.listing_failure),
    }


def _change(change: Change) -> Json:
    return {
        "email": change.email,
        "change": change.change.value,
        "from": change.before.value if change.before else None,
        "to": change.after.value if change.after else None,
        **({"tenant": change.tenant} if change.tenant else {}),
    }


def _unsettled(finding: Unsettled) -> Json:
    return {
        "email": finding.email,
        "severity": finding.severity.value,
        "run": finding.run,
        **({"tenant": finding.tenant} if finding.tenant else {}),
    }
