"""The life of a Vault export, from matter to download, and the ways it fails."""

from __future__ import annotations

import hashlib
import io
import mailbox
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from googleapiclient.errors import HttpError

from groupaudit.emulator.faults import Faults
from groupaudit.emulator.server import Emulator

Make = Callable[..., Any]
URGENCES = "urgences@hopital.example"


def query(*emails: str, **changes: Any) -> dict[str, Any]:
    values = {
        "corpus": "GROUPS",
        "dataScope": "ALL_DATA",
        "method": "ACCOUNT",
        "accountInfo": {"emails": list(emails or (URGENCES,))},
    }
    return values | changes


class Vault:
    """A matter of one user, and downloads with the same user's token."""

    def __init__(self, emulator: Emulator, matters: Any, authorization: str) -> None:
        self.emulator, self.matters, self.header = emulator, matters, authorization
        self.id = matters.create(body={"name": "essai"}).execute()["matterId"]

    def export(self, *emails: str, **changes: Any) -> dict[str, Any]:
        body = {
            "name": "e1",
            "query": query(*emails, **changes),
            "exportOptions": {"region": "EUROPE", "groupsOptions": {"exportFormat": "MBOX"}},
        }
        exports = self.matters.exports()
        export = exports.create(matterId=self.id, body=body).execute()
        while export["status"] == "IN_PROGRESS":
            export = exports.get(matterId=self.id, exportId=export["id"]).execute()
        return dict(export)

    def download(self, file: dict[str, str], **headers: str) -> requests.Response:
        name = quote(file["objectName"], safe="")
        url = f"{self.emulator.url}/storage/v1/b/{file['bucketName']}/o/{name}?alt=media"
        return requests.get(url, headers={"Authorization": self.header} | headers, timeout=5)

    def archive(self, export: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        file = next(
            f for f in export["cloudStorageSink"]["files"] if f["objectName"].endswith(".zip")
        )
        return file, self.download(file).content


@pytest.fixture
def vault(start: Make, service: Make, token: Make) -> Callable[..., Vault]:
    def make(faults: Faults | None = None) -> Vault:
        emulator = start(faults=faults or Faults())
        matters = service(emulator, "vault", "v1", "ediscovery").matters()
        return Vault(emulator, matters, token(emulator, "devstorage.read_only"))

    return make


def messages(archive: bytes, folder: Path, name: str = URGENCES) -> list[mailbox.mboxMessage]:
    with zipfile.ZipFile(io.BytesIO(archive)) as unzipped:
        unzipped.extractall(folder)
    box = mailbox.mbox(folder / f"{name}.mbox")
    found = list(box)
    box.close()
    return found


def test_an_export_holds_every_post_of_every_account(vault: Make, tmp_path: Path) -> None:
    opened = vault()
    export = opened.export(URGENCES, "nuit@hopital.example")
    file, archive = opened.archive(export)
    found = messages(archive, tmp_path)

    assert export["stats"]["exportedArtifactCount"] == "40"
    assert len(found) == 40
    assert [m["Message-ID"] for m in found[:2]] == [
        "<post-0@hopital.example>",
        "<post-1@hopital.example>",
    ]
    assert ">From ici" in str(found[0].get_payload())
    assert (tmp_path / "nuit@hopital.example.mbox").stat().st_size == 0
    assert len(archive) == int(file["size"])
    assert hashlib.md5(archive, usedforsecurity=False).hexdigest() == file["md5Hash"]


def test_an_export_is_in_progress_before_it_is_complete(vault: Make) -> None:
    opened = vault(Faults(export_polls=2))
    exports = opened.matters.exports()
    body = {"name": "e", "query": query()}
    id_ = exports.create(matterId=opened.id, body=body).execute()["id"]
    polls = [exports.get(matterId=opened.id, exportId=id_).execute() for _ in range(4)]

    assert [poll["status"] for poll in polls] == ["IN_PROGRESS"] * 2 + ["COMPLETED"] * 2
    assert "cloudStorageSink" not in polls[0]


@pytest.mark.parametrize(
    ("start_time", "end_time", "number"),
    [
        (None, None, 40),
        ("2026-01-11T00:00:00Z", None, 30),
        ("2026-01-11T15:00:00Z", "2026-01-13T15:00:00Z", 2),
        (None, "2026-01-01T00:00:00Z", 0),
    ],
)
def test_an_export_keeps_to_its_days(
    vault: Make, start_time: str | None, end_time: str | None, number: int
) -> None:
    window = {"startTime": start_time, "endTime": end_time}
    export = vault().export(**{k: v for k, v in window.items() if v})

    assert export["stats"]["totalArtifactCount"] == str(number)


def test_a_count_tells_each_account(vault: Make) -> None:
    opened = vault()
    body = {"view": "ALL", "query": query(URGENCES, "nowhere@hopital.example")}
    operation = opened.matters.count(matterId=opened.id, body=body).execute()
    url = f"{opened.emulator.url}/v1/{operation['name']}"
    scoped = {"Authorization": opened.matters._http.credentials.token}
    header = {"Authorization": f"Bearer {scoped['Authorization']}"}
    polls = [requests.get(url, headers=header, timeout=5).json() for _ in range(2)]
    result = polls[1]["response"]["groupsCountResult"]

    assert "done" not in polls[0]
    assert result["accountCounts"] == [{"account": {"email": URGENCES}, "count": "40"}]
    assert result["nonQueryableAccounts"] == ["nowhere@hopital.example"]


def test_a_matter_is_closed_before_it_is_deleted(vault: Make) -> None:
    opened = vault()
    opened.export()
    with pytest.raises(HttpError) as caught:
        opened.matters.delete(matterId=opened.id).execute()
    opened.matters.close(matterId=opened.id, body={}).execute()
    deleted = opened.matters.delete(matterId=opened.id).execute()

    assert caught.value.status_code == 400
    assert b"FAILED_PRECONDITION" in caught.value.content
    assert deleted["state"] == "DELETED"
    assert opened.matters.list(state="OPEN").execute() == {}
    assert opened.matters.exports().list(matterId=opened.id).execute() == {}


def test_a_closed_matter_takes_no_export_until_it_is_reopened(vault: Make) -> None:
    opened = vault()
    opened.matters.close(matterId=opened.id, body={}).execute()
    with pytest.raises(HttpError):
        opened.export()
    opened.matters.reopen(matterId=opened.id, body={}).execute()

    assert opened.export()["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"method": "ENTIRE_ORG"}, 400),
        ({"corpus": "MAIL"}, 501),
        ({"corpus": "LETTERS"}, 400),
        ({"terms": "diabete"}, 501),
        ({"startTime": "yesterday"}, 400),
        ({"accountInfo": {"emails": ["nowhere@hopital.example"]}}, 400),
        ({"accountInfo": {}}, 400),
        ({"dataScope": None}, 400),
    ],
)
def test_a_query_is_refused_when_vault_would(
    vault: Make, changes: dict[str, Any], status: int
) -> None:
    with pytest.raises(HttpError) as caught:
        vault().export(**changes)

    assert caught.value.status_code == status


