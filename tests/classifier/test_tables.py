from __future__ import annotations

import csv
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import MAIL, needs

from groupaudit.classifier.lexicon import load
from groupaudit.classifier.tables import TableFinding, judge
from groupaudit.classifier.tables.headings import heading
from groupaudit.model.finding import Verdict
from groupaudit.model.post import Table
from groupaudit.posts.extract.tables import delimited_bytes

KEY = b"k" * 32
Rows = list[tuple[str, ...]]


def of(rows: Rows) -> TableFinding:
    return judge(Table(lambda: iter(rows)), load(), KEY)


def nir(number: int, *, sex: int = 2) -> str:
    body = f"{sex}840575{number:06d}"
    return f"{body}{97 - int(body) % 97:02d}"


@pytest.mark.parametrize(
    ("cell", "kind", "weak"),
    [
        ("NOM_NAISS", "name", False),
        ("DATE_NAISS", "dob", False),
        ("dateNaissance", "dob", False),
        ("Né(e) le", "dob", False),
        ("CODE_LIEU_NAISS", "birthplace", False),
        ("PRENOM_PRESC", "professional", False),
        ("Nom du médecin traitant", "professional", False),
        ("COMM_BIOLOGISTE", "comment", False),
        ("Nom de la mère", "relative", False),
        ("NUM_ADHERENT", "insurance", False),
        ("NHS No.", "record_number", False),
        ("Traitement", "drug", True),
        ("REGIME", "diet", True),
        ("Prénom NOM", "name", False),
        ("Initiales", "first_name", False),
        ("Motif d'hospitalisation", "diagnosis", False),
        ("Motif de l'arrêt", "sick_leave", False),
        ("Motif d'absence", "sick_leave", True),
        ("Motif", "comment", False),
        ("Date d'entrée", "stay", False),
        ("IPP du patient", "record_number", False),
        ("NIR patient", "nir", False),
        ("Prénom du patient", "first_name", False),
        ("patient_nom", "patient", False),
        ("Sexe du patient", "sex_or_age", False),
        ("Service user", "patient", False),
        ("Nombre de patients", "count", False),
        ("Noms et prénoms", "name", False),
        ("Ville de naissance", "birthplace", False),
        ("Matricule agent", "episode", False),
        ("IBAN", "bank", False),
        ("Allergies", "allergy", False),
        ("Résultat VIH", "hiv_sti", False),
        ("Diagnostic VIH", "hiv_sti", False),
        ("Vaccin hépatite B", "drug", False),
        ("Date IVG", "abortion", False),
        ("Plaque", "", False),
        ("le patient a reçu du paracétamol dans le service de nuit, voir dossier", "", False),
    ],
)
def test_heading_tells_the_column_when(cell: str, kind: str, *, weak: bool) -> None:
    found = heading(cell)
    assert (found.kind, found.weak) == (kind, weak)


@pytest.mark.parametrize(
    ("persons", "rows"),
    [
        pytest.param(1, [(nir(1), "1", "A", "1/2/1970"), (nir(1), "2", "B", "")], id="one number"),
        pytest.param(2, [(nir(1), "7", "A", ""), (nir(2), "7", "A", "")], id="two numbers"),
        pytest.param(
            1,
            [(nir(1), "7", "Luc Durand", ""), ("", "7", "", ""), ("", "", "DURAND LUC", "")],
            id="number, record, name",
        ),
        pytest.param(
            1,
            [(nir(1), "7", "", ""), ("", "7", "Luc Durand", "01/02/1970"),
             ("", "", "Durand, Luc", "1970-02-01")],
            id="through another row",
        ),
        pytest.param(
            2, [("", "", "Luc Durand", "01/02/1970"), ("", "", "Luc Durand", "03/02/1970")],
            id="two births",
        ),
        pytest.param(
            1, [(nir(1), "", "", ""), (nir(1)[:13], "", "", ""),
                (" ".join((nir(1)[:1], nir(1)[1:13], nir(1)[13:])), "", "", "")],
            id="spellings of a number",
        ),
        pytest.param(1, [(nir(1)[:14] + "x", "8", "", ""), ("", "8", "", "")], id="wrong number"),
        pytest.param(0, [("", "0000", "INCONNU", ""), ("", "", "M.", "")], id="nobody"),
    ],
)  # fmt: skip
def test_persons_are_counted_once_when(persons: int, rows: Rows) -> None:
    assert len(of([("NIR", "IPP", "PATIENT", "DDN"), *rows]).persons) == persons


