"""The log is tried in each application that an audit reads, and no further."""

from __future__ import annotations

import pytest

from groupaudit import config
from groupaudit.doctor.outcome import State
from groupaudit.doctor.probes import LOGS
from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.generator import generate
from groupaudit.emulator.server import Emulator
from groupaudit.google import scopes
from groupaudit.wiring import checkup


def outcome(tmp_path, *script: Script):
    """What a check-up says of the audit log, and how often it asked for it."""
    with Emulator(generate(groups=2), faults=Faults(script=script)) as emulator:
        loaded = config.load(emulator.write_config(tmp_path), {"GROUPAUDIT_POSTS__SOURCES": "[]"})
        told = {each.check: each for each in checkup.examine(loaded)}
        return told[scopes.AUDIT_LOG.name], emulator.stats()["methods"]["reports.activities.list"]


def test_log_is_well_when_each_application_answers(tmp_path):
    told, asked = outcome(tmp_path)
    assert (told.state, asked) == (State.OK, len(LOGS))


@pytest.mark.parametrize("application", ["admin", "groups", "groups_enterprise"])
def test_log_is_refused_when_one_application_is(tmp_path, application):
    refused = Script(rf"applications/{application}\?", status=403, reason="forbidden", times=None)
    told, _asked = outcome(tmp_path, refused)
    assert told.state is State.REFUSED
    assert application in LOGS
