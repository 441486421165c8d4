"""A group outside the Workspace that only mailboxes know: found, judged, told; once a run."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing, suppress
from functools import partial

import jsonschema
import pytest

from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.generator import truth
from groupaudit.reporter.as_json import schema

CLOSED = "groupe-vide@ch-valmoree.example"
ONLY_IN_A_MAILBOX = "chorale-valmoree@googlegroups.com"
#: Nothing but one group of the Workspace, and no member of it leads to a group outside.
ONE = {"GROUPAUDIT_COLLECT__INCLUDE": f'["{CLOSED}"]', "GROUPAUDIT_SAMPLING__MAX_POSTS": "2"}
SEARCHED = "Mailboxes searched for groups outside the Workspace"


@pytest.fixture
def serve(faulty):
    """Builds a hospital in which mailboxes are searched."""
    return partial(faulty, sources='["gmail"]', consumer="discover = true")


def in_mailboxes() -> dict[str, int]:
    """How many mailboxes hold mail of each group outside the Workspace, by the generator."""
    groups = truth(groups=40)["groups"]
    return {each["email"]: each["mailboxes"] for each in groups if each.get("mailboxes")}


def met(group) -> int:
    """In how many mailboxes the report says that a group was met."""
    (note,) = [each for each in group["exposure_notes"] if each.startswith("Its list header")]
    return int(note.split()[6])


def test_group_that_only_one_mailbox_knows_is_found_judged_and_told(serve):
    hospital = serve()
    done = hospital.audit(**ONE)
    report = hospital.report()
    found = {each["email"]: each for each in report["groups"] if each["kind"] == "consumer"}

    assert done.returncode in {4, 5, 6}, done.stderr
    jsonschema.validate(report, schema())
    assert {email: met(group) for email, group in found.items()} == in_mailboxes()
    assert met(found[ONLY_IN_A_MAILBOX]) == 1
    assert found[ONLY_IN_A_MAILBOX]["readership"] == "anyone_on_web"
    (note,) = [each for each in report["notes"] if each.startswith(SEARCHED)]
    assert ": 155;" in note  # of 160 accounts, of which five are suspended
    assert "5 mailbox-suspended" in note
    people = {user.email for user in hospital.emulator.tenant.users if not user.admin}
    assert not any(person in note for person in people)
    page = (hospital.folder / "reports" / "report.html").read_text(encoding="utf-8")
    assert "Boîtes où des groupes hors Workspace ont été cherchés" in page
    seen = json.dumps("Boîtes de l’organisation où son en-tête de liste a été trouvé")
    assert seen.strip('"') in page


@pytest.mark.parametrize(
    ("sources", "consumer"),
    [
        ('["gmail"]', "search_mailboxes = []"),
        ('["web"]', "discover = true"),
    ],
)
def test_no_mailbox_is_searched_when_the_configuration_does_not_ask(serve, sources, consumer):
    hospital = serve(sources=sources, consumer=consumer)
    hospital.audit(**ONE)

    assert ONLY_IN_A_MAILBOX not in hospital.groups()
    assert not [one for one in hospital.report()["notes"] if one.startswith("Mailboxes")]


def test_vault_finds_them_in_one_export_when_it_is_asked_to(serve):
    hospital = serve(sources='["vault"]', consumer='search_mailboxes = ["vault"]\nvault_days = 365')
    done = hospital.audit(**ONE)
    report = hospital.report()
    found = {each["email"] for each in report["groups"] if each["kind"] == "consumer"}
    methods = hospital.emulator.stats()["methods"]

    assert done.returncode in {4, 5, 6}, done.stderr
    assert found == set(in_mailboxes())
    assert methods["vault.matters.exports.create"] == methods["vault.matters.delete"] == 1
    (note,) = [each for each in report["notes"] if each.startswith("Messages of the last 365 days")]
    assert "could not be looked at" not in note


def test_mailboxes_beyond_the_bound_are_counted(serve):
    hospital = serve(consumer="most_mailboxes = 10")
    hospital.audit(**ONE)
    (note,) = [each for each in hospital.report()["notes"] if each.startswith(SEARCHED)]

    assert ": 10;" in note
    assert note.endswith("beyond consumer.most_mailboxes: 145")


def test_refused_search_is_told_and_the_audit_goes_on(serve):
    refused = Script("directory.users.list", status=403, reason="forbidden", times=None)
    hospital = serve(Faults(script=(refused,)))
    done = hospital.audit(**ONE)
    notes = hospital.report()["notes"]

    assert done.returncode == 0, done.stderr  # no group and no post stayed unassessed
    assert [one for one in notes if one.startswith("Mailboxes were not searched")]
    assert CLOSED in hospital.groups()


def test_resumed_run_does_not_search_again(serve):
    hospital = serve(consumer=f'most_mailboxes = 10\naddresses = ["{ONLY_IN_A_MAILBOX}"]')
    slowly = ONE | {"GROUPAUDIT_GOOGLE__WEB_PAUSE_S": "0.3"}  # the web is asked after the search
    running = hospital.begun(lambda: searches_kept(hospital), **slowly)
    assert running.poll() is None
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=60) == 1
    asked = hospital.emulator.stats()["methods"]["gmail.users.messages.list"]
    done = hospital.audit(**slowly)

    assert done.returncode in {4, 5, 6}, done.stderr
    assert hospital.emulator.stats()["methods"]["gmail.users.messages.list"] == asked
    (note,) = [each for each in hospital.report()["notes"] if each.startswith(SEARCHED)]
    assert ": 10;" in note


def searches_kept(hospital) -> int:
    """How many searches of mailboxes the run in progress has kept."""
    database = hospital.folder / "groupaudit.sqlite3"
    if not database.exists():
        return 0
    with closing(sqlite3.connect(database)) as connection, suppress(sqlite3.OperationalError):
        return int(connection.execute("SELECT count(*) FROM search").fetchone()[0])
    return 0
