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


def joinable(tenant, email, *, is_open):
    """Nested groups that people can join without approval, by kind of weakness, as settings say."""
    found, waiting, seen = {}, [email], {email}
    while waiting:
        for member in tenant.group(waiting.pop()).members:
            nested = tenant.group(member.email or "") if member.type == "GROUP" else None
            if nested is None or nested.email in seen:
                continue
            seen.add(nested.email)
            waiting.append(nested.email)
            join, outsiders = (nested.settings[k] for k in ("whoCanJoin", "allowExternalMembers"))
            if join == "ANYONE_CAN_JOIN" and outsiders == "true" and is_open:
                found.setdefault("nested-anyone-joins", set()).add(nested.email)
            elif join in {"ANYONE_CAN_JOIN", "ALL_IN_DOMAIN_CAN_JOIN"}:
                found.setdefault("nested-organisation-joins", set()).add(nested.email)
    own = tenant.group(email).settings
    if own["whoCanJoin"] in {"ANYONE_CAN_JOIN", "ALL_IN_DOMAIN_CAN_JOIN"}:
        found.pop("nested-organisation-joins", None)  # they can join the group itself
    if (own["whoCanJoin"], own["allowExternalMembers"]) == ("ANYONE_CAN_JOIN", "true"):
        found.clear()
    return found


def test_every_nested_group_that_people_can_join_is_told(hospital, org_policy):
    tenant = generate(GROUPS, org_policy=org_policy)
    found = collect(hospital(tenant).groups(audit_log=False))
    told = {
        email: {
            each.kind: set(each.value.split(", "))
            for each in exposure.weaknesses
            if each.kind.startswith("nested-")
        }
        for email, exposure in found.items()
    }
    is_open = org_policy in {"public", "per_ou"}

    assert told == {email: joinable(tenant, email, is_open=is_open) for email in found}
    assert len([kinds for kinds in told.values() if kinds]) > 10


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