def test_twenty_exports_run_at_a_time(vault: Make) -> None:
    opened = vault(Faults(export_polls=99))
    exports = opened.matters.exports()
    body = {"name": "e", "query": query("vide@hopital.example")}
    for _ in range(20):
        exports.create(matterId=opened.id, body=body).execute()
    with pytest.raises(HttpError) as caught:
        exports.create(matterId=opened.id, body=body).execute()

    assert caught.value.status_code == 429


def test_a_minute_takes_only_so_many_exports(vault: Make) -> None:
    opened = vault(Faults(exports_per_minute=1))
    opened.export()
    with pytest.raises(HttpError) as caught:
        opened.export()

    assert caught.value.status_code == 429


def test_an_export_fails_when_ordered(vault: Make) -> None:
    export = vault(Faults(exports={URGENCES: "failed"})).export()

    assert export["status"] == "FAILED"
    assert "cloudStorageSink" not in export


def test_a_partial_export_says_how_much_is_missing(vault: Make, tmp_path: Path) -> None:
    opened = vault(Faults(exports={URGENCES: "partial"}))
    export = opened.export()

    assert export["stats"]["totalArtifactCount"] == "40"
    assert export["stats"]["exportedArtifactCount"] == "32"
    assert len(messages(opened.archive(export)[1], tmp_path)) == 32


def test_a_download_is_cut_once(vault: Make) -> None:
    opened = vault(Faults(exports={URGENCES: "download_cut"}))
    file = next(iter(opened.export()["cloudStorageSink"]["files"]))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        opened.download(file)

    assert len(opened.download(file).content) == int(file["size"])


def test_a_hash_or_a_zip_is_wrong_when_ordered(vault: Make) -> None:
    wrong = vault(Faults(exports={URGENCES: "wrong_md5"}))
    file, archive = wrong.archive(wrong.export())
    corrupt = vault(Faults(exports={URGENCES: "corrupt_zip"}))
    corrupted = corrupt.archive(corrupt.export())[1]

    assert hashlib.md5(archive, usedforsecurity=False).hexdigest() != file["md5Hash"]
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(corrupted))


def test_a_zip_is_in_a_zip_when_ordered(vault: Make, tmp_path: Path) -> None:
    opened = vault(Faults(nested_zips=True))
    outer = zipfile.ZipFile(io.BytesIO(opened.archive(opened.export())[1]))
    (name,) = outer.namelist()

    assert len(messages(outer.read(name), tmp_path)) == 40


def test_a_range_is_served_alone(vault: Make) -> None:
    opened = vault()
    file, archive = opened.archive(opened.export())
    part = opened.download(file, Range="bytes=10-19")
    beyond = opened.download(file, Range="bytes=99999999-")

    assert (part.status_code, part.content) == (206, archive[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(archive)}"
    assert beyond.status_code == 416


def test_an_export_is_read_by_its_owner_only_and_a_bucket_is_not_listed(
    vault: Make, token: Make
) -> None:
    opened = vault()
    (file, *_) = opened.export()["cloudStorageSink"]["files"]
    stranger = token(opened.emulator, "devstorage.read_only", subject="bo@hopital.example")
    url = f"{opened.emulator.url}/storage/v1/b/{file['bucketName']}/o"
    listed = requests.get(url, headers={"Authorization": opened.header}, timeout=5)

    assert opened.download(file, Authorization=stranger).status_code == 403
    assert listed.status_code == 403


def test_a_deleted_export_is_gone(vault: Make) -> None:
    opened = vault()
    export = opened.export()
    opened.matters.exports().delete(matterId=opened.id, exportId=export["id"]).execute()

    assert opened.download(export["cloudStorageSink"]["files"][0]).status_code == 404


def test_nothing_of_an_export_stays_on_disk_when_it_stops(start: Make, service: Make) -> None:
    emulator = start()
    matters = service(emulator, "vault", "v1", "ediscovery").matters()
    Vault(emulator, matters, "").export()
    folder = Path(emulator._exports.name)
    assert list(folder.rglob("*.zip"))
    emulator.stop()

    assert not folder.exists()
