"""The configuration is read strictly, and every refusal says where and what to do."""

from __future__ import annotations

import re

import pytest
from pydantic import Field

from groupaudit import config
from groupaudit.errors import ConfigError

#: Empty by default, or secret: an example would be nobody's.
WITHOUT_EXAMPLE = {
    "google.api_root",
    "notify.ca_file",
    "notify.heartbeat",
    "notify.mattermost",
    "notify.slack",
    "notify.smtp_password",
    "notify.smtp_user",
    "notify.teams",
    "notify.webhook",
}


@pytest.fixture
def write(tmp_path):
    def _write(text: str):
        file = tmp_path / "groupaudit.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return _write


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[google]\ncredential = "x"', ["google.credential", "did you mean 'google.credentials'"]),
        ("[gogle]\nsubject = 1", ["gogle", "did you mean 'google'"]),
        ("[classify]\nfoo = 1", ["classify.foo: unknown key; remove it"]),
        ("[google]\nmax_posts = 1", ["google.max_posts: unknown key; remove it"]),
        ("[sampling]\nconfidence = 2", ["sampling.confidence", "less than 1"]),
        (
            '[sampling]\nmax_posts = "10"',
            ["sampling.max_posts", "a whole number", "max_posts = 500"],
        ),
        (
            "[sampling]\nmax_posts = true",
            ["sampling.max_posts", "a whole number", "max_posts = 500"],
        ),
        (
            '[report]\nformats = ["pdf"]',
            ["report.formats, entry 1", "'csv', 'html', 'json', 'ocsf' or 'prometheus'"],
        ),
        ('[google]\napi_root = "http://example.org"', ["google.api_root", "loopback"]),
        ('[google]\nweb_root = "ftp://example.org"', ["google.web_root", "https://"]),
        ("[google]\nweb_pause_s = 4.9", ["google.web_pause_s", "at least 5"]),
        ('[consumer]\naddresses = ["soins"]', ["consumer.addresses", "googlegroups.com"]),
        (
            '[consumer]\naddresses = ["soins@ch.example"]',
            ["consumer.addresses, entry 1", "own domains"],
        ),
        ('[google]\nweb_contact = "a\\nX-Evil: 1"', ["google.web_contact"]),
        ("[organisation", ["not valid TOML"]),
        ("folder = 'x'", ["folder"]),
        ("organisation = 3", ["organisation"]),
    ],
)
def test_refusal_names_file_key_and_remedy(write, text, expected):
    file = write(text)

    with pytest.raises(ConfigError) as refusal:
        config.load(file, {})

    assert str(file) in str(refusal.value)
    for words in expected:
        assert words in str(refusal.value)


@pytest.mark.parametrize("key", [key for key in config.known_keys() if "." in key])
def test_wrong_type_is_told_in_plain_words_with_an_example_that_works(write, key):
    table, _, name = key.partition(".")
    with pytest.raises(ConfigError) as refusal:
        config.load(write(f"[{table}]\n{name} = 1979-05-27"), {})

    told = str(refusal.value)
    assert f"groupaudit.toml: {key}: " in told
    assert not re.search("tuple|input|instance|valid|string", told, re.IGNORECASE), told
    assert "1979" not in told
    example = told.partition("for example ")[2]
    assert example or key in WITHOUT_EXAMPLE
    if example and table != "notify":  # whose keys need one another
        config.load(write(f"[{table}]\n{example}"), {})


def test_entry_of_a_list_from_the_environment_is_told_with_its_variable(write):
    name = "GROUPAUDIT_COLLECT__INCLUDE"
    with pytest.raises(ConfigError) as refusal:
        config.load(write(""), {name: '["*", 3]'})

    assert str(refusal.value).startswith(f"environment variable {name} (collect.include, entry 2)")
    assert str(refusal.value).endswith(f"""for example {name}='["*"]'""")


def test_every_fault_is_named_at_once(write):
    with pytest.raises(ConfigError) as refusal:
        config.load(write("[sampling]\nconfidence = 2\nseed = 1.5\n[foo]"), {})

    assert len(str(refusal.value).splitlines()) == 3


