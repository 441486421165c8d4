"""Secrets are taken from private places only, travel sealed, and are never shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from groupaudit import config
from groupaudit.confidential import reveal, sealed_url
from groupaudit.errors import ConfigError
from groupaudit.wiring.notices import herald

SECRET = "https://hooks.example/T0K3N"


@pytest.fixture
def write(tmp_path):
    def _write(name: str, content: str | bytes, mode: int = 0o600):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        file.chmod(mode)
        return file

    return _write


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_secret_is_read_from_a_private_file(write, tmp_path, end):
    write("slack.url", SECRET + end)

    assert reveal(SecretStr("file:slack.url"), tmp_path, "notify.slack") == SECRET


@pytest.mark.parametrize(
    ("content", "mode", "told"),
    [
        (SECRET, 0o640, "chmod 600"),
        (SECRET, 0o602, "chmod 600"),
        ("", 0o600, "alone, on one line"),
        (f"{SECRET}\n{SECRET}", 0o600, "alone, on one line"),
        ("x" * 5000, 0o600, "alone, on one line"),
        (b"\xff\xfeT0K3N", 0o600, "not UTF-8"),
        (None, 0o600, "is no file"),
    ],
)
def test_file_is_refused_when(write, tmp_path, content, mode, told):
    if content is not None:
        write("slack.url", content, mode)

    with pytest.raises(ConfigError, match=told) as refusal:
        reveal(SecretStr("file:slack.url"), tmp_path, "notify.slack")

    assert "notify.slack" in str(refusal.value)
    assert "T0K3N" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "sealed"),
    [
        (SECRET, True),
        ("http://127.0.0.1:8080/x", True),
        ("http://[::1]/x", True),
        ("http://localhost/x", True),
        ("http://hooks.example/T0K3N", False),
        ("http://localhost.evil.example/T0K3N", False),
        ("ftp://hooks.example/T0K3N", False),
        ("https:///T0K3N", False),
        ("https://[T0K3N", False),
        ("https://hooks.example/\nT0K3N", False),
    ],
)
def test_url_is_taken_only_where_nothing_travels_bare(url, sealed):
    if sealed:
        assert sealed_url(url) == url
        return
    with pytest.raises(ValueError, match="https://") as refusal:
        sealed_url(url)
    assert "T0K3N" not in str(refusal.value)


@given(url=st.text(max_size=200))
def test_url_of_any_text_is_sealed_or_refused(url):
    try:
        taken = sealed_url(url)
    except ValueError:
        return  # anything but a ValueError would fail the test
    assert taken.lower().startswith(("https://", "http://"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('slack = "http://hooks.example/T0K3N"', "notify.slack: must be an https:// address"),
        ('slack = "file:open.url"', "others can read"),
        ('slack = "file:bare.url"', "notify.slack: what its file holds must be"),
        ('mail_to = ["dpo@ch.example"]', "mail_to needs smtp_host"),
        ('mail_to = ["a@b.example\\nBcc: c@d.example"]', "notify.mail_to, entry 1"),
        ('smtp_user = "x"', "go together"),
        ('smtp_security = "none"\nsmtp_host = "relay.example"', "relay on this machine"),
        ('ca_file = "open.url"', "certificates in PEM"),
        ("timeout_s = 0.0", "notify.timeout_s"),
    ],
)
def test_notifications_are_refused_when(write, text, told):
    write("open.url", SECRET, 0o644)
    write("bare.url", "http://hooks.example/T0K3N")
    file = write("groupaudit.toml", f"[notify]\n{text}\n")

    with pytest.raises(ConfigError) as refusal:
        herald(config.load(file, {}))

    assert told in str(refusal.value)
    assert "T0K3N" not in str(refusal.value)


@pytest.mark.parametrize(
    ("mode", "environment", "accepted"),
    [
        (0o600, {}, True),
        (0o640, {}, False),
        (0o644, {"GROUPAUDIT_NOTIFY__SLACK": SECRET}, True),
    ],
)
def test_secret_stands_in_the_configuration_only_if_that_is_private(
    write, mode, environment, accepted
):
    file = write("groupaudit.toml", f'[notify]\nslack = "{SECRET}"\n', mode)

    if not accepted:
        with pytest.raises(ConfigError, match="others can read"):
            config.load(file, environment)
        return
    loaded = config.load(file, environment)
    assert "T0K3N" not in repr(loaded)
    (hook,) = herald(loaded).webhooks
    assert hook.url == SECRET


def test_password_that_looks_like_a_number_is_taken_as_it_is(write):
    file = write("groupaudit.toml", '[notify]\nsmtp_user = "x"\n')

    loaded = config.load(file, {"GROUPAUDIT_NOTIFY__SMTP_PASSWORD": "007"})

    assert loaded.notify.smtp_password.get_secret_value() == "007"


def test_nobody_is_told_by_default(write):
    silent = herald(config.load(write("groupaudit.toml", ""), {}))

    assert (silent.mail, silent.webhooks, silent.heartbeat) == (None, (), None)
