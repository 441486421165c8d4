"""The command line against the emulated hospital, over real HTTP on the loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hospital import Hospital

from groupaudit.emulator.faults import Faults
from groupaudit.emulator.generator import generate
from groupaudit.emulator.server import Emulator


@pytest.fixture
def hospital(tmp_path) -> Iterator[Hospital]:
    """Forty groups, nothing going wrong."""
    with Emulator(generate(groups=40)) as emulator:
        yield Hospital(emulator, tmp_path)


@pytest.fixture
def no_posts(tmp_path) -> Iterator[Hospital]:
    """The same, readership only."""
    with Emulator(generate(groups=40)) as emulator:
        yield Hospital(emulator, tmp_path, sources="[]")


@pytest.fixture
def faulty(tmp_path):
    """Builds a hospital with the faults that a test names."""
    opened = []

    def _faulty(faults: Faults, groups: int = 40, **options: str) -> Hospital:
        emulator = Emulator(generate(groups=groups), faults=faults)
        emulator.start()
        opened.append(emulator)
        return Hospital(emulator, tmp_path, **options)

    yield _faulty
    for emulator in opened:
        emulator.stop()
