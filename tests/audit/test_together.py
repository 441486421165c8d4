"""Several tenants: a failure stays with its tenant, what was finished is not done again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import factories as make
import pytest

from groupaudit import assess
from groupaudit.audit import Tenant, Together, merged
from groupaudit.audit.pipeline import INTERRUPTED
from groupaudit.errors import AuthError, ConfigError, StoreError
from groupaudit.history.store import SqliteHistory
from groupaudit.model.report import Section, Severity, Unsettled

MOMENT = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)


class Tenants:
    """Tenants whose answers are given: an exception is raised, a string cuts the run short."""

    def __init__(self, history, **answers):
        self.history = history
        self.answers = answers
        self.asked: list[str] = []
        self.hours = 0

    def audit(self, name, batch):
        self.asked.append(name)
        answer = self.answers[name]
        self.hours += 1
        run = make.run(
            id=f"{name}-{self.hours}",
            started=MOMENT + timedelta(hours=self.hours),
            config_digest=name,
            tenant=name,
            batch=batch,
        )
        run = self.history.resume_or_begin(run, fresh=False)
        if isinstance(answer, Exception):
            raise answer
        groups = make.mixed_groups()
        for one in groups:
            self.history.record(run, one)
        if isinstance(answer, str):
            return make.report(*groups, run=run, notes=(answer,))
        whole = make.run(id=run.id, started=run.started, tenant=name, batch=run.batch)
        report = make.report(*groups, run=whole)
        self.history.finish(report)
        return report

    def together(self, head="batch-1"):
        tenants = [
            Tenant(name, name.upper(), lambda batch, name=name: self.audit(name, batch))
            for name in self.answers
        ]
        self.hours += 1
        run = make.run(id=head, started=MOMENT + timedelta(hours=self.hours), config_digest="all")
        return Together(tenants, self.history.batches, self.history.load, lambda: MOMENT).run(run)


@pytest.fixture
def tenants(tmp_path):
    with SqliteHistory(tmp_path / "history.sqlite3", clock=lambda: MOMENT) as history:
        yield lambda **answers: Tenants(history, **answers)


def test_one_refused_tenant_leaves_the_other_whole(tenants):
    report = tenants(north=AuthError("no token"), south=None).together()

    north, south = report.tenants
    assert north.run is None
    assert north.failure is not None
    assert north.failure.reason == "auth-refused"
    assert south.failure is None
    assert {group.tenant for group in report.groups} == {"south"}
    assert report.run.complete
    assert assess.exit_code(report, Severity.HIGH) == 6
    assert report.listing_failure is not None
    assert "north: no token" in report.listing_failure.message


def test_all_refused_fail_with_the_first_error(tenants):
    both = tenants(north=AuthError("first"), south=ConfigError("second"))
    with pytest.raises(AuthError, match="first"):
        both.together()

    assert list(both.history.batches.kept()) == ["batch-1"]


def test_history_that_fails_is_nobodys_failure(tenants):
    with pytest.raises(StoreError):
        tenants(north=StoreError("disk full"), south=None).together()


def test_interruption_begins_no_further_tenant(tenants):
    three = tenants(a=None, b=INTERRUPTED, c=None)

    report = three.together()

    assert three.asked == ["a", "b"]
    assert report.tenants[2].failure is not None
    assert report.tenants[2].failure.reason == "interrupted"
    assert not report.run.complete


@pytest.mark.parametrize("cut", [INTERRUPTED, "The day's quota is used up."])
def test_batch_cut_short_goes_on_where_it_stopped(tenants, cut):
    three = tenants(a=None, b=cut, c=None)
    first = three.together()
    three.answers["b"] = None
    three.asked.clear()

    second = three.together("batch-2")

    assert "a" not in three.asked
    assert "b" in three.asked
    assert not first.run.complete
    assert second.run.complete
    assert second.run.id == first.run.id
    assert {group.tenant for group in second.groups} == {"a", "b", "c"}


def test_batch_that_ended_is_not_gone_on_with(tenants):
    both = tenants(north=AuthError("no token"), south=None)
    both.together()
    both.asked.clear()

    again = both.together("batch-2")

    assert both.asked == ["north", "south"]
    assert again.run.id == "batch-2"


def test_runs_are_compared_within_their_tenant(tenants):
    both = tenants(north=None, south=None)
    both.together()
    history = both.history
    later = make.run(id="later", started=MOMENT + timedelta(days=7), tenant="north")

    previous = history.last(before=later)

    assert previous is not None
    assert previous.run.tenant == "north"
    assert history.last(before=make.run(id="x", started=later.started)) is None


def test_kept_batch_names_its_runs(tenants):
    both = tenants(north=AuthError("no token"), south=None)
    report = both.together()

    kept = both.history.batches.kept()[report.run.id]

    assert kept.sections == report.tenants
    assert kept.run == report.run


def test_findings_that_stand_are_told_with_their_tenant():
    stands = Unsettled(make.group().email, "first", Severity.HIGH)
    parts = [
        (Section(name, name.upper(), run=make.run()), make.report(unsettled=(stands,)))
        for name in ("nord", "sud")
    ]

    assert [each.tenant for each in merged(make.run(), parts).unsettled] == ["nord", "sud"]
