"""Groups with more posts than are exported: what is counted, what is asked for, what is told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Group as ServedGroup
from groupaudit.emulator.state import Post, Tenant, User
from groupaudit.errors import PostsError
from groupaudit.google.auth import Access
from groupaudit.google.transport import GoogleApis
from groupaudit.model.group import Group
from groupaudit.model.sample import Frame
from groupaudit.posts.reading import Reading
from groupaudit.posts.vault import VaultPosts
from groupaudit.posts.vault_accounts import Share
from groupaudit.posts.vault_accounts import narrowed as share_of
from groupaudit.posts.vault_export import VaultExport
from groupaudit.posts.vault_journal import VaultJournal
from groupaudit.posts.vault_order import Window, groups_of, key_of, posts_of, window_of
from groupaudit.posts.vault_window import FIRST_DAY, MOST_COUNTS, narrowed

LARGE, SMALL = "archives@h.example", "urgences@h.example"
BEGIN = datetime(2008, 1, 1, 9, tzinfo=UTC)
POSTS = 200  # one a month
TODAY = date(2026, 11, 23)


def served(address: str, count: int) -> ServedGroup:
    def post(number: int) -> Post:
        when = BEGIN + timedelta(days=30 * number)
        raw = (
            f"From: a@h.example\nSubject: {address} {number}\nMessage-ID: <{number}@{address}>\n"
            f"Date: {when:%a, %d %b %Y %H:%M:%S} +0000\n\nBonjour\n"
        ).encode()
        return Post(f"{address}-{number}", when, f"t{number}", lambda: raw)

    return ServedGroup(
        address, address, "G", posts_total=count, posts=lambda: map(post, range(count))
    )


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    groups = {each.email: each for each in (served(LARGE, POSTS), served(SMALL, 5))}
    tenant = Tenant(
        "C0", "CH", "h.example", ("h.example",), (),
        (User("u1", "admin@h.example", "Alix", admin=True),), tuple(groups), groups.get,
    )  # fmt: skip
    with Emulator(tenant) as server:
        yield server


@pytest.fixture
def google(emulator: Emulator, tmp_path: Path) -> Iterator[GoogleApis]:
    emulator.write_key(tmp_path / "key.json")
    access = Access(str(tmp_path / "key.json"), "admin@h.example", api_root=emulator.url)
    with GoogleApis(access, most_tries=2, sleep=lambda _s: None) as google:
        yield google


def source_of(google: GoogleApis, folder: Path, **options: object) -> VaultPosts:
    journal = folder / "vault.json"
    return VaultPosts(
        google, Reading(attachments=False),
        journal=journal, exports_per_minute=6000, **options,  # type: ignore[arg-type]
    )  # fmt: skip


def frame_of(source: VaultPosts, address: str) -> Frame:
    with source.open(Group(address)) as opened:
        frame = opened.frame()
        assert all(opened.read(ref).subject.startswith(address) for ref in frame.refs)
        return frame


def calls(emulator: Emulator, method: str) -> int:
    return int(emulator.stats()["methods"].get(f"vault.matters.{method}", 0))


def matters_left(google: GoogleApis, folder: Path) -> list[str]:
    vault = source_of(google, folder).prepared().vault
    found: list[str] = []
    for state in ("OPEN", "CLOSED"):
        answer = vault.matters.call(partial(_listed, state=state))
        found += [matter["matterId"] for matter in answer.get("matters", ())]
    return found


def _listed(api: Any, state: str) -> Any:
    return api.matters().list(state=state)


def test_only_the_newest_posts_are_exported_when_there_are_too_many(
    emulator: Emulator, google: GoogleApis, tmp_path: Path
) -> None:
    frame = frame_of(source_of(google, tmp_path, most_posts=40), LARGE)
    dates = [ref.date for ref in frame.refs if ref.date]
    assert 20 <= len(frame.refs) <= 40
    assert frame.missing == POSTS - len(frame.refs)
    assert max(dates) == BEGIN + timedelta(days=30 * (POSTS - 1))
    assert f"{frame.missing} from before" in frame.note
    assert calls(emulator, "count") <= MOST_COUNTS + 1
    assert calls(emulator, "exports.create") == 1
    assert matters_left(google, tmp_path) == []
    assert VaultJournal(tmp_path / "vault.json").all() == {}


@pytest.mark.parametrize(("address", "most"), [(SMALL, 40), (LARGE, POSTS), (LARGE, 0)])
def test_all_posts_are_exported_when_they_are_not_too_many(
    emulator: Emulator, google: GoogleApis, tmp_path: Path, address: str, most: int
) -> None:
    frame = frame_of(source_of(google, tmp_path, most_posts=most), address)
    assert (len(frame.refs), frame.missing, frame.note) == (POSTS if address == LARGE else 5, 0, "")
    assert calls(emulator, "count") == bool(most)


@pytest.mark.parametrize(
    "fault",
    [
        Script("vault.matters.count", status=403, reason="forbidden", times=None),
        Script("vault.matters.count", status=503, times=None),
        Script("vault.operations.get", effect="cut", times=None),
    ],
)
def test_all_posts_are_exported_when_vault_does_not_count(
    emulator: Emulator, google: GoogleApis, tmp_path: Path, fault: Script
) -> None:
    emulator.faults = Faults(script=(fault,))
    frame = frame_of(source_of(google, tmp_path, most_posts=40), LARGE)
    assert (len(frame.refs), frame.missing) == (POSTS, 0)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"groupsCountResult": {"accountCountErrors": [{"account": {"email": LARGE}}]}},
        {"groupsCountResult": {"accountCounts": [{"account": {"email": LARGE}, "count": "many"}]}},
        {"groupsCountResult": {"accountCounts": [{"count": "9000"}]}},
        {"groupsCountResult": {"accountCounts": {LARGE: 9000}}},
    ],
)
def test_all_posts_are_exported_when_a_count_is_not_understood(
    google: GoogleApis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]
) -> None:
    monkeypatch.setattr(
        "groupaudit.posts.vault_window.VaultCounts._awaited", lambda _self, _name: answer
    )
    assert len(frame_of(source_of(google, tmp_path, most_posts=40), LARGE).refs) == POSTS


def test_all_posts_are_exported_when_a_count_never_ends(
    emulator: Emulator, google: GoogleApis, tmp_path: Path
) -> None:
    """The emulator's count and export end after so many polls each; a count is given up first."""
    emulator.faults = Faults(export_polls=40)
    frame = frame_of(source_of(google, tmp_path, most_posts=40), LARGE)
    assert (len(frame.refs), frame.missing) == (POSTS, 0)


