"""From the emulated hospital to the breach file of the group that its story is about."""

from __future__ import annotations

import json

import docx

STORY = "equipe-soins@ch-valmoree.example"


def test_dossier_of_an_audited_group_tells_its_breach_and_no_post(hospital, tmp_path):
    hospital.audit(
        GROUPAUDIT_COLLECT__INCLUDE=json.dumps([STORY]), GROUPAUDIT_SAMPLING__MAX_POSTS="12"
    )
    found = hospital.groups()[STORY]

    done = hospital.run("dossier", STORY, "-c", str(hospital.config), "--out", str(tmp_path / "d"))

    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "d").glob("*.docx")
    document = docx.Document(str(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    told = "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])
    assert STORY in told
    assert f"au moins {found['health']['persons_low']} personne" in told
    assert "Perte de confidentialité" in told
    assert found["health"]["samples"]
    for sample in found["health"]["samples"]:
        assert sample["excerpt"] not in told
        assert sample["post"] not in told
