"""What a terminal and a cron job see of an audit: colours, silence, one event a line."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess

import pytest

from groupaudit.emulator.faults import Faults, Script

#: Each refuses something else: settings, members, the audit log, the switch.
REFUSALS = Faults(
    script=(
        Script(match="/members", status=403, reason="forbidden", times=3),
        Script(match="policies", status=403, reason="PERMISSION_DENIED", times=None),
        Script(match="/activity/", status=404, reason="notFound", times=None),
    ),
    denied=frozenset({"cantine@ch-valmoree.example"}),
)

#: The escape that sets a colour of the foreground.
COLOUR = re.compile(r"\x1b\[(?:\d+;)*3[0-8]\b")


def test_log_is_one_event_a_line_without_persons_when_json(faulty):
    hospital = faulty(REFUSALS, sources="[]")

    done = hospital.audit("--log-format", "json", "--verbose")

    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert {"time", "level", "logger", "message"} <= set.intersection(*map(set, events))
    (summary,) = (event for event in events if event.get("event") == "summary")
    assert summary["groups_listed"] == sum(summary["severities"].values()) > 30
    assert "@" not in done.stderr
    assert done.stdout == ""


def test_nothing_is_said_when_quiet(no_posts):
    done = no_posts.audit("--quiet", "--fail-on", "critical")

    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ((), {"NO_COLOR": ""}, True),  # no-color.org: only when it is not empty
        ((), {"NO_COLOR": "1"}, False),
        (("--no-color",), {}, False),
    ],
)
def test_terminal_is_coloured_unless_told_otherwise(no_posts, arguments, environment, coloured):
    shown = _on_a_terminal(no_posts, arguments, {"TERM": "xterm-256color"} | environment)

    assert "\x1b[" in shown
    assert bool(COLOUR.search(shown)) is coloured


def _on_a_terminal(hospital, arguments, environment) -> str:
    """What an audit writes to a terminal of its own as stderr."""
    ours, theirs = pty.openpty()
    kept = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    try:
        with subprocess.Popen(
            hospital.command("audit", "--config", str(hospital.config), *arguments),
            stdout=subprocess.DEVNULL,
            stderr=theirs,
            env=kept | hospital.environment | environment,
        ) as process:
            os.close(theirs)
            pieces = []
            while piece := _read(ours):
                pieces.append(piece)
            process.wait(60)
    finally:
        os.close(ours)
    return b"".join(pieces).decode("utf-8", "replace")


def _read(terminal: int) -> bytes:
    """More of the terminal's text; nothing once its other side is closed."""
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux tells that
        return b""
