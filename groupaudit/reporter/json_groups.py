"""One group of ``report.json``: who can read it, what was read of it, what was found in it.

Every member is there in every group, null or empty where nothing is known; only what few groups
have (``exposure_earlier_run``, ``consumer_groups``, ``tenant``) is left out of the others.
"""

from __future__ import annotations

from collections.abc import Mapping

from groupaudit.model.coverage import unassessed_reason
from groupaudit.model.group import Exposure
from groupaudit.model.report import Assessment, Health, PostSample, PostsCoverage
from groupaudit.reporter.json_parts import Json, event, failure, moment, weakness
from groupaudit.reporter.phrases import NOT_LOOKED_UP

#: The house bound on a masked excerpt, in characters.
EXCERPT_LIMIT = 80


def group_object(assessment: Assessment) -> Json:
    """One entry of ``groups``."""
    group, why_not = assessment.group, unassessed_reason(assessment)
    return {
        "email": group.email,
        "name": group.name,
        "description": group.description,
        "kind": group.kind.value,
        "aliases": list(group.aliases),
        "assessed": why_not is None,
        "unassessed_reason": why_not,
        "unassessed": failure(assessment.unassessed),
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
        "timeline": [event(each) for each in exposure.timeline],
        "weaknesses": [weakness(each) for each in exposure.weaknesses],
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
        "conversations_examined": posts.conversations if posts.examined else None,
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
        "conversations_identifiable_health": health.conversations_identifiable_health,
        "documents_identifiable_health": health.documents_identifiable_health,
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
    "conversations_identifiable_health": None,
    "documents_identifiable_health": None,
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