_ROW = st.tuples(
    st.sampled_from(["", nir(1), nir(2), nir(3)]),
    st.sampled_from(["", "1", "2", "3"]),
    st.sampled_from(["", "Durand Luc", "Benali Karim"]),
    st.sampled_from(["", "01/02/1970", "03/04/1980"]),
)


@given(st.lists(_ROW, max_size=12), st.randoms(use_true_random=False))
def test_persons_are_the_same_whatever_the_order(rows: Rows, chance: random.Random) -> None:
    head = ("NIR", "IPP", "PATIENT", "DDN")
    mixed = [*rows, *rows]
    chance.shuffle(mixed)
    found = of([head, *rows]).persons
    assert of([head, *mixed]).persons == found
    assert len({row[0] for row in rows if row[0]}) <= len(found) <= len(rows)


STAFF = [("DURAND", "Luc", "Médecin", "Oncologie"), ("BENALI", "Aya", "Cadre", "Psychiatrie")]


@pytest.mark.parametrize(
    ("verdict", "rows"),
    [
        (Verdict.IDENTITY_ONLY, [("NOM", "PRENOM", "FONCTION", "SERVICE"), *STAFF]),
        (
            Verdict.IDENTITY_ONLY,
            [("NOM", "PRENOM", "SERVICE", "TEL"), ("DURAND", "Luc", "Oncologie", "01 99 00 11 22")],
        ),
        (
            Verdict.HEALTH_GENERIC,
            [("LOT", "ANALYSE", "RESULTAT"), ("LQ1", "Troponine", "49,8"), ("LQ2", "CRP", "3")],
        ),
        (Verdict.HEALTH_GENERIC, [("Hosp no.", "Diagnosis", "Dose")]),
        (Verdict.ORDINARY, [("REF", "DESIGNATION", "QTE"), ("M-12", "armoire", "4")]),
        (Verdict.ORDINARY, [("Service", "Résultat"), ("Achats", "3,5"), ("Paie", "7")]),
        (Verdict.ORDINARY, []),
        (
            Verdict.IDENTITY_ONLY,  # an examination that is no laboratory's
            [("NOM", "PRENOM", "RESULTAT"), ("DURAND", "Luc", "admis"), ("BENALI", "Aya", "admis")],
        ),
        (
            Verdict.HEALTH_PERSON,
            [("Date of birth", "Diagnosis"), ("12/05/1984", "asthma"), ("01/02/1950", "COPD")],
        ),
        (
            Verdict.HEALTH_PERSON,
            [("Chambre", "Allergies"), ("12", "pénicilline"), ("14", "aucune")],
        ),
        (
            Verdict.HEALTH_PERSON,  # cases of an audit: nobody is told
            [("Dossier", "Diagnostic"), ("A", "BPCO"), ("B", "embolie pulmonaire")],
        ),
        (
            Verdict.IDENTIFIABLE_HEALTH,  # treated here: a ward and a record number
            [("IPP", "NOM", "SERVICE"), ("80012", "DURAND", "Cardiologie")],
        ),
        (
            Verdict.IDENTIFIABLE_HEALTH,
            [("NOM", "PRENOM", "TRAITEMENT"), ("DURAND", "Luc", "insuline"), ("X", "Y", "Eliquis")],
        ),
        (
            Verdict.IDENTIFIABLE_HEALTH,
            [("Surname", "Forename", "NHS Number", "HIV status"), ("Doe", "Ann", "9990001", "neg")],
        ),
        (
            Verdict.IDENTIFIABLE_HEALTH,  # surnames alone
            [("Nom", "CRP"), ("Durand", "12"), ("Benali", "3"), ("Le Goff", "40")],
        ),
        (
            Verdict.HEALTH_GENERIC,  # names of machines
            [("Nom", "CRP"), ("Cobas 1", "12"), ("Cobas 1", "3"), ("Cobas 2", "40")],
        ),
        (
            Verdict.IDENTITY_ONLY,  # how much each does
            [("NOM", "PRENOM", "SERVICE", "NB PATIENTS"), ("DURAND", "Luc", "Oncologie", "12")],
        ),
        (
            Verdict.ORDINARY,  # who reported what
            [
                ("N°", "DEMANDEUR", "DESCRIPTION"),
                ("1", "DURAND Luc", "scanner en panne"),
                ("2", "BENALI Aya", "IRM bloquée, écran de chimiothérapie figé"),
            ],
        ),
        (
            Verdict.HEALTH_PERSON,  # cases by number
            [("Patient", "Diagnostic"), ("1", "BPCO"), ("2", "embolie pulmonaire")],
        ),
        (
            Verdict.HEALTH_GENERIC,  # names of drugs, in capitals as surnames are
            [("NOM", "DCI"), ("LOVENOX", "énoxaparine"), ("EUPRESSYL", "urapidil")],
        ),
        (
            Verdict.IDENTIFIABLE_HEALTH,  # one absence of many is an illness
            [
                ("NOM", "PRENOM", "MOTIF ABSENCE"),
                *[("DURAND", "Luc", "RTT")] * 20,
                ("BENALI", "Aya", "arrêt maladie"),
            ],
        ),
        (
            Verdict.IDENTIFIABLE_HEALTH,  # under a title
            [("Liste du 12 mars",), (), ("NOM", "PRENOM", "DIAGNOSTIC"), ("DURAND", "Luc", "BPCO")],
        ),
        (
            Verdict.IDENTIFIABLE_HEALTH,  # a form: heads down the side
            [
                ("Nom :", "DURAND"),
                ("Prénom :", "Luc"),
                ("DDN :", "12/05/1984"),
                ("Allergies :", "iode"),
            ],
        ),
        (
            Verdict.IDENTIFIABLE_HEALTH,  # no head at all
            [(nir(1), "12/05/1984", "insuline, metformine"), (nir(2), "01/02/1950", "épilepsie")],
        ),
    ],
)
def test_verdict_is_right_when_columns_say_so(verdict: Verdict, rows: Rows) -> None:
    assert of(rows).verdict is verdict


