"""Each way to be let in leads to the same truth; what one cannot ask for is unknown, not wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from collected import collect, facts

from groupaudit.collector.source import WorkspaceGroups
from groupaudit.emulator.access import Access as Granted
from groupaudit.emulator.access import Privilege
from groupaudit.emulator.generator import truth
from groupaudit.google.auth import Access
from groupaudit.google.transport import GoogleApis
from groupaudit.model.group import Certainty

TRUE = {each["email"]: each for each in truth(40)["groups"] if each["kind"] == "workspace"}


@pytest.fixture
def way(hospital, tmp_path, monkeypatch):
    """The emulated hospital and ``Access`` to it in a way that a test names."""

    def build(name):
        granted = {"own role": Granted(service_account=frozenset({Privilege.GROUPS_READ}))}
        running = hospital(granted=granted.get(name, Granted()))
        user = tmp_path / "user.json"
        running.emulator.write_authorized_user(user, running.admin)
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(running.key))
        delegated = Access(str(running.key), running.admin, api_root=running.emulator.url)
        account = running.emulator.account.email
        return running, {
            "delegated key": delegated,
            "keyless": replace(delegated, impersonate=account),
            "keyless, from the environment": replace(
                delegated, credentials="adc", impersonate=account
            ),
            "from the environment": replace(delegated, credentials="adc"),
            "signed-in user": replace(delegated, credentials=str(user), subject=""),
            "own role": replace(delegated, subject=""),
        }[name]

    return build


@pytest.mark.parametrize(
    ("name", "certain", "signed"),
    [
        ("delegated key", Certainty.SETTINGS, False),
        ("keyless", Certainty.SETTINGS, True),
        ("keyless, from the environment", Certainty.SETTINGS, True),
        ("from the environment", Certainty.SETTINGS, False),
        ("signed-in user", Certainty.SETTINGS, False),
        ("own role", Certainty.ORG_POLICY_UNKNOWN, False),
    ],
)
def test_every_way_in_leads_to_the_truth(way, name, certain, signed):
    running, access = way(name)
    with GoogleApis(access) as google:
        found = collect(WorkspaceGroups(google))

    assert set(found) == set(TRUE)
    for email, exposure in found.items():
        # With the switch unknown, the widest that it may be is told: here it is open.
        assert exposure.certainty is certain
        told = facts(exposure)
        assert told == {key: TRUE[email][key] for key in told}, email
    asked = running.emulator.stats()["methods"]
    assert any("signJwt" in each for each in asked) is signed, asked
