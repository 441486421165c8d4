"""Where the labelled texts and the surnames lie, outside this repository but for ``corpus/``.

Reads them; changes and downloads nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from training.texts import Labelled, read

#: Folder with ``corpora`` and ``terminologies``.
SHARED = Path(os.environ.get("GROUPAUDIT_SHARED", "../shared"))
#: Folders whose files are learned from, unless the command names others.
FOLDERS = (SHARED / "corpora" / "train", Path(__file__).parent / "corpus")
MAIL = SHARED / "corpora" / "mail" / "text.jsonl"
#: Texts of this repository that nothing is ever trained on.
HELD = Path(__file__).parent / "held"
#: Surnames of France (INSEE, Licence Ouverte 2.0) from A to Z, of which about so many are drawn.
SURNAMES, MOST_SURNAMES = SHARED / "terminologies" / "insee_noms2008nat.txt", 40_000


def files(folders: Iterable[Path]) -> list[Path]:
    """The JSON Lines files of ``folders``, in order. Raises SystemExit where there are none."""
    found = [file for folder in folders for file in sorted(folder.glob("*.jsonl"))]
    if not found:
        raise SystemExit("No labelled texts found: name their folders with --texts.")
    return found


def unlearned() -> list[Labelled]:
    """Texts that nothing is ever trained on: the held ones, and ``mail`` where it is at hand."""
    mail = [replace(item, source="mail") for item in read(MAIL)] if MAIL.exists() else []
    return mail + [item for file in files([HELD]) for item in read(file)]


def surnames() -> list[str]:
    """Surnames to rename persons with, in capitals."""
    every = SURNAMES.read_text(encoding="latin-1").splitlines()
    lines = every[:: max(1, len(every) // MOST_SURNAMES)]
    names = [line.split("\t")[0].split("[")[0].strip() for line in lines]
    return [name for name in names if name.isalpha() and len(name) > 2]
