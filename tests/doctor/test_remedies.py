"""What a refusal means: each of Google's words leads to the grant that is missing."""

from dataclasses import replace

import pytest

from groupaudit.doctor.remedies import Caller, missing
from groupaudit.google import scopes
from groupaudit.google.refusals import Failure, Kind

KEY = Caller("service_account", "104729", "hopital-audit", True, "", "my_customer")
ALONE = replace(KEY, subject=False)
SIGNED_IN = Caller("authorized_user", "", "", False, "", "my_customer")
KEYLESS = replace(KEY, kind="adc", client="", impersonate="auditor@p.iam.gserviceaccount.com")


def _refused(reason, status=403):
    return Failure(Kind.DENIED, status, reason)


def _no_token(reason):
    return Failure(Kind.TOKEN, reason=reason)


@pytest.mark.parametrize(
    ("failed", "need", "caller", "words"),
    [
        (
            _no_token("unauthorized_client"),
            scopes.POLICIES,
            KEY,
            ["Domain-wide delegation", "104729", "auth/cloud-identity.policies.readonly"],
        ),
        (_no_token("invalid_grant"), scopes.GROUPS, KEY, ["google.subject", "suspended", "clock"]),
        (_no_token("invalid_grant"), scopes.GROUPS, SIGNED_IN, ["revoked", "clock"]),
        (_no_token("invalid_scope"), scopes.GROUPS, SIGNED_IN, ["gcloud auth", "group.readonly"]),
        (
            _no_token("forbidden"),
            scopes.GROUPS,
            KEYLESS,
            ["iam.serviceAccountTokenCreator", "auditor@p.iam", "iamcredentials.googleapis.com"],
        ),
        (_no_token(""), scopes.GROUPS, KEY, ["google.credentials"]),
        (
            _refused("accessNotConfigured"),
            scopes.VAULT,
            KEY,
            ["gcloud services enable vault.googleapis.com --project=hopital-audit"],
        ),
        (_refused("SERVICE_DISABLED"), scopes.POLICIES, KEY, ["cloudidentity.googleapis.com"]),
        (_refused("domainCannotUseApis"), scopes.GROUPS, KEY, ["API controls"]),
        (_refused("forbidden"), scopes.SETTINGS, ALONE, ["Groups Reader", "Assign service"]),
        (
            _refused("forbidden"),
            scopes.POLICIES,
            ALONE,
            ["google.subject", "Domain-wide delegation", "104729"],
        ),
        (
            _refused("forbidden"),
            scopes.POLICIES,
            replace(KEYLESS, impersonate="", subject=False),
            ["google.subject", "google.impersonate"],
        ),
        (_refused("forbidden"), scopes.AUDIT_LOG, KEY, ["google.subject", "Reports"]),
        (_refused("forbidden"), scopes.VAULT, SIGNED_IN, ["the user who signed in"]),
        (
            _refused("forbidden"),
            scopes.GROUPS,
            replace(KEY, customer="C0123"),
            ["google.customer"],
        ),
        (
            Failure(Kind.EXPIRED, 401, "authError"),
            scopes.VAULT,
            KEY,
            ["Service accounts › Keys", "clock"],
        ),
        (
            Failure(Kind.SCOPE, 403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
            scopes.VAULT,
            SIGNED_IN,
            ["auth/ediscovery"],
        ),
    ],
)
def test_the_remedy_names_what_to_grant_and_where(failed, need, caller, words):
    remedy = missing(failed, need, caller, need.scopes).remedy

    for word in words:
        assert word in remedy


def test_a_scope_is_named_when_the_scope_is_missing_and_a_role_when_the_role_is():
    scope = missing(_no_token("unauthorized_client"), scopes.VAULT, KEY, scopes.VAULT.scopes)
    role = missing(_refused("forbidden"), scopes.VAULT, KEY, scopes.VAULT.scopes)

    assert (scope.scopes, scope.role) == (scopes.VAULT.scopes, "")
    assert (role.scopes, role.role) == ((), scopes.VAULT.role)
