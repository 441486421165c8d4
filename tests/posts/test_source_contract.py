"""What every source of posts owes its callers, asked of each one, faults included.

The sources differ in where they read; for the pipeline they are one thing (``ports.PostSource``).
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.hospital.policies import policies
from groupaudit.emulator.oauth import ServiceAccount
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Group as ServedGroup
from groupaudit.emulator.state import Member, Post, Tenant, User
from groupaudit.errors import CollectError, PostsError
from groupaudit.google.auth import Access
from groupaudit.google.transport import GoogleApis
from groupaudit.model.group import Group
from groupaudit.model.post import Document
from groupaudit.model.sample import PostRef
from groupaudit.ports import PostSource
from groupaudit.posts.archive import ArchivePosts
from groupaudit.posts.gmail import GmailPosts
from groupaudit.posts.reading import Reading
from groupaudit.posts.vault import VaultPosts
from groupaudit.posts.web import WebPosts
from groupaudit.web.client import PoliteClient, Politeness
from groupaudit.web.visitor import Visitor

ADDRESS = "urgences@h.example"
GROUP = Group(ADDRESS)
ABSENT = Group("absent@h.example")
POSTS = 8
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
ACCOUNT = ServiceAccount()
#: Words of the posts, and of the people who hold them, that may stand nowhere else.
SECRETS = re.compile(r"Zoé|Fictive|lupus|bo@h\.example|cy@h\.example|ya29\.|PRIVATE KEY")
SOURCES = ("archive", "vault", "gmail", "web")


def post(number: int) -> Post:
    date = START + timedelta(days=number)
    raw = (
        f"From: bo@h.example\nSubject: Zoé Fictive {number}\nMessage-ID: <{number}@h.example>\n"
        f"Date: {date:%a, %d %b %Y %H:%M:%S} +0000\nList-ID: <urgences.h.example>\n"
        f"Content-Type: text/plain; charset=utf-8\n\nLe lupus de Zoé Fictive, avis {number}\n"
    ).encode()
    return Post(str(number), date, f"t{number // 2}", lambda: raw)


def tenant() -> Tenant:
    made = [post(number) for number in range(POSTS)]
    people = ("admin", "bo", "cy")
    users = tuple(User(each, f"{each}@h.example", each, admin=each == "admin") for each in people)
    group = ServedGroup(
        "g1", ADDRESS, "Urgences", settings={"whoCanViewGroup": "ANYONE_CAN_VIEW"},
        members=tuple(Member(each, f"{each}@h.example") for each in people[1:]),
        posts_total=POSTS, posts=lambda: iter(made),
    )  # fmt: skip
    return Tenant(
        "C0", "CH", "h.example", ("h.example",), (), users, (ADDRESS,),
        {ADDRESS: group, "g1": group}.get, policies=policies("public", "camelCase"),
    )  # fmt: skip


@dataclass
class Place:
    """Where a source reads: an emulated Workspace, its public pages and a folder of archives."""

    emulator: Emulator
    google: GoogleApis
    folder: Path
    guest: Visitor

    def source(self, name: str) -> PostSource:
        reading = Reading(attachments=False)
        if name == "web":
            self.guest.look(ADDRESS)  # as the collector has done before
            return WebPosts(self.guest)
        if name == "archive":
            return ArchivePosts(self.folder / "archive", reading)
        if name == "gmail":
            return GmailPosts(self.google, reading, calls_per_minute=600_000)
        return VaultPosts(
            self.google, reading, journal=self.folder / "vault.json", exports_per_minute=6000
        )

    @property
    def zip(self) -> Path:
        return self.folder / "archive" / f"{ADDRESS}.zip"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    private = tmp_path / "tmp"
    private.mkdir()
    (tmp_path / "archive").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    with Emulator(tenant(), account=ACCOUNT) as emulator:
        key = tmp_path / "key.json"
        emulator.write_key(key)
        access = Access(
            str(key), "admin@h.example", api_root=emulator.url, requests_per_minute=600_000
        )
        client = PoliteClient(Politeness(emulator.url, pause_s=0.0), sleep=lambda _s: None)
        with (
            GoogleApis(access, most_tries=4, sleep=lambda _s: None, draw=lambda: 0.0) as google,
            Visitor(client) as guest,
        ):
            made = Place(emulator, google, tmp_path, guest)
            with zipfile.ZipFile(made.zip, "w") as archive:
                for number in range(POSTS):
                    archive.writestr(f"{number}.eml", post(number).render())
            yield made


@contextmanager
def nothing_left(folder: Path) -> Iterator[None]:
    """Nothing stays in the system's place for temporary files (the emulator's exports aside)."""
    yield
    assert list((folder / "tmp").glob("groupaudit-posts-*")) == []


def read_all(source: PostSource) -> tuple[Sequence[PostRef], list[Document]]:
    with source.open(GROUP) as opened:
        refs = opened.frame().refs
        return refs, [opened.read(ref) for ref in refs]


def tell(error: BaseException | None) -> str:
    """Everything that a traceback of ``error`` says of our own errors."""
    told = []
    while error is not None:
        told += [str(error)] if isinstance(error, (PostsError, CollectError)) else []
        error = error.__cause__
    return "\n".join(told)


@pytest.mark.parametrize("name", SOURCES)
def test_every_post_is_read_once_when_all_is_well(place: Place, name: str) -> None:
    source = place.source(name)
    with nothing_left(place.folder):
        assert source.name == name
        assert source.available(GROUP).yes
        refs, documents = read_all(source)
    assert sorted(each.subject for each in documents) == [f"Zoé Fictive {n}" for n in range(POSTS)]
    assert all("lupus" in "".join(part.text for part in each.parts) for each in documents)
    dates = {post(number).date for number in range(POSTS)}
    assert {each.date for each in documents} == dates
    assert {ref.date for ref in refs} - {None} <= dates
    assert name == "web" or None not in {ref.date for ref in refs}


@pytest.mark.parametrize("name", SOURCES)
def test_references_are_stable_unique_and_opaque_when_opened_again(place: Place, name: str) -> None:
    first, documents = read_all(place.source(name))
    again, _ = read_all(place.source(name))
    assert {ref.key for ref in first} == {ref.key for ref in again}
    assert len({ref.key for ref in first}) == len(first)
    assert not SECRETS.search(repr(first))
    assert not SECRETS.search(repr(documents))


@pytest.mark.parametrize("name", SOURCES)
def test_a_reference_is_refused_when_it_is_nobodys(place: Place, name: str) -> None:
    with place.source(name).open(GROUP) as opened:
        opened.frame()
        with pytest.raises(PostsError) as caught:
            opened.read(PostRef(key="0" * 24))
    assert caught.value.reason == "post-gone"


@pytest.mark.parametrize("name", SOURCES)
def test_a_group_without_posts_is_said_to_have_none_to_read(place: Place, name: str) -> None:
    source = place.source(name)
    told = source.available(ABSENT)
    assert told.yes or told.reason
    with (
        nothing_left(place.folder),
        pytest.raises(PostsError) as caught,
        source.open(ABSENT) as opened,
    ):
        opened.frame()
    assert caught.value.reason
    assert str(caught.value)


Spoil = Callable[[Place], None]


def script(match: str, **options: object) -> Spoil:
    def spoil(place: Place) -> None:
        place.emulator.faults = Faults(script=(Script(match, **options),))  # type: ignore[arg-type]

    return spoil


def export(fault: str) -> Spoil:
    def spoil(place: Place) -> None:
        place.emulator.faults = Faults(exports={ADDRESS: fault})  # type: ignore[dict-item]

    return spoil


def seen_then(spoil: Spoil) -> Spoil:
    """The public pages were looked at before ``spoil``: what was shown is not shown any more."""

    def spoil_later(place: Place) -> None:
        place.guest.look(ADDRESS)
        spoil(place)

    return spoil_later


def web(fault: str) -> Spoil:
    def spoil(place: Place) -> None:
        place.emulator.faults = Faults(web={ADDRESS: fault})  # type: ignore[dict-item]

    return spoil


def deleted(place: Place) -> None:
    place.emulator.faults = Faults(deleted=frozenset({ADDRESS}))


def spoilt_zip(place: Place) -> None:
    data = place.zip.read_bytes()
    place.zip.write_bytes(data[: len(data) // 2])


def suspended(count: int) -> Spoil:
    """So many members' accounts are suspended, as the token endpoint sees it."""

    def spoil(place: Place) -> None:
        users = place.emulator.tenant.users
        gone = {user.email for user in users[1 : 1 + count]}
        office = place.emulator._tokens
        for address, user in list(office._users.items()):
            if address in gone:
                office._users[address] = replace(user, suspended=True)

    return spoil


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("vault", export("download_cut")),
        ("vault", script("vault.matters.exports.get", effect="expire")),
        ("vault", script("storage.objects.get", status=503)),
        ("vault", script("storage.objects.get", effect="expire")),
        ("vault", script("storage.objects.get", effect="reset")),
        ("vault", script("vault.matters.exports.create", effect="expire")),
        ("gmail", script("gmail.users.messages.list", effect="expire")),
        ("gmail", script("format=metadata", effect="expire")),
        ("gmail", script("format=raw", effect="expire")),
        ("gmail", script("format=raw", effect="cut")),
        ("gmail", script("POST /batch", effect="cut")),
        ("gmail", script("format=metadata", status=429, reason="rateLimitExceeded", times=3)),
        ("gmail", script("format=raw", status=404, reason="notFound")),
        ("gmail", suspended(1)),
    ],
)
def test_every_post_is_read_when_a_fault_passes(place: Place, name: str, spoil: Spoil) -> None:
    spoil(place)
    with nothing_left(place.folder):
        _refs, documents = read_all(place.source(name))
    assert sorted(each.subject for each in documents) == [f"Zoé Fictive {n}" for n in range(POSTS)]


