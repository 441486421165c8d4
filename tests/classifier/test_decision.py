from __future__ import annotations

import pytest

from groupaudit.classifier import decision
from groupaudit.classifier.explain import explanations
from groupaudit.classifier.reading import Reading, shipped_reader
from groupaudit.classifier.tagger.judge import Judgement
from groupaudit.classifier.tagger.places import Place
from groupaudit.classifier.text import Passage
from groupaudit.model.finding import Verdict

NUMBERED = "IPP 8001182640 : hémoculture positive, à rappeler."
ON_LEAVE = "Suite à l'arrêt maladie de Jeanne MERCANT, la salle 3 change lundi."
BESIDE = "Jeanne MERCANT : fracture du col, la salle change lundi."
APART = "Jeanne MERCANT change de salle lundi. " + "Le bloc sera prévenu. " * 5 + "Fracture du col."
BORN = "Cancer du sein de Mme Jeanne Mercant née le 12/03/1961"
#: Whose presence says that a text is a post; behind it, so that the text is passage 0.
HEADER = Passage("subject", -1, "Info")
UNLIKELY, PERHAPS, LIKELY, SURE = 0.1, 0.35, 0.57, 0.8


def read(text: str) -> Reading:
    """A post with ``text``."""
    return shipped_reader().read((Passage("body", 0, text), HEADER))


def decided(
    text: str, chance: float, raised: float = 0.0, *, health: tuple[Place, ...] = ()
) -> Verdict:
    """The verdict on ``text``, one stretch of which the networks tagged as a person."""
    rest = (1 - chance) / 4
    chances = dict.fromkeys(Verdict, rest) | {
        Verdict.IDENTIFIABLE_HEALTH: chance,
        Verdict.HEALTH_GENERIC: rest * 1.5,
    }
    told = Judgement(chances, (), health, (Place(0, 0, 1),))
    return decision.look(read(text), told, raised).verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("mon numéro : 254037501234504", Verdict.IDENTITY_ONLY),
        ("le RIB demandé : FR76 3000 6000 0112 3456 7890 189", Verdict.IDENTITY_ONLY),
        ("mon numéro : 254037501234505", Verdict.ORDINARY),
    ],
)
def test_number_that_bears_its_key_is_never_ordinary(text, verdict):
    chances = dict.fromkeys(Verdict, 0.0) | {Verdict.IDENTITY_ONLY: 0.1, Verdict.ORDINARY: 0.9}
    reading = shipped_reader().read((Passage("body", 0, text),))

    assert decision.look(reading, Judgement(chances, (), (), ())).verdict is verdict


@pytest.mark.parametrize("verdict", Verdict)
def test_known_terms_stand_for_what_the_network_did_not_tag_where_somebody_is_ill(verdict):
    reading = shipped_reader().read((Passage("body", 0, NUMBERED),))
    told = Judgement(dict.fromkeys(Verdict, 0.2), (), (), ())
    ill = verdict in (Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON)

    assert ("lab" in decision.categories(reading, verdict, told)) is ill
    assert [each.detector for each in explanations(reading, told, verdict)] == ["lab"] * ill
    assert not any("8001182640" in each.excerpt for each in explanations(reading, told, verdict))


@pytest.mark.parametrize("text", [NUMBERED, ON_LEAVE, BORN])
def test_networks_need_hardly_agree_when_evidence_is_exact(text):
    assert decided(text, PERHAPS) is Verdict.IDENTIFIABLE_HEALTH
    assert decided(text, PERHAPS, decision.ALONE) is Verdict.IDENTIFIABLE_HEALTH
    assert decided(text, UNLIKELY) is not Verdict.IDENTIFIABLE_HEALTH


