"""A process that has groupaudit's modules in memory and forks for each command of a test.

What is run is the command line in a process of its own, as ``python -m groupaudit`` would be, but
without the second that importing takes: the tests of the whole command run it some 150 times.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

#: What commands import when they come to it.
_LATER = ("groupaudit.wiring.announced", "jinja2", "jsonschema")


class Forks:
    """The process that forks; one for each process of the test suite."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, arguments: list[str], environment: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """``python -m groupaudit`` with ``arguments``, run to its end; its output is captured.

        Raises TimeoutExpired after ``timeout`` seconds.
        """
        with tempfile.TemporaryDirectory() as folder:
            outputs = [Path(folder, name) for name in ("stdout", "stderr")]
            asked = {
                "arguments": arguments,
                "environment": dict(environment),
                "folder": str(Path.cwd()),
                "outputs": list(map(str, outputs)),
                "timeout": timeout,
            }
            status = self._answer(json.dumps(asked))
            told = [output.read_text(encoding="utf-8") for output in outputs]
        if status == -signal.SIGALRM:
            raise subprocess.TimeoutExpired(arguments, timeout, *told)
        return subprocess.CompletedProcess(arguments, status, *told)

    def _answer(self, line: str) -> int:
        assert self._process.stdin, "opened with a pipe"
        assert self._process.stdout, "opened with a pipe"
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@cache
def forks() -> Forks:
    """The one of this process, started when a test first asks for it; it ends with its input."""
    return Forks()


def _serve() -> None:
    """Fork for each line of the input, and tell how the child ended."""
    for name in _LATER:
        __import__(name)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            _become(**asked)
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(
    arguments: list[str],
    environment: dict[str, str],
    folder: str,
    outputs: list[str],
    timeout: float,
) -> None:
    """Be ``python -m groupaudit`` in ``folder``."""
    signal.setitimer(signal.ITIMER_REAL, timeout)  # whose signal ends a process that handles none
    for number, path in enumerate(outputs, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["groupaudit", *arguments]
    runpy.run_module("groupaudit", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve()
