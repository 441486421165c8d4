"""The command line against the emulated hospital, over real HTTP on the loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from hospital import Hospital

from groupaudit.emulator.faults import Faults
from groupaudit.emulator.generator import generate
from groupaudit.emulator.hospital.policies import OrgPolicy
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
def faulty(tmp_path) -> Iterator[Callable[..., Hospital]]:
    """Builds a hospital with the faults that a test names; ``options`` are ``Hospital``'s."""
    with ExitStack() as opened:

        def _faulty(
            faults: Faults | None = None,
            *,
            groups: int = 40,
            org_policy: OrgPolicy = "public",
            **options: str,
        ) -> Hospital:
            tenant = generate(groups, org_policy=org_policy)
            emulator = opened.enter_context(Emulator(tenant, faults=faults or Faults()))
            return Hospital(emulator, tmp_path, **options)

        yield _faulty
