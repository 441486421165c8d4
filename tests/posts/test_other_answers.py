"""The same posts from servers that are right and yet unlike our emulator: Vault, Storage, Gmail."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from other_answers import Ask, OtherServer, respelt, told, written

from groupaudit.emulator.messages import Request, Response
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Group as ServedGroup
from groupaudit.emulator.state import Member, Post, Tenant, User
from groupaudit.errors import PostsError
from groupaudit.google.auth import Access
from groupaudit.google.transport import GoogleApis
from groupaudit.model.group import Group
from groupaudit.posts.gmail import GmailPosts
from groupaudit.posts.reading import Reading
from groupaudit.posts.vault import VaultPosts

ADDRESS = "urgences@h.example"
NUMBER = 8
SUBJECTS = {f"Sujet {number}" for number in range(NUMBER)}
JOINED = datetime(2020, 1, 1, tzinfo=UTC)


def post(number: int) -> Post:
    raw = (
        f"From: a@h.example\nSubject: Sujet {number}\nMessage-ID: <{number}@h.example>\n"
        f"List-ID: <urgences.h.example>\n\nCorps {number} >?>?~~\n"
    ).encode()
    return Post(str(number), JOINED + timedelta(days=number), f"t{number}", lambda: raw)


def tenant() -> Tenant:
    users = tuple(
        User(name, f"{name}@h.example", name, admin=name == "admin", created=JOINED)
        for name in ("admin", "jour", "nuit")
    )
    made = [post(number) for number in range(NUMBER)]
    group = ServedGroup(
        "g1", ADDRESS, "Urgences", members=tuple(Member(each.id, each.email) for each in users),
        posts_total=NUMBER, posts=lambda: iter(made),
    )  # fmt: skip
    return Tenant(
        "C0", "CH", "h.example", ("h.example",), (), users, (ADDRESS,),
        {ADDRESS: group, "g1": group}.get,
    )  # fmt: skip


@dataclass
class House:
    """The posts behind another server, read through a source."""

    server: OtherServer
    emulator: Emulator
    folder: Path

    def read(self, source: str, rewrite) -> tuple[set[str], int]:
        """Subjects of the posts, and how many are said to be missing. Raises PostsError."""
        self.server.rewrite = rewrite
        key = self.folder / "key.json"
        self.emulator.write_key(key)
        access = Access(str(key), subject="admin@h.example", api_root=self.server.url)
        with GoogleApis(
            access, most_tries=2, sleep=lambda _seconds: None, draw=lambda: 0.0
        ) as google:
            posts = self._source(source, google)
            with posts.open(Group(ADDRESS)) as opened:
                frame = opened.frame()
                found = {opened.read(ref).subject for ref in frame.refs}
            if isinstance(posts, VaultPosts):
                posts.close()
        return found, frame.missing

    def _source(self, name: str, google: GoogleApis) -> VaultPosts | GmailPosts:
        if name == "gmail":
            return GmailPosts(google, Reading(attachments=False), calls_per_minute=600_000)
        journal = self.folder / "vault.json"
        return VaultPosts(
            google, Reading(attachments=False), journal=journal, exports_per_minute=6000
        )

    def matters(self) -> int:
        """How many matters were made and not deleted."""
        methods = self.emulator.stats()["methods"]
        made, deleted = (methods.get(f"vault.matters.{name}", 0) for name in ("create", "delete"))
        return int(made - deleted)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Emulator, OtherServer]]:
    with Emulator(tenant()) as emulator, OtherServer(emulator) as server:
        yield emulator, server


@pytest.fixture
def house(running, tmp_path: Path) -> House:
    emulator, server = running
    return House(server, emulator, tmp_path)


def each_file(change: Callable[[dict[str, Any]], dict[str, Any]]):
    """``change`` of every file that a finished export announces."""

    def rewrite(export: dict[str, Any]) -> dict[str, Any]:
        sink = export.get("cloudStorageSink")
        if not sink:
            return export
        return {**export, "cloudStorageSink": {"files": [change(file) for file in sink["files"]]}}

    return respelt("/exports/", rewrite)


def counted(change):
    return respelt(
        "/exports/", lambda export: {**export, "stats": change(export.get("stats") or {})}
    )


def renamed(request: Request, ask: Ask) -> Response:
    """Objects in another bucket, with slashes and signs in their names."""
    if "/storage/" not in request.path:
        return each_file(lambda file: {
            **file, "bucketName": "b.other_1", "objectName": f"a b/é+%2F?#/{file['objectName']}",
            "bucket": file["bucketName"],
        })(request, ask)  # fmt: skip
    bucket, name = re.fullmatch(r".*/b/([^/]*)/o/([^/]*)", request.path).groups()
    assert unquote(bucket) == "b.other_1"
    own = quote(unquote(name).removeprefix("a b/é+%2F?#/"), safe="")
    return ask(replace(request, path=f"/storage/v1/b/emulated-vault-exports/o/{own}"))


def without_ranges(request: Request, ask: Ask) -> Response:
    headers = {name: value for name, value in request.headers.items() if name != "range"}
    response = ask(replace(request, headers=headers))
    return replace(response, headers=())


def empty(path: str, method: str):
    """Nothing but a 200 as the answer to a ``method`` on what ``path`` matches."""

    def rewrite(request: Request, ask: Ask) -> Response:
        response = ask(request)
        hit = request.method == method and re.search(path, request.path)
        return Response(200, b"") if hit and response.status == 200 else response

    return rewrite


def null_for_absent(*keys: str):
    return respelt("", lambda answer: {**dict.fromkeys(keys), **answer})


VAULT_FORMS = {
    "as-it-is": respelt("", lambda answer: answer),
    "null-for-absent": null_for_absent("matters", "exports", "nextPageToken", "cloudStorageSink"),
    "empty-for-absent": respelt("", lambda answer: {"matters": [], "exports": [], **answer}),
    "hash-in-base64": each_file(
        lambda file: file | {"md5Hash": base64.b64encode(bytes.fromhex(file["md5Hash"])).decode()}
    ),
    "hash-in-capitals": each_file(lambda file: {**file, "md5Hash": file["md5Hash"].upper()}),
    "numbers-for-text": each_file(lambda file: {**file, "size": int(file["size"])}),
    "counts-as-numbers": counted(lambda stats: {name: int(stats[name]) for name in stats}),
    "no-counts": counted(lambda _stats: None),
    "more-fields": respelt("", lambda answer: {**answer, "newThing": {"a": [None]}}),
    "other-places": renamed,
    "no-ranges": without_ranges,
    "nothing-told-when-closed": empty(r":close$", "POST"),
    "nothing-told-when-deleted": empty(r"/v1/matters/", "DELETE"),
}


@pytest.mark.parametrize("rewrite", VAULT_FORMS.values(), ids=VAULT_FORMS)
def test_vault_gives_every_post_and_keeps_nothing(house, rewrite):
    left = house.matters()

    assert house.read("vault", rewrite) == (SUBJECTS, 0)
    assert house.matters() == left


def zip_of_notes(request: Request, ask: Ask) -> Response:
    """Zips without any mailbox in them, announced as they are."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    content = sink.getvalue()
    if "/storage/" in request.path:
        return Response(200, content, "application/zip")
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return each_file(lambda file: {**file, "size": str(len(content)), "md5Hash": digest})(
        request, ask
    )