@pytest.mark.parametrize(
    "text",
    [
        "IPP 8001182640 : dossier à compléter avant lundi.",
        "Jeanne MERCANT change de salle lundi, prévenir le bloc.",
        "Jeanne MERCANT change de salle lundi. "
        + "Le bloc sera prévenu. " * 5
        + "Arrêt maladie : 3.",
        "Arrêt maladie : la procédure change, voir le Dr Mercant.",
    ],
)
def test_networks_must_agree_when_evidence_is_not_exact(text):
    assert decided(text, PERHAPS) is not Verdict.IDENTIFIABLE_HEALTH
    assert decided(text, SURE) is Verdict.IDENTIFIABLE_HEALTH


def test_networks_must_agree_more_when_no_known_term_is_among_what_they_tagged():
    term, none = Place(0, len(APART) - 16, len(APART)), Place(0, 15, 21)
    text = APART

    assert decided(text, LIKELY, health=(term,)) is Verdict.IDENTIFIABLE_HEALTH
    assert decided(text, LIKELY, health=(none,)) is not Verdict.IDENTIFIABLE_HEALTH
    assert decided(text, SURE, health=(none,)) is Verdict.IDENTIFIABLE_HEALTH


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mme Durand, 84 ans, a une fracture du col.", True),
        ("M. Karim DIALLO (51 ans) : pneumopathie", True),
        ("Mrs Poole, 84 years old, had a stroke", True),
        ("Mme Durand, 12 rue des Lilas, a une fracture du col.", False),
        ("Quiz : Mme Durand, 84 ans, a une fracture du col.", False),
        ("Cas imaginaire. M. Diallo (51 ans) : pneumopathie", False),
        ("Role play: Mrs Poole, 84 years old, had a stroke", False),
    ],
)
def test_age_behind_a_name_is_exact_evidence_where_no_case_is_made_up(text, found):
    reading = shipped_reader().read((Passage("body", 0, text),))
    told = Judgement(dict.fromkeys(Verdict, 0.2), (), (), ())

    assert decision.look(reading, told).exact is found


@pytest.mark.parametrize(
    ("name", "enough"), [("Mme Jeanne MERCANT", True), ("Jeanne Mercant", False)]
)
def test_networks_must_be_surer_of_a_text_without_header_where_no_civility_names_somebody(
    name, enough
):
    chances = dict.fromkeys(Verdict, 0.0) | {Verdict.IDENTIFIABLE_HEALTH: 0.6}
    reading = shipped_reader().read((Passage("body", 0, f"{name} a une fracture du col."),))
    told = decision.look(reading, Judgement(chances, (), (), ()))

    assert told.found is enough


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dialyse de Mme Durand mercredi.", True),
        ("Dialysis of Mrs Durand on Wednesday.", True),
        ("La chimiothérapie pour Mme Durand est prête.", True),
        ("Dialyse : Mme Durand prend les clés.", False),
        ("Dialyse du Dr Durand mercredi.", False),
        ("Dialyse de Lyon mercredi.", False),
    ],
)
def test_fact_that_is_said_to_be_of_somebody_is_exact_evidence(text, found):
    assert looked(text, PERHAPS).exact is found


@pytest.mark.parametrize(("text", "found"), [(NUMBERED, True), (APART, False)])
def test_exact_evidence_tells_whose_health_it_is_that_the_network_reads(text, found):
    chances = dict.fromkeys(Verdict, 0.1) | {Verdict.HEALTH_PERSON: 0.6}
    told = Judgement(chances, (), (Place(0, 0, len(text)),), (Place(0, 0, 1),))
    reading = shipped_reader().read((Passage("body", 0, text),))

    assert decision.look(reading, told).found is found


