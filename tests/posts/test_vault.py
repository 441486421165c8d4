from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Group as ServedGroup
from groupaudit.emulator.state import Post, Tenant, User
from groupaudit.errors import PostsError, QuotaExhausted, StoreError
from groupaudit.google.auth import Access
from groupaudit.google.transport import GoogleApi, GoogleApis
from groupaudit.model.group import Group, GroupKind
from groupaudit.posts.reading import Reading
from groupaudit.posts.vault import VaultPosts
from groupaudit.posts.vault_export import VaultExport
from groupaudit.posts.vault_journal import Begun, VaultJournal
from groupaudit.posts.vault_order import posts_of

ADDRESS = "urgences@hopital.example"
GROUP = Group(ADDRESS)
Make = Callable[[], VaultPosts]


def post(number: int) -> Post:
    date = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=number)
    raw = (
        f"From: a@hopital.example\nSubject: Sujet {number}\nMessage-ID: <{number}@h.example>\n"
        f"Date: {date:%a, %d %b %Y %H:%M:%S} +0000\n\nFrom ici, corps {number}\n"
    ).encode()
    return Post(str(number), date, f"t{number}", lambda: raw)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    posts = [post(number) for number in range(10)]
    group = ServedGroup("g1", ADDRESS, "Urgences", posts_total=10, posts=lambda: iter(posts))
    tenant = Tenant(
        "C0", "CH d'Essai", "hopital.example", ("hopital.example",), (),
        (User("u1", "admin@hopital.example", "Alix Admin", admin=True),), (ADDRESS,),
        {ADDRESS: group, "g1": group}.get,
    )  # fmt: skip
    with Emulator(tenant) as server:
        yield server


@contextmanager
def google_of(emulator: Emulator, folder: Path) -> Iterator[GoogleApis]:
    key = folder / "key.json"
    emulator.write_key(key)
    access = Access(str(key), subject="admin@hopital.example", api_root=emulator.url)
    with GoogleApis(access, sleep=lambda _seconds: None) as google:
        yield google


@pytest.fixture
def make(emulator: Emulator, tmp_path: Path) -> Iterator[Make]:
    with google_of(emulator, tmp_path) as google:
        yield lambda: VaultPosts(
            google,
            Reading(attachments=False),
            journal=tmp_path / "vault.json",
            exports_per_minute=6000,
        )


def calls(emulator: Emulator, method: str) -> int:
    return int(emulator.stats()["methods"].get(f"vault.matters.{method}", 0))


def matters_left(make: Make) -> list[str]:
    vault = make().prepared().vault
    found = []
    for state in ("OPEN", "CLOSED"):
        answer = vault.matters.call(lambda api, state=state: api.matters().list(state=state))
        found += [matter["matterId"] for matter in answer.get("matters", ())]
    return found


@pytest.mark.parametrize("nested", [False, True])
def test_posts_are_read_and_nothing_is_left_when_export_succeeds(
    emulator: Emulator, make: Make, nested: bool
) -> None:
    emulator.faults = Faults(export_polls=2, nested_zips=nested)
    source = make()
    assert source.available(GROUP).yes
    with source.open(GROUP) as posts:
        frame = posts.frame()
        documents = [posts.read(ref) for ref in frame.refs]
    assert sorted(document.subject for document in documents) == [f"Sujet {n}" for n in range(10)]
    assert "From ici, corps" in documents[0].parts[0].text
    assert frame.missing == 0
    assert matters_left(make) == []
    assert VaultJournal(source._journal_path).all() == {}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("failed", "vault-export-failed"),
        ("wrong_md5", "vault-hash-mismatch"),
        ("corrupt_zip", "corrupt-zip"),
    ],
)
def test_open_names_the_reason_and_leaves_nothing_when_export_is_spoilt(
    emulator: Emulator, make: Make, fault: str, reason: str
) -> None:
    emulator.faults = Faults(exports={ADDRESS: fault})  # type: ignore[dict-item]
    with pytest.raises(PostsError) as caught, make().open(GROUP):
        pass
    assert caught.value.reason == reason
    assert matters_left(make) == []


def test_export_is_given_up_and_removed_when_it_takes_more_than_six_hours(
    emulator: Emulator, make: Make
) -> None:
    emulator.faults = Faults(export_polls=10**6)
    with pytest.raises(PostsError) as caught, make().open(GROUP):
        pass
    assert caught.value.reason == "vault-export-late"
    assert 6 * 60 <= calls(emulator, "exports.get") <= 6 * 60 + 20  # once a minute in the end
    assert calls(emulator, "delete") == 1


def test_download_is_whole_when_it_broke_off_once(emulator: Emulator, make: Make) -> None:
    emulator.faults = Faults(exports={ADDRESS: "download_cut"})
    with make().open(GROUP) as posts:
        assert len(posts.frame().refs) == 10


def test_frame_counts_what_is_missing_when_export_is_partial(
    emulator: Emulator, make: Make
) -> None:
    emulator.faults = Faults(exports={ADDRESS: "partial"})
    with make().open(GROUP) as posts:
        frame = posts.frame()
    assert (len(frame.refs), frame.missing) == (8, 2)
    assert "not exported" in frame.note


