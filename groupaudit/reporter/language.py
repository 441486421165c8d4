"""A language of the reports: its catalogue (gettext) and its dates, numbers and plurals (CLDR).

English sentences are the keys; ``locale/fr.po`` holds the French ones and is read as it is, so that
there is nothing to compile. It is written with ordinary spaces, which nobody mistypes; the spaces
that French puts before its punctuation are made unbreakable here. A message without translation is
shown in English, never left out; a test keeps the catalogue complete.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from math import ceil
from typing import cast

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

#: Languages with a catalogue, and the CLDR locale of each. British dates: the readers are European.
LOCALES: dict[str, str] = {"fr": "fr_FR", "en": "en_GB"}

#: How a date and a time stand together.
_MOMENTS: dict[str, str] = {"fr": "d MMMM y 'à' HH:mm", "en": "d MMMM y, HH:mm"}

#: The language that this program is written in, and whose sentences are the keys.
SOURCE = "en"

#: Spaces that no line may break at (Lexique des règles typographiques en usage à l'Imprimerie
#: nationale): a whole one before a colon and inside quotation marks, else a thin one.
_FRENCH_SPACES = ((re.compile(" (?=[:»])|(?<=«) "), "\u00a0"), (re.compile(" (?=[;?!])"), "\u202f"))


def mark(message: str) -> str:
    """``message`` itself, marked for the catalogue: it is translated where it is shown."""
    return message


class Language:
    """Texts, dates and numbers of one language. Use ``language`` to get one."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._locale = Locale.parse(LOCALES[code])
        self._messages = _catalogue(code)

    def text(self, message: str, **values: object) -> str:
        """``message`` translated, with ``%(name)s`` filled from ``values`` where there are any."""
        # gettext answers the empty key with the catalogue's header.
        translated: str = self._messages.gettext(message) if message else ""
        return translated % values if values else translated

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """The form for ``count``, with ``%(count)s`` as a number of this language."""
        translated: str = self._messages.ngettext(one, many, count)
        return translated % {"count": self.number(count), **values}

    def listed(self, parts: Iterable[str]) -> str:
        """``parts`` that are not empty, between semicolons as this language sets them."""
        return self.text("; ").join(filter(None, parts))

    def pair(self, name: str, value: str) -> str:
        """``name`` and ``value`` with a colon between them as this language sets it."""
        return self.text("%(name)s: %(value)s", name=name, value=value)

    def number(self, value: float) -> str:
        """``value`` with this language's separators."""
        return _number(self._locale, value)

    def percent(self, share: float) -> str:
        """``share`` (0..1) as a percentage, with one decimal below ten percent."""
        pattern = self._locale.percent_formats[None].pattern
        shown = pattern if share >= 0.1 or share == 0 else pattern.replace("0", "0.#", 1)
        return _percent(self._locale, share, shown)

    def percent_at_most(self, share: float) -> str:
        """``share`` (0..1) as a percentage that is never less than it."""
        steps = 100 if share >= 0.1 else 1000
        return self.percent(min(1.0, ceil(share * steps - 1e-9) / steps))

    def day(self, when: datetime) -> str:
        """The UTC date of ``when``, such as 26/05/2023."""
        return _day(self._locale, when)

    def moment(self, when: datetime) -> str:
        """Date and time of ``when`` in UTC, saying so."""
        return f"{self.moment_at(when, UTC)} UTC"

    def moment_at(self, when: datetime, zone: tzinfo) -> str:
        """Date and time of ``when`` in ``zone``, which the caller names."""
        local = when.astimezone(zone)
        told: str = format_datetime(local, _MOMENTS[self.code], locale=self._locale)
        # The first of a month is an ordinal in French, which CLDR does not know.
        return f"1er{told[1:]}" if self.code == "fr" and local.day == 1 else told

    @property
    def messages(self) -> NullTranslations:
        """The catalogue, for template engines."""
        return self._messages


@cache
def language(code: str) -> Language:
    """The language ``code``. Raises KeyError for one that has no catalogue."""
    return Language(code)


# The same few numbers and days stand in all rows of a report: CLDR is asked once for each.
@lru_cache(maxsize=4096)
def _number(locale: Locale, value: float) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=4096)
def _percent(locale: Locale, share: float, pattern: str) -> str:
    return format_percent(share, format=pattern, locale=locale)


@lru_cache(maxsize=4096)
def _day(locale: Locale, when: datetime) -> str:
    return format_date(when.astimezone(UTC), "dd/MM/y", locale=locale)


def _typeset(french: str) -> str:
    """``french`` with the spaces of its punctuation unbreakable."""
    for pattern, space in _FRENCH_SPACES:
        french = pattern.sub(space, french)
    return french


def _catalogue(code: str) -> NullTranslations:
    if code == SOURCE:
        return NullTranslations()
    source = resources.files("groupaudit.reporter") / "locale" / f"{code}.po"
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=code)
    for message in catalogue:
        forms = message.string
        message.string = (
            _typeset(forms) if isinstance(forms, str) else tuple(map(_typeset, forms or ()))
        )
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return cast("NullTranslations", GNUTranslations(compiled))
