"""``report.json``: the whole report for machines, in the shape of the contract.

Every head and the worst groups are checked against the shipped JSON Schema while they are written;
the schema is strict about what it names and open for additions. One group a line, so that a large
report streams out and stays greppable.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groupaudit.errors import GroupAuditError
from groupaudit.model.coverage import Coverage, coverage, unassessed_reason
from groupaudit.model.group import Exposure
from groupaudit.model.report import (
    Assessment,
    Change,
    Health,
    PostSample,
    PostsCoverage,
    Report,
    Run,
    Severity,
    Unassessed,
)
from groupaudit.reporter import json_evidence
from groupaudit.reporter.files import write_whole
from groupaudit.reporter.json_evidence import moment
from groupaudit.reporter.phrases import NOT_LOOKED_UP

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

#: Version of the shape: the second number grows with additions, the first with breaks.
SCHEMA_VERSION = "1.3"

#: Groups checked against the schema at each rendering. All come from the same typed values through
#: the same function, so a mistake shows in the first of them; checking 50,000 would take a minute.
GROUPS_CHECKED = 100

#: The house bound on a masked excerpt, in characters.
EXCERPT_LIMIT = 80

Json = dict[str, Any]


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
        "notes": list(report.notes),
        "compliance": json_evidence.compliance(report.compliance),
        "trend": [json_evidence.point(each) for each in report.trend],
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
            "failure": _failure(section.failure),
            "listing_failure": _failure(section.listing_failure),
            "groups_by_severity": {
                severity.value: counts[section.tenant, severity.value]
                for severity in Severity
                if counts[section.tenant, severity.value]
            },
            "notes": list(section.notes),
            "compliance": json_evidence.compliance(section.compliance),
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
        "posts_by_status": dict(counts.posts_by_status),
        "posts_by_reason": dict(counts.posts_by_reason),
        "failed_parts": dict(counts.failed_parts),
        "listing_failure": _failure(counts.listing_failure),
    }


def group_object(assessment: Assessment) -> Json:
    """One entry of ``groups``."""
    group = assessment.group
    return {
        "email": group.email,
        "name": group.name,
        "description": group.description,
        "kind": group.kind.value,
        "aliases": list(group.aliases),
        "assessed": unassessed_reason(assessment) is None,
        "unassessed_reason": unassessed_reason(assessment),
        "unassessed": _failure(assessment.unassessed),
        **_exposure(assessment.exposure),
        **_earlier(assessment.exposure),
        **_consumer_groups(assessment),
        "posts": _posts(assessment.posts),
        "health": _health(assessment.health),
        "severity": assessment.severity.value,
        "advice": [
            {"action": step.action, "setting": step.setting, "value": step.value, "url": step.url}
            for step in assessment.advice
        ],
        **({"tenant": assessment.tenant} if assessment.tenant else {}),
    }


def _earlier(exposure: Exposure | None) -> Json:
    """The earlier run on whose word the beginning rests; no member where there is none."""
    earlier = exposure.earlier if exposure else None
    if earlier is None:
        return {}
    return {
        "exposure_earlier_run": {
            "id": earlier.run,
            "started": moment(earlier.started),
            "continuous": earlier.continuous,
        }
    }


def _consumer_groups(assessment: Assessment) -> Json:
    """Groups outside the Workspace that this one leads to; no member where there are none."""
    found = assessment.consumer_groups
    return {"consumer_groups": list(found)} if found else {}


def _exposure(exposure: Exposure | None) -> Json:
    """The members of a group's object that say who can read it; nulls where nobody could tell."""
    if exposure is None:
        return dict(_NO_EXPOSURE)
    known = exposure.since is not None
    return {
        "owners": list(exposure.owners),
        "created": moment(exposure.created),
        "created_by": exposure.created_by,
        "members_total": exposure.members_total,
        "members_external": exposure.members_external,
        "members_consumer_mail": exposure.members_consumer_mail,
        "readership": exposure.readership.value,
        "audiences": [audience.value for audience in exposure.audiences],
        "readership_certainty": exposure.certainty.value if exposure.certainty else None,
        "latent_readership": exposure.latent.value if exposure.latent else None,
        "settings": dict(exposure.settings),
        "reasons": [
            {"setting": reason.setting, "value": reason.value, "effect": reason.effect}
            for reason in exposure.reasons
        ],
        "exposed_since": moment(exposure.since),
        "exposed_at_least_since": moment(exposure.held_since),
        "exposed_by": exposure.by,
        "exposure_evidence": exposure.evidence if known else None,
        "exposure_unknown_reason": None if known else exposure.evidence or NOT_LOOKED_UP,
        "exposure_notes": list(exposure.notes),
        "timeline": [json_evidence.event(each) for each in exposure.timeline],
        "weaknesses": [json_evidence.weakness(each) for each in exposure.weaknesses],
    }


