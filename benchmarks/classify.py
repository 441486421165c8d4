"""``groupaudit classify`` on mailboxes, one core: raw megabytes and messages a second, memory.

The public list archive of the shared reference material is ordinary technical mail; the emulated
hospital's story is care teams' mail; ``mixed`` has one message of the hospital in ten.
``python -m benchmarks.classify --peers ...`` compares with other tools instead: see ``peers``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks import peers
from benchmarks.measured import run
from groupaudit.emulator.generator import generate

STORY = "equipe-soins@ch-valmoree.example"
ORDINARY = ("parking@ch-valmoree.example", "informatique@ch-valmoree.example")
SHARED = Path(os.environ.get("GROUPAUDIT_SHARED", "../shared"))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        medical = list(_posts(STORY))[:400]
        ordinary = [post for email in ORDINARY for post in _posts(email)]
        tenth = [
            medical[n // 10] if n % 10 == 0 else ordinary[n % len(ordinary)] for n in range(600)
        ]
        _measure("hospital, care teams", _mbox(folder / "medical.mbox", medical), len(medical))
        _measure("hospital, one in ten", _mbox(folder / "tenth.mbox", tenth), len(tenth))
        raid = SHARED / "corpora/fixtures/mail/linux-raid.mbox"
        if raid.exists():
            count = raid.read_bytes().count(b"\nFrom ") + 1
            _measure("public technical list", raid, count)


def _posts(email: str) -> Iterator[bytes]:
    group = generate(groups=40).group(email)
    if group is not None:
        yield from (post.render() for post in group.posts())


def _mbox(path: Path, posts: Iterable[bytes]) -> Path:
    with path.open("wb") as out:
        for post in posts:
            body = b"\n".join(
                b">" + line if line.startswith(b"From ") else line
                for line in post.replace(b"\r\n", b"\n").split(b"\n")
            )
            out.write(b"From list@example Mon Jan  1 00:00:00 2026\n" + body + b"\n\n")
    return path


def _measure(title: str, path: Path, messages: int) -> None:
    one_core = ["taskset", "-c", "0"] if hasattr(os, "sched_setaffinity") else []
    command = [*one_core, sys.executable, "-m", "groupaudit", "classify", str(path)]
    start = run([*command[:-1], os.devnull]).wall_s
    taken = run([*command, "--jsonl", os.devnull])
    megabytes, seconds = path.stat().st_size / 1e6, max(1e-6, taken.wall_s - start)
    print(
        f"{title:24} {taken}  {megabytes / seconds:6.2f} MB/s raw"
        f"  {messages / seconds:6.0f} messages/s (without the start of {start:.2f} s)"
    )


if __name__ == "__main__":
    if "--peers" in sys.argv:
        peers.main([word for word in sys.argv[1:] if word != "--peers"])
    else:
        main()
