from __future__ import annotations

from pathlib import Path

import pytest

from groupaudit.posts.stored import MailFile
from groupaudit.posts.vault_accounts import owner_of, shares

A, B, C = "urgences@h.example", "pre-urgences@h.example", "urgences@h.example.org"
GROUPS = (A, B, C)


def mailbox(folder: Path, name: str, *headers: str) -> MailFile:
    """One message for each of ``headers``."""
    path = folder / f"{len(list(folder.iterdir())):03d}.mbox"
    path.write_text(
        "".join(
            f"From 1@xxx Thu Jan 01 09:00:00 +0000 2026\nSubject: S{number}\n{header}\n\nTexte\n\n"
            for number, header in enumerate(headers)
        )
    )
    return MailFile(path, mailbox=True, name=name)


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        (f"{A}.mbox", A),
        (f"{B}.mbox", B),
        (f"{C}.mbox", C),
        (f"groupaudit0123-{A}-x7.mbox", A),
        (f"groupaudit0123-{C}.mbox".upper(), C),
        (f"dossier/{B}/0001.mbox", B),
        ("export-1.mbox", None),
        (f"{B} et {C}.mbox", None),
        (f"{A} {B}.mbox", None),
        ("", None),
    ],
)
def test_owner_is_told_by_the_file_name(tmp_path: Path, name: str, owner: str | None) -> None:
    assert owner_of(mailbox(tmp_path, name, "X-Autre: rien"), GROUPS) == owner


@pytest.mark.parametrize(
    ("headers", "owner"),
    [
        (["List-ID: <urgences.h.example>"], A),
        (["List-ID: Les urgences <pre-urgences.h.example>"], B),
        ([f"Mailing-list: list {A}; contact urgences+owners@h.example"], A),
        ([f"List-Post: <https://groups.google.com/x>, <mailto:{C}>"], C),
        ([f"Delivered-To: {B}"], B),
        ([f"List-ID: <urgences.h.example>\nDelivered-To: {B}"], A),
        ([f"Delivered-To: {A}", "X-Autre: rien"], A),
        ([f"Delivered-To: {A}", "X-Autre: rien", "X-Autre: rien"], None),
        ([f"Delivered-To: {A}", f"Delivered-To: {B}"], None),
        (["List-ID: <autre.h.example>"], None),
        (["X-Autre: rien"], None),
    ],
)
def test_owner_is_told_by_list_headers_when_the_name_is_silent(
    tmp_path: Path, headers: list[str], owner: str | None
) -> None:
    assert owner_of(mailbox(tmp_path, "1.mbox", *headers), GROUPS) == owner


def test_every_group_says_what_it_may_lack_when_a_file_is_nobodys(tmp_path: Path) -> None:
    known = mailbox(tmp_path, f"{A}.mbox", "X-Autre: rien")
    unknown = mailbox(tmp_path, "2.mbox", "X-Autre: a", "X-Autre: b")
    found = shares([known, unknown], (A, B), missing=0)
    assert (found[A].files, found[B].files) == ((known,), ())
    assert [share.missing for share in found.values()] == [2, 2]
    assert "do not tell their group" in found[B].note


def test_all_files_are_its_own_when_a_group_is_alone(tmp_path: Path) -> None:
    file = mailbox(tmp_path, "2.mbox", "X-Autre: a")
    assert shares([file], (A,), missing=3)[A].files == (file,)


@pytest.mark.parametrize(
    ("table", "missing"),
    [
        (f"Account,Count,Errors\n{A},8,2\n{B},5,0\n", (2, 0)),
        (f"\ufeffaccount, count, error count\n{A.upper()},8,1\n{B},5,1\n", (1, 1)),
        (f"Account,Count\n{A},8\n{B},5\n", (2, 2)),  # as Google documents it: no errors told
        (f"Account,Count,Errors\n{A},8,1\n", (2, 2)),  # does not add up: not believed
        (f"Account,Count,Errors\n{A},8,-2\n{B}\n", (2, 2)),
        ("", (2, 2)),
        ("\0\0", (2, 2)),
    ],
)
def test_missing_posts_are_each_groups_own_when_a_table_tells(
    tmp_path: Path, table: str, missing: tuple[int, int]
) -> None:
    path = tmp_path / "count.csv"
    path.write_text(table, "utf-8")
    found = shares([], (A, B), missing=2, counts=[path])
    assert (found[A].missing, found[B].missing) == missing
    assert ("or of others" in found[A].note) == (missing == (2, 2))
