"""Metrics: what Prometheus's own parser reads back."""

from __future__ import annotations

from dataclasses import replace

import factories
import pytest
from prometheus_client.parser import text_string_to_metric_families

from groupaudit.model.group import Audience
from groupaudit.model.report import ChangeKind, Section, Severity
from groupaudit.reporter.as_prometheus import PrometheusReporter


def _samples(report, folder):
    (file,) = PrometheusReporter().render(report, folder)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(file.read_text(encoding="utf-8"))
        for sample in family.samples
    }


def _groups(samples, **labels):
    return samples["groupaudit_groups", tuple(sorted(labels.items()))]


def test_groups_are_counted_by_readership_and_severity(tmp_path):
    samples = _samples(factories.report(), tmp_path)

    assert _groups(samples, readership="anyone_on_web", severity="critical") == 1
    assert _groups(samples, readership="unknown", severity="unknown") == 1
    counts = [value for (name, _), value in samples.items() if name == "groupaudit_groups"]
    assert sum(counts) == 6
    assert len(counts) == len(Audience) * len(Severity)  # a series that vanished would not alert


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("last_success_timestamp_seconds", factories.FINISHED.timestamp()),
        ("run_duration_seconds", 750),
        ("groups_listed", 6),
        ("posts_examined", 1500),
        ("everything_assessed", 0),
    ],
)
def test_number_of_the_run(tmp_path, name, expected):
    assert _samples(factories.report(), tmp_path)[f"groupaudit_{name}", ()] == expected


def test_posts_conversations_and_documents_are_counted_apart(tmp_path):
    item = factories.assessment()

    samples = _samples(factories.report(item, item, factories.unreadable()), tmp_path)

    assert samples["groupaudit_conversations_examined", ()] == 2 * 210
    for unit, each in (("posts", 41), ("conversations", 9), ("documents", 23)):
        assert samples[f"groupaudit_{unit}_identifiable_health", ()] == 2 * each


def test_what_an_older_version_did_not_count_is_no_zero(tmp_path):
    older = factories.assessment(
        posts=factories.posts(conversations=None),
        health=factories.health(
            conversations_identifiable_health=None, documents_identifiable_health=None
        ),
    )

    told = {name for name, _ in _samples(factories.report(factories.assessment(), older), tmp_path)}

    assert "groupaudit_posts_identifiable_health" in told
    assert told.isdisjoint(
        {
            "groupaudit_conversations_examined",
            "groupaudit_conversations_identifiable_health",
            "groupaudit_documents_identifiable_health",
        }
    )


def test_gaps_and_changes_are_told_by_kind(tmp_path):
    samples = _samples(factories.report(changes=(factories.change(),)), tmp_path)

    assert samples["groupaudit_groups_unassessed", (("reason", "access-denied"),)] == 1
    assert samples["groupaudit_changes", (("change", ChangeKind.WORSE.value),)] == 1
    assert samples["groupaudit_changes", (("change", ChangeKind.FIXED.value),)] == 0


def test_tenants_are_told_apart(tmp_path):
    parts = tuple(Section(name, name, run=factories.run()) for name in ("nord", "sud"))
    report = factories.report(replace(factories.assessment(), tenant="sud"), tenants=parts)

    samples = _samples(report, tmp_path)

    critical = {"readership": "anyone_on_web", "severity": "critical"}
    assert _groups(samples, tenant="sud", **critical) == 1
    assert _groups(samples, tenant="nord", **critical) == 0


def test_run_cut_short_leaves_the_last_success_standing(tmp_path):
    PrometheusReporter().render(factories.report(), tmp_path)
    before = (tmp_path / "groupaudit.prom").read_bytes()

    cut_short = factories.report(run=factories.run(complete=False))

    assert PrometheusReporter().render(cut_short, tmp_path) == ()
    assert (tmp_path / "groupaudit.prom").read_bytes() == before


def test_file_is_where_it_was_asked_for_and_others_can_read_it(tmp_path):
    target = tmp_path / "textfile" / "audit.prom"

    assert PrometheusReporter(target).render(factories.report(), tmp_path) == (target,)

    assert target.stat().st_mode & 0o777 == 0o644
    assert [file.name for file in target.parent.iterdir()] == ["audit.prom"]


def test_label_cannot_break_out(tmp_path):
    odd = 'x"} 1\nevil 2\\'
    report = factories.report(
        factories.unreadable(unassessed=replace(factories.unreadable().unassessed, reason=odd))
    )

    samples = _samples(report, tmp_path)

    assert samples["groupaudit_groups_unassessed", (("reason", odd),)] == 1
    assert not any(name == "evil" for name, _ in samples)
