"""groupaudit, Presidio and EDS-NLP on the same texts, in one run, on one core: quality and speed.

    python -m benchmarks.peers [--presidio-python PATH] [--edsnlp-python PATH] [--data FILE]
        [--ordinary FILE]

Each engine runs in a process of its own, with an interpreter that has it: ``pip install
'groupaudit[peers]'``, best into another environment, since the two bring 700 MB along. One that is
missing is skipped and named. FILE is labelled JSON Lines (``label``, ``text``); quality is measured
on it, speed on it and on ordinary mail in which one post of ten is one of it. Prints the tables of
docs/classifier.md as Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groupaudit.classifier.evaluation import Judged, Rate, Score, evaluate
from groupaudit.model.finding import Verdict

ENGINES = Path(__file__).parent / "engines"
SHARED = Path(os.environ.get("GROUPAUDIT_SHARED", "../shared"))
MAIL = SHARED / "corpora/mail/text.jsonl"
ORDINARY = SHARED / "corpora/text/en_mailing_list.jsonl"
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Text:
    """One labelled text."""

    text: str
    label: Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an engine answered and took; ``start_s`` is everything but the judging of the texts."""

    name: str
    start_s: float
    seconds: tuple[float, ...]
    peak_mb: float
    strict: tuple[bool, ...]
    wide: tuple[bool, ...]


def main(arguments: Sequence[str] = ()) -> None:
    options = _options(arguments)
    if not options.data.exists():
        print(f"{options.data} is absent: nothing to compare on; name labelled texts with --data")
        return
    mail = _texts(options.data)
    ordinary = _texts(options.ordinary) if options.ordinary.exists() else []
    mixed = _one_in_ten(ordinary, mail)
    outcomes = _outcomes(options, [*mail, *mixed])
    print(f"\n{len(mail)} labelled texts; {len(mixed)} texts of which one in ten is among them\n")
    _print_quality(mail, mixed, outcomes)
    _print_speed(mail, mixed, outcomes)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.peers", description="Compare with peers.")
    parser.add_argument("--data", type=Path, default=MAIL)
    parser.add_argument("--ordinary", type=Path, default=ORDINARY)
    parser.add_argument("--presidio-python", default=sys.executable)
    parser.add_argument("--edsnlp-python", default=sys.executable)
    return parser.parse_args(arguments)


def _texts(path: Path) -> list[Text]:
    with path.open(encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream if line.strip()]
    return [Text(row["text"], Verdict(row["label"])) for row in rows]


def _one_in_ten(ordinary: Sequence[Text], mail: Sequence[Text]) -> list[Text]:
    """Nine of ``ordinary``, one of ``mail``, and so on while there are nine."""
    starts = range(0, len(ordinary) - 8, 9)
    return [
        text
        for number, start in enumerate(starts)
        for text in (*ordinary[start : start + 9], mail[number % len(mail)])
    ]


def _outcomes(options: argparse.Namespace, texts: Sequence[Text]) -> list[Outcome]:
    interpreters = {
        "groupaudit": sys.executable,
        "presidio": options.presidio_python,
        "edsnlp": options.edsnlp_python,
    }
    found = (_run(name, python, texts) for name, python in interpreters.items())
    return [outcome for outcome in found if outcome]


def _run(name: str, python: str, texts: Sequence[Text]) -> Outcome | None:
    """What the engine makes of ``texts``; None, and a line that says why, when it cannot run."""
    one_core = ["taskset", "-c", "0"] if hasattr(os, "sched_setaffinity") else []
    lines = "".join(json.dumps({"text": text.text}) + "\n" for text in texts)
    began = time.perf_counter()
    done = subprocess.run(
        [*one_core, python, "-W", "ignore", str(ENGINES / f"run_{name}.py")],
        input=lines, capture_output=True, text=True, check=False, env=os.environ | _ONE_THREAD,
    )  # fmt: skip
    wall = time.perf_counter() - began
    if done.returncode:
        print(f"{name}: skipped, it failed: {done.stderr.strip().splitlines()[-1:]}")
        return None
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if "missing" in told:
        print(
            f"{name}: skipped, {python} has no {told['missing']}: pip install 'groupaudit[peers]'"
        )
        return None
    versions = ", ".join(f"{package} {number}" for package, number in told["versions"].items())
    print(f"{name}: {versions}")
    seconds = tuple(told["seconds"])
    return Outcome(
        name, wall - sum(seconds), seconds, told["peak_mb"],
        tuple(told["strict"]), tuple(told["wide"]),
    )  # fmt: skip


def _print_quality(
    mail: Sequence[Text], mixed: Sequence[Text], outcomes: Iterable[Outcome]
) -> None:
    print("| engine | P | R | F1 | wide P | wide R | wide F1 | false alarms on ordinary mail |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for one in outcomes:
        strict, wide = _scores(mail, one)
        alarms = [
            told
            for text, told in zip(mixed, one.strict[len(mail) :], strict=True)
            if text.label is Verdict.ORDINARY
        ]
        cells = (strict.precision, strict.recall, strict, wide.precision, wide.recall, wide)
        told = " | ".join(map(_told, cells))
        print(f"| {one.name} | {told} | {sum(alarms)} of {len(alarms)} |")
    print()


def _scores(mail: Sequence[Text], outcome: Outcome) -> tuple[Score, Score]:
    """The scores of the two questions, in the words that ``evaluate`` understands."""
    judged = [
        Judged(text.label, _verdict(strict=strict, wide=wide))
        for text, strict, wide in zip(mail, outcome.strict, outcome.wide, strict=False)
    ]
    first, second = evaluate(judged)
    return first, second


def _verdict(*, strict: bool, wide: bool) -> Verdict:
    if strict:
        return Verdict.IDENTIFIABLE_HEALTH
    return Verdict.HEALTH_PERSON if wide else Verdict.ORDINARY


def _told(figure: Rate | Score) -> str:
    share, (low, high) = (
        (figure.f1, figure.f1_interval)
        if isinstance(figure, Score)
        else (figure.share, figure.interval)
    )
    return f"{share:.2f} [{low:.2f}–{high:.2f}]"


def _print_speed(mail: Sequence[Text], mixed: Sequence[Text], outcomes: Iterable[Outcome]) -> None:
    print(
        "| engine | start | peak memory"
        " | labelled: messages/s | MB/s | one in ten: messages/s | MB/s |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for one in outcomes:
        first, second = one.seconds[: len(mail)], one.seconds[len(mail) :]
        told = " | ".join((_speed(mail, first), _speed(mixed, second)))
        print(f"| {one.name} | {one.start_s:.1f} s | {one.peak_mb:.0f} MB | {told} |")


def _speed(texts: Sequence[Text], seconds: Sequence[float]) -> str:
    if not texts:
        return "- | -"
    taken = max(sum(seconds), 1e-9)
    size = sum(len(text.text.encode()) for text in texts) / 1e6
    return f"{len(texts) / taken:,.0f} | {size / taken:.2f}"


if __name__ == "__main__":
    main(sys.argv[1:])
