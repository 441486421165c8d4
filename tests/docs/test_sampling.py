"""docs/sampling.md: its worked example comes out of the code that it describes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from groupaudit.model.sample import PostRef
from groupaudit.sampling import Policy, SequentialSample, bounds, stratified, tails
from groupaudit.sampling.persons import EvenPart, estimate_persons
from groupaudit.sampling.strata import Design, Stratum
from groupaudit.sampling.stratified import Seen

PAGE = (Path(__file__).parents[2] / "docs" / "sampling.md").read_text(encoding="utf-8")
SAID = " ".join(PAGE.split())

#: The example's strata: eight slices of the plain posts, eight of the favoured.
EXAMPLE = Design((Stratum(200),) * 8 + (Stratum(50, 3),) * 8)


def _posts(size: int, favoured_percent: int) -> list[PostRef]:
    start = datetime(2016, 1, 4, tzinfo=UTC)
    return [
        PostRef(
            f"post-{number}",
            start + timedelta(hours=number),
            attachments=number * 7919 % 100 < favoured_percent,
        )
        for number in range(size)
    ]


def _silent(size: int, favoured_percent: int) -> SequentialSample:
    sample = SequentialSample(_posts(size, favoured_percent), Policy(), "equipe@ch.example")
    for _ in sample:
        sample.observe(positive=False)
    return sample


def _cells(reads: int) -> tuple[tails.Cell, ...]:
    turns = list(islice(EXAMPLE.turns(), reads))
    sizes = [stratum.size for stratum in EXAMPLE.strata]
    return stratified.cells_of(sizes, [turns.count(number) for number in range(len(sizes))])


def _bounds(plain: int, favoured: int) -> tuple[int, int]:
    stage, end = _cells(375), _cells(500)
    classes = Seen(end[:8], plain, stage[:8]), Seen(end[8:], favoured, stage[8:])
    return stratified.found_reading_on(classes, 0.95)


def test_example_stops_where_the_code_stops():
    sample = _silent(2000, 20)
    before, after = (tails.silence(_cells(reads), 21) for reads in (374, 375))

    assert sample.design.favoured == 400
    assert f"weight {sample.design.weight} a silent group takes {sample.examined} posts" in SAID
    assert f"by time alone it would take {_silent(2000, 0).examined}." in SAID
    assert f"a chance of {before:.3%}, after **{sample.examined}** it is {after:.3%}" in (
        SAID.replace(" %", "%")
    )
    assert f"(0 to **{round(2000 * sample.interval().high)}**)" in SAID
    plain = sum(cell.read for cell in _cells(374)[:8])
    assert f"After 374 posts ({plain} plain, {374 - plain} favoured)" in SAID


def test_favouring_finds_attachments_as_often_as_it_says():
    drawn = sum(cell.read for cell in _cells(375)[8:])
    evenly = round(_silent(2000, 0).examined * 400 / 2000)
    favoured, plain = (1 - bounds.chance(400, 5, reads, 0) for reads in (drawn, evenly))

    assert f"with a chance of {favoured:.0%}, by time alone of {plain:.0%}." in (
        SAID.replace(" %", "%")
    )


def test_example_of_three_finds_is_what_the_bounds_say():
    plain = sum(cell.read for cell in _cells(500)[:8])
    estimate = 1600 / plain + 2 * 400 / (500 - plain)
    low, high = _bounds(1, 2)

    assert f"{plain} plain and {500 - plain} favoured" in SAID
    assert f"= **{estimate:.1f}** posts" in SAID
    assert f"the interval **{low}** to **{high}** posts" in SAID
    assert "If all three are plain, {} to {};".format(*_bounds(3, 0)) in SAID
    assert "all favoured, {} to {}.".format(*_bounds(0, 3)) in SAID
    simple = bounds.found_reading_on(2000, 500, 3, bounds.reads_needed(2000, 0.01, 0.95), 0.95)
    assert "a simple random sample of 500 says {} to {}.".format(*simple) in SAID


def test_example_of_persons_is_what_the_estimate_says():
    share = min(cell.read / cell.size for cell in _cells(500))
    even = sum(round(share * stratum.size) for stratum in EXAMPLE.strata)
    per_post = [frozenset({1}), frozenset({1, 2}), frozenset({3})]
    persons = estimate_persons(per_post, 0, EvenPart(even, 2000, (True,) * 3))

    assert f"*n* = {even} and *r* = {even / 2000:.3f}" in SAID
    assert f"about **{persons.estimate}** persons, at least {persons.low}" in SAID


@pytest.mark.parametrize("size", [100, 300, 1000, 5000, 20_000])
def test_table_of_silent_groups_is_what_the_code_reads(size):
    row = next(re.finditer(rf"^\| {size:,} \| (\d+) \| (.+) \|$", PAGE, re.MULTILINE))
    told = [row[1], *row[2].split(" | ")]

    for favoured, cell in zip((0, 10, 25, 50), told, strict=True):
        sample = _silent(size, favoured)
        weight = f" (×{sample.design.weight})" if favoured else ""
        assert cell == f"{sample.examined}{weight}"


def test_patients_of_one_document_count_once_when_ten_messages_forward_it():
    patients = frozenset({1, 2, 3})
    even = EvenPart(10, 10, (True,) * 10)

    assert estimate_persons([patients] * 10, 0, even).low == len(patients)
