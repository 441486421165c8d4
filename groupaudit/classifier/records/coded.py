"""Categories of health data behind codes: ICD-10 diagnoses, and the lists of ``codes.toml``.

ICD-10 (WHO) chapters and blocks are listed where they are reported by a category of their own.
Knows codes only: what a record means by them is its reader's business.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from itertools import islice
from typing import Any

from groupaudit.classifier.records.record import Fact

#: ICD-10 blocks that are reported by a category of their own; the first match wins.
_ICD10 = (
    (re.compile(r"F1\d|Z(?:71[45]|72[01])|T40"), "addiction"),
    (re.compile(r"F|X[67]\d|X8[0-4]|Z915"), "mental_health"),
    (re.compile(r"B2[0-4]|Z21|A5\d|A6[0-4]|Z114|Z206"), "hiv_sti"),
    (re.compile(r"C|D[0-3]\d|D4[0-8]|Z85"), "cancer"),
    (re.compile(r"O|Z3[0-9]|Z640"), "pregnancy"),
    (re.compile(r"Q9|Z148|Z15"), "genetics"),
)
_ICD10_CODE = re.compile(r"[A-Z]\d{2}(?:\.?[0-9A-Z+]{0,4})?\Z")


@lru_cache(maxsize=1)
def codes() -> dict[str, Any]:
    """The lists of ``codes.toml``, as they stand there."""
    data = resources.files("groupaudit.classifier.records").joinpath("codes.toml")
    return tomllib.loads(data.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def category_of(*table: str) -> dict[str, str]:
    """Code -> category, of a table of ``codes.toml`` that lists codes by category."""
    found = codes()
    for name in table:
        found = found[name]
    return {code: category for category, listed in found.items() for code in listed}


@lru_cache(maxsize=8)
def listed(*path: str) -> frozenset[str]:
    """A list of ``codes.toml``."""
    found: Any = codes()
    for name in path:
        found = found[name]
    return frozenset(found)


def diagnosis(codes_given: Iterable[str], label: str) -> tuple[Fact, ...]:
    """The facts in a coded diagnosis: itself, and the narrower category that ICD-10 tells."""
    plain = (code.strip().upper().replace(".", "") for code in codes_given)
    found = (block for code in plain if _ICD10_CODE.match(code) for block in _blocks(code))
    return (Fact("diagnosis", label), *(Fact(category) for category in islice(found, 1)))


def _blocks(code: str) -> Iterator[str]:
    return (category for block, category in _ICD10 if block.match(code))
