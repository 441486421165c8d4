"""The history database: checkpoints, finished runs, retention, and what it survives."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import factories as make
import pytest
from hypothesis import given, settings
from strategies import REPORTS

from groupaudit import ports
from groupaudit.errors import StoreError, UsageError
from groupaudit.history.schema import MIGRATIONS, Migration, migrate
from groupaudit.history.store import SqliteHistory
from groupaudit.model.report import Severity, Unsettled

SUPPORT = Path(__file__).parents[1] / "support"


def _save(history: SqliteHistory, report):
    history.resume_or_begin(report.run, fresh=True)
    for assessment in report.groups:
        history.record(report.run, assessment)
    history.finish(report)


def _last(history: SqliteHistory, before=None):
    found = history.last(before)
    return found and found.run.id


def test_store_plays_the_role_of_history(history):
    role: ports.History = history

    assert role.last() is None


@given(report=REPORTS)
@settings(deadline=None, max_examples=60)
def test_load_returns_what_was_saved(tmp_path_factory, report):
    file = tmp_path_factory.getbasetemp() / "identity.sqlite3"
    with SqliteHistory(file, clock=lambda: make.FINISHED) as history:
        _save(history, report)

        # The trend is no part of a run: it is made of the runs when it is asked for.
        assert history.load(report.run.id) == replace(report, trend=())
        file.unlink()


def test_files_are_private_when_created(history, path):
    history.resume_or_begin(make.run(), fresh=False)

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_file_becomes_private_when_it_was_not(path, clock):
    path.parent.mkdir()
    path.touch(mode=0o644)

    SqliteHistory(path, clock=clock).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_unfinished_run_is_resumed_when_the_configuration_is_the_same(history):
    begun = history.resume_or_begin(make.run(), fresh=False)
    later = make.run(id="later", started=make.STARTED + timedelta(days=1))

    assert history.resume_or_begin(later, fresh=False) == begun
    assert begun.finished is None
    assert not begun.complete


def test_new_run_begins_when_the_configuration_differs(history):
    history.resume_or_begin(make.run(), fresh=False)

    other = history.resume_or_begin(make.run(id="other", config_digest="else"), fresh=False)

    assert other.id == "other"


def test_unfinished_run_is_forgotten_when_fresh(history):
    run = history.resume_or_begin(make.run(), fresh=False)
    history.record(run, make.assessment())

    fresh = history.resume_or_begin(make.run(id="fresh"), fresh=True)

    assert [kept.run.id for kept in history.runs()] == ["fresh"]
    assert list(history.recorded(run)) == []
    assert fresh.id == "fresh"


def test_finished_run_is_never_resumed(history):
    _save(history, make.report())

    assert history.resume_or_begin(make.run(id="next"), fresh=False).id == "next"


def test_recorded_is_in_the_order_of_addresses_over_several_pages(history):
    run = history.resume_or_begin(make.run(), fresh=False)
    emails = [f"g{number:04}@h.example" for number in range(1203)]
    for email in reversed(emails):
        history.record(run, make.assessment(group=make.group(email)))

    assert [item.group.email for item in history.recorded(run)] == emails


def test_outcome_is_replaced_when_recorded_again(history):
    run = history.resume_or_begin(make.run(), fresh=False)
    history.record(run, make.assessment(Severity.LOW))
    history.record(run, make.assessment(Severity.HIGH))

    assert [item.severity for item in history.recorded(run)] == [Severity.HIGH]


def test_outcomes_become_those_of_the_report_when_finished(history):
    run = history.resume_or_begin(make.run(), fresh=False)
    history.record(run, make.assessment(group=make.group("vanished@h.example")))
    history.record(run, make.assessment(Severity.LOW))
    report = make.report(make.assessment(Severity.HIGH), make.unreadable())

    history.finish(report)

    assert history.load(report.run.id) == report


def test_name_that_is_no_valid_unicode_does_not_stop_a_run(history):
    run = history.resume_or_begin(make.run(), fresh=False)
    history.record(run, make.assessment(group=make.group(name="bloc \ud800")))

    assert [item.group.name for item in history.recorded(run)] == ["bloc ?"]


def test_last_returns_the_newest_finished_run_before_another(history):
    first, second, third = (
        make.report(run=make.run(id=name, started=make.STARTED + timedelta(days=days)))
        for days, name in enumerate(("first", "second", "third"))
    )
    for report in (second, first):
        _save(history, report)
    history.resume_or_begin(third.run, fresh=False)

    assert _last(history) == second.run.id
    assert _last(history, third.run) == second.run.id
    assert _last(history, second.run) == first.run.id
    assert _last(history, first.run) is None


def test_standing_holds_the_severity_of_each_group(history):
    report = make.report()
    _save(history, report)

    standing = history.standing(report.run.id)

    assert standing.run == report.run
    assert standing.severities == {item.group.email: item.severity for item in report.groups}


def test_runs_counts_severities(history):
    _save(history, make.report())
    (kept,) = history.runs()

    assert kept.groups == 6
    assert dict(kept.by_severity) == {
        Severity.CRITICAL: 1,
        Severity.HIGH: 1,
        Severity.MEDIUM: 1,
        Severity.NONE: 1,
        Severity.UNKNOWN: 2,
    }


def test_expire_deletes_old_runs_but_the_newest_finished_one(history, clock):
    for days in (900, 800, 700):
        started = make.STARTED - timedelta(days=days)
        _save(history, make.report(run=make.run(id=f"run-{days}", started=started)))
    clock.now = make.STARTED

    assert history.expire(400) == 2
    assert [kept.run.id for kept in history.runs()] == ["run-700"]
    assert history.expire(400) == 0


def test_expired_names_are_gone_from_the_file(history, path, clock):
    secret = make.assessment(group=make.group("effacez-moi@ch-valmoree.example"))
    old = make.run(id="old", started=make.STARTED - timedelta(days=900))
    _save(history, make.report(secret, run=old))
    _save(history, make.report())
    clock.now = make.STARTED

    history.expire(400)
    history.close()

    assert b"effacez-moi" not in path.read_bytes()


def test_load_names_the_remedy_when_there_is_no_such_run(history):
    with pytest.raises(UsageError, match="groupaudit history"):
        history.load("nowhere")


@pytest.mark.parametrize("content", [b"not a database, just text" * 100, b"SQLite format 3\0" * 99])
def test_opening_is_refused_when_the_file_is_no_database(path, clock, content):
    path.parent.mkdir()
    path.write_bytes(content)

    with pytest.raises(StoreError, match="history"):
        SqliteHistory(path, clock=clock)


def test_opening_is_refused_when_a_newer_version_wrote_the_file(history, path, clock):
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO migration VALUES ('9999-future', 'x')")
    connection.close()

    with pytest.raises(StoreError, match="9999-future"):
        SqliteHistory(path, clock=clock)


def test_record_is_refused_with_field_names_only_when_it_cannot_be_read(history, path):
    _save(history, make.report())
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE outcome SET body = json_set(body, '$.severity', 'secret-word')")
    connection.close()

    with pytest.raises(StoreError, match="severity") as caught:
        history.load(make.run().id)
    assert "secret-word" not in str(caught.value)


def test_migration_leaves_nothing_when_it_fails_half_way():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    broken = Migration("0002-broken", ("CREATE TABLE half (x)", "CREATE GARBAGE"))

    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, make.STARTED, (*MIGRATIONS, broken))

    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "half" not in tables
    assert migrate(connection, make.STARTED) == ()
    connection.close()


_CHILD = """
import sys
from pathlib import Path
import factories as make
from groupaudit.history.store import SqliteHistory
history = SqliteHistory(Path(sys.argv[1]), clock=lambda: make.FINISHED)
run = history.resume_or_begin(make.run(), fresh=False)
done = {item.group.email for item in history.recorded(run)}
for number in range(100_000):
    email = f"g{number:06}@h.example"
    if email not in done:
        history.record(run, make.assessment(group=make.group(email)))
        print(email, flush=True)
