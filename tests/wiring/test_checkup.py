"""Which scopes a configuration needs, for each kind of credentials; and what a check-up finds."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from other_answers import OtherServer

from groupaudit import config as configuration
from groupaudit.doctor.outcome import State, exit_code
from groupaudit.emulator.access import AUDIT_SCOPES, Access, Privilege
from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.generator import generate
from groupaudit.emulator.messages import Response
from groupaudit.emulator.oauth import ServiceAccount
from groupaudit.emulator.server import Emulator
from groupaudit.errors import AuthError
from groupaudit.wiring import checkup

AUTH = "https://www.googleapis.com/auth/"
READERSHIP = {"admin.directory.group.readonly", "apps.groups.settings"}
DOMAINS = {"admin.directory.domain.readonly"}
POLICY = {"cloud-identity.policies.readonly"}
LOG = {"admin.reports.audit.readonly"}
VAULT = {"ediscovery", "devstorage.read_only"}
GMAIL = {"gmail.readonly", "admin.directory.user.readonly"}
ACCOUNT = ServiceAccount()  # one key pair for all: making it takes most of the time


@pytest.fixture
def hospital(tmp_path):
    """Builds a small hospital and gives its emulator and a function that loads its config."""
    opened = []

    def build(faults=Faults(), **access):  # noqa: B008 - frozen
        emulator = Emulator(
            generate(groups=6), access=Access(**access), faults=faults, account=ACCOUNT
        )
        emulator.start()
        opened.append(emulator)
        file = emulator.write_config(tmp_path)

        def load(**environment):
            named = {f"GROUPAUDIT_{key}": value for key, value in environment.items()}
            return configuration.load(file, {"GROUPAUDIT_POSTS__SOURCES": '["vault"]'} | named)

        return emulator, load

    yield build
    for emulator in opened:
        emulator.stop()


def _by_check(outcomes):
    return {outcome.check: outcome for outcome in outcomes}


def _without(scope):
    return frozenset(one for one in AUDIT_SCOPES if one != AUTH + scope)


def _asked(emulator):
    return {scope.removeprefix(AUTH) for scope in emulator.scopes_asked()}


@pytest.mark.parametrize(
    ("text", "state", "found"),
    [
        ('["gmail"]', State.OK, "searched through gmail"),
        ('["web"]', State.SKIPPED, "not asked for by the configuration"),
    ],
)
def test_whether_mailboxes_are_searched_is_told(hospital, text, state, found):
    _emulator, load = hospital()
    told = _by_check(checkup.examine(load(POSTS__SOURCES=text)))["mailboxes"]

    assert (told.state, told.found) == (state, found)
    assert "mailboxes" in told.breaks


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("", READERSHIP | DOMAINS | POLICY | LOG | VAULT | GMAIL),
        ("[posts]\nsources = []", READERSHIP | DOMAINS | POLICY | LOG),
        ('[posts]\nsources = ["archive"]', READERSHIP | DOMAINS | POLICY | LOG),
        ('[posts]\nsources = ["vault"]', READERSHIP | DOMAINS | POLICY | LOG | VAULT),
        (
            "[posts]\nsources = []\n[collect]\norg_policy = false\naudit_log = false",
            READERSHIP | DOMAINS,
        ),
        (
            "posts.sources = []\n[collect]\nmembers=false\norg_policy=false\naudit_log=false",
            READERSHIP | DOMAINS,
        ),
    ],
    ids=["default", "readership", "archive", "vault", "no-delegation", "settings-only"],
)
def test_no_scope_is_needed_that_the_configuration_does_not_use(tmp_path, text, scopes):
    file = tmp_path / "config.toml"
    file.write_text(text)

    needed = checkup.needs(configuration.load(file, {}))

    assert {scope.removeprefix(AUTH) for need in needed for scope in need.scopes} == scopes


def test_everything_is_well_when_everything_is_granted(hospital):
    emulator, load = hospital()

    outcomes = checkup.examine(load())

    assert exit_code(outcomes) == 0, [one for one in outcomes if one.defect]
    assert _asked(emulator) == READERSHIP | DOMAINS | POLICY | LOG | VAULT
    methods = emulator.stats()["methods"]
    assert not any("messages" in method or "exports" in method for method in methods)
    assert "vault.matters.create" not in methods


@pytest.mark.parametrize(
    ("scope", "checks"),
    [
        ("admin.directory.group.readonly", {"groups", "members"}),
        ("apps.groups.settings", {"settings"}),
        ("admin.directory.domain.readonly", {"domains"}),
        ("cloud-identity.policies.readonly", {"org-policy"}),
        ("admin.reports.audit.readonly", {"audit-log"}),
        ("ediscovery", {"vault"}),
        ("devstorage.read_only", {"vault-files"}),
    ],
)
def test_exactly_the_missing_scope_is_named(hospital, scope, checks):
    _emulator, load = hospital(delegated_scopes=_without(scope))

    outcomes = checkup.examine(load())

    refused = {one.check: one for one in outcomes if one.state is State.REFUSED}
    assert set(refused) == checks
    assert {one for outcome in refused.values() for one in outcome.scopes} == {AUTH + scope}
    for outcome in refused.values():
        assert "Domain-wide delegation" in outcome.remedy
        assert outcome.breaks
    assert exit_code(outcomes) == 3


def test_the_role_is_named_when_the_subject_lacks_it(hospital):
    emulator, load = hospital()
    somebody = next(
        user.email for user in emulator.tenant.users if not user.admin and not user.suspended
    )

    found = _by_check(checkup.examine(load(GOOGLE__SUBJECT=somebody)))

    assert found["org-policy"].role == "super administrator"
    assert "Vault privileges" in found["vault"].role
    assert found["vault-files"].state is State.OK  # a token is all that can be checked
    assert all(somebody not in repr(outcome) for outcome in found.values())


def test_a_service_account_without_delegation_reads_what_its_role_allows(hospital):
    emulator, load = hospital()

    found = _by_check(checkup.examine(load(GOOGLE__SUBJECT="")))

    assert {name for name, one in found.items() if one.state is State.REFUSED} == {
        "org-policy",
        "audit-log",
        "vault",
    }
    assert "google.subject" in found["org-policy"].remedy
    assert emulator.account.client_id in found["org-policy"].remedy
    alone = load(
        GOOGLE__SUBJECT="",
        POSTS__SOURCES="[]",
        COLLECT__ORG_POLICY="false",
        COLLECT__AUDIT_LOG="false",
    )
    assert exit_code(checkup.examine(alone)) == 0


def test_the_role_is_named_when_the_service_account_has_none(hospital):
    _emulator, load = hospital(service_account=frozenset({Privilege.DOMAINS_READ}))

    found = _by_check(checkup.examine(load(GOOGLE__SUBJECT="")))

    assert found["groups"].role == "Groups Reader"
    assert "Assign service accounts" in found["groups"].remedy
    assert found["settings"].state is State.UNCHECKED


def test_a_user_who_signed_in_is_told_to_consent_to_the_missing_scope(hospital, tmp_path):
    emulator, load = hospital(delegated_scopes=_without("cloud-identity.policies.readonly"))
    emulator.write_authorized_user(tmp_path / "user.json", emulator.super_admin())

    found = _by_check(
        checkup.examine(load(GOOGLE__SUBJECT="", GOOGLE__CREDENTIALS=str(tmp_path / "user.json")))
    )

    assert {name for name, one in found.items() if one.state is State.REFUSED} == {"org-policy"}
    assert "gcloud auth application-default login" in found["org-policy"].remedy
    assert "sign-in of a user" in found["credentials"].found


@pytest.mark.parametrize("allowed", [True, False])
def test_keyless_delegation_needs_the_permission_to_sign(hospital, allowed):
    emulator, load = hospital(token_creator=allowed)

    outcomes = checkup.examine(load(GOOGLE__IMPERSONATE=emulator.account.email))

    assert exit_code(outcomes) == (0 if allowed else 3), [one for one in outcomes if one.defect]
    signing, delegated = {"iam"}, READERSHIP | DOMAINS | POLICY | LOG | VAULT
    assert _asked(emulator) == (signing | delegated if allowed else signing)
    if not allowed:
        assert "serviceAccountTokenCreator" in _by_check(outcomes)["groups"].remedy


def test_application_default_credentials_are_checked_like_others(hospital, tmp_path, monkeypatch):
    _emulator, load = hospital()
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))

    outcomes = checkup.examine(load(GOOGLE__CREDENTIALS="adc"))

    assert exit_code(outcomes) == 0, [one for one in outcomes if one.defect]


def test_the_api_to_enable_is_named_when_it_is_off(hospital):
    _emulator, load = hospital(disabled_apis=frozenset({"vault"}))

    found = _by_check(checkup.examine(load()))

    assert "gcloud services enable vault.googleapis.com" in found["vault"].remedy
    assert found["vault"].state is State.REFUSED


def test_one_refused_group_is_not_taken_for_all(hospital):
    first = generate(groups=6).group_emails[0]
    _emulator, load = hospital(Faults(denied=frozenset({first})))

    found = _by_check(checkup.examine(load()))

    assert found["settings"].state is State.OK
    assert found["members"].state is State.OK


def test_a_first_page_without_groups_is_not_taken_for_none(hospital):
    emulator, load = hospital()

    def rewrite(request, ask):
        if request.path.endswith("/directory/v1/groups") and "pageToken" not in request.query:
            return Response(200, b'{"nextPageToken": "2"}')
        return ask(replace(request, query=request.query.replace("&pageToken=2", "")))

    with OtherServer(emulator) as server:
        server.rewrite = rewrite
        found = _by_check(checkup.examine(load(GOOGLE__API_ROOT=server.url)))

    assert found["groups"].state is State.OK
    assert found["settings"].state is State.OK


@pytest.mark.parametrize(
    ("change", "code", "check"),
    [
        ({"GOOGLE__CREDENTIALS": "missing.json"}, 2, "credentials"),
        ({"GOOGLE__API_ROOT": "http://127.0.0.1:1"}, 1, "network"),
        ({"GOOGLE__WEB_ROOT": "http://127.0.0.1:1"}, 4, "web"),
        ({"CLASSIFY__PATTERNS": "missing.toml"}, 2, "terms"),
        ({"POSTS__SOURCES": '["archive"]', "POSTS__ARCHIVE_DIR": "missing"}, 2, "archive"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else None,
)
def test_the_exit_code_tells_what_sort_of_defect_it_is(hospital, change, code, check):
    _emulator, load = hospital()

    outcomes = checkup.examine(load(**change))

    assert exit_code(outcomes) == code
    assert _by_check(outcomes)[check].defect
    assert _by_check(outcomes)[check].remedy


def test_transient_refusals_do_not_last_a_check_up(hospital):
    _emulator, load = hospital(Faults(script=(Script(match="policies.list", times=1),)))

    assert exit_code(checkup.examine(load())) == 0


def test_a_key_that_others_may_read_is_told(hospital, tmp_path):
    _emulator, load = hospital()
    (tmp_path / "key.json").chmod(0o644)

    found = _by_check(checkup.examine(load()))

    assert found["credentials"].state is State.OPTIONAL
    assert "chmod 600" in found["credentials"].remedy


def test_the_archive_says_which_groups_it_covers(hospital, tmp_path):
    emulator, load = hospital()
    first, *others = sorted(emulator.tenant.group_emails)
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / f"{first}.mbox").write_text("From x\n\nsecret post")

    outcomes = checkup.examine(load(POSTS__SOURCES='["archive"]', POSTS__ARCHIVE_DIR="archive"))

    found = _by_check(outcomes)["archive"]
    assert (found.covered, found.uncovered) == ((first,), tuple(others))
    assert "secret post" not in json.dumps(checkup.as_json(outcomes))


def test_the_archive_is_unchecked_when_groups_may_not_be_listed(hospital, tmp_path):
    _emulator, load = hospital(delegated_scopes=_without("admin.directory.group.readonly"))
    (tmp_path / "archive").mkdir()

    outcomes = checkup.examine(load(POSTS__SOURCES='["archive"]', POSTS__ARCHIVE_DIR="archive"))

    assert _by_check(outcomes)["archive"].state is State.UNCHECKED
    assert exit_code(outcomes) == 3


def test_each_tenant_is_examined_and_named(hospital, tmp_path):
    emulator, load = hospital()
    one = load()
    both = one.model_copy(
        update={
            "tenants": (
                one.model_copy(update={"tenant": "nord"}),
                one.model_copy(
                    update={
                        "tenant": "sud",
                        "google": one.google.model_copy(update={"credentials": "missing.json"}),
                    }
                ),
            )
        }
    )

    outcomes = checkup.examine(both)

    assert exit_code(outcomes) == 2
    assert {one.tenant for one in outcomes if one.defect} == {"sud"}
    assert {one.tenant for one in outcomes if one.check == "groups"} == {"nord", "sud"}
    assert emulator.stats()["methods"]["directory.groups.list"] == 1


def test_gmail_is_asked_for_when_it_is_a_source(hospital):
    emulator, load = hospital()

    outcomes = checkup.examine(load(POSTS__SOURCES='["gmail"]'))

    found = _by_check(outcomes)
    assert (found["users"].state, found["gmail"].state) == (State.OK, State.OK)
    assert {"gmail.readonly", "admin.directory.user.readonly"} <= _asked(emulator)
    assert "gmail.users.messages.list" not in emulator.stats()["methods"]


def test_tenant_whose_checks_break_off_leaves_the_others_checked(hospital, monkeypatch, capsys):
    _emulator, load = hospital()
    one = load(POSTS__SOURCES="[]")
    tenants = [one.model_copy(update={"tenant": name}) for name in ("nord", "sud")]
    both = one.model_copy(update={"tenants": tuple(tenants)})

    def refuse(config):
        if config.tenant == "nord":
            raise AuthError("refused; ask again")
        return checkup.Outcome("web", "web", State.OK, "reached")

    monkeypatch.setattr(checkup, "_web", refuse)
    outcomes = checkup.examine(both)
    checkup.print_outcomes(outcomes, color=False)
    told = capsys.readouterr().out

    assert [(o.tenant, o.check) for o in outcomes if o.state is State.REFUSED] == [
        ("nord", "checks")
    ]
    assert {o.tenant for o in outcomes if o.check == "web"} == {"sud"}
    assert exit_code(outcomes) == 3
    assert told.index("tenant nord") < told.index("broken off") < told.index("tenant sud")
