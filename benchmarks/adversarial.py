"""Texts made to be slow, at n, 2n and 4n characters: linear time shows as a ratio of about 2.

Each case is a long run of what one stage almost matches, matches too often, or must look back
from. The networks read a bounded share of a text, at one price for all sizes: growth is told
without it, by what the last doubling adds over what the one before added. ``python -m benchmarks
adversarial [case ...]``; documents and archives have their own bounds (``posts.extract``).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator

from groupaudit.classifier.engine import CascadeClassifier, build
from groupaudit.model.post import Document, Part, PartKind, Table
from groupaudit.posts import mime
from groupaudit.posts.reading import Reading

#: Characters of the smallest text of a case.
SIZE = 400_000
#: Growth from which a case is pointed out, and the seconds below which a difference is noise. A
#: text that reaches the networks at one size only shows too: look at its three times.
STEEP, NOISE = 3.0, 0.25
#: What opens the gate, so that the stages behind it are reached.
_OPENS = (
    "Mme DURAND Josette, née le 12/03/1941, hospitalisée pour une pneumopathie, sous Augmentin.\n"
)

Build = Callable[[int], Document]


def _repeated(unit: str, *, before: str = _OPENS) -> Build:
    """A body of ``before`` and as many ``unit`` as fit."""
    return lambda size: _body(before + unit * (size // len(unit)))


def _numbered(line: str) -> Build:
    """A body of lines that differ by their number, written ``{n}`` in letters and ``{d}`` as is."""

    def built(size: int) -> Document:
        return _body(_OPENS + _filled(line, size))

    return built


def _filled(line: str, size: int) -> str:
    lines: list[str] = []
    total = 0
    for number in range(size):
        if total >= size:
            break
        lines.append(line.format(n=_letters(number), d=number))
        total += len(lines[-1])
    return "".join(lines)


def _letters(number: int) -> str:
    """A capitalised word that is another one for each number."""
    digits = []
    for _ in range(5):
        number, digit = divmod(number, 20)
        digits.append("bcdfghjklmnpqrstvwxz"[digit] + "aeiou"[digit % 5])
    return "".join(digits).capitalize()


def _body(text: str) -> Document:
    return Document("adversarial", parts=(Part(PartKind.BODY, text=text),))


def _message(head: bytes, unit: bytes, tail: bytes = b"") -> Build:
    """A message read from its bytes."""
    return lambda size: mime.document(head + unit * (size // len(unit)) + tail, Reading())


def _parts(text: str) -> Build:
    """Many small attachments."""
    part = Part(PartKind.ATTACHMENT, name="note.txt", text=text)
    return lambda size: Document("adversarial", parts=(part,) * (size // 400))


def _table(columns: int) -> Build:
    """A table of so many columns."""

    def built(size: int) -> Document:
        row = ("DURAND", "insuline", "12/03/1941", "x")[:columns] * max(1, columns // 4)
        rows = [row] * (size // (8 * columns))
        table = Table(lambda: iter(rows))
        return Document("t", parts=(Part(PartKind.ATTACHMENT, name="t.csv", tables=(table,)),))

    return built


def _head(media_type: str) -> bytes:
    return f"From: a@b.example\nContent-Type: {media_type}; charset=utf-8\n\n{_OPENS}\n".encode()


_PLAIN, _HTML = _head("text/plain"), _head("text/html")
_FLOWED = _head("text/plain; format=flowed")

CASES: dict[str, Build] = {
    # detectors: matched all the time, and nearly matched all the time
    "names on lines": _numbered("Mme {n} Paul, cancer du sein\n"),
    "names on one line": _numbered("Mme {n} Paul a un cancer du sein, "),
    "listed names on one line": _numbered("Josette {n} "),
    "civilities": _repeated("Mme "),
    "civilities and spaces": _repeated("Mme" + " " * 500),
    "particles": _repeated("Mme de la van der "),
    "initials": _repeated("A a"),
    "capitals in one word": _repeated("A"),
    "hyphened name": _repeated("Jean-"),
    "almost a NIR": _repeated("1 41 03 75 "),
    "digits": _repeated("1"),
    "digits and spaces": _repeated("1 23 45 "),
    "almost an IBAN": _repeated("fr76 aaaa aaaa aaaa aaaa "),
    "almost a birth date": _repeated("née le née le "),
    "birth dates": _numbered("né le 12/03/1941 {d}\n"),
    "almost an address": _repeated("12 rue de la "),
    "addresses": _numbered("{d} rue de {n}\n"),
    "almost an e-mail": _repeated("a.b_c%d+"),
    "e-mails": _numbered("{n}@b.example "),
    "almost a record number": _repeated("dossier patient n° "),
    "record numbers": _numbered("IPP 80{d:08d} diabète\n"),
    "doses": _repeated("1000 mg x 3/j "),
    "almost a laboratory value": _repeated("hémoglobine est a "),
    "rooms": _repeated("chambre 12 bis "),
    "almost a patient event": _repeated("elle a très très "),
    # lexicons and wording
    "health terms": _repeated("cancer diabète VIH insuline "),
    "almost a health term": _repeated("sclérose en plaque de "),
    "stems": _repeated("hospitalis" * 50 + " "),
    "distinct words": _numbered("{n} "),
    # layout
    "one long word": _repeated("x"),
    "one long accented word": _repeated("é"),
    "combining marks": _repeated("\u0301\u0323"),
    "outside of every alphabet": _repeated("漢"),
    "zero width": _repeated("\u200b"),
    "line ends": _repeated("\n"),
    "tabs": _repeated("\t"),
    "separators": _repeated(";"),
    "quote marks": _repeated(">"),
    "links": _numbered("https://exemple.example/{n}/{d}?a={d}&b={n}\n"),
    "one long link": _repeated("a/b?c=d&", before=_OPENS + "https://exemple.example/"),
    # neighbourhoods
    "headers": _numbered("De : {n} Paul\n"),
    "header of names": _numbered("{n} Paul, ", ),
    "greetings": _numbered("Bonjour {n} Paul\n"),
    "signatures": _numbered("\n{n} Paul\ncadre de santé\n"),
    "disclaimers": _repeated("Disclaimer cancer\n\n"),
    "disclaimers in one paragraph": _repeated("Disclaimer cancer\n"),
    "footers": _repeated("-- \nPour vous désabonner cancer\n"),
    "rules of underscores": _repeated("_"),
    "sentences": _repeated("ab. "),
    # messages
    "deep quoting": _message(_PLAIN, b">" * 500 + b" Mme Durand a un cancer\n"),
    "staircase of quotes": _message(_PLAIN, b"\n> Le 3 mars 2025, x\n>> y"),
    "almost attributions": _message(_PLAIN, b"Le lundi 3 mars 2025 de 10\n"),
    "almost forwarded": _message(_PLAIN, b"De : a\nb\nEnvoye\n"),
    "flowed": _message(_FLOWED, b"> Mme Durand a un cancer \n"),
    "nested HTML": _message(_HTML, b"<div>Mme Durand a un cancer"),
    "unclosed HTML": _message(_HTML, b"<"),
    "HTML comments": _message(_HTML, b"<!-- "),
    "HTML entities": _message(_HTML, b"&eacute;&#x41;&"),
    "HTML table": _message(_HTML + b"<table>", b"<tr><td>Durand<td>cancer", b"</table>"),
    "HTML tables in tables": _message(_HTML, b"<table><tr><td>"),
    "many headers": _message(b"", b"X-A: =?utf-8?q?a?=\n", b"\ncancer\n"),
    "long header": _message(b"Subject: ", b"=?utf-8?q?a?= ", b"\n\ncancer\n"),
    "almost encoded header": _message(b"Subject: ", b"=?utf-8?q?", b"\n\ncancer\n"),
    # documents
    "small attachments": _parts("Mme Durand a un cancer"),
    "table": _table(4),
    "wide table": _table(4000),
}  # fmt: skip


def measured(classifier: CascadeClassifier, built: Build, size: int) -> float:
    """CPU seconds of reading and classifying the case at ``size``."""
    began = time.process_time()
    classifier.classify(built(size))
    return time.process_time() - began


def rows(names: Iterable[str]) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Each case with its seconds at n, 2n and 4n."""
    classifier = build(bytes(32))
    classifier.classify(_body(_OPENS))  # loads the networks
    for name in names:
        yield name, tuple(measured(classifier, CASES[name], SIZE * times) for times in (1, 2, 4))


def growth(one: float, two: float, four: float) -> float:
    """What doubling adds over what the doubling before added: 2 when linear, 4 when quadratic."""
    return (four - two) / max(two - one, NOISE)


def main() -> None:
    print(f"{'case':30} {'n':>8} {'2n':>8} {'4n':>8} s   growth   (n = {SIZE:,} characters)")
    for name, seconds in rows([name for name in sys.argv[1:] if name in CASES] or CASES):
        steep = growth(*seconds) > STEEP and seconds[-1] > NOISE
        one, two, four = seconds
        print(
            f"{name:30} {one:8.3f} {two:8.3f} {four:8.3f}   {growth(*seconds):6.2f}"
            f"{'   steep' if steep else ''}",
            flush=True,
        )


if __name__ == "__main__":
    main()