def test_only_the_large_group_is_narrowed_when_several_share_an_export(
    emulator: Emulator, tmp_path: Path
) -> None:
    emulator.write_key(tmp_path / "key.json")
    access = Access(str(tmp_path / "key.json"), "admin@h.example", api_root=emulator.url)
    together = Barrier(2)
    with GoogleApis(access, sleep=lambda _s: time.sleep(0.1)) as google:
        source = source_of(google, tmp_path, most_posts=40)
        source.prepared()

        def one(address: str) -> Frame:
            together.wait(10)
            return frame_of(source, address)

        with ThreadPoolExecutor(2) as pool:
            large, small = pool.map(one, (LARGE, SMALL))
    assert 20 <= len(large.refs) <= 40
    assert large.missing == POSTS - len(large.refs)
    assert (len(small.refs), small.missing, small.note) == (5, 0, "")
    assert calls(emulator, "exports.create") == 2


def test_windowed_export_is_resumed_when_a_run_was_killed(
    emulator: Emulator, google: GoogleApis, tmp_path: Path
) -> None:
    ready = source_of(google, tmp_path).prepared()
    window = Window(date(2024, 1, 1), POSTS)
    order = posts_of([LARGE], region="ANY", window=window)
    VaultExport(ready.vault, ready.journal, order)._begin()
    frame = frame_of(source_of(google, tmp_path, most_posts=40), LARGE)
    assert 0 < len(frame.refs) < 40
    assert frame.missing == POSTS - len(frame.refs)
    assert "2024-01-01" in frame.note
    assert calls(emulator, "exports.create") == 1
    assert matters_left(google, tmp_path) == []


def test_posts_are_counted_when_a_run_was_killed_before_its_export(
    emulator: Emulator, google: GoogleApis, tmp_path: Path
) -> None:
    ready = source_of(google, tmp_path).prepared()
    VaultExport(ready.vault, ready.journal, posts_of([LARGE, SMALL], region="ANY")).matter()
    source = source_of(google, tmp_path, most_posts=40)
    assert len(frame_of(source, LARGE).refs) <= 40
    assert len(frame_of(source, SMALL).refs) == 5
    assert matters_left(google, tmp_path) == []
    assert VaultJournal(tmp_path / "vault.json").all() == {}


def test_failed_windowed_export_names_its_reason(
    emulator: Emulator, google: GoogleApis, tmp_path: Path
) -> None:
    emulator.faults = Faults(exports={LARGE: "failed"})
    with pytest.raises(PostsError) as caught:
        frame_of(source_of(google, tmp_path, most_posts=40), LARGE)
    assert caught.value.reason == "vault-export-failed"
    assert matters_left(google, tmp_path) == []


@pytest.mark.parametrize("region", ["ANY", "US", "EUROPE"])
def test_exports_stay_in_the_region_that_was_asked_for(
    google: GoogleApis, tmp_path: Path, region: str
) -> None:
    source = source_of(google, tmp_path, region=region)
    with source.open(Group(SMALL)):
        ready = source.prepared()
        (begun,) = ready.journal.all().values()
        export = ready.vault.matters.call(
            lambda api: api.matters().exports().get(matterId=begun.matter, exportId=begun.export)
        )
    assert export["exportOptions"]["region"] == region


@given(st.lists(st.integers(0, 9000), max_size=300), st.integers(1, 50))
def test_window_is_found_in_few_counts_and_fits_when_any_does(ages: list[int], most: int) -> None:
    asked: list[date] = []

    def count(day: date) -> int:
        asked.append(day)
        return sum((TODAY - day).days >= age for age in ages)

    window = narrowed(count, len(ages), most=most, today=TODAY)
    held = sum((TODAY - window.since).days >= age for age in ages)
    assert len(asked) <= MOST_COUNTS
    assert FIRST_DAY <= window.since <= TODAY + timedelta(days=2)
    assert window.total == len(ages)
    tried = [count(day) for day in asked[:]]
    if len(ages) > most:
        assert held > 0
    if any(0 < each <= most for each in tried):
        assert held == max(each for each in tried if each <= most)


@pytest.mark.parametrize("window", [None, Window(date(2024, 2, 29), 123456)])
def test_name_in_the_journal_tells_groups_and_window(window: Window | None) -> None:
    key = key_of([SMALL, LARGE], window)
    assert groups_of(key) == [SMALL, LARGE]
    assert window_of(key) == window


@pytest.mark.parametrize("found", [0, 99, 100, 101])
def test_share_of_a_window_never_passes_for_the_whole_group(found: int) -> None:
    share = share_of(Share((), missing=2, note="lost"), Window(TODAY, 100), found)
    assert share.missing == 2 + max(1, 100 - found)
    assert share.note.endswith("; lost")