@pytest.mark.parametrize(
    ("persons", "rows"),
    [
        pytest.param(
            2, [("Matricule agent", "Agent", "Maladie"), ("71", "LEROY", "x"), ("72", "ROUX", "x")],
            id="a number before the name",
        ),
        pytest.param(
            2,
            [("Nom du patient", "Prénom du patient", "CRP"), ("ROUX", "Luc", "1"),
             ("ROUX", "Aya", "2")],
            id="first names of patients",
        ),
        pytest.param(
            2,
            [("Nom", "Ville naissance", "Date naissance", "CRP"), ("ROUX", "Lyon", "1/2/1970", "1"),
             ("ROUX", "Lyon", "3/4/1980", "2")],
            id="a town before the date",
        ),
        pytest.param(
            1,
            [("Nom", "DDN", "CRP"), ("ROUX", "01/02/1970", "1"), ("ROUX", "1er février 1970", "1"),
             ("ROUX", "19700201", "1"), ("ROUX", "1970-02-01T00:00:00Z", "1")],
            id="one birth date in every form",
        ),
        pytest.param(
            1, [("Lit", "Patient", "Allergie"), ("1", "ROUX", "iode"), ("2", "libre", ""),
                ("3", "vide, en ménage", "")],
            id="empty beds",
        ),
    ],
)  # fmt: skip
def test_persons_are_told_apart_when_heads_say(persons: int, rows: Rows) -> None:
    assert len(of(rows).persons) == persons


