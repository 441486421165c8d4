"""Mailbox to verdict on one core, stage by stage: megabytes and messages a second, start, memory.

Invented mail (``benchmarks.mail``) of which 1, 10 and 50 % is medical, attachments off: the command
from outside on one core and on all, then each stage inside one process.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from benchmarks.mail import Writer
from benchmarks.measured import run
from groupaudit.classifier import engine
from groupaudit.classifier.reflow import reflowed
from groupaudit.classifier.tagger.judge import judge
from groupaudit.classifier.text import Passage, passages
from groupaudit.model.post import Document
from groupaudit.posts.pieces import Files
from groupaudit.posts.reading import Reading

P = ParamSpec("P")
T = TypeVar("T")
MESSAGES, SEED = 3000, 7
SHARES = (0.01, 0.1, 0.5)
SETTINGS = "[posts]\nattachments = false\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.toml").write_text(SETTINGS, encoding="utf-8")
        (folder / "empty.mbox").touch()
        start = run(_command(folder, folder / "empty.mbox", 1))
        print(f"start                  {start}")
        for share in SHARES:
            box = folder / f"{share:.0%}.mbox"
            box.write_bytes(Writer(SEED).mailbox(MESSAGES, share))
            for workers in (1, os.cpu_count() or 1):
                _whole(folder, box, workers, start.cpu_s if workers == 1 else start.wall_s)
            _stages(box)


def _command(folder: Path, path: Path, workers: int) -> list[str]:
    alone = ["taskset", "-c", "0"] if workers == 1 and hasattr(os, "sched_setaffinity") else []
    command = [*alone, sys.executable, "-m", "groupaudit", "classify", str(path)]
    options = ["--workers", str(workers), "--config", str(folder / "a.toml")]
    return [*command, *options, "--jsonl", os.devnull]


def _whole(folder: Path, box: Path, workers: int, start: float) -> None:
    """The command as it is run; one core by its processor time, which neighbours disturb less."""
    taken = run(_command(folder, box, workers))
    seconds = max(1e-6, (taken.cpu_s if workers == 1 else taken.wall_s) - start)
    print(
        f"{box.stem:4} medical, {workers} cores  {taken}"
        f"  {box.stat().st_size / 1e6 / seconds:6.1f} MB/s  {MESSAGES / seconds:6.0f} messages/s"
    )


class _Clock:
    """Processor seconds and calls by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()

    def timed(self, stage: str, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        began = time.process_time()
        result = work(*given, **named)
        self.seconds[stage] += time.process_time() - began
        self.calls[stage] += 1
        return result


def _stages(box: Path) -> None:
    """Each stage: how many messages reach it, what one costs, speed up to there."""
    cascade, clock = engine.build(bytes(32)), _Clock()
    documents = Files((box,)).documents(Reading(attachments=False))
    judge((Passage("body", 0, "x"),), ((),))  # loads the networks
    while (document := clock.timed("parse", next, documents, None)) is not None:
        found = clock.timed("fold", _folded, document)
        if clock.timed("gate", cascade.gate.opens, found):
            unfolded = clock.timed("reflow", reflowed, found)
            read = clock.timed("spans", cascade.reader.read, unfolded)
            clock.timed("networks", judge, read.passages, read.spans)
    megabytes, total = box.stat().st_size / 1e6, 0.0
    for stage, seconds in clock.seconds.items():
        total += seconds
        share, each = clock.calls[stage] / MESSAGES, seconds / clock.calls[stage]
        print(
            f"    {stage:8} {min(1.0, share):6.1%} of messages, {each * 1e6:6.0f} us each;"
            f" up to here {megabytes / total:6.1f} MB/s"
        )


def _folded(document: Document) -> tuple[Passage, ...]:
    found = passages(document)
    for passage in found:
        _ = passage.folded
    return found
