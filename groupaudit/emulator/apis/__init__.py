"""One module for each API of Google that the emulator plays: discovery method id to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from groupaudit.emulator.messages import Call, Response

Answer = dict[str, Any] | Response
"""A JSON object, or a whole response where the API does not speak JSON."""

Answers = Mapping[str, Callable[[Call], Answer]]