"""


def test_resumed_run_neither_loses_nor_doubles_when_killed(path, clock):
    told: list[str] = []
    for stop in (1, 40, 7):
        told += _killed_after(stop, path)

    with SqliteHistory(path, clock=clock) as history:
        run = history.resume_or_begin(make.run(id="another"), fresh=False)
        kept = [item.group.email for item in history.recorded(run)]
    assert len(told) == len(set(told))
    assert set(told) <= set(kept)
    assert kept == [f"g{number:06}@h.example" for number in range(len(kept))]


def _killed_after(lines: int, path: Path) -> list[str]:
    environment = os.environ | {"PYTHONPATH": str(SUPPORT)}
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as child:
        assert child.stdout is not None
        told = [child.stdout.readline().strip() for _ in range(lines)]
        child.send_signal(signal.SIGKILL)
        told += child.stdout.read().split()
    return told


def test_report_is_unchanged_when_saved_twice(history):
    report = make.report(notes=("une note",), changes=(make.change(),))
    _save(history, report)
    history.finish(replace(report))

    assert history.load(report.run.id) == report


def _unsettled(history: SqliteHistory, *, days: int = 7):
    """A run that found something, and a later one that left it unsettled."""
    first = make.report(make.assessment(), run=make.run(id="first"))
    _save(history, first)
    seen = make.assessment(Severity.NONE)
    finding = Unsettled(make.group().email, "first", Severity.HIGH)
    run = make.run(id="second", started=make.STARTED + timedelta(days=days))
    _save(history, make.report(seen, run=run, unsettled=(finding,)))
    return run


def test_unsettled_finding_stands_with_the_outcome_of_the_run_that_made_it(history):
    _unsettled(history)
    standing = history.last()
    email = make.group().email

    assert standing.run.id == "second"
    assert standing.severities == {email: Severity.NONE}
    assert (standing.told(email), standing.unsettled) == (Severity.HIGH, {email: Severity.HIGH})
    assert standing.recall(email).run.id == "first"
    assert standing.recall(email).assessment == make.assessment()
    assert standing.recall("nobody@ch.example") is None


def test_unsettled_finding_ends_with_the_run_that_made_it(history, clock):
    run = _unsettled(history)
    clock.now = run.started + timedelta(days=100)
    history.expire(101)
    standing = history.last()

    assert standing.told(make.group().email) is Severity.NONE
    assert standing.recall(make.group().email).run.id == "second"


def test_unsettled_finding_outlives_a_note_that_is_added_later(history):
    run = _unsettled(history)
    history.notes.add(history.load(run.id), "a message was lost")

    assert history.last().told(make.group().email) is Severity.HIGH


@pytest.mark.parametrize(("later", "kept"), [("one way", "one way"), ("another", "")])
def test_run_that_goes_on_otherwise_than_it_began_has_no_scope(history, later, kept):
    history.resume_or_begin(make.run(id="begun", scope="one way"), fresh=False)
    resumed = history.resume_or_begin(make.run(id="today", scope=later), fresh=False)
    again = history.resume_or_begin(make.run(id="later", scope=later), fresh=False)

    assert (resumed.id, resumed.scope, again.scope) == ("begun", kept, kept)
