"""What is noted when a message is lost, and what happens when telling itself goes wrong."""

from __future__ import annotations

import logging

import factories as make
import pytest
from receivers import Posts, dead_port

from groupaudit import config
from groupaudit.errors import LockedError, StoreError
from groupaudit.history.notes import SqliteNotes
from groupaudit.history.store import SqliteHistory
from groupaudit.notify.news import UNDELIVERED, UNHEARD
from groupaudit.wiring import announced, audits, checkup, histories


class NoProgress:
    def stage(self, name, total=None, done=0):
        """Nothing to draw."""

    def advance(self, steps=1, posts=0):
        """As above."""


@pytest.fixture
def settle(tmp_path, monkeypatch):
    """A configuration with these keys, whose audits find ``make.report()`` at once."""

    def _found(settings, *, fresh, progress):
        with histories.open_history(settings) as history:
            run = history.resume_or_begin(make.run(), fresh=fresh)
            report = make.report(run=make.run(id=run.id))
            history.finish(report)
            return report

    def _settle(**keys):
        file = tmp_path / "groupaudit.toml"
        file.write_text('[report]\nformats = ["json"]\n', encoding="utf-8")
        environment = {f"GROUPAUDIT_NOTIFY__{key.upper()}": text for key, text in keys.items()}
        monkeypatch.setattr(audits, "audit", _found)
        return config.load(file, environment)

    return _settle


def _audit(settings):
    return announced.audit(settings, None, fresh=False, progress=NoProgress())


@pytest.mark.parametrize(
    ("channels", "notes"),
    [
        ((), ()),
        (("slack",), (UNDELIVERED,)),
        (("slack", "teams"), (UNDELIVERED,)),
        (("heartbeat",), (UNHEARD,)),
        (("heartbeat", "mattermost"), (UNDELIVERED, UNHEARD)),
    ],
)
def test_run_is_noted_once_for_people_and_once_for_the_heartbeat(settle, channels, notes):
    address = f"http://127.0.0.1:{dead_port()}/x"
    settings = settle(**dict.fromkeys(channels, address))

    report, files = _audit(settings)

    assert tuple(sorted(report.notes)) == tuple(sorted(notes))
    with SqliteHistory(settings.path(settings.state.database), clock=histories.now) as history:
        assert history.load(report.run.id).notes == report.notes
    assert all(note in files[0].read_text("utf-8") for note in notes)


def test_failure_reaches_people_and_the_caller(settle, monkeypatch, caplog):
    def refuse(settings, *, fresh, progress):
        raise LockedError("another run holds the lock")

    with Posts() as hooks, caplog.at_level(logging.ERROR):
        settings = settle(webhook=hooks.url)
        monkeypatch.setattr(audits, "audit", refuse)
        with pytest.raises(LockedError):
            _audit(settings)

    assert [(body["occasion"], body["reason"]) for body in hooks.bodies] == [("failed", "locked")]


def test_defect_is_told_as_one_without_its_words(settle, monkeypatch):
    def stumble(settings, *, fresh, progress):
        raise ZeroDivisionError("claire.fictive@ch-valmoree.example")

    with Posts() as hooks:
        settings = settle(webhook=hooks.url)
        monkeypatch.setattr(audits, "audit", stumble)
        with pytest.raises(ZeroDivisionError):
            _audit(settings)

    assert hooks.bodies[0]["reason"] == "internal"
    assert "claire" not in str(hooks.bodies)


def test_history_that_breaks_while_telling_ends_no_audit(settle, monkeypatch, caplog):
    def broken(notes, report):
        raise StoreError("the history database is locked")

    settings = settle()
    monkeypatch.setattr(SqliteNotes, "before", broken)
    with caplog.at_level(logging.ERROR):
        report, files = _audit(settings)

    assert report.run.complete
    assert [file.name for file in files] == ["report.json"]
    assert "nobody could be told" in caplog.text


@pytest.mark.parametrize(
    ("keys", "state", "found"),
    [
        ({}, "skipped", "not asked for by the configuration"),
        ({"slack": "https://hooks.example/x"}, "ok", "slack: set up; nothing was sent"),
        ({"slack": "file:missing"}, "config", "not usable"),
    ],
)
def test_doctor_looks_for_the_secrets(settle, keys, state, found):
    outcome = checkup.notifications(settle(**keys))

    assert (outcome.state, outcome.found) == (state, found)
