"""``groupaudit classify`` on a laboratory export of the leaked file's shape: time, memory, persons.

The file is made from a seed: 60 columns, semicolons, latin-1, CR LF, quoted comments with line
breaks; social security numbers that are spaced, without key, wrong or missing; several spellings of
birth dates. Persons in it are invented; how many is known, and compared with what was found.
``python -m benchmarks.tables --rows 491840``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measured import run

ROWS, PERSONS_PER_ROW, SEED = 491_840, 0.64, 20230526
HEAD = (
    "NUM_DOSSIER;NUM_DEMANDE;DATE_PRLV;HEURE_PRLV;DATE_VALID;SITE;IPP;NIR;NOM_NAISS;NOM_USAGE;"
    "PRENOM;SEXE;DATE_NAISS;CODE_LIEU_NAISS;ADRESSE;CP;VILLE;TEL_FIXE;TEL_PORTABLE;EMAIL;"
    "GROUPE_ABO;RHESUS;PHENOTYPE;RAI;PRESCRIPTEUR;RPPS_PRESC;SERVICE_DEM;MUTUELLE;NUM_ADHERENT;"
    "REGIME;EXO_ALD;PRELEVEUR;A_JEUN;GROSSESSE_SA;POIDS_KG;COMM_PRESCRIPTION;COMM_BIOLOGISTE;"
    "HB_G_DL;LEUCO_G_L;PLAQ_G_L;INR;NA_MMOL_L;K_MMOL_L;CREAT_UMOL_L;DFG;GLYCEMIE_G_L;HBA1C_PCT;"
    "CRP_MG_L;TSH_MUI_L;FERRITINE_UG_L;LDL_G_L;VIH_AG_AC;AG_HBS;BHCG_UI_L;PSA_NG_ML;ALAT_UI_L;"
    "COTATION_B;MONTANT_EUR;STATUT;OPERATEUR"
)
SYLLABLES = ("bar", "cou", "del", "fer", "gal", "hé", "jou", "ker", "lam", "mor", "nan", "pi", "ré")
FIRST_NAMES = ("Adèle", "Bastien", "Chloé", "Denis", "Élise", "Farid", "Gaël", "Hélène", "Inès")
COMMENTS = (
    "", "", "", "résultat attendu avant 14h", "chimio J8 FEC 100", "suivi grossesse 24 SA",
    '"Amiodarone : TSH annuelle\r\nvu avec IDE"', '"bilan VIH ; à confirmer"', "AVK, INR cible 2-3",
    '"mère diabétique ; contrôle ""à jeun"""', "hypothyroïdie connue, Lévothyrox 75",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, prog="benchmarks.tables")
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = max(1, parser.parse_args(arguments or []).rows)
    with tempfile.TemporaryDirectory() as name:  # private to its owner
        path, answer = Path(name) / "export.csv", Path(name) / "answer.jsonl"
        persons = write(path, rows)
        one_core = ["taskset", "-c", "0"] if hasattr(os, "sched_setaffinity") else []
        classify = [*one_core, sys.executable, "-m", "groupaudit", "classify"]
        taken = run([*classify, str(path), "--jsonl", str(answer)])
        told = json.loads(answer.read_text("utf-8"))
        megabytes = path.stat().st_size / 1e6
    print(
        f"{rows} rows, {megabytes:.1f} MB  {taken}  {megabytes / taken.wall_s:.1f} MB/s"
        f"  {told['verdict']}, persons {told['persons']} of {persons}"
    )


def write(path: Path, rows: int) -> int:
    """Make the export at ``path``; the number of distinct persons in it."""
    persons = max(1, int(rows * PERSONS_PER_ROW))
    with path.open("w", encoding="latin-1", newline="") as out:
        out.write(HEAD + "\r\n")
        out.writelines(_lines(rows, persons))
    return persons


def _lines(rows: int, persons: int) -> Iterator[str]:
    chance = random.Random(SEED)  # noqa: S311 - a benchmark, not a secret
    results = [_results(chance) for _ in range(997)]
    for row in range(rows):
        # Every person comes once at least, the visits of one lie far apart.
        number = (row * 7919) % persons if persons % 7919 else row % persons
        who = _person(number, chance.random())
        day = f"{row % 28 + 1:02d}/02/2025"
        yield f"D{row:09d};R{row:09d};{day};12:08;{day};MOR;{who};{results[row % 997]}\r\n"


def _person(number: int, luck: float) -> str:
    """IPP to e-mail of one person; ``luck`` decides how number and birth date are written."""
    syllables = [SYLLABLES[number // 13**power % 13] for power in range(4)]
    name, first = "".join(syllables).upper(), FIRST_NAMES[number % len(FIRST_NAMES)]
    year, month, day = 30 + number % 70, number % 12 + 1, number % 28 + 1
    sex = 1 + number % 2
    place = f"{10 + number % 80}{number // 1000 % 1000:03d}{number % 1000:03d}"
    body = f"{sex}{year:02d}{month:02d}{place}"
    nir = _written_nir(body, f"{97 - int(body) % 97:02d}", luck)
    born = (
        f"19{year:02d}-{month:02d}-{day:02d}" if luck > 0.96 else f"{day:02d}/{month:02d}/19{year}"
    )
    return (
        f"8{number:09d};{nir};{name};;{first};{'MF'[sex - 1]};{born};56112;"
        f"{number % 200} impasse des Tisserands;99135;CORBÉMONT;;06 39 98 {number % 100:02d} 47;"
        + (f"{first.lower()}.{name.lower()}@perso.example" if number % 5 < 2 else "")
    )


def _written_nir(body: str, key: str, luck: float) -> str:
    if luck < 0.035:
        return ""
    if luck < 0.055:
        return body
    if luck < 0.062:
        return body + f"{int(key) % 97 + 1:02d}"  # a wrong key
    if luck < 0.1:
        return f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {key}"
    return body + key


def _results(chance: random.Random) -> str:
    """Blood group to operator: laboratory values, most of them missing."""
    values = [f"{chance.uniform(1, 400):.1f}".replace(".", ",") for _ in range(19)]
    shown = [value if chance.random() < 0.35 else "" for value in values]
    for rare in (14, 15, 16, 17):  # HIV, hepatitis B, pregnancy, prostate
        shown[rare] = chance.choice([""] * 9 + ["NEGATIF" if rare < 16 else "4,1"])
    comment = chance.choice(COMMENTS)
    remark = chance.choice(("", "", "Résultat téléphoné au prescripteur"))
    return ";".join(
        [
            chance.choice(("A", "B", "O", "")), chance.choice(("POS", "NEG", "")), "", "",
            "Dr SABLONNET Inès", "10999001356", "EXTERNE", "Harmonieuse Santé", "295335068", "RG",
            "N", "SERVICE", "O", "", chance.choice(("", "92", "61")), comment, remark, *shown,
            "48", "298,60", "VALIDE", "T07",
        ]
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
