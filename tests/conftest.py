"""The whole suite: long tests begin first, so that no worker is left with one; no draw is timed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

#: A busy machine is slow to draw and to run an example: that says nothing of the code.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

_WHOLE_COMMAND = Path(__file__).parent / "e2e"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the whole command first, then what is marked slow, each in the order it had."""
    items.sort(key=_haste)


def _haste(item: pytest.Item) -> tuple[bool, bool]:
    return not item.path.is_relative_to(_WHOLE_COMMAND), item.get_closest_marker("slow") is None