@pytest.mark.parametrize(
    ("name", "spoil", "reason"),
    [
        ("archive", spoilt_zip, "corrupt-zip"),
        ("vault", export("failed"), "vault-export-failed"),
        ("vault", export("corrupt_zip"), "corrupt-zip"),
        ("vault", export("wrong_md5"), "vault-hash-mismatch"),
        (
            "vault",
            script("storage.objects.get", status=404, reason="notFound", times=None),
            "not-found",
        ),
        ("vault", script("vault.matters.create", status=403, reason="forbidden"), "access-denied"),
        ("vault", script("storage.objects.get", effect="cut", times=None), "bad-answer"),
        (
            "vault",
            script("storage.objects.get", status=401, reason="authError", times=None),
            "auth-refused",
        ),
        ("vault", deleted, "request-refused"),
        ("web", script("/g/urgences", status=503, times=None), "web-not-public"),
        ("web", web("permission"), "web-not-public"),
        ("web", web("login"), "web-not-public"),
        ("web", deleted, "web-not-public"),
        ("web", seen_then(script("/c/", status=503, times=None)), "web-error"),
        ("web", seen_then(script("/c/", effect="cut", times=None)), "web-unknown-page"),
        ("web", seen_then(script("/c/", effect="short", times=None)), "web-error"),
        ("web", seen_then(web("closed_conversations")), "web-denied-or-absent"),
        ("web", seen_then(web("permission")), "web-denied-or-absent"),
        ("web", seen_then(web("login")), "web-login-required"),
        ("web", seen_then(web("sorry")), "web-rate-limited"),
        ("web", seen_then(web("redesign")), "web-unknown-page"),
        ("web", seen_then(deleted), "web-denied-or-absent"),
        ("gmail", suspended(2), "mailbox-suspended"),
        (
            "gmail",
            script("messages.list", status=403, reason="forbidden", times=None),
            "mailbox-refused",
        ),
        ("gmail", script("messages.list", effect="cut", times=None), "bad-answer"),
        ("gmail", script("format=raw", status=404, reason="notFound", times=None), "post-gone"),
        ("gmail", script("format=raw", effect="cut", times=None), "bad-answer"),
    ],
)
def test_the_reason_is_named_and_nothing_leaks_when_a_fault_stays(
    place: Place, caplog: pytest.LogCaptureFixture, name: str, spoil: Spoil, reason: str
) -> None:
    spoil(place)
    source = place.source(name)
    with nothing_left(place.folder), pytest.raises(PostsError) as caught:
        read_all(source)
    assert caught.value.reason == reason
    assert not SECRETS.search(tell(caught.value))
    assert not SECRETS.search(caplog.text)


def rewritten(box: Path) -> None:
    box.write_bytes(box.read_bytes().replace(b"avis", b"note"))


@pytest.mark.parametrize(
    ("spoil", "reason"), [(Path.unlink, "mailbox-unreadable"), (rewritten, "archive-changed")]
)
def test_the_reason_is_named_when_a_post_leaves_the_archive_after_it_was_listed(
    place: Place, spoil: Callable[[Path], object], reason: str
) -> None:
    place.zip.unlink()
    box = place.zip.with_suffix(".mbox")
    lines = (b"From a@x Mon Mar  2 08:00:00 2026\n" + post(n).render() for n in range(POSTS))
    box.write_bytes(b"\n".join(lines))
    with place.source("archive").open(GROUP) as opened:
        refs = opened.frame().refs
        assert len(refs) == POSTS
        spoil(box)
        for ref in refs:
            with pytest.raises(PostsError) as caught:
                opened.read(ref)
            assert caught.value.reason == reason
            assert not SECRETS.search(tell(caught.value))
