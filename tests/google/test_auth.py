"""Credentials: every kind that is supported, and what is refused with which words."""

import json

import pytest

from groupaudit.errors import ConfigError
from groupaudit.google.auth import Access, check_root, client_id, credentials

SCOPES = ("https://www.googleapis.com/auth/apps.groups.settings",)


def test_service_account_acts_as_the_subject_when_there_is_one(key_file):
    assert credentials(Access(str(key_file)), SCOPES)._subject is None
    found = credentials(Access(str(key_file), subject="a@h.example"), SCOPES)
    assert (found._subject, found.scopes) == ("a@h.example", list(SCOPES))


def test_authorized_user_is_accepted_and_asks_for_the_scopes(tmp_path):
    path = tmp_path / "user.json"
    info = {"type": "authorized_user", "client_id": "1", "client_secret": "s", "refresh_token": "r"}
    path.write_text(json.dumps(info))

    assert list(credentials(Access(str(path)), SCOPES).scopes) == list(SCOPES)
    with pytest.raises(ConfigError, match=r"google\.subject"):
        credentials(Access(str(path), subject="a@h.example"), SCOPES)


def test_external_account_is_accepted(tmp_path):
    path = tmp_path / "federation.json"
    info = {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": {"file": str(tmp_path / "token")},
    }
    path.write_text(json.dumps(info))

    assert list(credentials(Access(str(path)), SCOPES).scopes) == list(SCOPES)


def test_application_default_is_read_from_the_environment(key_file, monkeypatch):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key_file))
    assert credentials(Access("adc", subject="a@h.example"), SCOPES)._subject == "a@h.example"


def test_config_error_when_there_are_no_application_default_credentials(tmp_path, monkeypatch):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(ConfigError, match="adc"):
        credentials(Access("adc"), SCOPES)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b" " * 300_000, b'{"type": "service_account"}'],
)
def test_config_error_names_file_and_key_when_the_file_is_odd(tmp_path, content):
    path = tmp_path / "key.json"
    path.write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        credentials(Access(str(path)), SCOPES)
    assert str(path) in str(caught.value)
    assert "google.credentials" in str(caught.value)


@pytest.mark.parametrize("change", [{"private_key": "broken"}, {"type": "magic"}, {"type": None}])
def test_config_error_does_not_quote_the_key_when_it_is_broken(key_file, change):
    secret = json.loads(key_file.read_text())["private_key"]
    key_file.write_text(json.dumps(json.loads(key_file.read_text()) | change))

    with pytest.raises(ConfigError) as caught:
        credentials(Access(str(key_file)), SCOPES)
    assert "broken" not in str(caught.value)
    assert secret[40:80] not in str(caught.value)


def test_config_error_when_the_file_is_missing(tmp_path):
    with pytest.raises(ConfigError, match=r"google\.credentials: .*none\.json cannot be read"):
        credentials(Access(str(tmp_path / "none.json")), SCOPES)


def test_client_id_is_read_when_the_file_has_one(key_file):
    assert client_id(Access(str(key_file))) == "104729"
    assert client_id(Access("adc")) == ""


@pytest.mark.parametrize(
    "root",
    [
        "http://127.0.0.1:8080",
        "http://localhost:1",
        "http://[::1]:8080",
        "https://proxy.hopital.example/google",
    ],
)
def test_root_is_accepted_when_tokens_stay_private(root):
    check_root(root)


@pytest.mark.parametrize(
    "root",
    [
        "http://hopital.example",
        "http://127.0.0.1.evil.example",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
        "127.0.0.1:8080",
        "http://",
        "http://127.0.0.1:port",
        "http://user:word@127.0.0.1",
        "http://127.0.0.1/?a=b",
    ],
)
def test_config_error_names_the_key_when_a_root_would_leak_tokens(root):
    with pytest.raises(ConfigError, match=r"google\.api_root"):
        Access("adc", api_root=root)


def test_config_error_when_nothing_may_be_asked():
    with pytest.raises(ConfigError, match="requests_per_minute"):
        Access("adc", requests_per_minute=0)
