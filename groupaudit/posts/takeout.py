"""Which folders and zips of Google Takeout hold the posts of a group.

Takeout keeps them as ``Takeout/Groups/<domain>/<group>/topics.mbox``, in one folder or in several
zips, and translates every name but the domain's and the group's: those alone are looked at. Opens
no post and unpacks nothing; looks at the archive's folder once.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath

from groupaudit.posts import unpack

#: Folders between the archive's own and the one that has folders of domains.
_MAX_DEPTH = 3

#: Domain and group.
_Names = tuple[str, str]


class Takeouts:
    """What Takeout left below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folders(self, address: str) -> Iterator[Path]:
        """The folders that would hold the posts of ``address``; some may not exist."""
        local, _, domain = address.partition("@")
        for place in self._places:
            yield place / domain / local

    def zips(self, address: str) -> Iterator[Path]:
        """The zips that hold posts of ``address``."""
        wanted = _names_of(address)
        return (path for path, names in self._listed if names and wanted in names)

    @property
    def unreadable(self) -> int:
        """Zips of which nobody can tell what they hold."""
        return sum(names is None for _path, names in self._listed)

    @cached_property
    def _places(self) -> tuple[Path, ...]:
        return tuple(
            folder
            for folder in _folders(self._folder, _MAX_DEPTH)
            if any("." in below.name for below in _subfolders(folder))
        )

    @cached_property
    def _listed(self) -> tuple[tuple[Path, frozenset[_Names] | None], ...]:
        """The zips that are not one group's own, each with the groups that it has; None unknown."""
        paths = [path for folder in _folders(self._folder, 1) for path in _zips(folder)]
        return tuple((path, _groups(path)) for path in paths)


def is_of(name: PurePosixPath, address: str) -> bool:
    """Whether a file in a zip lies where Takeout puts the posts of ``address``."""
    return _names(name) == _names_of(address)


def _names(name: PurePosixPath) -> _Names | None:
    folders = name.parts[:-1]
    return (folders[-2].lower(), folders[-1].lower()) if len(folders) > 1 else None


def _names_of(address: str) -> _Names:
    local, _, domain = address.lower().partition("@")
    return domain, local


def _groups(path: Path) -> frozenset[_Names] | None:
    try:
        with zipfile.ZipFile(path) as archive:
            files = filter(unpack.is_mail, map(PurePosixPath, archive.namelist()))
            return frozenset(names for names in map(_names, files) if names)
    # A zip that somebody left here and that nobody can open: the caller counts it.
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError):
        return None


def _folders(folder: Path, depth: int) -> Iterator[Path]:
    """``folder`` and those below it to a depth, but for the folders of single groups."""
    yield folder
    if depth:
        for below in _subfolders(folder):
            yield from _folders(below, depth - 1)


def _subfolders(folder: Path) -> list[Path]:
    return [path for path in _entries(folder) if "@" not in path.name and path.is_dir()]


def _zips(folder: Path) -> list[Path]:
    return [
        path
        for path in _entries(folder)
        if path.suffix.lower() == ".zip" and "@" not in path.name and path.is_file()
    ]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []  # it is gone, or another account's
