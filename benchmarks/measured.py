"""A child process measured from outside: wall seconds, CPU seconds, peak memory."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Measured:
    """What a process took. ``peak_mb`` is its resident set at the most, in 10^6 bytes."""

    code: int
    wall_s: float
    cpu_s: float
    peak_mb: float

    def __str__(self) -> str:
        return (
            f"{self.wall_s:7.2f} s wall  {self.cpu_s:7.2f} s CPU  {self.peak_mb:6.0f} MB peak"
            f"  exit {self.code}"
        )


def run(command: list[str], environment: Mapping[str, str] = MappingProxyType({})) -> Measured:
    """Run ``command`` to its end, its output thrown away, with ``environment`` beside our own."""
    began = time.perf_counter()
    child = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | environment,
    )
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(child.returncode, wall, cpu, usage.ru_maxrss * 1024 / 1e6)
