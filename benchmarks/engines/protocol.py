"""How an engine is measured in a process of its own, by any interpreter that has it.

The process reads texts as JSON Lines (``text``) from stdin, gets ready, judges each text once and
writes one JSON object to stdout: versions, the seconds that each text took, peak memory in 10^6
bytes, and for each text whether it is taken for health data of an identifiable person (``strict``)
and of one patient (``wide``); or the package that is ``missing``. Needs the standard library only
and reaches no network: an engine that tries gets an error, as on a machine without one.
"""

from __future__ import annotations

import json
import resource
import socket
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, NoReturn

#: Two answers for one text: health data of an identifiable person, and of one patient.
Answer = tuple[bool, bool]
#: Judged once before the clock starts, so that whatever loads late is part of getting ready.
WARM_UP = (
    "Mme Durand Jeanne, née le 03/02/1951, hospitalisée pour une pneumopathie, sous Augmentin."
)


def run(engine: Callable[[], Callable[[str], Answer]], packages: tuple[str, ...]) -> None:
    """Measure the judge that ``engine`` makes; ``packages`` are those whose versions are told."""
    texts = [str(json.loads(line)["text"]) for line in sys.stdin if line.strip()]
    socket.socket.connect = _refuse
    socket.getaddrinfo = _refuse
    try:
        judge = engine()
    except ImportError as error:
        print(json.dumps({"missing": error.name or "a package"}))
        return
    judge(WARM_UP)
    answers, seconds = [], []
    for text in texts:
        start = time.perf_counter()
        answers.append(judge(text))
        seconds.append(time.perf_counter() - start)
    result = {
        "versions": {name: version(name) for name in packages},
        "seconds": seconds,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        "strict": [strict for strict, _ in answers],
        "wide": [wide for _, wide in answers],
    }
    print(json.dumps(result))


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise OSError("no network in a benchmark")
