"""The emulated hospital on loopback, and the collector that asks it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import pytest

from groupaudit.collector.source import WorkspaceGroups
from groupaudit.emulator.access import Access as Granted
from groupaudit.emulator.faults import Faults
from groupaudit.emulator.generator import generate
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Tenant
from groupaudit.google.auth import Access
from groupaudit.google.transport import GoogleApis


class SkippedTime:
    """Time that goes on without waiting: what a test wants to see is which answers come."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def sleep(self, seconds: float) -> None:
        self._skipped += seconds

    def clock(self) -> float:
        return monotonic() + self._skipped


NO_FAULTS, ALL_GRANTED = Faults(), Granted()


class Hospital:
    """A running emulator and the means to collect from it."""

    def __init__(self, stack: ExitStack, folder: Path, emulator: Emulator) -> None:
        self._stack = stack
        self.emulator = emulator
        self.key = folder / "key.json"
        emulator.write_key(self.key)
        admins = [user.email for user in emulator.tenant.users if user.admin]
        self.admin = admins[0] if admins else ""

    def google(self, *, subject: str | None = None) -> GoogleApis:
        access = Access(
            str(self.key),
            subject=self.admin if subject is None else subject,
            api_root=self.emulator.url,
        )
        time = SkippedTime()
        return self._stack.enter_context(GoogleApis(access, sleep=time.sleep, clock=time.clock))

    def groups(self, *, subject: str | None = None, **options: object) -> WorkspaceGroups:
        return WorkspaceGroups(self.google(subject=subject), **options)


@pytest.fixture
def hospital(tmp_path: Path) -> Iterator[Callable[..., Hospital]]:
    with ExitStack() as stack:

        def start(
            tenant: Tenant | None = None,
            faults: Faults = NO_FAULTS,
            granted: Granted = ALL_GRANTED,
        ) -> Hospital:
            emulator = Emulator(tenant or generate(40), faults=faults, access=granted)
            return Hospital(stack, tmp_path, stack.enter_context(emulator))

        yield start