def test_networks_must_be_sure_when_the_sender_alone_may_be_the_patient():
    passages = (Passage("from", -1, "Jeanne Mercant"), Passage("body", 0, "Une fracture du col."))
    reading = shipped_reader().read(passages)

    def found(chance: float) -> bool:
        chances = dict.fromkeys(Verdict, (1 - chance) / 4) | {Verdict.IDENTIFIABLE_HEALTH: chance}
        told = Judgement(chances, (), (Place(1, 4, 12),), (Place(0, 0, 14),))
        return decision.look(reading, told).found

    assert not found(decision.THRESHOLD)
    assert found(decision.CERTAIN)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("Jeanne MERCANT", Verdict.IDENTIFIABLE_HEALTH), ("ZZTEST Marie", Verdict.HEALTH_GENERIC)],
)
def test_networks_must_be_sure_when_they_tag_a_test_record(name, verdict):
    text = f"{name} change de salle lundi. " + "Le bloc sera prévenu. " * 5

    assert decided(text, 0.6) is verdict
    assert decided(text, SURE) is Verdict.IDENTIFIABLE_HEALTH


def test_networks_must_be_surer_of_a_text_that_no_header_calls_a_post():
    chances = dict.fromkeys(Verdict, 0.1) | {Verdict.IDENTIFIABLE_HEALTH: decision.THRESHOLD + 0.1}
    told = Judgement(chances, (), (Place(0, 0, len(APART)),), (Place(0, 0, 1),))
    alone = shipped_reader().read((Passage("body", 0, APART),))

    assert decision.look(read(APART), told).found
    assert not decision.look(alone, told).found


def test_stretch_alone_takes_more():
    just = decision.BESIDE + decision.ALONE / 2

    assert decided(BESIDE, just) is Verdict.IDENTIFIABLE_HEALTH
    assert decided(BESIDE, just, decision.ALONE) is not Verdict.IDENTIFIABLE_HEALTH


def test_networks_may_doubt_more_when_a_name_stands_beside_a_telling_term():
    assert decided(BESIDE, 0.45) is Verdict.IDENTIFIABLE_HEALTH
    assert decided(APART, 0.45) is not Verdict.IDENTIFIABLE_HEALTH
    assert decided(BESIDE.replace("Jeanne", "Dr"), 0.45) is not Verdict.IDENTIFIABLE_HEALTH


def looked(text: str, chance: float) -> decision.Look:
    """What is made of ``text`` where the networks tagged a known term and a person."""
    chances = dict.fromkeys(Verdict, (1 - chance) / 4) | {Verdict.IDENTIFIABLE_HEALTH: chance}
    told = Judgement(chances, (), (Place(0, 0, len(text)),), (Place(0, 0, 1),))
    return decision.look(read(text), told)


def test_score_tells_what_exact_evidence_is_worth():
    assert looked(NUMBERED, 0.4).score == decision.EXACT
    assert looked(BESIDE, 0.4).score < decision.EXACT
    assert looked(NUMBERED, 0.1).score < 0.5


def test_score_never_falls_when_the_chance_rises():
    for text in (NUMBERED, BESIDE, APART):
        scores = [looked(text, percent / 100).score for percent in range(101)]

        assert scores == sorted(scores)


def test_score_is_of_the_side_that_the_verdict_is_on():
    for text in (NUMBERED, BESIDE, APART):
        for percent in range(101):
            look = looked(text, percent / 100)

            assert (look.score > 0.5) == look.found


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Le 3 mars à 10:12, Nadia Verrier a écrit :\nL'imprimante est en panne.", "ordinary"),
        ("L'imprimante de Mme Nadia Verrier est en panne.", "identity_only"),
    ],
)
def test_nobody_is_identified_by_correspondence_alone(text, verdict):
    chances = dict.fromkeys(Verdict, 0.1) | {Verdict.IDENTITY_ONLY: 0.4, Verdict.ORDINARY: 0.3}
    reading = shipped_reader().read((Passage("body", 0, text),))

    assert decision.look(reading, Judgement(chances, (), (), ())).verdict == verdict


def test_networks_must_be_sure_when_exact_evidence_stands_in_a_long_text():
    long = NUMBERED + " La salle sera fermée lundi, merci de prévenir." * 80
    assert decided(long, LIKELY) is not Verdict.IDENTIFIABLE_HEALTH
    assert decided(long, decision.CERTAIN) is Verdict.IDENTIFIABLE_HEALTH
