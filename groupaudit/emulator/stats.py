"""Counts of what was asked and what was answered. No address, path or content is kept."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any


class Stats:
    """Calls per method and answers per status; items of a batch count as calls. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, int]] = Counter()

    def count(self, label: str, status: int) -> None:
        """One call of ``label`` was answered with ``status``."""
        with self._lock:
            self._answers[label, status] += 1

    def reset(self) -> None:
        """Begin again at nought."""
        with self._lock:
            self._answers.clear()

    def as_json(self) -> dict[str, Any]:
        """``methods`` and ``statuses`` to counts, ``answers`` to counts by method and status."""
        with self._lock:
            answers = dict(self._answers)
        methods: Counter[str] = Counter()
        statuses: Counter[str] = Counter()
        by_method: dict[str, dict[str, int]] = {}
        for (label, status), number in sorted(answers.items()):
            methods[label] += number
            statuses[str(status)] += number
            by_method.setdefault(label, {})[str(status)] = number
        return {"methods": dict(methods), "statuses": dict(statuses), "answers": by_method}
