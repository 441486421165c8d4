"""The wards, beds and numbers that ``docs/detectors.md`` shows work as it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs" / "detectors.md"
CONFIG = '[classify]\nlexicons = ["wards.txt"]\npatterns = "patterns.toml"\n'
POSTS = {
    "ward": "M. Petitjean Marcel passe aux Glycines demain à 14 h, prévenir la famille.",
    "code": "Mme Ozanne Odile est en UVA 3 depuis lundi, lit GL-204, sa fille vient vendredi.",
    "number": "Le 8004412337 est sorti de l'UCA 2 hier, fièvre dans la nuit, radio demandée.",
    "nobody": "La réunion de l'équipe des Glycines est reportée à jeudi, apportez les plannings.",
}


def _verdicts(folder: Path, *arguments: str) -> dict[str, dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "groupaudit", "classify", str(folder / "posts"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {line["id"]: line for line in map(json.loads, done.stdout.splitlines())}


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hospital")
    for text in re.findall(r"```(?:text|toml)\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL):
        name = text.partition("\n")[0].removeprefix("# ")
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "groupaudit.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "posts").mkdir()
    for name, text in POSTS.items():
        (folder / "posts" / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def test_own_wards_and_numbers_tell_when_configured(hospital: Path) -> None:
    without = _verdicts(hospital)
    found = _verdicts(hospital, "--config", str(hospital / "groupaudit.toml"))

    told = {name for name, line in found.items() if line["verdict"] == "identifiable_health"}
    assert told == {"ward", "code", "number"}
    assert "care_setting" in found["ward"]["categories"]
    assert "record_number" in found["number"]["categories"]
    assert found["ward"]["score"] > without["ward"]["score"]
    assert not re.search(r"204|8004|ozanne|petitjean", json.dumps(found), re.IGNORECASE)