SURNAMES = ("DURAND", "BENALI", "PETIT", "MARCHAND", "ROUX", "MOREAU")
SEEN_BY = ("Oncologie", "Dialyse", "Psychiatrie", "Addictologie", "Cardiologie", "ORL")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
@pytest.mark.parametrize("month", [str, lambda month: ("mai", "Juin", "août")[month % 3]])
def test_births_in_three_columns_tell_namesakes_apart(order, month) -> None:
    heads = ("Jour de naissance", "Mois naissance", "Année naissance")
    births = [(str(n % 28 + 1), month(n % 12 + 1), str(1930 + n // 28)) for n in range(300)]
    rows = [("DURAND", *(born[i] for i in order), "asthme") for born in births]
    found = of([("NOM", *(heads[i] for i in order), "Diagnostic"), *rows, *rows])

    assert len(found.persons) == len(set(births))


def test_whole_birth_date_is_preferred_to_its_parts() -> None:
    head = ("NOM", "Année naissance", "Date de naissance", "Diagnostic")
    rows = [("DURAND", "1970", "01/02/1970", "asthme"), ("DURAND", "1970", "03/02/1970", "asthme")]

    assert len(of([head, *rows]).persons) == 2


def _visits(when: str, *head: str, title: str = "") -> Rows:
    rows = [
        (name, when.format(day), seen_by)
        for day, (name, seen_by) in enumerate(zip(SURNAMES, SEEN_BY, strict=True), 10)
    ]
    return [*([(title, "", "")] if title else []), head or ("NOM", "RDV", "Spécialité"), *rows]


@pytest.mark.parametrize("when", ["{}/11/2026", "{}/11 à 9h30", "14h{}", "lundi {} mai 2026 14:30"])
def test_appointment_with_a_specialist_tells_what_somebody_has(when: str) -> None:
    found = of(_visits(when))

    assert (found.verdict, len(found.persons)) == (Verdict.IDENTIFIABLE_HEALTH, 6)
    assert {"cancer", "procedure", "mental_health", "addiction"} <= found.categories.keys()


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(_visits("9h-{}h"), id="hours of doctors"),
        pytest.param(_visits("{}/11/2026", "NOM", "GARDE", "SPECIALITE"), id="rota"),
        pytest.param(_visits("01 99 00 11 {}", "NOM", "TEL", "SPECIALITE"), id="directory"),
        pytest.param(_visits("01 99 00 11 {}", "NOM", "RDV", "SPECIALITE"), id="whom to call"),
        pytest.param(_visits("{}/11/2026", title="Entretiens des internes"), id="interviews"),
        pytest.param(
            [(*row, "PH" if n else "GRADE") for n, row in enumerate(_visits("{}/11/2026"))],
            id="posts",
        ),
        pytest.param([(row[0], row[1], "ORL") for row in _visits("{}/11")[1:]], id="no head"),
        pytest.param(
            [("NOM", "RDV", "SPECIALITE"), *((name, "12/11", "ORL") for name in SURNAMES)],
            id="specialty that tells nothing",
        ),
        pytest.param(
            [("Dr " * (n > 0) + row[0], *row[1:]) for n, row in enumerate(_visits("{}/11"))],
            id="doctors",
        ),
    ],
)
def test_specialty_of_who_practises_it_tells_nothing(rows: Rows) -> None:
    assert of(rows).verdict in {Verdict.IDENTITY_ONLY, Verdict.ORDINARY}


CALLED = [("NOM", "TEL"), *((name, f"01 99 00 11 {n}") for n, name in enumerate(SURNAMES, 10))]


@pytest.mark.parametrize(
    ("title", "verdict"),
    [
        ("Liste des patients dialysés", Verdict.IDENTIFIABLE_HEALTH),
        ("Patients sous chimiothérapie - novembre 2026", Verdict.IDENTIFIABLE_HEALTH),
        ("List of home dialysis patients", Verdict.IDENTIFIABLE_HEALTH),
        ("Téléphones des patients diabétiques", Verdict.IDENTIFIABLE_HEALTH),
        ("Liste des patients", Verdict.IDENTITY_ONLY),
        ("Liste du personnel de dialyse", Verdict.IDENTITY_ONLY),
        ("Référents des patients dialysés", Verdict.IDENTITY_ONLY),
        ("Association des patients diabétiques", Verdict.IDENTITY_ONLY),
        ("Formation : accueil des patients dialysés", Verdict.IDENTITY_ONLY),
        ("Dialyse", Verdict.IDENTITY_ONLY),
    ],
)
def test_title_tells_what_all_patients_of_a_list_have(title: str, verdict: Verdict) -> None:
    found = of([(title, ""), *CALLED])

    assert found.verdict is verdict
    assert len(found.persons) == len(SURNAMES)


TESTS = ("Hémoglobine", "CRP", "Leucocytes")


@pytest.mark.parametrize("place", [slice(None), slice(None, None, -1)])
def test_surnames_beside_first_names_count_without_a_head(place: slice) -> None:
    given = ("Luc", "Aya", "Paul", "Anne", "Marie", "Jean")
    named = [pair[place] for pair in zip(SURNAMES, given, strict=True)]
    found = of([(*pair, test, "7,2", "g/L") for pair in named for test in TESTS])

    assert (found.verdict, len(found.persons)) == (Verdict.IDENTIFIABLE_HEALTH, len(named))


def test_wards_beside_first_names_are_no_surnames() -> None:
    given = ("Luc", "Aya", "Paul", "Anne", "Marie", "Jean")
    wards = ("Aubrac", "Belledonne", "Chartreuse")
    found = of([(ward, name, test, "7,2") for ward in wards for name in given for test in TESTS])

    assert found.verdict is Verdict.ORDINARY


def test_words_tell_more_than_their_head() -> None:
    rows = [("NOM", "PRENOM", "DIAGNOSTIC", "IBAN"), ("ROUX", "Luc", "cancer du sein", "FR76")]

    assert of(rows).categories == {"name": 1, "diagnosis": 1, "cancer": 1, "bank": 1}


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_verdict_is_the_same_when_written_as(delimiter: str, codec: str) -> None:
    rows = [["NIR", "Prénom", "Créatinine"], *([nir(n), "Zoé", "7,5"] for n in range(20))]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    table = delimited_bytes(text.encode(codec))
    assert table is not None
    finding = judge(table, load(), KEY)
    assert (finding.verdict, finding.rows, len(finding.persons)) == (
        Verdict.IDENTIFIABLE_HEALTH, 20, 20,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("second", "verdict"),
    [("DOB", Verdict.IDENTIFIABLE_HEALTH), ("Sex", Verdict.HEALTH_GENERIC)],
)
def test_initials_identify_when_a_birth_date_stands_beside_them(
    second: str, verdict: Verdict
) -> None:
    births = ("11/08/1947", "23/01/1955", "02/12/1939") if second == "DOB" else ("M", "F", "M")
    rows = [("MGO", births[0], "4120"), ("RTW", births[1], "300"), ("HAB", births[2], "9877")]
    assert of([("Init", second, "NTproBNP"), *rows]).verdict is verdict


def test_health_is_found_when_it_comes_late_and_rows_are_ragged() -> None:
    rows: Rows = [("NOM", "PRENOM", "OBSERVATIONS", "VIH")]
    rows += [("DURAND", "Luc")] * 3000
    rows += [("BENALI", "Aya", "sous méthadone, dépression sévère", "", "", "trop")] * 3000
    finding = of(rows)
    assert finding.verdict is Verdict.IDENTIFIABLE_HEALTH
    assert finding.rows == 6000
    assert len(finding.persons) == 2
    assert "hiv_sti" not in finding.categories  # the column is there, and empty
    assert finding.categories["drug"] + finding.categories.get("addiction", 0) >= 3000


@given(st.lists(st.lists(st.text(max_size=12), max_size=6).map(tuple), max_size=20))
def test_table_is_judged_whatever_its_cells(rows: Rows) -> None:
    finding = of(rows)
    assert finding.rows <= len(rows)
    assert len(finding.persons) <= max(len(rows), 6)


def test_repr_shows_nobody() -> None:
    finding = of([("NIR", "CRP"), (nir(1), "12")])
    assert finding.persons
    assert str(next(iter(finding.persons))) not in repr(finding)


@needs(MAIL)
def test_persons_are_exact_when_laboratory_export() -> None:
    truth = json.loads((MAIL / "lab_export_sample.truth.json").read_text("utf-8"))
    table = delimited_bytes((MAIL / "lab_export_sample.csv").read_bytes())
    assert table is not None

    finding = judge(table, load(), KEY)

    assert finding.verdict is Verdict.IDENTIFIABLE_HEALTH
    assert finding.rows == truth["n_rows"]
    assert len(finding.persons) == truth["n_persons"]
    assert finding.categories["nir"] == truth["nir"]["nonempty"]
    assert finding.categories["blood_group"] == 747 + 747 + 432


@needs(MAIL)
@pytest.mark.parametrize(
    ("name", "encoding", "verdict"),
    [
        ("hn_controle_qualite_labo.csv", "iso-8859-1", Verdict.HEALTH_GENERIC),
        ("hn_inventaire_mobiles.csv", "utf-8-sig", Verdict.ORDINARY),
    ],
)
def test_hard_negative_is_not_identifiable(name: str, encoding: str, verdict: Verdict) -> None:
    with (MAIL / "tables" / name).open(encoding=encoding, newline="") as file:
        rows = [tuple(row) for row in csv.reader(file, delimiter=";")]

    assert of(rows).verdict is verdict


@needs(MAIL)
def test_staff_directory_is_identity_only() -> None:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only where the corpora are

    book = CalamineWorkbook.from_path(str(MAIL / "tables" / "hn_annuaire_agents.xlsx"))
    rows = [tuple(map(str, row)) for row in book.get_sheet_by_index(0).to_python()]
    assert of(rows).verdict is Verdict.IDENTITY_ONLY
