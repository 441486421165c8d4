"""The audit log over HTTP: paged, dated like the truth; what cannot be read is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from groupaudit.collector import audit_log as room
from groupaudit.collector.audit_log import CLOCK, LIMITS, audit_log, notes
from groupaudit.collector.replay import REASONS
from groupaudit.emulator.access import AUDIT_SCOPES, Access
from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.generator import generate, moment, truth
from groupaudit.emulator.hospital.activities import PROGRAM
from groupaudit.errors import Interrupted
from groupaudit.model.group import Exposure

LISTING = "reports.activities.list"
NOW = moment(None)


def exposures(source) -> dict[str, Exposure]:
    return {group.email: source.exposure(group) for group in source.groups()}


def stamp(when: datetime | None) -> str | None:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


@pytest.mark.parametrize("org_policy", ["public", "private"])
def test_every_group_is_dated_as_it_truly_was(hospital, org_policy):
    tenant = generate(200, org_policy=org_policy)  # five rounds: every oddity of the log
    found = exposures(hospital(tenant).groups(clock=lambda: NOW))
    true = {each["email"]: each for each in truth(200, org_policy=org_policy)["groups"]}
    told = {
        email: {
            "since": stamp(exposure.since),
            "by": exposure.by,
            "at_least_since": stamp(exposure.held_since),
        }
        for email, exposure in found.items()
    }
    assert told == {email: true[email]["exposed"] for email in told}
    assert sum(each["since"] is not None for each in told.values()) >= 20


def test_log_begins_at_a_midnight_whatever_the_hour(hospital):
    running = hospital(generate(1))
    for hours in (0, 1, 23):
        begins = audit_log(running.google(), NOW + timedelta(hours=hours)).begins
        assert begins == NOW - timedelta(days=180 - bool(hours))


def test_program_behind_an_opening_is_named(hospital):
    found = exposures(hospital(generate(120)).groups())
    programs = {event.application for each in found.values() for event in each.timeline}
    assert PROGRAM in programs
    assert any(PROGRAM in (each.evidence or "") for each in found.values())


def test_log_is_read_in_pages_and_each_activity_once(hospital, monkeypatch):
    tenant = generate(200)
    running = hospital(tenant)
    whole = audit_log(running.google(), NOW)
    monkeypatch.setattr(room, "PAGE", 3)
    paged = audit_log(running.google(), NOW)
    assert paged == whole


@pytest.mark.parametrize(
    "faults",
    [
        Faults(error_rate=0.3),
        Faults(script=(Script(match=LISTING, effect="error", status=503, times=3),)),
        Faults(script=(Script(match=LISTING, effect="error", status=429, times=2, retry_after=1),)),
        Faults(script=(Script(match=LISTING, effect="cut", times=2),)),
    ],
)
def test_passing_faults_lose_nothing(hospital, faults):
    tenant = generate(80)
    assert audit_log(hospital(tenant, faults).google(), NOW) == audit_log(
        hospital(tenant).google(), NOW
    )


def no_scope() -> Access:
    left_out = "admin.reports.audit.readonly"
    return Access(
        delegated_scopes=frozenset(one for one in AUDIT_SCOPES if not one.endswith(left_out))
    )


@pytest.mark.parametrize(
    ("faults", "granted", "reason"),
    [
        (Faults(), no_scope(), "auth-refused"),
        (
            Faults(script=(Script(match=LISTING, effect="error", status=403, times=99),)),
            Access(),
            "access-denied",
        ),
        (
            Faults(script=(Script(match=LISTING, effect="error", status=503, times=99),)),
            Access(),
            "server-error",
        ),
    ],
)
def test_unreadable_log_is_said_and_leaves_the_rest(hospital, faults, granted, reason):
    source = hospital(generate(40), faults, granted).groups()
    found = exposures(source)
    story = found["equipe-soins@ch-valmoree.example"]
    assert story.readership == "anyone_on_web"
    assert (story.since, story.by, story.held_since) == (None, None, None)
    assert story.evidence == REASONS["log-unread"]
    assert sum(reason in note for note in source.notes()) == 3  # the third tells of members only
    assert LIMITS not in source.notes()


def test_log_is_neither_asked_for_nor_named_when_not_wanted(hospital):
    running = hospital(generate(40), Faults(), no_scope())
    source = running.groups(audit_log=False)
    found = exposures(source)
    assert {exposure.evidence for exposure in found.values()} == {None}
    assert source.notes() == ()
    assert LISTING not in running.emulator.stats()["methods"]


def test_too_many_entries_are_not_taken_for_all(hospital, monkeypatch):
    monkeypatch.setattr(room, "MOST_KEPT", 2)
    log = audit_log(hospital(generate(80)).google(), NOW)
    assert [why.partition(":")[0] for _, why in log.unread] == ["too-many-entries"] * 2


def test_entries_of_tomorrow_tell_of_a_wrong_clock(hospital):
    log = audit_log(hospital(generate(80)).google(), NOW - timedelta(days=100))
    assert log.late
    assert CLOCK in tuple(notes(log))


def test_reading_stops_when_the_run_is_stopped(hospital):
    google = hospital().google()
    google.close()
    with pytest.raises(Interrupted):
        audit_log(google, NOW)


@pytest.mark.parametrize(
    "event",
    [
        {
            "name": "brand_new_event",
            "parameters": [{"name": "group_email", "value": "x@y.example"}],
        },
        {"name": "create_group"},
        {"name": "change_acl_permission", "parameters": "none"},
    ],
)
def test_unknown_entries_change_nothing(hospital, event):
    tenant = generate(40)
    odd = {
        "id": {"time": datetime.now(UTC).isoformat(), "uniqueQualifier": "7"},
        "actor": {},
        "events": [{"name": "create_group", "parameters": []}, event],
    }
    more: Callable[[str], object] = lambda name: iter([odd, *tenant.activities(name)])  # noqa: E731
    usual = audit_log(hospital(tenant).google(), NOW)
    found = audit_log(hospital(replace(tenant, activities=more)).google(), NOW)
    assert found.entries == usual.entries