VAULT_LESS = {
    "status-unheard-of": (
        respelt("/exports/", lambda export: {**export, "status": "ARCHIVED"}),
        "vault-export-failed",
    ),
    "no-files": (
        respelt("/exports/", lambda export: {**export, "cloudStorageSink": None}),
        "vault-export-odd",
    ),
    "no-mailbox-in-the-zip": (zip_of_notes, "vault-export-odd"),
    "no-hash": (each_file(lambda file: {**file, "md5Hash": None}), "bad-answer"),
    "hash-of-no-kind": (each_file(lambda file: {**file, "md5Hash": "zz"}), "vault-hash-mismatch"),
    "no-size": (each_file(lambda file: {**file, "size": None}), "vault-hash-mismatch"),
    "size-of-no-kind": (each_file(lambda file: {**file, "size": "some"}), "bad-answer"),
    "files-by-name": (
        respelt("/exports/", lambda export: {**export, "cloudStorageSink": {"files": ["a.zip"]}}),
        "bad-answer",
    ),
    "sink-as-text": (
        respelt("/exports/", lambda export: {**export, "cloudStorageSink": "gs://b/o"}),
        "bad-answer",
    ),
    "counts-as-text": (counted(lambda _stats: "8 posts"), "bad-answer"),
    "matters-by-name": (
        respelt("/v1/matters", lambda answer: {**answer, "matters": ["m1"]}),
        "bad-answer",
    ),
}


@pytest.mark.parametrize(("rewrite", "reason"), VAULT_LESS.values(), ids=VAULT_LESS)
def test_vault_that_cannot_be_understood_is_an_error_with_a_reason(house, rewrite, reason):
    with pytest.raises(PostsError) as caught:
        house.read("vault", rewrite)
    assert caught.value.reason == reason


