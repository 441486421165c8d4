"""The table of scopes: pinned, so that asking for one more is a decision and not an accident."""

import json
from importlib import resources
from pathlib import Path

import pytest

import groupaudit
from groupaudit.google import scopes
from groupaudit.google.scopes import NEEDS

PINNED = {
    "groups": ("admin.directory.group.readonly",),
    "settings": ("apps.groups.settings",),
    "members": ("admin.directory.group.readonly",),
    "domains": ("admin.directory.domain.readonly",),
    "org-policy": ("cloud-identity.policies.readonly",),
    "audit-log": ("admin.reports.audit.readonly",),
    "vault": ("ediscovery",),
    "vault-files": ("devstorage.read_only",),
    "users": ("admin.directory.user.readonly",),
    "gmail": ("gmail.readonly",),
}


def _document(api, version):
    documents = resources.files("googleapiclient.discovery_cache.documents")
    return json.loads((documents / f"{api}.{version}.json").read_text(encoding="utf-8"))


def test_each_feature_has_exactly_the_scopes_that_were_decided():
    prefix = "https://www.googleapis.com/auth/"
    assert {
        need.name: tuple(scope.removeprefix(prefix) for scope in need.scopes) for need in NEEDS
    } == PINNED


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.name)
def test_every_scope_is_one_that_the_api_knows(need):
    known = _document(need.api, need.version)["auth"]["oauth2"]["scopes"]
    assert set(need.scopes) <= set(known)


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.name)
def test_every_need_says_what_to_grant_and_what_is_lost(need):
    assert need.what
    assert need.grant.endswith(".")
    assert need.lost.endswith(".")
    assert need.service.endswith(".googleapis.com")


def test_no_other_module_writes_a_scope():
    package = Path(groupaudit.__file__).parent
    writers = {
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if "googleapis.com/auth/" in file.read_text(encoding="utf-8")
        and "emulator" not in file.parts
    }
    # The other one is the scope for signing without a key, which no feature of an audit has.
    assert writers == {"google/scopes.py", "google/auth.py"}


def test_only_the_listing_and_the_settings_are_vital():
    assert {need for need in NEEDS if need.vital} == {scopes.GROUPS, scopes.SETTINGS}
