"""The texts written for this project: what is marked in them stands in them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import training
from training.texts import CATEGORIES, read

OWN = Path(training.__file__).parent
FILES = sorted([*OWN.glob("corpus/*.jsonl"), *OWN.glob("held/*.jsonl")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_labels_name_what_stands_in_the_text(path):
    items = read(path)

    assert max(Counter(item.id for item in items).values()) == 1
    for item in items:
        written = item.subject, item.text
        assert all(any(span in each for each in written) for span in (*item.health, *item.person))
        assert item.categories <= set(CATEGORIES), item.id
        assert (item.persons or 0) > 0 or item.verdict not in (
            "identifiable_health",
            "health_person",
        )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_addresses_are_of_nobody(path):
    with path.open(encoding="utf-8") as lines:
        senders = [json.loads(line)["from"] for line in lines]

    assert all(sender.rstrip(">").endswith(".example") for sender in senders if "@" in sender)
