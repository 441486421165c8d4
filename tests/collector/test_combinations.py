"""Each combination that the tenant holds, collected and assessed, against the independent truth."""

from __future__ import annotations

from datetime import datetime

import pytest
from collected import collect, facts
from factories import posts

from groupaudit import assess
from groupaudit.collector.effects import EFFECTS
from groupaudit.emulator.generator import generate, moment, truth
from groupaudit.model.group import Certainty, Group
from groupaudit.model.report import PostsStatus, Severity

GROUPS = 300
NOW = moment(None)

#: Without its posts a group is harmless if those who are of it read, and nobody else.
AMONG_THEMSELVES = {"members", "managers", "owners"}


def stamp(when: datetime | None) -> str | None:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def dates(exposure):
    return {
        "since": stamp(exposure.since),
        "by": exposure.by,
        "at_least_since": stamp(exposure.held_since),
    }


@pytest.fixture(params=["public", "private", "absent", "per_ou"])
def org_policy(request):
    return request.param


@pytest.mark.parametrize("service", ["ENABLED", "DISABLED"])
def test_every_group_is_judged_as_it_truly_is(hospital, org_policy, service):
    options = {"org_policy": org_policy, "service_state": service}
    source = hospital(generate(GROUPS, **options)).groups(clock=lambda: NOW)
    true = {each["email"]: each for each in truth(GROUPS, **options)["groups"]}
    found = collect(source)

    assert len(found) == GROUPS
    for email, exposure in found.items():
        told = facts(exposure)
        assert told == {name: true[email][name] for name in told}, email
        assert dates(exposure) == true[email]["exposed"], email
        assert exposure.certainty is Certainty.SETTINGS
        off = EFFECTS["service-off"] in {reason.effect for reason in exposure.reasons}
        assert off == (service == "DISABLED")
        judged = assess.assess(Group(email), exposure, None, posts(PostsStatus.NOT_REQUESTED), None)
        harmless = true[email]["readership"] in AMONG_THEMSELVES
        assert judged.severity is (Severity.NONE if harmless else Severity.UNKNOWN), email
