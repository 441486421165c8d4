"""Who hears of an audit: news are told once, failures always, and no message is worth a run."""

from __future__ import annotations

import json

import pytest
from receivers import Mailbox, Posts, dead_port, mail_server, silence, tedious_server
from typography import plain

from groupaudit.emulator.faults import Faults, Script
from groupaudit.notify.news import UNDELIVERED

TOKEN = "T0K3N-of-the-tests"
REFUSED = Faults(script=(Script(match="/groups", status=403, reason="forbidden", times=None),))


@pytest.fixture
def hooks():
    with Posts() as server:
        yield server


def _notify(**keys):
    return {f"GROUPAUDIT_NOTIFY__{key.upper()}": str(value) for key, value in keys.items()}


def _occasions(server):
    return [body["occasion"] for body in server.bodies]


def test_first_run_is_told_and_an_unchanged_one_is_not(no_posts, hooks):
    keys = _notify(webhook=f"{hooks.url}/{TOKEN}", heartbeat=f"{hooks.url}/beat/{TOKEN}")

    first = no_posts.audit(**keys)
    told = _occasions(hooks)
    second = no_posts.audit("--verbose", **keys)

    assert {first.returncode, second.returncode} <= {0, 4, 5, 6}, first.stderr + second.stderr
    assert told == _occasions(hooks) == ["first"]
    beats = [path for path in hooks.paths if "beat" in path]
    assert beats == [f"/beat/{TOKEN}/start", f"/beat/{TOKEN}"] * 2
    assert TOKEN not in first.stderr + second.stderr


def test_change_is_told_by_mail_in_french(no_posts):
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        keys = _notify(
            smtp_host="localhost",
            smtp_port=port,
            smtp_security="none",
            mail_to='["dpo@ch.example"]',
            mail_from="audit@ch.example",
        )
        no_posts.audit(**keys)
        groups = no_posts.groups().values()
        harmless = next(group["email"] for group in groups if group["severity"] == "none")
        no_posts.emulator.faults = Faults(denied=frozenset({harmless}))
        no_posts.audit(**keys)

    first, second = mailbox.mails
    assert "premier rapport" in first["Subject"]
    assert "changement" in second["Subject"]
    assert f"Devenu non évaluable : {harmless}" in plain(second.get_body(("plain",)).get_content())
    assert not list(second.iter_attachments())


@pytest.mark.parametrize("tenants", [False, True])
def test_failure_is_told(faulty, hooks, tenants):
    hospital = faulty(REFUSED, sources="[]")
    if tenants:
        text = hospital.config.read_text("utf-8")
        hospital.config.write_text(text + '\n[[tenant]]\nname = "nord"\n', encoding="utf-8")

    done = hospital.audit(**_notify(webhook=hooks.url, heartbeat=f"{hooks.url}/beat"))

    assert done.returncode == 3, done.stderr
    assert _occasions(hooks) == ["failed"]
    assert hooks.bodies[0]["reason"]
    assert [path for path in hooks.paths if "beat" in path] == ["/beat/start", "/beat/fail"]


def test_dead_and_slow_servers_change_nothing_but_log_and_notes(no_posts, hooks):
    with tedious_server(silence) as slow:
        keys = {"slack": f"http://127.0.0.1:{slow}/{TOKEN}", "timeout_s": 0.3}
        keys |= {"teams": f"http://127.0.0.1:{dead_port()}/{TOKEN}"}
        done = no_posts.audit("--quiet", **_notify(**keys))

    assert done.returncode in {0, 4, 5, 6}, done.stderr
    for channel in ("slack", "teams"):
        assert f"notification not delivered: {channel}" in done.stderr
    assert TOKEN not in done.stderr
    assert UNDELIVERED in no_posts.report()["notes"]

    # What nobody heard of then is told by the next run.
    no_posts.audit(**_notify(webhook=hooks.url))
    assert _occasions(hooks) == ["overdue"]


def test_metrics_and_findings_are_written_where_they_are_asked_for(no_posts):
    target = no_posts.folder / "textfile" / "groupaudit.prom"
    keys = {
        "GROUPAUDIT_REPORT__FORMATS": '["ocsf", "prometheus"]',
        "GROUPAUDIT_REPORT__PROMETHEUS_FILE": str(target),
    }

    done = no_posts.audit(**keys)

    assert done.returncode in {0, 4, 5, 6}, done.stderr
    assert 'groupaudit_groups{readership="' in target.read_text("utf-8")
    lines = (no_posts.folder / "reports" / "findings.ocsf.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["class_uid"] for line in lines} == {2003, 2004}

    # What is rendered again must not take an alert back in time.
    target.unlink()
    no_posts.run("report", "--config", str(no_posts.config), **keys)
    assert not target.exists()
    assert (no_posts.folder / "reports" / "groupaudit.prom").exists()


def test_secret_that_others_can_read_is_refused(no_posts):
    no_posts.config.chmod(0o644)
    with no_posts.config.open("a", encoding="utf-8") as stream:
        stream.write(f'\n[notify]\nslack = "https://hooks.slack.example/{TOKEN}"\n')

    done = no_posts.audit()

    assert done.returncode == 2
    assert "notify.slack" in done.stderr
    assert "chmod 600" in done.stderr
    assert TOKEN not in done.stderr
