"""Moments of runs: to the second in reports, and in order within it."""

from __future__ import annotations

from groupaudit.wiring.histories import moment


def test_moments_come_in_order_when_they_share_a_second():
    moments = [moment() for _ in range(50_000)]

    assert moments == sorted(moments)
    assert len(set(moments)) > len({second for second, _ in moments})
    assert all(second.microsecond == 0 for second, _ in moments)
    assert max(within for _, within in moments) < 16**4
