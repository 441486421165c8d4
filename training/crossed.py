"""How far the classifier carries to texts of other authors: ``make crossed``.

    python -m training.crossed [--held FOLDER ...] [--groups 2] [--out FILE] [--work FOLDER]

The files of ``--held`` (if not named, of the first of ``--texts``: ``../shared/corpora/train``) are
dealt into groups; for each group, networks are trained on all other files by the recipe of what
ships, and the whole classifier, with these networks and its thresholds, reads the texts held out.
So every text is read by networks that never saw its file. Prints figures for each file and writes
a line for each text; trains nothing that is kept.
"""

from __future__ import annotations

import argparse
import json
import logging
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from unittest import mock

from groupaudit.classifier import engine
from groupaudit.classifier.tagger import network
from groupaudit.model.finding import Verdict
from training.beside import beside
from training.corpora import files, surnames
from training.course import add_options, copies, passed, plan
from training.metrics import figures
from training.texts import VERDICTS, Labelled, read

logger = logging.getLogger("training")


@dataclass(frozen=True)
class Told:
    """What the classifier said of a text that its networks had never seen, beside the label.

    ``score`` is its probability of identifiable_health; ``labelled`` are the categories and
    ``expected`` the number of persons that the text is labelled with, None where it has no such
    label.
    """

    source: str
    id: str
    label: str
    verdict: str
    score: float
    persons: int
    expected: int | None
    categories: tuple[str, ...]
    labelled: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, read what was held out, tell. Raises SystemExit for wrong options."""
    logging.basicConfig(format="%(asctime)s %(message)s")
    logger.setLevel(logging.INFO)
    options = _options(arguments)
    held = options.held or options.texts[:1]
    groups = dealt(files(held), options.groups)
    found = files(dict.fromkeys([*options.texts, *held]))
    names = surnames() if options.copies else ()
    courses = [
        copies(_texts(file for file in found if file not in group), options.copies, names)
        for group in groups
    ]
    releases = passed(courses, plan(options))
    folders = [options.work / f"held-{number}" for number in range(len(groups))]
    for folder, release in zip(folders, releases, strict=True):
        release.write(folder)
    tasks = [
        partial(read_by, folder, read(file))
        for folder, group in zip(folders, groups, strict=True)
        for file in group
    ]
    told = [each for answers in beside(tasks, options.beside) for each in answers]
    if options.out:
        lines = (json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in told)
        options.out.write_text("".join(lines), encoding="utf-8")
    for line in table(told):
        logger.info("%s", line)


def dealt(found: Sequence[Path], groups: int) -> list[list[Path]]:
    """``found`` in ``groups`` groups of about the same size. Raises SystemExit for too few."""
    if not 2 <= groups <= len(found):
        raise SystemExit(f"--groups must be from 2 to {len(found)}, the number of files")
    hands: list[list[Path]] = [[] for _ in range(groups)]
    for file in sorted(found, key=lambda file: (-file.stat().st_size, file.name)):
        min(hands, key=lambda hand: sum(each.stat().st_size for each in hand)).append(file)
    return hands


def read_by(folder: Path, texts: Sequence[Labelled]) -> list[Told]:
    """What the whole classifier says of ``texts`` with the networks in ``folder``."""
    held = network.loaded(folder)
    # The classifier has no choice of networks, and needs none but here.
    with mock.patch.object(network, "shipped", return_value=held):
        classifier = engine.build(secrets.token_bytes(32))
        return [_told(classifier, item) for item in texts]


def table(told: Sequence[Told]) -> Iterator[str]:
    """Figures of all and of each file as lines of Markdown, then labels against verdicts."""
    yield "| held out | n | P | R | F1 | wide P | wide R | wide F1 |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for source in ("all", *sorted({each.source for each in told})):
        own = [each for each in told if source in ("all", each.source)]
        reached = figures(
            [_number(each.label) for each in own], [_number(each.verdict) for each in own]
        )
        numbers = (
            reached.precision, reached.recall, reached.f1,
            reached.wide_precision, reached.wide_recall, reached.wide_f1,
        )  # fmt: skip
        yield f"| {source} | {len(own)} | " + " | ".join(f"{each:.3f}" for each in numbers) + " |"
    pairs = Counter((each.label, each.verdict) for each in told)
    yield "| labelled, told | " + " | ".join(each.value for each in VERDICTS) + " |"
    for label in VERDICTS:
        counted = (str(pairs[label.value, verdict.value]) for verdict in VERDICTS)
        yield f"| {label.value} | " + " | ".join(counted) + " |"


def _told(classifier: engine.CascadeClassifier, item: Labelled) -> Told:
    found = classifier.classify(item.document())
    return Told(
        source=item.source,
        id=item.id,
        label=item.verdict.value,
        verdict=(found.verdict or Verdict.ORDINARY).value,
        score=found.score,
        persons=found.persons,
        expected=item.persons,
        categories=tuple(name for name, _ in found.categories),
        labelled=tuple(sorted(item.categories)),
    )


def _number(verdict: str) -> int:
    return VERDICTS.index(Verdict(verdict))


def _texts(learned: Iterator[Path]) -> list[Labelled]:
    return [item for file in learned for item in read(file)]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    add_options(parser)
    parser.add_argument(
        "--held", nargs="+", type=Path, help="folders to hold out (first of --texts)"
    )
    parser.add_argument("--groups", type=int, default=2, help="trainings, each without one group")
    parser.add_argument("--out", type=Path, help="file for a JSON line of each text")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
