"""A history that an older version wrote: brought up to date with all that it holds."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import factories as make
import pytest

from groupaudit.history import record
from groupaudit.history.connection import connect, make_private
from groupaudit.history.diff import READ_UNKNOWN, compare
from groupaudit.history.schema import MIGRATIONS, migrate, stamp
from groupaudit.history.store import SqliteHistory
from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience
from groupaudit.model.report import ChangeKind, Report, Run, Severity
from groupaudit.model.sample import SamplingKind
from groupaudit.model.searches import MailboxSearch

OLD = replace(make.run(id="old"), finished=make.FINISHED, complete=True, scope="")
BEGUN = make.run(id="begun", started=make.STARTED + timedelta(days=7), finished=None, scope="")


def _body(without: tuple[str, ...]) -> str:
    """An outcome as it was kept before there were the fields ``without``."""
    told = json.loads(record.outcome_text(make.assessment()))
    for part in ("exposure", "posts"):
        told[part] = {key: value for key, value in told[part].items() if key not in without}
    return json.dumps(told)


def _head(run: Run) -> str:
    """A run as it was kept before it said how it looked at posts."""
    told = json.loads(record.run_text(run))
    del told["scope"]
    return json.dumps(told)


def _write(path, migrations: int, *runs: Run) -> None:
    """The file as a version that knew the first ``migrations`` left it, one group a run."""
    make_private(path)
    body = _body(("earlier", "design", "consumer_lists", "last_inside"))
    with closing(connect(path)) as connection:
        migrate(connection, make.STARTED, MIGRATIONS[:migrations])
        for run in runs:
            connection.execute(
                "INSERT INTO run (id, started, finished, config_digest, head, tail)"
                " VALUES (?, ?, ?, ?, ?, NULL)",
                (
                    run.id,
                    stamp(run.started),
                    stamp(run.finished),
                    run.config_digest,
                    _head(run),
                ),
            )
            connection.execute(
                "INSERT INTO outcome (run, email, severity, body) VALUES (?, ?, 'critical', ?)",
                (run.id, make.group().email, body),
            )


@pytest.fixture(params=range(1, len(MIGRATIONS)))
def upgraded(request, tmp_path, clock):
    path = tmp_path / "history.sqlite3"
    _write(path, request.param, OLD, BEGUN)
    with SqliteHistory(path, clock=clock) as opened:
        yield opened


def test_runs_of_an_older_version_are_loaded_and_compared_with(upgraded):
    assert upgraded.load("old").groups[0].group == make.group()
    assert upgraded.last(before=BEGUN).run == OLD
    assert next(upgraded.earlier(BEGUN, make.group().email)).run == OLD
    assert upgraded.figures.up_to(OLD, 2)[0].figures is None  # counted when asked for


def test_run_that_an_older_version_began_is_gone_on_with(upgraded):
    run = upgraded.resume_or_begin(replace(BEGUN, id="today"), fresh=False)
    upgraded.searches(run).keep(MailboxSearch("gmail", searched=1))
    groups = tuple(upgraded.recorded(run))
    upgraded.finish(Report(replace(run, complete=True), groups))
    upgraded.figures.keep(run, make.figures(1))

    assert run.id == "begun"
    assert [each.email for each in (group.group for group in groups)] == [make.group().email]
    assert upgraded.searches(run).recall("gmail").searched == 1


@pytest.mark.parametrize(
    ("readers", "told"), [(Audience.ANYONE_ON_WEB, []), (Audience.MEMBERS, [ChangeKind.FIXED])]
)
def test_finding_of_an_older_version_is_fixed_by_fewer_readers_alone(upgraded, readers, told):
    now = make.assessment(
        Severity.NONE,
        exposure=make.exposure(readers),
        posts=make.posts(sampling=SamplingKind.CENSUS, examined=775),
        health=make.health(Verdict.ORDINARY),
    )
    today = make.run(id="today", started=make.STARTED + timedelta(days=9))
    found = compare(upgraded.last(before=BEGUN), make.report(now, run=today))

    assert [change.change for change in found.changes] == told
    assert found.notes == (() if told else (READ_UNKNOWN % {"count": 1},))


def test_run_that_an_older_version_began_looked_at_posts_in_no_one_way(upgraded):
    today = make.run(id="today")

    assert today.scope
    assert not upgraded.resume_or_begin(today, fresh=False).scope


def test_what_an_older_version_kept_expires(upgraded, clock):
    clock.now = BEGUN.started + timedelta(days=100)

    assert upgraded.expire(101) == 0  # older, but the newest finished run: it stays
    assert upgraded.expire(50) == 1
    assert [kept.run.id for kept in upgraded.runs()] == ["old"]
