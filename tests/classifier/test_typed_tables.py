from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier import engine
from groupaudit.classifier.tables import typed
from groupaudit.model.finding import Verdict
from groupaudit.model.post import Document, Part, PartKind

ROWS = [
    ("Nom", "Prénom", "Chambre", "Diagnostic"),
    ("DURIEUX", "Paul", "12", "pneumopathie"),
    ("MERCANT", "Odile", "14", "fracture du col"),
    ("BENOUALI", "Karim", "15", "AVC sylvien"),
]
CUTS = {
    "tabs": "\t".join,
    "bars": lambda row: "| " + " | ".join(row) + " |",
    "semicolons": ";".join,
    "commas": ",".join,
    "spaces": lambda row: "".join(f"{cell:<18}" for cell in row).rstrip(),
}
NO_TABLES = [
    "",
    "Bonjour ; merci ; à demain ; bonne soirée ; voilà\nsuite ; et fin ; de ce ; mot\n" * 3,
    "+    int a;    int b;\n+    return a;    /* a | b | c */\n-    x;\n" * 5,
    "lundi      mardi      mercredi\nAnne       Paul       Luc\nLuc        Anne       Paul\n",
    "12/03 10:00  md0  resync  4 %\n12/03 10:05  md0  resync  8 %\n12/03 10:10  md0  ok  -\n",
    "Nom, prénom, service : à dire\nDurand, Paul, 12\nPetit, Anne, 14\nRoux, Luc, 15\n",
    "x = f(nom,prenom,age)\ny = g(nom,prenom,age)\nz = h(nom,prenom,age)\n",
    "Nom : ____   Prénom : ____   Chambre : ____\n  \t \n  \t \n",
]


def written(cut: str, quoted: str = "") -> str:
    return "\n".join(quoted + CUTS[cut](row) for row in ROWS)


@pytest.mark.parametrize("quoted", ["", "> "])
@pytest.mark.parametrize("cut", CUTS)
def test_table_is_found_when_lines_are_cut_under_a_head(cut, quoted):
    text = f"Bonjour,\n\nvoici la liste :\n\n{written(cut, quoted)}\n\nBonne nuit\n"
    tables = list(typed(text))
    assert [[tuple(cell.strip() for cell in row) for row in t.rows()] for t in tables] == [ROWS]


@pytest.mark.parametrize("rule", ["|---|---|---|---|", "+-----+-----+----+----+"])
def test_rules_of_a_drawn_table_are_no_rows(rule):
    head, *rows = written("bars").split("\n")
    text = "\n".join((rule, head, rule, *rows, rule))

    assert [[*map(tuple, table.rows())] for table in typed(text)] == [ROWS]


@pytest.mark.parametrize("text", NO_TABLES)
def test_no_table_is_found_when_no_line_names_columns(text):
    assert list(typed(text)) == []


@pytest.mark.parametrize("cut", CUTS)
def test_persons_are_counted_by_row_when_table_is_typed_into_a_body(cut):
    body = f"Bonjour, la visite de ce soir.\n\n{written(cut)}\n\nMerci à Mme Colin du secrétariat."
    found = engine.build(b"k" * 32).classify(
        Document(id="1", parts=(Part(PartKind.BODY, text=body),))
    )
    assert found.verdict is Verdict.IDENTIFIABLE_HEALTH
    assert found.persons == 3
    assert found.parts[0].verdict is Verdict.IDENTIFIABLE_HEALTH


def test_body_keeps_the_verdict_of_its_text_when_its_table_tells_of_no_patient():
    rows = "Nom;Prénom;Tél\nDURIEUX;Paul;0199001122\nMERCANT;Odile;0199001133\n"
    body = f"Mme Garnier, 84 ans, a chuté cette nuit, fracture du col du fémur.\n\n{rows}"
    found = engine.build(b"k" * 32).classify(
        Document(id="1", parts=(Part(PartKind.BODY, text=body),))
    )
    assert found.parts[0].verdict is Verdict.IDENTIFIABLE_HEALTH


@given(st.text(alphabet="ab;, |\t\n>Nom.", max_size=300))
def test_every_row_stands_in_the_text_when_text_is_arbitrary(text):
    for table in typed(f"nom;prénom;age\n{text}"):
        for row in table.rows():
            assert all(cell in f"nom;prénom;age\n{text}" for cell in row)


@pytest.mark.parametrize(
    "piece", ["a;b;c\n", "a,b,c\n", ",x", "\t", "nom ; ", "|", "  x", "nom;prenom;age\n"]
)
def test_time_is_linear_when_text_is_hostile(piece):
    spent = []
    for size in (100_000, 400_000):
        start = time.process_time()
        assert len(list(typed(piece * (size // len(piece))))) <= 1
        spent.append(time.process_time() - start)
    assert spent[1] < 16 * max(spent[0], 0.01)
