"""Typed makers of model values with harmless defaults; every name in them is invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from groupaudit.collector.exposure import EFFECTS
from groupaudit.google.scopes import SETTINGS
from groupaudit.model.compliance import Observed, RuleResult, RuleStatus
from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience, Certainty, Exposure, Group, GroupKind, Reason
from groupaudit.model.report import (
    Advice,
    Assessment,
    Change,
    ChangeKind,
    Figures,
    Gap,
    Health,
    Point,
    PostSample,
    PostsCoverage,
    PostsStatus,
    Report,
    Run,
    Severity,
    Stage,
    Unassessed,
)
from groupaudit.model.sample import Interval, PersonCount, SampleDesign, SamplingKind
from groupaudit.model.timeline import GroupEvent, Step, Weakness

STARTED = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
FINISHED = datetime(2026, 11, 22, 4, 12, 30, tzinfo=UTC)


def group(email: str = "bloc@ch-valmoree.example", **changes: Any) -> Group:
    return Group(email=email, **{"name": "Bloc opératoire", **changes})


def exposure(readership: Audience = Audience.ANYONE_ON_WEB, **changes: Any) -> Exposure:
    defaults: dict[str, Any] = {
        "audiences": (readership,),
        "certainty": Certainty.SETTINGS,
        "reasons": (Reason("whoCanViewGroup", "ANYONE_CAN_VIEW", EFFECTS["view-anyone-open"]),),
        "settings": (("whoCanJoin", "INVITED_CAN_JOIN"), ("whoCanViewGroup", "ANYONE_CAN_VIEW")),
        "owners": ("claire.fictive@ch-valmoree.example",),
        "members_total": 12,
        "members_external": 2,
        "members_consumer_mail": 1,
        "created_by": "claire.fictive@ch-valmoree.example",
        "since": datetime(2025, 5, 26, 7, 30, tzinfo=UTC),
        "by": "claire.fictive@ch-valmoree.example",
        "evidence": "admin log: CHANGE_GROUP_SETTING WHO_CAN_VIEW: ? → ANYONE_CAN_VIEW",
    }
    return Exposure(readership=readership, **{**defaults, **changes})


def event(**changes: Any) -> GroupEvent:
    defaults: dict[str, Any] = {
        "when": datetime(2025, 5, 26, 7, 30, tzinfo=UTC),
        "what": Step.CHANGED,
        "log": "admin",
        "name": "CHANGE_GROUP_SETTING",
        "setting": "WHO_CAN_VIEW",
        "before": "ALL_MEMBERS_CAN_VIEW",
        "after": "ANYONE_CAN_VIEW",
        "by": "claire.fictive@ch-valmoree.example",
        "address": "203.0.113.7",
    }
    return GroupEvent(**{**defaults, **changes})


def weakness(**changes: Any) -> Weakness:
    defaults: dict[str, Any] = {
        "kind": "no-owner",
        "setting": "owners",
        "value": "0",
        "effect": "The group has no owner: nobody answers for it.",
        "action": "Name an owner; until then an administrator of groups can act.",
        "who": ("paul.fictif@ch-valmoree.example",),
    }
    return Weakness(**{**defaults, **changes})


def rule(status: RuleStatus = RuleStatus.NOT_MET, **changes: Any) -> RuleResult:
    defaults: dict[str, Any] = {
        "rule": "GWS.GROUPS.1.1v1",
        "observed": (Observed("collaborationCapability", "ANYONE_CAN_ACCESS"),),
        "groups_against": 3,
        "groups_unknown": 1,
    }
    return RuleResult(status=status, **{**defaults, **changes})


def posts(status: PostsStatus = PostsStatus.READ, **changes: Any) -> PostsCoverage:
    if status is not PostsStatus.READ:
        return PostsCoverage(status=status, **changes)
    defaults: dict[str, Any] = {
        "source": "archive",
        "total": 775,
        "examined": 500,
        "first": datetime(2024, 11, 2, tzinfo=UTC),
        "last": datetime(2026, 11, 20, tzinfo=UTC),
        "sampling": SamplingKind.SEQUENTIAL,
        "seed": 20230526,
        "design": SampleDesign(strata=8),
        "conversations": 210,
    }
    return PostsCoverage(status=status, **{**defaults, **changes})


def health(verdict: Verdict = Verdict.IDENTIFIABLE_HEALTH, **changes: Any) -> Health:
    found = verdict is Verdict.IDENTIFIABLE_HEALTH
    defaults: dict[str, Any] = {
        "posts_identifiable_health": 41 if found else 0,
        "posts_health_person": 12 if found else 0,
        "conversations_identifiable_health": 9 if found else 0,
        "documents_identifiable_health": 23 if found else 0,
        "prevalence": (
            Interval(0.082, 0.061, 0.108, 0.95) if found else Interval(0.0, 0.0, 0.006, 0.95)
        ),
        "persons": PersonCount(37, 57) if found else PersonCount(0, 0),
        "categories": (("diagnosis", 30), ("mental_health", 4), ("nir", 9)) if found else (),
        "samples": (sample(),) if found else (),
    }
    return Health(verdict=verdict, **{**defaults, **changes})


def sample(**changes: Any) -> PostSample:
    defaults: dict[str, Any] = {
        "post": "7f3a90c2d1e4b586",
        "date": datetime(2025, 9, 3, 14, 2, tzinfo=UTC),
        "verdict": Verdict.IDENTIFIABLE_HEALTH,
        "score": 0.98,
        "categories": ("diagnosis", "nir"),
        "excerpt": "[nom], [NIR], BPCO stade III",
    }
    return PostSample(**{**defaults, **changes})


def assessment(severity: Severity = Severity.CRITICAL, **changes: Any) -> Assessment:
    defaults: dict[str, Any] = {
        "group": group(),
        "exposure": exposure(),
        "unassessed": None,
        "posts": posts(),
        "health": health(),
        "advice": (
            Advice(
                "Let only members read the conversations.",
                "whoCanViewGroup",
                "ALL_MEMBERS_CAN_VIEW",
                "https://groups.google.com/a/ch-valmoree.example/g/bloc/settings",
            ),
        ),
    }
    return Assessment(severity=severity, **{**defaults, **changes})


def unreadable(email: str = "dechets@ch-valmoree.example", **changes: Any) -> Assessment:
    defaults: dict[str, Any] = {
        "group": group(email, name="Déchets"),
        "exposure": None,
        "unassessed": Unassessed(
            Stage.SETTINGS,
            "access-denied",
            f"Google refuses the group's settings (403 forbidden): {SETTINGS.grant}",
        ),
        "posts": posts(PostsStatus.UNREAD, reason="access-denied"),
        "health": None,
        "severity": Severity.UNKNOWN,
        "advice": (
            Advice("Grant the audit's account the right to read this group, and run it again."),
        ),
    }
    return Assessment(**{**defaults, **changes})


def run(**changes: Any) -> Run:
    defaults: dict[str, Any] = {
        "id": "20261122T040000Z-1",
        "started": STARTED,
        "finished": FINISHED,
        "tool_version": "0.1.0",
        "config_digest": "sha256:0f1e2d",
        "organisation": "CH de Valmorée",
        "domains": ("ch-valmoree.example",),
        "complete": True,
        "scope": "5ee4a11",
    }
    return Run(**{**defaults, **changes})


def report(*groups: Assessment, **changes: Any) -> Report:
    return Report(**{"run": run(), "groups": groups or mixed_groups(), **changes})


def mixed_groups() -> tuple[Assessment, ...]:
    """One group of each sort that a report must show, worst first."""
    return (
        assessment(),
        assessment(
            Severity.HIGH,
            group=group("dons@ch-valmoree.example", name="Dons & legs"),
            exposure=exposure(
                Audience.EXTERNAL_MEMBERS,
                since=None,
                held_since=datetime(2026, 5, 26, tzinfo=UTC),
                evidence=LOG_TOO_SHORT,
                timeline=(event(),),
                weaknesses=(weakness(),),
            ),
            health=health(
                persons=PersonCount(1, 1),
                posts_identifiable_health=1,
                conversations_identifiable_health=1,
                documents_identifiable_health=1,
            ),
        ),
        assessment(
            Severity.MEDIUM,
            group=group("contacts@googlegroups.com", name="Contacts", kind=GroupKind.CONSUMER),
            exposure=exposure(certainty=Certainty.PROBED, owners=()),
            health=health(Verdict.IDENTITY_ONLY),
        ),
        unreadable(),
        assessment(
            Severity.UNKNOWN,
            group=group("soins@ch-valmoree.example", name="Soins"),
            exposure=exposure(
                Audience.WHOLE_ORGANISATION,
                certainty=Certainty.ORG_POLICY_UNKNOWN,
                latent=Audience.ANYONE_ON_WEB,
            ),
            posts=posts(PostsStatus.UNREAD, reason="no-source-available"),
            health=None,
        ),
        assessment(
            Severity.NONE,
            group=group("cantine@ch-valmoree.example", name="Cantine"),
            exposure=exposure(Audience.MEMBERS, since=None, evidence=None),
            posts=posts(PostsStatus.NOT_NEEDED),
            health=None,
            advice=(),
        ),
    )


LOG_TOO_SHORT = "the audit log shows no change of readers: it was opened before the log begins"


def change(kind: ChangeKind = ChangeKind.WORSE, **changes: Any) -> Change:
    defaults: dict[str, Any] = {
        "email": "bloc@ch-valmoree.example",
        "before": Severity.LOW,
        "after": Severity.CRITICAL,
    }
    return Change(change=kind, **{**defaults, **changes})


def figures(critical: int = 2, **changes: Any) -> Figures:
    defaults: dict[str, Any] = {"persons": 40, "unknown": 3, "groups": 120}
    exposed = ((Severity.CRITICAL, critical), (Severity.HIGH, 5)) if critical else ()
    return Figures(**{"exposed": exposed, **defaults, **changes})


def point(week: int = 0, figures: Figures | None = None, gap: Gap | None = None) -> Point:
    """A point of a trend, ``week`` weeks before the run that the other makers make."""
    return Point(f"week-{week}", FINISHED - timedelta(weeks=week), figures, gap)
