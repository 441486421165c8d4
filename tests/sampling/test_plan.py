"""Drawing, stopping and what is concluded."""

from __future__ import annotations

import pytest

from groupaudit.model.sample import PostRef, SamplingKind
from groupaudit.sampling import Policy, SequentialSample
from groupaudit.sampling.persons import EvenPart, estimate_persons


def _refs(count: int) -> tuple[PostRef, ...]:
    return tuple(PostRef(key=f"post-{number}") for number in range(count))


def _run(refs, policy, positives=frozenset(), group="equipe@ch.example"):
    sample = SequentialSample(refs, policy, group)
    read = []
    for ref in sample:
        read.append(ref.key)
        sample.observe(positive=ref.key in positives)
    return sample, read


def test_sample_stops_early_when_nothing_is_found():
    sample, read = _run(_refs(5000), Policy())

    assert len(read) < 300
    assert sample.interval().high <= 0.01
    assert sample.interval().low == 0
    assert sample.kind is SamplingKind.SEQUENTIAL


def test_sample_reads_on_to_the_limit_when_something_is_found():
    everything = frozenset(ref.key for ref in _refs(5000))

    sample, read = _run(_refs(5000), Policy(max_posts=400), everything)

    assert len(read) == 400
    assert sample.interval().high == 1


def test_sample_stops_at_the_first_find_when_persons_need_no_count():
    everything = frozenset(ref.key for ref in _refs(5000))

    sample, read = _run(_refs(5000), Policy(full_when_found=False), everything)

    assert len(read) == 1
    assert sample.interval().low > 0


def test_small_group_is_read_whole():
    sample, read = _run(_refs(40), Policy(), frozenset({"post-3"}))

    assert len(read) == 40
    assert sample.kind is SamplingKind.CENSUS
    assert sample.interval().low == sample.interval().high == 1 / 40


def test_group_that_must_nearly_all_be_read_is_read_whole():
    sample, read = _run(_refs(24), Policy())

    assert len(read) == 24
    assert sample.interval().high == 0


def test_empty_group_holds_nothing_for_certain():
    sample, read = _run((), Policy())

    assert read == []
    assert sample.interval().high == 0
    assert sample.kind is SamplingKind.CENSUS


def test_same_seed_gives_the_same_sample_whatever_the_order_of_the_frame():
    policy = Policy(max_posts=50)

    assert _run(_refs(900), policy)[1] == _run(_refs(900)[::-1], policy)[1]
    assert _run(_refs(900), policy)[1] != _run(_refs(900), Policy(max_posts=50, seed=1))[1]
    assert _run(_refs(900), policy)[1] != _run(_refs(900), policy, group="autre@ch.example")[1]


def test_unread_posts_widen_the_bound():
    sample = SequentialSample(_refs(100), Policy(), "g@ch.example")
    for number, _ in enumerate(sample):
        if number % 2:
            sample.observe(positive=False)

    assert sample.examined == 50
    assert sample.kind is SamplingKind.SEQUENTIAL
    assert sample.interval().high > 0.02


@pytest.mark.parametrize(
    ("per_post", "examined", "size", "low", "estimate"),
    [
        ([], 10, 10, 0, 0),
        ([{1}, {2}, {1}], 3, 3, 2, 2),
        ([{1, 2}, {1, 2}], 2, 100, 2, 2),
        ([{1}, {2}, {3}, {3}], 4, 400, 3, 4),
        ([{1}, {2}, {3}], 3, 300, 3, 300),
    ],
)
def test_persons_estimate(per_post, examined, size, low, estimate):
    even = EvenPart(examined, size, (True,) * len(per_post))

    count = estimate_persons([frozenset(post) for post in per_post], 0, even)

    assert count.low == low
    assert count.estimate == pytest.approx(estimate, abs=1)


def test_persons_who_cannot_be_told_apart_count_at_least_once():
    assert estimate_persons([frozenset({1})], 4, EvenPart(2, 2, (True,))).low == 4


def test_persons_who_cannot_be_told_apart_may_be_those_who_are_named():
    per_post = [frozenset({1}), frozenset({2}), frozenset[int]()]

    assert estimate_persons(per_post, 1, EvenPart(3, 3, (True,) * 3)).low == 2
    assert estimate_persons(per_post, 1, EvenPart(3, 300, (True,) * 3)).estimate >= 2


def test_persons_of_favoured_posts_count_but_do_not_steer_the_estimate():
    per_post = [frozenset({1}), frozenset({2}), frozenset({3})]

    count = estimate_persons(per_post, 0, EvenPart(100, 1000, (False, False, False)))

    assert (count.low, count.estimate) == (3, 3)