_NO_EXPOSURE: Mapping[str, object] = {
    "owners": [],
    "created": None,
    "created_by": None,
    "members_total": None,
    "members_external": None,
    "members_consumer_mail": None,
    "readership": "unknown",
    "audiences": ["unknown"],
    "readership_certainty": None,
    "latent_readership": None,
    "settings": {},
    "reasons": [],
    "exposed_since": None,
    "exposed_at_least_since": None,
    "exposed_by": None,
    "exposure_evidence": None,
    "exposure_unknown_reason": "the group was not assessed",
    "exposure_notes": [],
    "timeline": [],
    "weaknesses": [],
}


def _posts(posts: PostsCoverage) -> Json:
    return {
        "status": posts.status.value,
        "reason": posts.reason,
        "source": posts.source,
        "total": posts.total,
        "examined": posts.examined,
        "failed": posts.failed,
        "failed_parts": dict(posts.failed_parts),
        "first": moment(posts.first),
        "last": moment(posts.last),
        "sampling": posts.sampling.value if posts.sampling else None,
        "seed": posts.seed,
        "strata": posts.design.strata if posts.design else None,
        "favoured": posts.design.favoured if posts.design else None,
        "weight": posts.design.weight if posts.design else None,
        "note": posts.note,
        "remembered": posts.remembered,
    }


def _health(health: Health | None) -> Json:
    """What was found; without a post examined the verdict and every estimate are null."""
    if health is None:
        return dict(_NO_HEALTH)
    return {
        "verdict": health.verdict.value,
        "posts_identifiable_health": health.posts_identifiable_health,
        "posts_health_person": health.posts_health_person,
        "prevalence_estimate": health.prevalence.estimate,
        "prevalence_low": health.prevalence.low,
        "prevalence_high": health.prevalence.high,
        "confidence": health.prevalence.confidence,
        "persons_low": health.persons.low,
        "persons_estimate": health.persons.estimate,
        "categories": dict(health.categories),
        "sensitive": dict(health.sensitive),
        "samples": [_sample(sample) for sample in health.samples],
    }


_NO_HEALTH: Mapping[str, object] = {
    "verdict": None,
    "posts_identifiable_health": 0,
    "posts_health_person": 0,
    "prevalence_estimate": None,
    "prevalence_low": None,
    "prevalence_high": None,
    "confidence": None,
    "persons_low": 0,
    "persons_estimate": None,
    "categories": {},
    "sensitive": {},
    "samples": [],
}


def _sample(sample: PostSample) -> Json:
    return {
        "post": sample.post,
        "date": moment(sample.date),
        "verdict": sample.verdict.value,
        "score": sample.score,
        "categories": list(sample.categories),
        "excerpt": sample.excerpt[:EXCERPT_LIMIT],
    }


def _failure(failure: Unassessed | None) -> Json | None:
    if failure is None:
        return None
    return {"stage": failure.stage.value, "reason": failure.reason, "message": failure.message}


def _change(change: Change) -> Json:
    return {
        "email": change.email,
        "change": change.change.value,
        "from": change.before.value if change.before else None,
        "to": change.after.value if change.after else None,
        **({"tenant": change.tenant} if change.tenant else {}),
    }
