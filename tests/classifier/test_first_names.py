"""Which first names are known, and how they are chosen from the file of births."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from groupaudit.classifier.lexicon import first_names
from groupaudit.classifier.lexicons.build import french_names


def written(path: Path, rows: list[tuple[object, ...]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(",".join(map(str, row)) + "\n" for row in [("head",), *rows])


@pytest.mark.parametrize(
    ("births", "bearers", "taken"),
    [
        ([("MAÏWENN", "F", 1200)], [], {"maiwenn"}),
        ([("DOMINIQUE", "M", 600), ("DOMINIQUE", "F", 700)], [], {"dominique"}),
        ([("MAÏWENN", "F", 900)], [], set()),
        ([("GAUTIER", "M", 2000)], [("GAUTIER", 9000)], set()),
        ([("KAMEL", "M", 9000)], [("KAMEL", 400)], {"kamel"}),
        ([("PARIS", "F", 2000)], [], set()),
        ([("JEAN-PAUL", "M", 90000), ("LY", "F", 2000)], [], set()),
    ],
)
def test_name_is_taken_when_it_is_a_first_name_before_all(
    tmp_path: Path,
    births: list[tuple[object, ...]],
    bearers: list[tuple[object, ...]],
    taken: set[str],
) -> None:
    written(tmp_path / "prenoms.csv.gz", births)
    written(tmp_path / "noms.csv.gz", bearers)

    assert french_names(tmp_path) == taken


def test_names_of_france_are_known_and_its_words_are_not() -> None:
    assert {b"nolwenn", b"kamel", b"fatoumata", b"paulette"} <= first_names()
    assert first_names().isdisjoint({b"paris", b"sony", b"sainte", b"gautier"})
