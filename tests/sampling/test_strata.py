"""How a frame is divided, in which order its posts come, and what a divided sample concludes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.model.sample import PostRef, SamplingKind
from groupaudit.sampling import Policy, SequentialSample
from groupaudit.sampling.strata import LONG_CONVERSATION, Design, Sketch, Stratum

START = datetime(2016, 1, 4, tzinfo=UTC)


def frame(size, attached=0.0, start=0):
    """Posts over ten years; which have attachments depends on their number alone."""
    return tuple(
        PostRef(
            f"post-{number}",
            START + timedelta(hours=3600 * 24 * number / max(size, 1)),
            thread=f"thread-{number}",
            attachments=Random(number).random() < attached,
        )
        for number in range(start, start + size)
    )


def sketch(refs):
    return Sketch.of(refs, 1, "equipe@ch.example")


def run(refs, policy=Policy(), positives=frozenset(), group="equipe@ch.example"):  # noqa: B008 - frozen
    sample = SequentialSample(refs, policy, group)
    read = []
    for ref in sample:
        read.append(ref)
        sample.observe(positive=ref.key in positives)
    return sample, read


@pytest.mark.parametrize(
    ("attached", "favoured_rate", "weight"), [(0.1, 3, 3), (0.4, 2, 2), (0.8, 1, 1), (0, 1, 1)]
)
def test_favoured_posts_are_drawn_at_the_stated_weight(attached, favoured_rate, weight):
    refs = frame(4000, attached)
    sample, read = run(refs)

    there = sum(ref.attachments for ref in refs)
    drawn = sum(ref.attachments for ref in read)

    assert sample.design.weight == weight
    assert sample.design.favoured == (there if weight > 1 else 0)
    if there:
        rate = (drawn / there) / ((len(read) - drawn) / (len(refs) - there))
        assert rate == pytest.approx(favoured_rate, rel=0.25 if weight == 1 else 0.05)


def test_posts_of_long_conversations_are_favoured():
    refs = [
        PostRef(f"p{number}", thread="long" if number < LONG_CONVERSATION else f"t{number // 7}")
        for number in range(400)
    ]

    assert sketch(refs).favoured.sum() == LONG_CONVERSATION


def test_posts_without_a_conversation_are_no_long_one():
    assert not sketch([PostRef(f"p{number}") for number in range(200)]).favoured.any()


def test_every_eighth_of_the_time_is_read_in_proportion():
    _, read = run(frame(4000))

    eighths = Counter(int(ref.key.removeprefix("post-")) // 500 for ref in read)

    assert len(eighths) == 8
    assert max(eighths.values()) - min(eighths.values()) <= 1


def test_frame_of_which_nothing_is_known_is_one_stratum():
    sample, _ = run([PostRef(f"p{number}") for number in range(3000)])

    assert (sample.design.strata, sample.design.weight) == (1, 1)


@pytest.mark.parametrize("odd", [1, 9998])
def test_dates_of_any_year_are_sliced(odd):
    refs = (*frame(300), PostRef("odd", datetime(odd, 12, 31, tzinfo=UTC)), PostRef("undated"))

    assert sum(stratum.size for stratum in sketch(refs).design(1)[0].strata) == 302


def test_many_posts_of_one_moment_make_no_tiny_stratum():
    refs = [
        PostRef(f"p{number}", START + timedelta(days=max(0, number - 1990)))
        for number in range(2000)
    ]

    assert min(stratum.size for stratum in sketch(refs).design(1)[0].strata) >= 25


@given(
    st.lists(st.tuples(st.integers(1, 300), st.integers(1, 3)), min_size=1, max_size=9), st.data()
)
def test_each_stratum_is_within_a_post_of_its_due_whenever_reading_stops(strata, data):
    design = Design(tuple(Stratum(*each) for each in strata))
    turns = list(design.turns())
    stop = data.draw(st.integers(0, len(turns)))
    reads = Counter(turns[:stop])
    live = [
        (stratum.weight * stratum.size, reads[number])
        for number, stratum in enumerate(design.strata)
        if reads[number] < stratum.size
    ]

    assert Counter(turns) == {number: stratum.size for number, stratum in enumerate(design.strata)}
    moments = [((count - 0.5) / rate, (count + 0.5) / rate) for rate, count in live]
    assert max((last for last, _ in moments), default=0) <= min(
        (due for _, due in moments), default=1
    )


def test_same_seed_gives_the_same_sample_whatever_the_order_of_the_frame():
    refs, policy = frame(1500, 0.2), Policy(max_posts=60)

    assert run(refs, policy)[1] == run(refs[::-1], policy)[1]
    assert run(refs, policy)[1] != run(refs, Policy(max_posts=60, seed=1))[1]


def test_archive_that_grew_keeps_most_of_its_sample_and_the_order_within_strata():
    older, grown = frame(3000, 0.2), (*frame(3000, 0.2), *frame(150, 0.2, start=3000))

    _, before = run(older)
    _, after = run(grown)

    known = {ref.key for ref in older}
    kept = [ref.key for ref in after if ref.key in {each.key for each in before}]
    assert len(kept) > 0.85 * sum(ref.key in known for ref in after)


def test_silent_group_is_bounded_although_posts_are_favoured():
    sample, read = run(frame(5000, 0.2))

    assert sample.kind is SamplingKind.SEQUENTIAL
    assert sample.interval().high <= 0.01
    assert len(read) <= 1.6 * 300


def test_weight_gives_way_when_the_promise_would_not_fit():
    policy = Policy(max_posts=310)

    assert run(frame(5000, 0.02), policy)[0].design.weight == 3
    assert run(frame(5000, 0.3), policy)[0].design.weight == 1
    assert run(frame(5000, 0.3), policy)[0].interval().high <= 0.01


def test_unread_attachments_widen_the_bound_or_prolong_the_reading():
    refs = frame(3000, 0.2)
    sample = SequentialSample(refs, Policy(), "g@ch.example")
    for ref in sample:
        if not ref.attachments:
            sample.observe(positive=False)

    unread = sum(ref.attachments for ref in refs)
    assert sample.interval().high >= unread / 3000


def test_even_part_holds_favoured_posts_at_the_rate_of_the_others():
    refs = frame(4000, 0.2)
    everything = frozenset(ref.key for ref in refs)
    sample, read = run(refs, Policy(), everything)

    even = sample.even_part()
    kept = [ref for ref, counts in zip(read, even.finds, strict=True) if counts]

    assert len(kept) == even.examined < len(read)
    share = sum(ref.attachments for ref in refs) / len(refs)
    assert sum(ref.attachments for ref in kept) / len(kept) == pytest.approx(share, abs=0.02)


def test_interval_holds_its_estimate_in_a_large_frame():
    refs = frame(20_000, 0.2)
    keys = np.array([ref.key for ref in refs])
    for share in (0.001, 0.02, 0.3):
        chosen = keys[np.random.default_rng(7).random(len(keys)) < share]
        sample, _ = run(refs, Policy(), frozenset(chosen.tolist()))
        interval = sample.interval()

        assert interval.low <= interval.estimate <= interval.high
