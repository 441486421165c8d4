from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

import pytest

from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Group as ServedGroup
from groupaudit.emulator.state import Post, Tenant, User
from groupaudit.errors import GroupAuditError, Interrupted, PostsError, QuotaExhausted
from groupaudit.google.auth import Access
from groupaudit.google.transport import GoogleApis
from groupaudit.model.group import Group
from groupaudit.posts.reading import Reading
from groupaudit.posts.vault import VaultPosts
from groupaudit.posts.vault_batch import SharedExports
from groupaudit.posts.vault_export import Vault, VaultExport
from groupaudit.posts.vault_journal import VaultJournal
from groupaudit.posts.vault_order import posts_of

COUNT = 12


def address_of(number: int) -> str:
    return f"g{number}@hopital.example"


GROUPS = tuple(map(address_of, range(COUNT)))
#: Time passes this much faster for the code under test, so that a minute's quota can be waited for.
HASTE = 30.0
Subjects = list[str]
Outcome = Subjects | GroupAuditError


def served(number: int) -> ServedGroup:
    def post(n: int) -> Post:
        date = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=n)
        raw = f"From: a@hopital.example\nSubject: G{number} P{n}\n\nCorps {n}\n".encode()
        return Post(f"{number}-{n}", date, f"t{n}", lambda: raw)

    posts = [post(n) for n in range(number % 4)]  # some groups are empty
    address = address_of(number)
    return ServedGroup(
        f"id{number}", address, "G", posts_total=len(posts), posts=lambda: iter(posts)
    )


def subjects(number: int) -> Subjects:
    return [f"G{number} P{n}" for n in range(number % 4)]


def tenant(count: int) -> Tenant:
    groups = {group.email: group for group in map(served, range(count))}
    return Tenant(
        "C0", "CH d'Essai", "hopital.example", ("hopital.example",), (),
        (User("u1", "admin@hopital.example", "Alix Admin", admin=True),), tuple(groups), groups.get,
    )  # fmt: skip


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(tenant(COUNT)) as server:
        yield server


def hasty(seconds: float) -> None:
    time.sleep(seconds / HASTE)


