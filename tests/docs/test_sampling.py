"""docs/sampling.md: its worked example comes out of the code that it describes."""

from __future__ import annotations

import re
from pathlib import Path

from groupaudit.sampling import bounds
from groupaudit.sampling.persons import estimate_persons

PAGE = (Path(__file__).parents[2] / "docs" / "sampling.md").read_text(encoding="utf-8")


def test_worked_example_is_what_the_bounds_say():
    needed = bounds.reads_needed(2000, 0.01, 0.95)
    _none, most = bounds.none_found(2000, needed, 0.95)
    low, high = bounds.found_reading_on(2000, 500, 3, needed, 0.95)
    persons = estimate_persons([frozenset({1}), frozenset({1, 2}), frozenset({3})], 0, 500, 2000)
    before, after = (bounds.chance(2000, 21, read, 0) for read in (needed - 1, needed))

    assert f"after **{needed}** it is {after:.2%}".replace("%", " %") in PAGE
    assert f"After {needed - 1} posts it is {before:.2%}".replace("%", " %") in PAGE
    assert f"(0 to **{most}**)" in PAGE
    assert f"**{low}** to **{high}** posts" in PAGE
    assert f"about **{persons.estimate}** persons, at least {persons.low}" in PAGE


def test_table_of_silent_groups_is_what_the_code_reads():
    rows = re.findall(r"^\| ([\d,]+) \| (\d+) \|$", PAGE, re.MULTILINE)
    assert len(rows) == 5
    for size, read in rows:
        assert bounds.reads_needed(int(size.replace(",", "")), 0.01, 0.95) == int(read)


def test_patients_of_one_document_count_once_when_ten_messages_forward_it():
    patients = frozenset({1, 2, 3})

    assert estimate_persons([patients] * 10, 0, 10, 10).low == len(patients)