def test_same_export_is_resumed_when_a_run_was_killed(emulator: Emulator, make: Make) -> None:
    killed = make()
    ready = killed.prepared()
    vault, journal = ready.vault, ready.journal
    VaultExport(vault, journal, posts_of([ADDRESS], region="ANY"))._begin()
    with make().open(GROUP) as posts:
        assert len(posts.frame().refs) == 10
    assert calls(emulator, "exports.create") == 1
    assert matters_left(make) == []


def test_export_is_found_again_when_killed_before_its_id_was_kept(
    emulator: Emulator, make: Make
) -> None:
    ready = make().prepared()
    vault, journal = ready.vault, ready.journal
    begun = VaultExport(vault, journal, posts_of([ADDRESS], region="ANY"))._begin()
    journal.put(ADDRESS, Begun(begun.matter))
    with make().open(GROUP) as posts:
        assert len(posts.frame().refs) == 10
    assert calls(emulator, "exports.create") == 1


def test_export_is_made_anew_when_the_begun_one_is_gone(emulator: Emulator, make: Make) -> None:
    journal = make().prepared().journal
    journal.put(ADDRESS, Begun("no-such-matter", "no-such-export"))
    with make().open(GROUP) as posts:
        assert len(posts.frame().refs) == 10
    assert matters_left(make) == []


def test_orphans_are_removed_and_strangers_kept_when_cleaning_up(make: Make) -> None:
    ready = make().prepared()
    vault, journal = ready.vault, ready.journal
    for name in (f"groupaudit-{journal.marker}", "groupaudit-somebody-else", "Contentieux"):
        vault.matters.call(lambda api, name=name: api.matters().create(body={"name": name}))
    assert len(matters_left(make)) == 2


def test_close_removes_what_could_be_resumed(make: Make) -> None:
    ready = make().prepared()
    vault, journal = ready.vault, ready.journal
    matter = vault.matters.call(lambda api: api.matters().create(body={"name": "groupaudit-x"}))
    journal.put("ancien@hopital.example", Begun(matter["matterId"]))
    make().close()
    assert matters_left(make) == []


def test_source_is_not_available_when_vault_refuses(emulator: Emulator, make: Make) -> None:
    refusal = Script("vault.matters.list", status=403, reason="forbidden", times=None)
    emulator.faults = Faults(script=(refusal,))
    answer = make().available(GROUP)
    assert not answer.yes
    assert "Manage Exports" in answer.reason


def test_the_run_is_suspended_when_the_day_is_used_up(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def used_up(*_args: object) -> None:
        raise QuotaExhausted("tomorrow")

    source = make()
    monkeypatch.setattr(GoogleApi, "call", used_up)
    with pytest.raises(QuotaExhausted):
        source.available(GROUP)
    source.close()


def test_vault_is_asked_once_when_it_refuses_the_account(emulator: Emulator, make: Make) -> None:
    refusal = Script("vault.matters.list", status=403, reason="forbidden", times=None)
    emulator.faults = Faults(script=(refusal,))
    source = make()
    assert not any(source.available(GROUP).yes for _again in range(5))
    with pytest.raises(PostsError) as caught, source.open(GROUP):
        pass
    source.close()
    assert caught.value.reason == "access-denied"
    assert calls(emulator, "list") == 1


@pytest.mark.parametrize("effect", ["error", "cut"])
@pytest.mark.parametrize("method", ["vault.matters.create", "vault.matters.exports.create"])
def test_posts_are_read_once_and_nothing_is_left_when_a_creation_seems_to_fail(
    emulator: Emulator, make: Make, method: str, effect: str
) -> None:
    """The answer is lost; with "cut", what was asked for is made all the same."""
    source = make()
    assert source.available(GROUP).yes
    script = Script(method, effect=effect, status=503, reason="backendError", times=2)  # type: ignore[arg-type]
    emulator.faults = Faults(script=(script,))
    with source.open(GROUP) as posts:
        assert len(posts.frame().refs) == 10
    source.close()
    assert matters_left(make) == []


def test_orphans_that_stay_do_not_keep_posts_from_being_read(
    emulator: Emulator, make: Make
) -> None:
    ready = make().prepared()
    name = f"groupaudit-{ready.journal.marker}"
    ready.vault.matters.call(lambda api: api.matters().create(body={"name": name}))
    refusal = Script("vault.matters.delete", status=403, reason="forbidden", times=1)
    emulator.faults = Faults(script=(refusal,))
    assert make().available(GROUP).yes


def test_an_export_without_mailbox_is_no_group_without_posts(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groupaudit.posts.vault_export._MAIL_SUFFIXES", (".pst",))
    with pytest.raises(PostsError) as caught, make().open(GROUP):
        pass
    assert caught.value.reason == "vault-export-odd"


def test_source_is_not_available_for_a_consumer_group(make: Make) -> None:
    assert not make().available(Group("x@googlegroups.com", kind=GroupKind.CONSUMER)).yes


def test_journal_is_private_and_survives(tmp_path: Path) -> None:
    path = tmp_path / "vault.json"
    journal = VaultJournal(path)
    journal.put(ADDRESS, Begun("m", "e"))
    again = VaultJournal(path)
    assert (again.marker, again.get(ADDRESS)) == (journal.marker, Begun("m", "e"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "{", "[]", '{"marker": 1}', '{"marker":"a","begun":[1]}'])
def test_journal_names_the_remedy_when_unreadable(tmp_path: Path, content: str) -> None:
    (tmp_path / "vault.json").write_text(content)
    with pytest.raises(StoreError, match="Delete it"):
        VaultJournal(tmp_path / "vault.json")