def test_posts_that_were_not_exported_are_told_when_counts_are_numbers(house):
    more = counted(lambda stats: {**stats, "totalArtifactCount": NUMBER + 3} if stats else stats)

    assert house.read("vault", more) == (SUBJECTS, 3)


def test_export_is_not_made_again_when_it_is_on_the_second_page(house):
    def created() -> int:
        return int(house.emulator.stats()["methods"].get("vault.matters.exports.create", 0))

    def rewrite(request: Request, ask: Ask) -> Response:
        if not request.path.endswith("/exports"):
            return ask(request)
        if request.method == "POST":
            ask(request)  # it is made, and the answer is lost
            return Response(500)
        if "pageToken" not in request.query:
            return Response(200, b'{"nextPageToken": "2"}')
        return ask(replace(request, query=""))

    before = created()
    assert house.read("vault", rewrite) == (SUBJECTS, 0)
    assert created() == before + 1


# Gmail


def messages(change):
    return respelt("/messages/", change)


def respelt_raw(change: Callable[[str], str]):
    return messages(
        lambda message: {**message, "raw": change(message["raw"])} if "raw" in message else message
    )


def header_names(change: Callable[[str], str]):
    def rewrite(message: dict[str, Any]) -> dict[str, Any]:
        headers = [
            {**row, "name": change(row["name"])}
            for row in message.get("payload", {}).get("headers", ())
        ]
        return {**message, "payload": {**message.get("payload", {}), "headers": headers}}

    return messages(rewrite)


def no_batches(status: int):
    return lambda request, ask: (
        Response(status, b"", "text/plain") if request.path.startswith("/batch") else ask(request)
    )


def in_pages(request: Request, ask: Ask) -> Response:
    """Messages three at a time, an empty page first."""
    if not request.path.endswith("/messages"):
        return ask(request)
    query = dict(pair.split("=", 1) for pair in request.query.split("&"))
    token = int(query.pop("pageToken", "0"))
    response = ask(replace(request, query="&".join(f"{k}={v}" for k, v in query.items())))
    listed = (told(response) or {}).get("messages", [])
    part = {"messages": listed[(token - 1) * 3 : token * 3]} if token else {}
    more = {"nextPageToken": str(token + 1)} if token * 3 < len(listed) else {}
    return replace(response, body=written({**part, **more, "resultSizeEstimate": 201}))


GMAIL_FORMS = {
    "as-it-is": respelt("", lambda answer: answer),
    "null-for-absent": null_for_absent("messages", "users", "members", "groups", "nextPageToken"),
    "no-batches": no_batches(404),
    "batches-not-allowed": no_batches(405),
    "batches-moved": no_batches(308),
    "in-pages": in_pages,
    "no-padding": respelt_raw(lambda raw: raw.rstrip("=")),
    "other-alphabet": respelt_raw(lambda raw: raw.replace("-", "+").replace("_", "/")),
    "small-header-names": header_names(str.lower),
    "capital-header-names": header_names(str.upper),
    "numbers-for-text": messages(
        lambda message: {
            **message,
            "internalDate": int(message.get("internalDate", 0)),
            "sizeEstimate": str(message.get("sizeEstimate", 0)),
        }
    ),
    "flags-as-text": respelt(
        "/users",
        lambda page: {
            **page,
            "users": [{**row, "suspended": "false", "archived": "false"} for row in page["users"]],
        }
        if "users" in page
        else page,
    ),
    "members-in-small-letters": respelt(
        "/members",
        lambda page: {
            **page, "members": [{**row, "type": row["type"].lower()} for row in page["members"]],
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("rewrite", GMAIL_FORMS.values(), ids=GMAIL_FORMS)
def test_gmail_gives_every_post(house, rewrite):
    assert house.read("gmail", rewrite) == (SUBJECTS, 0)


@pytest.mark.parametrize(
    "rewrite",
    [
        respelt("/messages", lambda page: {**page, "messages": {"id": "1"}}),
        respelt("/messages", lambda page: {**page, "messages": [{"id": 7}]}),
        respelt("/messages", lambda page: {**page, "messages": ["1"]}),
        respelt("/messages", lambda _page: {"error": {"code": 403}}),
    ],
    ids=["object", "number", "text", "refusal-called-a-success"],
)
def test_mailbox_that_cannot_be_understood_is_not_an_empty_one(house, rewrite):
    with pytest.raises(PostsError) as caught:
        house.read("gmail", rewrite)
    assert caught.value.reason == "bad-answer"