@pytest.mark.parametrize("kind", ["missing", "folder", "latin-1"])
def test_unreadable_file_is_refused(tmp_path, kind):
    file = tmp_path / "groupaudit.toml"
    if kind == "folder":
        file.mkdir()
    if kind == "latin-1":
        file.write_bytes(b'[organisation]\nname = "H\xf4pital"')

    with pytest.raises(ConfigError, match=r"groupaudit\.toml"):
        config.load(file, {})


def test_environment_overrides_the_file(write):
    loaded = config.load(
        write('[sampling]\nseed = 1\n[organisation]\nname = "A"'),
        {
            "GROUPAUDIT_SAMPLING__SEED": "2",
            "GROUPAUDIT_ORGANISATION__NAME": "false",
            "GROUPAUDIT_COLLECT__MEMBERS": "false",
            "GROUPAUDIT_POSTS__SOURCES": '["archive"]',
            "GROUPAUDIT_HOME": "ignored: names no table",
        },
    )

    assert loaded.sampling.seed == 2
    assert loaded.organisation.name == "false"
    assert loaded.collect.members is False
    assert loaded.posts.sources == ("archive",)


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("false", False), ("auto", "auto")])
def test_environment_says_whether_words_in_pictures_are_read(write, text, expected):
    assert config.load(write(""), {"GROUPAUDIT_POSTS__OCR": text}).posts.ocr == expected


def test_refusal_names_the_environment_variable(write):
    with pytest.raises(ConfigError, match="GROUPAUDIT_SAMPLING__SEED"):
        config.load(write(""), {"GROUPAUDIT_SAMPLING__SEED": "soon"})


def test_paths_start_at_the_files_folder(write):
    loaded = config.load(write(""), {})

    assert loaded.path("key.json") == loaded.folder / "key.json"
    assert loaded.path("/etc/key.json").as_posix() == "/etc/key.json"


@pytest.mark.parametrize(
    "text",
    [
        '[report]\ndir = "elsewhere"',
        '[organisation]\nlanguage = "en"',
        "[google]\nrequests_per_day = 7\nrequests_per_minute = 7\nweb_pause_s = 7.0",
        "[posts]\nvault_exports_per_minute = 1\ngmail_calls_per_minute = 1",
        "[collect]\nworkers = 1",
        "[sampling]\nmax_posts = 500",
    ],
)
def test_digest_stays_when_the_work_does(write, text):
    assert config.load(write(text), {}).digest() == config.load(write(""), {}).digest()


@pytest.mark.parametrize("text", ["[sampling]\nseed = 7", '[google]\nsubject = "a@b.example"'])
def test_digest_changes_when_the_work_does(write, text):
    assert config.load(write(text), {}).digest() != config.load(write(""), {}).digest()


def _content_of(write, text: str):
    return config.load(write(text), {}).content()


@pytest.mark.parametrize(
    "text",
    [
        "[posts]\nvault_exports_per_minute = 1\ngmail_calls_per_minute = 1",
        '[posts]\nvault_region = "EUROPE"',
        '[classify]\nreuse = false\nlexicons = ["terms.txt"]\npatterns = "ours.toml"',
        "[sampling]\nmax_posts = 7",
        '[google]\ncredentials = "other.json"\nrequests_per_minute = 7',
        '[collect]\nworkers = 1\ninclude = ["a*"]',
    ],
)
def test_content_stays_when_posts_are_looked_at_alike(write, text):
    assert _content_of(write, text) == _content_of(write, "")


@pytest.mark.parametrize(
    "text",
    [
        '[posts]\nsources = ["vault"]',
        '[posts]\narchive_dir = "elsewhere"',
        "[posts]\nattachments = false",
        "[posts]\nmax_attachment_mb = 1",
        "[posts]\nvault_most_posts = 1",
        "[posts]\ngmail_mailboxes = 1",
        "[posts]\nocr = false",
        "[posts]\nocr_pages = 1",
        "[posts]\nocr_seconds = 1",
        "[posts]\nocr_run_seconds = 1",
        '[classify]\nlanguages = ["fr"]',
    ],
)
def test_content_changes_when_less_is_looked_at(write, text):
    assert _content_of(write, text) != _content_of(write, "")


