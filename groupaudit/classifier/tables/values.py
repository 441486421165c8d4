"""What the cells of a column look like: numbers, names, births, contacts, health terms.

Each test is of one cell or of a column's sample; it never says what the table amounts to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

import re2

from groupaudit.classifier.detectors.bank import is_iban
from groupaudit.classifier.detectors.nir import has_valid_key
from groupaudit.classifier.lexicon import STRONG, Lexicon, first_names
from groupaudit.classifier.span import Span
from groupaudit.classifier.text import fold

#: Share of filled cells that must look like a thing before a column is taken for one.
MOST = 0.5
#: Share of free-text cells with a strong health term from which the column counts as telling.
TELLING = 0.02
#: Births spread over generations; other dates of a table lie within a few years.
_GENERATIONS = 25
_EARLIEST_BIRTH = 1900
#: Figures of a year: a cell with more of them holds a whole date.
_YEAR_DIGITS = 4
CIVILITIES = frozenset(
    b"m mr mme mlle mrs ms miss monsieur madame mademoiselle dr pr docteur".split()
)
_DOCTORS = ([b"dr"], [b"pr"], [b"docteur"], [b"doctor"], [b"prof"])
_NIR_SHAPE = re2.compile(rb"[12378]\d\d(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d\d|2[ab])\d{6}(?:\d\d)?")
_PHONE = re2.compile(rb"(?:\+?33|0|\+44)[ .\-]?\(?0?\)?[1-9](?:[ .\-]?\d){7,9}")
_EMAIL = re2.compile(rb"[^@\s]{1,64}@[^@\s]{1,200}\.[a-z]{2,24}")
_DATE = re2.compile(rb"(\d{1,4})[ ./\-](\d{1,2})[ ./\-](\d{2,4})(?:[ t]00:00(?::00(?:\.0+)?)?z?)?")
#: Dates without separators, year first or last, and with a month in letters.
_COMPACT_DATE = re2.compile(rb"((?:19|20)\d\d)(\d\d)(\d\d)|(\d\d)(\d\d)((?:19|20)\d\d)")
_WRITTEN_DATE = re2.compile(rb"(\d{1,2})(?:er)?[ \-]([a-z]{3,9})\.?[ \-](\d{4}|\d\d)")
#: How the names of months begin, in French and English.
_MONTHS = {
    "jan": 1, "fev": 2, "feb": 2, "mar": 3, "avr": 4, "apr": 4, "mai": 5, "may": 5, "juin": 6,
    "jun": 6, "juil": 7, "jul": 7, "aou": 8, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
#: A day, an hour, or both: "lundi 12/11/2026 à 14h30". Hours from one to another are a doctor's.
_APPOINTMENT = re2.compile(
    rb"(?:[a-z]{3,9}\.? )?"
    rb"(?:\d{1,4}[./\-]\d{1,2}(?:[./\-]\d{2,4})?|\d{1,2}(?:er)? [a-z]{3,9}\.?(?: \d{4})?)"
    rb"(?:(?: a | at |[ ,t]+)\d{1,2} ?[h:](?:\d\d)?(?::\d\d(?:\.0+)?)?z?(?: ?[ap]m)?)?"
    rb"|\d{1,2} ?[h:](?:\d\d)?(?: ?[ap]m)?"
)
#: What somebody has who sees a specialist, by category of the terms; and names of specialties that
#: the lexicons know as places of care only.
_CONDITIONS = frozenset(
    {"addiction", "cancer", "diagnosis", "genetics", "hiv_sti", "mental_health", "pregnancy"}
)
_SPECIALTIES = {
    "addiction": re2.compile(rb"\b(?:addictolog|tabacolog)"),
    "cancer": re2.compile(rb"\b(?:onco|cancerolog|radiotherap|chimio)"),
    "procedure": re2.compile(rb"\b(?:hemo)?dialys"),
}
#: Characters of a cell in which specialties are looked for.
_LONGEST_SPECIALTY = 200
_WORD, _DIGIT = re.compile(r"[^\W\d_]{2}"), re.compile(r"\d")
_CAPITAL_FIRST = re2.compile(rb"[A-Z][A-Za-z' \-]*")


def share(cells: Sequence[str], test: Callable[[str], bool]) -> float:
    """Share of ``cells`` that pass ``test``, 0 of none. Equal cells are tested once."""
    passed = sum(times for cell, times in Counter(cells).items() if test(cell))
    return passed / len(cells) if cells else 0.0


def is_nir(cell: str) -> bool:
    """Whether the cell is a social security number that bears its key."""
    return len(cell) <= 24 and has_valid_key(b"".join(fold(cell).lower.split()))


def is_nir_shaped(cell: str) -> bool:
    """Whether the cell is a social security number, perhaps without its key or with a wrong one."""
    return len(cell) <= 24 and bool(_NIR_SHAPE.fullmatch(fold(cell).words.replace(b" ", b"")))


def is_date(cell: str) -> bool:
    """Whether the cell is a date in figures."""
    return len(cell) <= 24 and bool(_DATE.fullmatch(fold(cell.strip()).lower))


def is_doctor(cell: str) -> bool:
    """Whether the cell names somebody by a doctor's title."""
    return fold(cell[:20]).words.split()[:1] in _DOCTORS


