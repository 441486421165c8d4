"""Seeded generators, opaque ids and the phrase bank's files. Refuses any unseeded randomness."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any


def dice(*name: object) -> Random:
    """A generator that depends on ``name`` alone, so that things can be made in any order."""
    seed = "/".join(map(str, name))
    return Random(seed)  # noqa: S311 - reproducible invention, nothing secret


def token(length: int, *name: object) -> str:
    """An id of ``length`` URL-safe characters that depends on ``name`` alone (44 at most)."""
    digest = hashlib.sha256("/".join(map(str, name)).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:length]


def digits(length: int, *name: object) -> str:
    """An id of ``length`` decimal digits, not starting with 0, that depends on ``name`` alone."""
    number = int.from_bytes(hashlib.sha256("/".join(map(str, name)).encode()).digest())
    low = 10 ** (length - 1)
    return str(low + number % (9 * low))


@cache
def bank(name: str) -> dict[str, Any]:
    """One file of the phrase bank, parsed once."""
    text = files("groupaudit.emulator.hospital").joinpath("data", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