def test_digest_stays_when_a_newer_version_brings_a_key():
    class NewerConsumer(config.Consumer):
        brought: bool = True

    class Newer(config.Config):
        consumer: NewerConsumer = Field(default_factory=NewerConsumer)

    assert Newer().digest() == config.Config().digest()


@pytest.mark.parametrize("root", ["http://127.0.0.1:80", "http://localhost:1", "http://[::1]:2"])
def test_loopback_may_speak_http(write, root):
    loaded = config.load(write(f'[google]\napi_root = "{root}/"'), {})

    assert loaded.google.api_root == root


TWO_TENANTS = """
[google]
subject = "audit@gh.example"
requests_per_minute = 600
[collect]
include = ["*@shared.example"]

[[tenant]]
name = "nord"
organisation.name = "CH Nord"
google.credentials = "nord.json"

[[tenant]]
name = "sud"
[tenant.google]
subject = "audit@sud.example"
[tenant.collect]
include = ["*"]
"""


def test_tenants_lay_their_keys_over_the_shared_tables(write):
    shared = config.load(write(TWO_TENANTS), {})
    north, south = shared.tenants

    assert (north.tenant, south.tenant) == ("nord", "sud")
    assert north.organisation.name == "CH Nord"
    assert north.google.credentials == "nord.json"
    assert north.google.subject == "audit@gh.example"
    assert south.google.subject == "audit@sud.example"
    assert {one.google.requests_per_minute for one in shared.tenants} == {600}
    assert (north.collect.include, south.collect.include) == (("*@shared.example",), ("*",))
    assert len({shared.digest(), north.digest(), south.digest()}) == 3


def test_tenants_own_key_goes_before_the_environment(write):
    shared = config.load(write(TWO_TENANTS), {"GROUPAUDIT_GOOGLE__SUBJECT": "other@gh.example"})

    assert [one.google.subject for one in shared.tenants] == [
        "other@gh.example",
        "audit@sud.example",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[tenant]]", ["tenant.name", "small letters"]),
        ('[[tenant]]\nname = "CH Nord"', ["tenant.name", "small letters"]),
        ('[[tenant]]\nname = "a/../b"', ["tenant.name", "small letters"]),
        ('[tenant]\nname = "nord"', ["[[tenant]]"]),
        ('[[tenant]]\nname = "a"\n[[tenant]]\nname = "a"', ["two tenants", "'a'"]),
        ('[[tenant]]\nname = "a"\n[tenant.state]\ndatabase = "x"', ["'a'", "state is shared"]),
        ('[[tenant]]\nname = "a"\n[tenant.report]', ["'a'", "report is shared"]),
        ('[[tenant]]\nname = "a"\n[tenant.gogle]', ["'a'", "did you mean 'google'"]),
        ('[[tenant]]\nname = "a"\ngoogle = 3', ["'a'", "[tenant.google]"]),
        (
            '[[tenant]]\nname = "a"\ngoogle.subjct = "x"',
            ["'a'", "google.subjct", "did you mean 'google.subject'"],
        ),
        ('[[tenant]]\nname = "a"\ncollect.workers = 0', ["'a'", "collect.workers", "greater"]),
        ('[[tenant]]\nname = "a"\norganisation.language = "en"', ["'a'", "language is shared"]),
        ("tenants = []", ["tenants", "[[tenant]]"]),
    ],
)
def test_refused_tenant_is_named_with_the_remedy(write, text, expected):
    with pytest.raises(ConfigError) as refusal:
        config.load(write(text), {})

    for words in expected:
        assert words in str(refusal.value)


def test_tenants_cannot_come_from_the_environment(write):
    with pytest.raises(ConfigError, match="GROUPAUDIT_TENANT__NAME"):
        config.load(write(""), {"GROUPAUDIT_TENANT__NAME": "nord"})