def is_appointment(cell: str) -> bool:
    """Whether the cell is one day, one hour, or both."""
    return len(cell) <= 40 and bool(_APPOINTMENT.fullmatch(fold(cell.strip()).lower))


def is_phone(cell: str) -> bool:
    """Whether the cell is a French or British telephone number."""
    return len(cell) <= 24 and bool(_PHONE.fullmatch(fold(cell.strip()).lower))


def is_email(cell: str) -> bool:
    """Whether the cell is an e-mail address."""
    return len(cell) <= 254 and bool(_EMAIL.fullmatch(fold(cell.strip()).lower))


def holds_a_word(cell: str) -> bool:
    """Whether the cell holds two letters, one after the other."""
    return (cell.isalpha() and len(cell) > 1) or bool(_WORD.search(cell))


def holds_a_digit(cell: str) -> bool:
    """Whether the cell holds a digit."""
    return cell.isdigit() or bool(_DIGIT.search(cell))


def is_bank_account(cell: str) -> bool:
    """Whether the cell is an IBAN that bears its check digits."""
    return len(cell) <= 42 and is_iban(fold(cell.strip()).lower)


def is_first_name(cell: str) -> bool:
    """Whether the cell is one or two first names and nothing else."""
    words = fold(cell[:40]).words.split()
    return 0 < len(words) <= 2 and all(word in first_names() for word in words)


def is_full_name(cell: str) -> bool:
    """Whether the cell is a name with a first name or a civility."""
    words = fold(cell[:60]).words.split()
    known = any(word in first_names() or word in CIVILITIES for word in words)
    return known and 2 <= len(words) <= 6


def is_surname(cell: str) -> bool:
    """Whether the cell is written as surnames are: few words, a capital first, no digit."""
    folded = fold(cell[:60].strip())
    return len(folded.words.split()) <= 4 and bool(_CAPITAL_FIRST.fullmatch(folded.plain))


def is_number(cell: str) -> bool:
    """Whether the cell is a measured value: a number, decimal comma or point, ``<`` allowed."""
    return cell.strip().lstrip("<>=+-± ").replace(",", "", 1).replace(".", "", 1).isdigit()


def joined_birth(cells: Sequence[str]) -> str:
    """The date in the first of ``cells`` that is one, else all that hold a digit or a month as one.

    Day, month and year may have a column each; a town under "naissance" is no part of a date.
    """
    parts = [cell.strip() for cell in cells if holds_a_digit(cell) or _month(cell)]
    whole = (part for part in parts if is_date(part) or sum(map(str.isdigit, part)) > _YEAR_DIGITS)
    return next(whole, "-".join(parts))


def birth(cell: str) -> str:
    """A date as ``yymmdd`` whatever its order, the digits of the cell when it is none."""
    if len(cell) == 10 and cell[2] == cell[5] == "/" and cell.isascii():  # the commonest, fast
        return cell[8:] + cell[3:5] + cell[:2]
    folded = fold(cell[:40].strip()).lower
    found = _DATE.fullmatch(folded) or _COMPACT_DATE.fullmatch(folded)
    if not found:
        return _written(folded) or "".join(chr(code) for code in folded if 0x30 <= code <= 0x39)
    first, month, last = (group.decode("ascii") for group in found.groups() if group)
    year, day = (first, last) if len(first) == 4 else (last, first)
    return f"{year[-2:]}{month:0>2}{day:0>2}"


