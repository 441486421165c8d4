"""Is everything installed that groupaudit needs? Libraries, and models for words in pictures.

Told by the installed metadata and by files; it imports none of them: whether one works, using it
tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import metadata
from typing import Literal

from groupaudit.doctor.outcome import Outcome, State
from groupaudit.posts.extract.recognition import Installed

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"extra\s*==\s*[\"']([\w-]+)[\"']")

#: Extras for those who develop groupaudit: nobody who audits needs them.
_FOR_DEVELOPERS = frozenset({"browser", "dev", "peers", "train"})


def installed(distribution: str = "groupaudit") -> Outcome:
    """Whether the libraries that ``distribution`` needs are there; absent extras are only named.

    An extra is a format that nobody asked for until it is installed: its absence is no defect.
    """
    declared = metadata.requires(distribution) or []
    absent = [requirement for requirement in declared if not _present(requirement)]
    needed = [one for one in absent if not _extra(one)]
    extras = [one for one in absent if _extra(one) and _extra(one) not in _FOR_DEVELOPERS]
    if not needed:
        without = f"; extras not installed: {_listed(extras)}" if extras else ""
        return Outcome("libraries", "libraries", State.OK, f"all that are needed{without}")
    return Outcome(
        "libraries",
        "libraries",
        State.FAILED,
        f"not installed: {_listed(needed)}",
        "An audit ends or misses content.",
        f"pip install {_listed(needed)}",
    )


def recognition(asked: Literal[True, False, "auto"], there: Installed) -> Outcome:
    """Whether words in pictures can be recognised as ``asked`` (``posts.ocr``).

    What is missing is a defect only where it was asked for; ``auto`` takes what there is.
    """
    check, title, unread = "ocr", "words in pictures", "pictures are counted as unreadable"
    if asked is False:
        return Outcome(check, title, State.SKIPPED, f"posts.ocr is false: {unread}")
    if there.usable:
        rest = f"; for more languages: {there.remedy}" if there.remedy else ""
        found = f"tesseract reads {' '.join(there.languages)}{rest}"
        return Outcome(check, title, State.OK, found)
    if asked is True:
        return Outcome(
            check, title, State.CONFIG, "not installed", "No audit starts.", there.remedy
        )
    return Outcome(check, title, State.SKIPPED, f"not installed: {unread}; {there.remedy}")


def _present(requirement: str) -> bool:
    try:
        metadata.version(_name(requirement))
    except metadata.PackageNotFoundError:
        return False
    return True


def _name(requirement: str) -> str:
    found = _NAME.match(requirement)
    return found.group() if found else requirement


def _extra(requirement: str) -> str:
    found = _EXTRA.search(requirement)
    return found.group(1) if found else ""


def _listed(requirements: Iterable[str]) -> str:
    return " ".join(sorted(_name(one) for one in requirements))
