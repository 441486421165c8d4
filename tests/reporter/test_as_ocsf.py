"""Findings for a SIEM: valid by the schema's models, stable, and silent about persons."""

from __future__ import annotations

import json
from dataclasses import replace

import factories
import pytest
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.events.findings.detection_finding import DetectionFinding

from groupaudit.model.compliance import RuleStatus
from groupaudit.model.report import ChangeKind, PostsStatus, Section, Severity
from groupaudit.reporter.as_ocsf import OCSF_VERSION, OcsfReporter, events
from groupaudit.reporter.json_groups import group_object

MODELS = {2003: ComplianceFinding, 2004: DetectionFinding}
BLOC = "bloc@ch-valmoree.example"


def _report(**changes):
    rules = tuple(factories.rule(status) for status in RuleStatus)
    return factories.report(**{"compliance": rules, **changes})


def _of(report, address=BLOC):
    found = [event for event in events(report) if event["resources"][0]["uid"] == address]
    assert len(found) == 1
    return found[0]


def test_every_line_is_an_event_of_the_schema(tmp_path):
    report = _report(changes=(factories.change(ChangeKind.GONE, email="x@ch.example", after=None),))

    (file,) = OcsfReporter().render(report, tmp_path)

    lines = [json.loads(line) for line in file.read_text(encoding="ascii").splitlines()]
    for event in lines:
        model = MODELS[event["class_uid"]].model_validate(event)
        if event["class_uid"] == 2003:
            del event["compliance"][
                "status"
            ]  # in the schema (1.5.0), and forgotten by these models
        # Nothing was ignored: every attribute is one that the schema knows.
        assert model.model_dump(mode="json", exclude_unset=True) == event
        assert event["metadata"]["version"] == OCSF_VERSION
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
    assert [event["class_uid"] for event in lines] == [2004] * 6 + [2003] * 3


def test_harmless_group_is_no_finding():
    told = {event["resources"][0]["uid"] for event in events(_report())}

    assert BLOC in told
    assert "cantine@ch-valmoree.example" not in told


@pytest.mark.parametrize(
    ("severity", "expected"),
    [("critical", 5), ("high", 4), ("medium", 3), ("low", 2), ("unknown", 0)],
)
def test_severity_is_normalised(severity, expected):
    item = factories.assessment(Severity(severity))

    assert _of(factories.report(item))["severity_id"] == expected


@pytest.mark.parametrize(
    ("kind", "activity", "status"),
    [
        (None, "Create", "New"),
        (ChangeKind.NEW, "Create", "New"),
        (ChangeKind.WORSE, "Update", "New"),
        (ChangeKind.BETTER, "Update", "New"),
        (ChangeKind.UNREADABLE, "Update", "New"),
        (ChangeKind.FIXED, "Close", "Resolved"),
    ],
)
def test_activity_when_group_changed(kind, activity, status):
    severity = Severity.NONE if kind is ChangeKind.FIXED else Severity.CRITICAL
    changes = (factories.change(kind),) if kind else ()

    event = _of(factories.report(factories.assessment(severity), changes=changes))

    assert (event["activity_name"], event["status"]) == (activity, status)


def test_severity_is_what_stands_when_only_a_part_became_milder():
    change = factories.change(ChangeKind.BETTER, before=Severity.CRITICAL, after=Severity.HIGH)

    event = _of(factories.report(factories.assessment(Severity.NONE), changes=(change,)))

    assert (event["severity"], event["status"]) == ("High", "New")


def test_group_that_is_gone_was_not_resolved():
    gone = factories.change(ChangeKind.GONE, email="gone@ch.example", after=None)

    event = _of(_report(changes=(gone,)), "gone@ch.example")

    assert (event["activity_name"], event["status_id"]) == ("Close", 99)


def test_finding_keeps_its_uid_and_tenants_do_not_mix():
    first, second = _of(_report()), _of(_report(run=factories.run(id="another")))
    item = replace(factories.assessment(), tenant="nord")
    section = Section("nord", "CH Nord", run=factories.run(), compliance=(factories.rule(),))
    of_tenant = _of(factories.report(item, tenants=(section,)))

    assert first["finding_info"]["uid"] == second["finding_info"]["uid"]
    assert of_tenant["finding_info"]["uid"] != first["finding_info"]["uid"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [(RuleStatus.MET, "Pass"), (RuleStatus.NOT_MET, "Fail"), (RuleStatus.UNKNOWN, "Warning")],
)
def test_rule_that_is_unknown_does_not_pass(status, expected):
    report = factories.report(compliance=(factories.rule(status),))

    (event,) = (event for event in events(report) if event["class_uid"] == 2003)

    assert event["compliance"]["status"] == expected


@pytest.mark.parametrize(
    "item",
    [
        factories.assessment(),
        factories.assessment(posts=factories.posts(PostsStatus.UNREAD), health=None),
        factories.assessment(
            posts=factories.posts(conversations=None),
            health=factories.health(
                conversations_identifiable_health=None, documents_identifiable_health=None
            ),
        ),
    ],
    ids=["found", "unread", "by an older version"],
)
def test_counts_are_those_of_the_report(item):
    told = group_object(item)

    numbers = _of(factories.report(item))["unmapped"]

    assert numbers["posts_examined"] == told["posts"]["examined"]
    assert numbers["conversations_examined"] == told["posts"]["conversations_examined"]
    for unit in ("posts", "conversations", "documents"):
        name = f"{unit}_identifiable_health"
        assert numbers[name] == told["health"][name]


def test_no_excerpt_name_or_person_goes_to_the_siem():
    text = json.dumps(list(events(_report())), ensure_ascii=False)

    for secret in ("BPCO", "Bloc opératoire", "claire.fictive", "paul.fictif", "203.0.113.7"):
        assert secret not in text
