"""Whether words in pictures are recognised (OCR), how far, and what is installed for it.

It looks for libraries and for tesseract's language data; it loads neither and reads no picture:
that is for ``ocr``, in the separate process.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

#: Our languages as tesseract calls them (ISO 639-2), and Debian its packages of them.
_TESSERACT = {"fr": "fra", "en": "eng"}
#: Libraries of the extra ``ocr``: how they are imported.
_LIBRARIES = ("tesserocr", "PIL")
#: Where Debian, Fedora, others and a build by hand put the language data.
_FOLDERS = (
    "usr/share/tesseract-ocr/*/tessdata",
    "usr/share/tesseract/tessdata",
    "usr/share/tessdata",
    "usr/local/share/tessdata",
)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What is asked for: in which languages, and at what cost at most.

    ``pages`` and ``seconds`` (by the clock) are for one attachment with all that is nested in it,
    ``run_seconds`` for all attachments that one process reads. A picture is one page.
    """

    wanted: bool = True
    languages: tuple[str, ...] = ("fr", "en")
    pages: int = 20
    seconds: int = 30
    run_seconds: int = 1800


@dataclass(frozen=True, slots=True)
class Installed:
    """What is there: ``folder`` holds the data of ``languages``; the rest is not installed.

    ``languages`` and ``missing_languages`` are tesseract's names.
    """

    folder: str = ""
    languages: tuple[str, ...] = ()
    missing_languages: tuple[str, ...] = ()
    missing_libraries: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether words can be recognised, in one of the languages at least."""
        return bool(self.languages) and not self.missing_libraries

    @property
    def remedy(self) -> str:
        """What to install on Debian for the rest; empty when nothing is missing."""
        library = ["pip install 'groupaudit[ocr]'"] if self.missing_libraries else []
        packages = " ".join(f"tesseract-ocr-{name}" for name in self.missing_languages)
        return "; ".join([*library, f"apt-get install {packages}"] if packages else library)


def installed(languages: Iterable[str]) -> Installed:
    """What there is for ``languages`` (``fr``, ``en``), of the folder that has most of them.

    As for tesseract itself, ``TESSDATA_PREFIX`` names the only folder to look into.
    """
    wanted = tuple(_TESSERACT[language] for language in languages)
    folder = max(_folders(), key=lambda one: len(_held(one, wanted)), default=None)
    held = _held(folder, wanted) if folder else ()
    return Installed(
        folder=str(folder) if held else "",
        languages=held,
        missing_languages=tuple(name for name in wanted if name not in held),
        missing_libraries=tuple(name for name in _LIBRARIES if find_spec(name) is None),
    )


def _folders() -> list[Path]:
    named = os.environ.get("TESSDATA_PREFIX", "")
    if named:
        return [Path(named)]
    # The newest of several versions comes first.
    return [found for one in _FOLDERS for found in sorted(Path("/").glob(one), reverse=True)]


def _held(folder: Path, wanted: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in wanted if (folder / f"{name}.traineddata").is_file())