@pytest.fixture(autouse=True)
def downloads(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@contextmanager
def google_of(
    emulator: Emulator, folder: Path, sleep: Callable[[float], object]
) -> Iterator[GoogleApis]:
    key = folder / "key.json"
    emulator.write_key(key)
    access = Access(str(key), subject="admin@hopital.example", api_root=emulator.url)
    with GoogleApis(access, clock=lambda: time.monotonic() * HASTE, sleep=sleep) as google:
        yield google


@pytest.fixture
def google(emulator: Emulator, tmp_path: Path) -> Iterator[GoogleApis]:
    with google_of(emulator, tmp_path, hasty) as google:
        yield google


@pytest.fixture
def source(google: GoogleApis, tmp_path: Path) -> VaultPosts:
    return vault_posts(google, tmp_path)


def vault_posts(google: GoogleApis, folder: Path, *, per_minute: int = 60) -> VaultPosts:
    # 60 a minute: under HASTE the gathering takes milliseconds.
    return VaultPosts(
        google, Reading(attachments=False),
        journal=folder / "vault.json", exports_per_minute=per_minute,
    )  # fmt: skip


def read(source: VaultPosts, number: int) -> Subjects:
    with source.open(Group(address_of(number))) as posts:
        frame = posts.frame()
        assert frame.missing == 0, frame.note
        return [posts.read(ref).subject for ref in frame.refs]


def together(work: Callable[[int], Subjects], numbers: range = range(COUNT)) -> list[Outcome]:
    """What ``work`` gives for each number, all of them begun at the same moment."""
    start = threading.Barrier(len(numbers))

    def one(number: int) -> Outcome:
        start.wait(10)
        try:
            return work(number)
        except GroupAuditError as error:
            return error

    with ThreadPoolExecutor(len(numbers)) as pool:
        return [done.result(60) for done in [pool.submit(one, number) for number in numbers]]


def creations(emulator: Emulator) -> int:
    return int(emulator.stats()["methods"].get("vault.matters.exports.create", 0))


def nothing_left(google: GoogleApis, folder: Path) -> bool:
    vault = Vault(google, exports_per_minute=60)
    for state in ("OPEN", "CLOSED"):
        answer = vault.matters.call(lambda api, state=state: api.matters().list(state=state))
        if answer.get("matters"):
            return False
    return not VaultJournal(folder / "vault.json").all() and not any(
        (folder / "downloads").iterdir()
    )


def shared(google: GoogleApis, folder: Path, *, per_minute: int) -> SharedExports:
    journal = VaultJournal(folder / "vault.json")
    return SharedExports(
        Vault(google, exports_per_minute=per_minute), journal, region="ANY",
        exports_per_minute=per_minute, clock=lambda: time.monotonic() * HASTE,
    )  # fmt: skip


@pytest.mark.parametrize("nested", [False, True])
def test_groups_share_few_exports_and_get_their_own_posts_when_opened_at_once(
    emulator: Emulator, google: GoogleApis, tmp_path: Path, nested: bool
) -> None:
    emulator.faults = Faults(export_polls=2, exports_per_minute=2, nested_zips=nested)
    source = vault_posts(google, tmp_path, per_minute=2)
    outcomes = together(lambda number: read(source, number))
    assert outcomes == [subjects(number) for number in range(COUNT)]
    assert creations(emulator) <= 2
    assert nothing_left(google, tmp_path)


def test_exports_of_500_groups_are_no_more_than_threads_and_quota_force(
    tmp_path: Path, downloads: Path
) -> None:
    """A thread waits for one group at a time, so a full export holds a group for each thread."""
    haste, threads, groups = 400.0, 24, 500
    with Emulator(tenant(groups)) as server:
        server.write_key(tmp_path / "key.json")
        access = Access(str(tmp_path / "key.json"), "admin@hopital.example", api_root=server.url)
        began = time.monotonic()
        with (
            GoogleApis(
                access, clock=lambda: time.monotonic() * haste,
                sleep=lambda seconds: time.sleep(seconds / haste),
            ) as google,
            ThreadPoolExecutor(threads) as pool,
        ):  # fmt: skip
            source = vault_posts(google, tmp_path, per_minute=2)
            found = list(pool.map(lambda number: read(source, number), range(groups)))
        minutes = (time.monotonic() - began) * haste / 60
        made = creations(server)
    assert found == [subjects(number) for number in range(groups)]
    # 21 or 22; a busy machine lets threads come late, which the quick clock takes for minutes.
    assert made <= 4 * ceil(groups / threads)
    assert made <= 2 * (minutes + 1)


def test_groups_join_while_the_quota_makes_an_export_wait(
    emulator: Emulator, google: GoogleApis, tmp_path: Path
) -> None:
    exports = shared(google, tmp_path, per_minute=2)

    def own(number: int) -> Subjects:
        with exports.share(GROUPS[number]) as share:
            return [file.name for file in share.files]

    # Two exports use the minute's quota up; all others then come one after the other.
    assert [own(0), own(1)] == [[f"{GROUPS[0]}.mbox"], [f"{GROUPS[1]}.mbox"]]
    with ThreadPoolExecutor(COUNT) as pool:
        rest: list[Future[Subjects]] = []
        for number in range(2, COUNT):
            rest.append(pool.submit(own, number))
            hasty(3)
        assert [done.result(60) for done in rest] == [[f"{g}.mbox"] for g in GROUPS[2:]]
    assert creations(emulator) == 3


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("failed", "vault-export-failed"),
        ("wrong_md5", "vault-hash-mismatch"),
        ("corrupt_zip", "corrupt-zip"),
    ],
)
def test_only_the_guilty_group_is_unread_when_its_export_is_spoilt(
    emulator: Emulator, google: GoogleApis, source: VaultPosts, tmp_path: Path,
    fault: str, reason: str,
) -> None:  # fmt: skip
    emulator.faults = Faults(exports={GROUPS[5]: fault})  # type: ignore[dict-item]
    outcomes = together(lambda number: read(source, number))
    guilty = outcomes.pop(5)
    assert isinstance(guilty, PostsError)
    assert guilty.reason == reason
    assert outcomes == [subjects(number) for number in range(COUNT) if number != 5]
    assert nothing_left(google, tmp_path)


def test_only_the_guilty_group_is_unread_when_its_account_is_refused(
    emulator: Emulator, google: GoogleApis, source: VaultPosts, tmp_path: Path
) -> None:
    emulator.faults = Faults(deleted=frozenset({GROUPS[3]}))
    outcomes = together(lambda number: read(source, number))
    guilty = outcomes.pop(3)
    assert isinstance(guilty, PostsError)
    assert guilty.reason == "request-refused"
    assert outcomes == [subjects(number) for number in range(COUNT) if number != 3]
    assert nothing_left(google, tmp_path)


def test_few_exports_are_tried_when_all_of_them_are_forbidden(
    emulator: Emulator, google: GoogleApis, source: VaultPosts, tmp_path: Path
) -> None:
    refusal = Script("vault.matters.exports.create", status=403, reason="forbidden", times=None)
    emulator.faults = Faults(script=(refusal,))
    outcomes = together(lambda number: read(source, number))
    assert {getattr(error, "reason", "") for error in outcomes} == {"access-denied"}
    assert creations(emulator) < COUNT
    assert nothing_left(google, tmp_path)


