"""How many exports of Vault a run over 500 groups begins, and in which time, at Google's quota.

Against the embedded emulator, with as many threads as an audit has. Time passes quicker for the
code under test, so that minutes of waiting take seconds: an export is ready after two minutes,
reading a group's posts takes some seconds. Both are assumed, not measured at Google.
"""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from groupaudit.config import Collect
from groupaudit.emulator.faults import Faults
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Group as ServedGroup
from groupaudit.emulator.state import Post, Tenant, User
from groupaudit.google.auth import Access
from groupaudit.google.transport import GoogleApis
from groupaudit.model.group import Group
from groupaudit.posts.reading import Reading
from groupaudit.posts.vault import VaultPosts

GROUPS, PER_MINUTE, READING_S = 500, 2, 5.0
#: Looks at an export before it is ready: with the source's rests between them, 129 seconds.
POLLS = 12
HASTE = 100.0
DOMAIN = "hopital.example"


def main() -> None:
    workers = Collect().workers
    with tempfile.TemporaryDirectory() as name, Emulator(_tenant()) as emulator:
        emulator.faults = Faults(export_polls=POLLS)
        key = Path(name) / "key.json"
        emulator.write_key(key)
        access = Access(str(key), subject=f"admin@{DOMAIN}", api_root=emulator.url)
        began = time.monotonic()
        with GoogleApis(access, clock=_clock, sleep=_sleep) as google:
            source = VaultPosts(google, Reading(attachments=False), journal=Path(name) / "v.json")
            with ThreadPoolExecutor(workers) as pool:
                read = sum(pool.map(lambda address: _posts(source, address), _addresses()))
        minutes = (time.monotonic() - began) * HASTE / 60
        made = emulator.stats()["methods"]["vault.matters.exports.create"]
    print(
        f"  vault: {GROUPS} groups ({read} posts) in {made} exports and {minutes:.0f} minutes;"
        f" {workers} threads need {ceil(GROUPS / workers)} at least, the quota lets"
        f" {ceil(PER_MINUTE * minutes)} begin in that time, one each would take"
        f" {GROUPS // PER_MINUTE} minutes"
    )


def _posts(source: VaultPosts, address: str) -> int:
    with source.open(Group(address)) as opened:
        refs = opened.frame().refs
        for ref in refs:
            opened.read(ref)
        _sleep(READING_S)
        return len(refs)


def _addresses() -> tuple[str, ...]:
    return tuple(f"g{number}@{DOMAIN}" for number in range(GROUPS))


def _tenant() -> Tenant:
    groups = {group.email: group for group in map(_served, _addresses())}
    admin = User("u1", f"admin@{DOMAIN}", "Alix Admin", admin=True)
    return Tenant(
        "C0", "CH", DOMAIN, (DOMAIN,), (), (admin,), _addresses(), groups.get
    )  # fmt: skip


def _served(address: str) -> ServedGroup:
    date = datetime(2026, 1, 1, 9, tzinfo=UTC)
    raw = f"From: a@{DOMAIN}\nSubject: {address}\nMessage-ID: <{address}>\n\nBonjour\n".encode()
    post = Post(address, date, "t", lambda: raw)
    return ServedGroup(address, address, "G", posts_total=1, posts=lambda: iter((post,)))


def _clock() -> float:
    return time.monotonic() * HASTE


def _sleep(seconds: float) -> None:
    time.sleep(seconds / HASTE)
