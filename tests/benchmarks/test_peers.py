"""The comparison with other tools: what is absent is skipped and named, the rest is measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POSITIVE = "M. Armel Tréhoret, né le 03/02/1951, hospitalisé pour une pneumopathie, sous Augmentin."
TEXTS = (
    ("identifiable_health", POSITIVE),
    ("identifiable_health", POSITIVE.replace("pneumopathie", "fracture du poignet")),
    ("ordinary", "Le pot de départ est à 17 h dans la salle bleue."),
)


def _compare(*words: str) -> str:
    command = [sys.executable, "-m", "benchmarks.classify", "--peers", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def bare(tmp_path):
    """An interpreter that has the standard library only."""
    path = tmp_path / "python"
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    path.chmod(0o700)
    return path


@pytest.mark.skipif(os.name != "posix", reason="the interpreter is a shell script")
def test_missing_engines_are_named_and_the_others_measured(tmp_path, bare):
    data = tmp_path / "mail.jsonl"
    data.write_text("".join(json.dumps({"label": a, "text": b}) + "\n" for a, b in TEXTS))
    missing = ("--presidio-python", str(bare), "--edsnlp-python", str(bare))
    told = _compare("--data", str(data), "--ordinary", str(tmp_path / "none"), *missing)

    assert f"presidio: skipped, {bare} has no presidio_analyzer: pip install" in told
    assert f"edsnlp: skipped, {bare} has no edsnlp: pip install" in told
    rows = [line for line in told.splitlines() if line.startswith("| groupaudit |")]
    assert len(rows) == 2
    assert rows[0].startswith("| groupaudit | 1.00 [0.34–1.00] | 1.00 [0.34–1.00] |")
    assert "Tréhoret" not in told


def test_absent_texts_are_said_to_be(tmp_path):
    told = _compare("--data", str(tmp_path / "none.jsonl"))

    assert "is absent" in told
    assert "|" not in told