def test_posts_are_missing_from_the_group_that_lost_them_only(
    emulator: Emulator, google: GoogleApis, source: VaultPosts, tmp_path: Path
) -> None:
    emulator.faults = Faults(exports={GROUPS[3]: "partial"})
    # Begun by a killed run, so that all share it however late their threads come.
    ready = source.prepared()
    VaultExport(ready.vault, ready.journal, posts_of(GROUPS, region="ANY"))._begin()
    again = vault_posts(google, tmp_path)

    def missing(number: int) -> Subjects:
        with again.open(Group(GROUPS[number])) as posts:
            return [str(posts.frame().missing)]

    # The emulator leaves posts out of every group of a spoilt export, and says how many of each.
    lost = [len(subjects(n)) - len(subjects(n)) * 4 // 5 for n in range(COUNT)]
    assert together(missing) == [[str(count)] for count in lost]
    assert creations(emulator) == 1


def test_each_group_gets_its_own_export_when_a_shared_one_does_not_tell_whose_posts_it_holds(
    emulator: Emulator, google: GoogleApis, source: VaultPosts, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("groupaudit.posts.vault_accounts._by_name", lambda *_args: None)
    outcomes = together(lambda number: read(source, number))
    assert outcomes == [subjects(number) for number in range(COUNT)]
    assert COUNT < creations(emulator) <= COUNT + 3  # the shared ones, then no more of them
    assert nothing_left(google, tmp_path)


def test_day_quota_ends_the_run_of_every_group(
    source: VaultPosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object) -> None:
        raise QuotaExhausted("used up")

    monkeypatch.setattr(VaultExport, "download", refused)
    outcomes = together(lambda number: read(source, number), range(3))
    assert {type(outcome) for outcome in outcomes} == {QuotaExhausted}


def test_groups_left_by_a_killed_run_share_its_export_whenever_they_come(
    emulator: Emulator, google: GoogleApis, source: VaultPosts, tmp_path: Path
) -> None:
    ready = source.prepared()
    VaultExport(ready.vault, ready.journal, posts_of(GROUPS[:4], region="ANY"))._begin()
    again = vault_posts(google, tmp_path)
    outcomes = together(lambda number: read(again, number), range(1, 3))
    assert outcomes == [subjects(1), subjects(2)]
    assert read(again, 3) == subjects(3)  # comes when the others have been and gone
    assert creations(emulator) == 1
    assert not nothing_left(google, tmp_path)  # one group has not come
    assert not any((tmp_path / "downloads").iterdir())
    again.close()
    assert nothing_left(google, tmp_path)


def test_groups_left_by_a_killed_run_are_exported_anew_when_its_export_failed(
    emulator: Emulator, google: GoogleApis, source: VaultPosts, tmp_path: Path
) -> None:
    ready = source.prepared()
    emulator.faults = Faults(exports={GROUPS[0]: "failed"})
    VaultExport(ready.vault, ready.journal, posts_of(GROUPS[:4], region="ANY"))._begin()
    emulator.faults = Faults()
    again = vault_posts(google, tmp_path)
    assert together(lambda number: read(again, number), range(4)) == [
        subjects(number) for number in range(4)
    ]
    assert nothing_left(google, tmp_path)


def test_nobody_waits_for_ever_when_the_run_is_stopped(emulator: Emulator, tmp_path: Path) -> None:
    emulator.faults = Faults(export_polls=10**6)
    stop = threading.Event()

    def sleep(seconds: float) -> None:
        if stop.wait(min(seconds, 0.05)):
            raise Interrupted("the run is being stopped")

    with google_of(emulator, tmp_path, sleep) as google:
        source = vault_posts(google, tmp_path)
        threading.Timer(0.5, stop.set).start()
        outcomes = together(lambda number: read(source, number))
        assert {getattr(outcome, "reason", "") for outcome in outcomes} == {"interrupted"}
        assert nothing_left(google, tmp_path)


def test_nobody_waits_for_ever_when_google_is_closed(emulator: Emulator, tmp_path: Path) -> None:
    emulator.faults = Faults(export_polls=10**6)
    with google_of(emulator, tmp_path, lambda seconds: time.sleep(min(seconds, 0.05))) as google:
        source = vault_posts(google, tmp_path)
        threading.Timer(0.5, google.close).start()
        outcomes = together(lambda number: read(source, number))
    assert {getattr(outcome, "reason", "") for outcome in outcomes} == {"interrupted"}
    assert list(VaultJournal(tmp_path / "vault.json").all())  # the next run goes on with it


def test_others_are_served_when_the_one_who_leads_breaks_off(
    source: VaultPosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise KeyboardInterrupt

    source.available(Group(GROUPS[0]))
    with monkeypatch.context() as patched:
        patched.setattr(VaultExport, "download", broken)
        with pytest.raises(KeyboardInterrupt):
            read(source, 1)
    assert read(source, 1) == subjects(1)


def test_close_asks_nobody_when_nothing_was_begun(
    emulator: Emulator, source: VaultPosts, tmp_path: Path
) -> None:
    source.close()
    assert not (tmp_path / "vault.json").exists()
    assert emulator.stats()["methods"] == {}
