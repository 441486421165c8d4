"""Groups outside the Workspace in an emulated export of mail: found, bounded, cleaned up."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.oauth import ServiceAccount
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Group, Member, Post, Tenant, User
from groupaudit.errors import CollectError, GroupAuditError, Interrupted, QuotaExhausted
from groupaudit.google.auth import Access
from groupaudit.google.transport import GoogleApis
from groupaudit.posts import vault_lists
from groupaudit.posts.reading import Reading
from groupaudit.posts.vault import VaultPosts
from groupaudit.posts.vault_export import VaultExport
from groupaudit.posts.vault_journal import Begun
from groupaudit.posts.vault_lists import VaultLists

ACCOUNT = ServiceAccount()
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
FLOOD, RARE, OLD = "flot@googlegroups.com", "rare@googlegroups.com", "vieux@googlegroups.com"
USERS = tuple(
    User(name, f"{name}@h.example", name, admin=name == "admin") for name in ("admin", "bo")
)


def of(address: str, count: int, *, days_ago: int = 2, list_id: str = "") -> Group:
    list_id = list_id or f"<{address.replace('@', '.')}>"
    raw = f"From: a@h.example\nSubject: Secret\nList-ID: {list_id}\n\nFrom ici, secret\n".encode()
    posts = [
        Post(f"{address}{n}", NOW - timedelta(days=days_ago, minutes=n), "t", lambda: raw)
        for n in range(count)
    ]
    members = tuple(Member(user.id, user.email) for user in USERS)
    return Group(address, address, address, members=members, posts=lambda: iter(posts))


@pytest.fixture
def serve(running: ExitStack) -> Callable[..., Emulator]:
    def start(*consumer: Group) -> Emulator:
        tenant = Tenant(
            "C0", "CH", "h.example", ("h.example",), (), USERS, (), lambda _key: None,
            consumer_groups=consumer or (of(FLOOD, 12), of(RARE, 1), of(OLD, 5, days_ago=90)),
        )  # fmt: skip
        return running.enter_context(Emulator(tenant, account=ACCOUNT))

    return start


@pytest.fixture
def lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, running: ExitStack
) -> Callable[..., VaultLists]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    def make(emulator: Emulator, days: int = 30) -> VaultLists:
        emulator.write_key(tmp_path / "key.json")
        access = Access(
            str(tmp_path / "key.json"), subject="admin@h.example", api_root=emulator.url
        )
        google = GoogleApis(access, most_tries=2, sleep=lambda _seconds: None, draw=lambda: 0.0)
        running.enter_context(google)
        source = VaultPosts(
            google, Reading(), journal=tmp_path / "vault.json", exports_per_minute=6000
        )
        return VaultLists(source, days=days, clock=lambda: NOW)

    return make


def begun(tmp_path: Path) -> dict[str, object]:
    return dict(json.loads((tmp_path / "vault.json").read_text())["begun"])


def calls(emulator: Emulator, method: str) -> int:
    return int(emulator.stats()["methods"].get(f"vault.matters.{method}", 0))


@pytest.mark.parametrize(
    ("days", "found", "messages"),
    [(30, {FLOOD: 24, RARE: 2}, 26), (120, {FLOOD: 24, RARE: 2, OLD: 10}, 36), (1, {}, 0)],
)
def test_lists_of_the_last_days_are_found_and_nothing_is_left(
    serve, lists, tmp_path, days, found, messages
) -> None:
    emulator = serve()
    told = lists(emulator, days).search()
    assert dict(told.found) == found
    assert (told.days, told.messages, told.missing) == (days, messages, 0)
    assert begun(tmp_path) == {}
    assert calls(emulator, "delete") == 1
    assert not list((tmp_path / "scratch").glob("groupaudit-posts-*"))


@pytest.mark.parametrize(
    "list_id", ["<" + "x" * 3000 + ".googlegroups.com>", "<a@b>", "rare", "<>" * 99]
)
def test_hostile_headers_name_nothing(serve, lists, list_id: str) -> None:
    told = lists(serve(of(FLOOD, 3, list_id=list_id), of(RARE, 1))).search()
    assert dict(told.found) == {RARE: 2}
    assert told.messages == 8


def test_a_partial_export_and_what_exceeds_the_bound_are_counted(serve, lists, monkeypatch) -> None:
    emulator = serve()
    emulator.faults = Faults(exports={"bo@h.example": "partial"})
    told = lists(emulator).search()
    assert (told.messages, told.missing) == (20, 6)  # four fifths of each account's
    monkeypatch.setattr(vault_lists, "MOST_BYTES", 10)
    told = lists(emulator).search()
    assert (told.found, told.messages, told.missing) == ((), 0, 26)


def test_strangers_names_beyond_the_bound_are_not_kept_but_counted(
    serve, lists, monkeypatch
) -> None:
    monkeypatch.setattr(vault_lists, "MOST_LISTS", 1)
    told = lists(serve()).search()
    assert len(told.found) == 1
    assert told.messages + told.missing == 26
    assert told.missing


@pytest.mark.parametrize(
    ("faults", "reason"),
    [
        (Faults(exports={"bo@h.example": "failed"}), "vault-export-failed"),
        (Faults(exports={"bo@h.example": "wrong_md5"}), "vault-hash-mismatch"),
        (Faults(exports={"bo@h.example": "corrupt_zip"}), "corrupt-zip"),
        (Faults(script=(Script("exports.create", status=403, reason="forbidden", times=None),)),
         "access-denied"),
        (Faults(script=(Script("matters.list", status=403, reason="forbidden", times=None),)),
         "access-denied"),
    ],
)  # fmt: skip
def test_reason_is_named_and_nothing_is_left_when_the_export_fails(
    serve, lists, tmp_path, faults: Faults, reason: str
) -> None:
    emulator = serve()
    emulator.faults = faults
    with pytest.raises(GroupAuditError) as caught:
        lists(emulator).search()
    assert caught.value.reason == reason
    assert begun(tmp_path) == {}
    assert not list((tmp_path / "scratch").glob("groupaudit-posts-*"))


@pytest.mark.parametrize("error", [QuotaExhausted("tomorrow"), Interrupted("stopped")])
def test_the_same_export_is_resumed_when_the_run_was_suspended(
    serve, lists, tmp_path, monkeypatch, error: GroupAuditError
) -> None:
    def suspended(_export: VaultExport, _begun: Begun) -> None:
        raise error

    emulator = serve()
    with monkeypatch.context() as patched:
        patched.setattr(VaultExport, "_awaited", suspended)
        with pytest.raises(type(error)):
            lists(emulator).search()
    assert len(begun(tmp_path)) == 1
    assert dict(lists(emulator).search().found) == {FLOOD: 24, RARE: 2}
    assert calls(emulator, "exports.create") == 1
    assert begun(tmp_path) == {}


def test_an_export_that_is_gone_is_an_error_and_not_an_innocent_organisation(serve, lists) -> None:
    emulator = serve()
    emulator.faults = Faults(script=(Script("exports.get", status=404, reason="notFound"),))
    with pytest.raises(CollectError):
        lists(emulator).search()
