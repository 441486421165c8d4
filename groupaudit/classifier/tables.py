# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Tables judged by their columns: header words, sampled values, then persons counted row by row.

Rows stream: memory grows with distinct persons, never with rows. Cells are never kept beyond the
sample. A table without a header is judged by its values alone.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import re2

from groupaudit.classifier.detectors.nir import has_valid_key
from groupaudit.classifier.lexicon import Lexicon
from groupaudit.classifier.persons import keyed
from groupaudit.classifier.text import fold
from groupaudit.model.finding import Verdict
from groupaudit.model.post import Table

SAMPLE_ROWS = 2000
#: Share of sampled, filled cells that must look like a thing before a column is taken for one.
MOST = 0.5
#: Share of free-text cells with a strong health term from which the column counts as telling.
TELLING = 0.02
WIDEST_CELL = 4000

#: Column kind -> header expression (folded, words only, spaces around); the first wins.
_HEADERS: tuple[tuple[str, bytes], ...] = (
    ("professional", rb" (?:prescripteurs?|presc|medecins?|rpps|adeli|finess|operateur|operatrice|preleveur|infirmier\w*|ide|technicien|praticien|chirurgien|interne|doctor|physician|consultant|nurse|gp|provider|fonction|grade|poste|metier|referent|responsable|auteur|redacteur) "),
    ("nir", rb" (?:nir|secu|n ss|num ss|no ss|numero ss|insee|ins|securite sociale|nss) "),
    ("record_number", rb" (?:ipp|nip|nda|iep|mrn|num dossier|n dossier|dossier|no dossier|numero dossier|nhs|nhs number|nhs no|patient id|id patient|hospital no|hospital number|chart|num sejour|sejour) "),
    ("dob", rb" (?:ddn|dob|date naiss\w*|date de naissance|naissance|naiss|dn|birth\w*|date of birth|ne le) "),
    ("first_name", rb" (?:prenoms?|first name|firstname|given name|forename) "),
    ("name", rb" (?:noms?|nom naiss\w*|nom usage|nom de naissance|name|surname|last name|lastname|patiente?s?|residente?s?|usager|beneficiaire|agent|eleve|enfant|full name|client|identite|adherent) "),
    ("phone", rb" (?:tel\w*|portable|mobile|phone|fixe|gsm) "),
    ("email", rb" (?:e mail|email|mail|courriel) "),
    ("address", rb" (?:adresse|address|rue|cp|code postal|ville|commune|domicile|postcode|city) "),
    ("room", rb" (?:chambre|ch|lit|room|bed|box) "),
    ("blood_group", rb" (?:groupe abo|abo|rhesus|rh|phenotype|groupe sanguin|blood group|groupage) "),
    ("comment", rb" (?:comm|commentaires?|comments?|observations?|remarques?|notes?|obs|motif|precisions|particularites?|details?|conduite a tenir|information) "),
    ("hiv_sti", rb" (?:vih|hiv|ag hbs|vhc|vhb|syphilis|tpha) "),
    ("pregnancy", rb" (?:grossesse|grossesse sa|bhcg|sa|terme|ddr|pregnan\w*) "),
    ("lab", rb" (?:hb|leuco|plaq\w*|inr|na|k|creat\w*|dfg|glycemie|hba1c|crp|tsh|ferritine|ldl|psa|alat|asat|rai|resultats?|valeur|result|results|analyse|test|uree|mmol l|g dl|mg l|ui l|g l|umol l|troponine\w*) "),
    ("sick_leave", rb" (?:arret\w*|motif absence|type absence|sick\w*|maladie|at mp) "),
    ("diet", rb" (?:regime|texture|diet|alimentation|allergies?) "),
    ("diagnosis", rb" (?:diagnostic\w*|pathologie|diag|cim|cim 10|icd\w*|ald|exo ald|diagnosis|antecedents|atcd|intervention|acte|motif hospitalisation|indication) "),
    ("drug", rb" (?:traitements?|medicaments?|drug|medication|meds|posologie|dose|molecule|vaccins?|dci) "),
)  # fmt: skip
_COMPILED = tuple((kind, re2.compile(expression)) for kind, expression in _HEADERS)
IDENTIFYING = frozenset({"nir", "record_number", "name", "first_name", "dob"})
HEALTH = frozenset(
    {"blood_group", "hiv_sti", "pregnancy", "lab", "sick_leave", "diet", "diagnosis", "drug"}
)
CONTACT = frozenset({"phone", "email", "address"})
_DATE = re2.compile(rb"(\d{1,4})[ ./\-](\d{1,2})[ ./\-](\d{2,4})")
_FULL_NAME = re2.compile(rb"[A-Z][A-Za-z'\-]+ +[A-Z][A-Za-z'\- ]+")
_BARE = re2.compile(rb"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class TableFinding:
    """What a table holds. ``categories`` counts filled cells; ``rows`` is without the header."""

    verdict: Verdict
    rows: int
    persons: frozenset[int] = field(repr=False)
    categories: dict[str, int]


@dataclass(slots=True)
class _People:
    """Distinct persons met so far, by the best identifier of each row."""

    key: bytes
    numbers: set[int] = field(default_factory=set)
    named: dict[int, bool] = field(default_factory=dict)

    def add(self, number: bytes, name: bytes) -> None:
        """One row's identifiers; a name seen once beside a number is that person for good."""
        if number:
            self.numbers.add(keyed(self.key, number))
        if name:
            hashed = keyed(self.key, name)
            self.named[hashed] = self.named.get(hashed, False) or bool(number)

    def all(self) -> frozenset[int]:
        """Hashes of the persons: numbers, and names never seen beside a number."""
        return frozenset(
            self.numbers | {name for name, numbered in self.named.items() if not numbered}
        )


def judge(table: Table, lexicon: Lexicon, key: bytes) -> TableFinding:
    """Verdict on ``table`` and the persons in it. Reads all rows once, the sample twice."""
    rows = iter(table.rows())
    sample = list(itertools.islice(rows, SAMPLE_ROWS))
    if not sample:
        return TableFinding(Verdict.ORDINARY, 0, frozenset(), {})
    header = _header(sample)
    body = sample[1:] if header else sample
    kinds = _column_kinds(header, body, lexicon)
    counts, people, total = _count(itertools.chain(body, rows), kinds, key)
    return TableFinding(_verdict(kinds, len(body)), total, people, counts)


def _header(sample: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The first row if it names columns: mostly words, without digits-only cells."""
    first = sample[0]
    filled = [cell for cell in first if cell.strip()]
    numeric = sum(
        any(c.isdigit() for c in cell) and not any(c.isalpha() for c in cell) for cell in filled
    )
    known = sum(bool(_header_kind(cell)) for cell in filled)
    return first if filled and not numeric and (known >= 1 or len(sample) > 3) else ()


def _header_kind(cell: str) -> str:
    words = b" " + b" ".join(fold(cell[:80]).words.split()) + b" "
    return next((kind for kind, compiled in _COMPILED if compiled.search(words)), "")


def _column_kinds(
    header: Sequence[str], body: Sequence[tuple[str, ...]], lexicon: Lexicon
) -> list[str]:
    """The kind of each column, ``""`` when it tells nothing."""
    width = max((len(row) for row in (header, *body)), default=0)
    kinds = []
    for number in range(width):
        cells = [
            row[number][:WIDEST_CELL] for row in body if number < len(row) and row[number].strip()
        ]
        named = _header_kind(header[number]) if number < len(header) else ""
        kinds.append(_by_values(named, cells, lexicon))
    return kinds


def _by_values(named: str, cells: list[str], lexicon: Lexicon) -> str:
    """The kind of a column from its header's kind and its filled cells."""
    if not cells:
        return named if named in IDENTIFYING else ""
    if named == "nir" or _share(cells, _looks_like_nir) >= MOST:
        return "nir" if _share(cells, _looks_like_nir) >= 0.3 else ""
    if named in ("", "comment"):
        telling = _telling_category(cells, lexicon)
        return telling or ("name" if not named and _share(cells, _looks_like_name) >= 0.8 else "")
    return named


def _share(cells: list[str], test: Callable[[str], bool]) -> float:
    return sum(test(cell) for cell in cells) / len(cells)


def _looks_like_nir(cell: str) -> bool:
    return has_valid_key(b"".join(fold(cell).lower.split())) if len(cell) <= 24 else False


def _looks_like_name(cell: str) -> bool:
    return len(cell) <= 60 and bool(_FULL_NAME.fullmatch(fold(cell.strip()).plain))


def _telling_category(cells: list[str], lexicon: Lexicon) -> str:
    """The commonest strong health category of free-text cells, ``""`` if too few of them tell."""
    found: Counter[str] = Counter()
    telling = 0
    for cell in cells:
        categories = {span.category for span in lexicon.find(fold(cell)) if span.weight >= 1.0}
        telling += bool(categories)
        found.update(categories)
    several = len(found) > 1 or telling / len(cells) >= MOST
    return found.most_common(1)[0][0] if several and telling / len(cells) >= TELLING else ""


def _count(
    rows: Iterable[tuple[str, ...]], kinds: list[str], key: bytes
) -> tuple[dict[str, int], frozenset[int], int]:
    """Filled cells by category, persons, rows."""
    counts: Counter[str] = Counter()
    people, total = _People(key), 0
    places = {kind: [i for i, k in enumerate(kinds) if k == kind] for kind in set(kinds) if kind}
    for row in rows:
        total += 1
        counts.update(kind for i, kind in enumerate(kinds) if kind and i < len(row) and row[i])
        people.add(*_identifiers(row, places))
    counts["name"] = max(counts["name"], counts.pop("first_name", 0))
    counts.pop("professional", None)
    return {kind: n for kind, n in counts.items() if n}, people.all(), total


def _identifiers(row: tuple[str, ...], places: dict[str, list[int]]) -> tuple[bytes, bytes]:
    """A row's best number (NIR without key, else record number), and its name with birth date."""
    number = b""
    for cell in _cells(row, places, "nir"):
        compact = _BARE.sub(b"", fold(cell).lower)
        if len(compact) == 13 or (len(compact) == 15 and has_valid_key(compact)):
            number = compact[:13]
    names = [
        _BARE.sub(b"", fold(c).lower)
        for kind in ("name", "first_name")
        for c in _cells(row, places, kind)
    ]
    births = [_birth(cell) for cell in _cells(row, places, "dob")]
    name = b"|".join([*(names[:1] + names[-1:]), *births]) if names else b""
    if not number and not name:
        records = list(_cells(row, places, "record_number"))
        number = _BARE.sub(b"", fold(records[0]).lower) if records else b""
    return number, name


def _cells(row: tuple[str, ...], places: dict[str, list[int]], kind: str) -> Iterator[str]:
    return (row[i] for i in places.get(kind, ()) if i < len(row) and row[i].strip())


def _birth(cell: str) -> bytes:
    """A birth date as year, month, day whatever its order; the cell's digits when it is none."""
    found = _DATE.match(fold(cell.strip()).lower)
    if not found:
        return bytes(_BARE.sub(b"", fold(cell).lower))
    first, month, last = found.groups()
    year, day = (first, last) if len(first) == 4 else (last, first)
    return bytes(year[-2:] + month.zfill(2) + day.zfill(2))


def _verdict(kinds: list[str], sampled: int) -> Verdict:
    """What columns of these kinds amount to."""
    if not sampled:
        return Verdict.ORDINARY
    present = set(kinds)
    told = any(kind and kind not in _KNOWN for kind in kinds)
    health = bool(present & HEALTH) or told
    person = bool(present & {"nir", "record_number", "name"}) or {"first_name", "dob"} <= present
    if health and person:
        return Verdict.IDENTIFIABLE_HEALTH
    if health and "dob" in present:
        return Verdict.HEALTH_PERSON
    if present & HEALTH:  # comments alone may speak of machines: "écran opéré"
        return Verdict.HEALTH_GENERIC
    return Verdict.IDENTITY_ONLY if person or len(present & CONTACT) > 1 else Verdict.ORDINARY


_KNOWN = IDENTIFYING | HEALTH | CONTACT | {"professional", "room", "comment"}