def _written(folded: bytes) -> str:
    """A date with its month in letters as ``yymmdd``, ``""`` when it is none."""
    found = _WRITTEN_DATE.fullmatch(folded)
    if not found:
        return ""
    day, name, year = (group.decode("ascii") for group in found.groups())
    month = _month(name)
    return f"{year[-2:]}{month:02}{day:0>2}" if month else ""


def _month(name: str) -> int:
    """The number of the month that a word in any case names, 0 for another word."""
    known = fold(name[:10].strip()).words.decode("ascii").strip()
    return _MONTHS.get(known[:4]) or _MONTHS.get(known[:3]) or 0 if known.isalpha() else 0


def are_births(cells: Sequence[str]) -> bool:
    """Whether a column of dates spans generations, as births do."""
    years: list[int] = []
    for cell, times in Counter(cells).items():
        found = _DATE.fullmatch(fold(cell[:40].strip()).lower)
        if found and 4 in (len(found[1]), len(found[3])):
            years += [int(found[1] if len(found[1]) == 4 else found[3])] * times
    if len(years) < MOST * len(cells) or not years:
        return False
    years.sort()
    spread = years[len(years) * 9 // 10] - years[len(years) // 10]
    return years[0] >= _EARLIEST_BIRTH and spread >= _GENERATIONS


def categories(texts: Sequence[str], lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """The categories of the strong health terms in each of ``texts``, all of them different."""
    return _found(texts, lexicon, lambda term: term.weight >= STRONG)


def conditions(texts: Sequence[str], lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """The categories of what somebody has who sees the specialists named in each of ``texts``.

    Cardiology or surgery tells no illness, oncology, dialysis and psychiatry do.
    """
    found = _found(texts, lexicon, lambda term: term.category in _CONDITIONS)
    for text in texts:
        words = fold(text[:_LONGEST_SPECIALTY]).words
        found[text] |= {name for name, stems in _SPECIALTIES.items() if stems.search(words)}
    return found


def _found(
    texts: Sequence[str], lexicon: Lexicon, tells: Callable[[Span], bool]
) -> dict[str, frozenset[str]]:
    """The categories of those terms in each of ``texts`` that tell."""
    starts = list(accumulate((len(text) + len(_BETWEEN) for text in texts), initial=0))
    found: dict[str, frozenset[str]] = dict.fromkeys(texts, frozenset())
    number = 0
    for term in lexicon.find(fold(_BETWEEN.join(texts))):
        if tells(term):
            while starts[number + 1] <= term.start:
                number += 1
            found[texts[number]] |= {term.category}
    return found


def told(
    cells: Iterable[str],
    lexicon: Lexicon,
    find: Callable[[Sequence[str], Lexicon], dict[str, frozenset[str]]] = categories,
) -> tuple[int, Counter[str]]:
    """How many ``cells`` hold a strong health term, and how many hold one of each category.

    Or what ``find``, ``conditions`` perhaps, takes for telling.

    Equal cells, of which exports are full, are searched once, and all as one text: no term can
    reach from one cell into the next.
    """
    times = Counter(cells)
    found = find(list(times), lexicon)
    told_of: Counter[str] = Counter()
    for cell, named in found.items():
        for category in named:
            told_of[category] += times[cell]
    return sum(times[cell] for cell, named in found.items() if named), told_of


def telling(cells_told: int, kinds: int, cells: int) -> bool:
    """Whether so many cells with health terms make a column of ``cells`` one about health.

    Terms of several kinds, or most cells: one word that recurs ("opéré", of screens) tells nothing.
    """
    if not cells or cells_told < TELLING * cells:
        return False
    return kinds > 1 or cells_told >= MOST * cells


#: Three spaces once folded; the words of a term stand one space apart.
_BETWEEN = " \n "
