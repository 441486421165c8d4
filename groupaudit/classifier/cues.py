# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Turns of phrase that say what sort of text it is: about one patient, an event, a test.

Counts only; each cue is a feature of the score, none decides alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import re2

from groupaudit.classifier.detectors.pattern import Prefilter
from groupaudit.classifier.text import Passage

#: Cue -> expression on the folded lower-case text.
_EXPRESSIONS: Mapping[str, bytes] = {
    "plural_patients": rb"\b(?:les|des|nos|vos|aux|ces|tous les|the|our|all|your|for|with|of|chez les|de) (?:\w+ )?(?:patiente?s|residents?|usagers|malades|beneficiaires|enfants|femmes|personnes agees|adherente?s|women|children|people|inpatients)\b|\bpatients? (?:who|with|qui|atteints|ages|eligibles)\b",
    "one_patient": rb"\b(?:le|la|un|une|ce|cette|du|notre|votre|au|the|a|an|this|my|our|your) (?:\w+ )?(?:patiente?|residente?|monsieur|dame|petite?|enfant|bebe|jeune|garcon|fille|usager|usagere|gamine?|papi|mamie|pt|lady|gentleman|man|woman|boy|girl|chap|client|baby|gars|homme|femme|nouveau-ne|toddler|kid|bonhomme)\b",
    "pronoun": rb"\b(?:il|elle|he|she|his|her|lui|him|sa|son)\b",
    "first_person": rb"\b(?:je|j'|mon|ma|mes|moi|i|i'm|i've|my|me)\b",
    "event": rb"\b(?:formations?|congres|seminaire|webinaires?|webinars?|colloques?|inscriptions?|inscrire|programme|conferences?|dpc|journees? (?:d|de|nationale)|ateliers?|orateurs?|intervenante?s?|symposium|workshops?|training|registration|speakers?|agenda|ordre du jour|abstracts?|posters?|study day|course|cme|grand rounds|e-learning|simulation)\b",
    "protocol": rb"\b(?:protocoles?|procedures?|recommandations?|guidelines?|guide|fiche|fiches|mise a jour|rappels?|note (?:d'information|de service)|version|has|ansm|rupture|lots?|stock|commande|livraison|dotation|chariot|policy|policies|sop|pathway|reminder|update|recall|shortage|order set|consigne|plaquette|affiche|brochure|leaflet|notice|arr[e]te|decret|circulaire|audit|materiel|armoire|inventaire|kit)\b",
    "statistics": rb"\b(?:taux|moyenne|nombre de|indicateurs?|bilan d'activite|rapport|statistiques?|file active|total|pourcentage|rate|average|median|numbers|kpi|quarter|trimestre|prevalence|incidence|capacitaire|passages|occupancy|lits (?:disponibles|ouverts|fermes)|beds)\b|\d ?%",
    "jobs": rb"\b(?:recrute|recrutement|poste a pourvoir|candidatures?|cv|cdi|cdd|vacances?|offre|fiche de poste|remplacements?|planning|gardes?|astreintes?|rota|on call|on-call|vacancy|shifts?|applicants?|roster|nomination|depart en retraite|retraite)\b",
    "study": rb"\b(?:etude|essai|inclusions?|cohorte|these|recherche|publication|article|biblio\w*|revue|questionnaire|enquete|sondage|trial|study|survey|paper|journal|research|randomi\w+|et al|investigateur|promoteur)\b",
    "addressing": rb"\b(?:merci de|veuillez|pensez a|n'hesitez pas|vous (?:trouverez|pouvez|etes)|consultez|please|you can|you are|your|vos|votre)\b",
    "test_record": rb"\b(?:zz\w{0,3}test\w*|zz ?[a-z]+|test ?patient\w*|patients? tests?|patient ?test\w*|testeur|fictif|fictifs|fictive|fictives|fictitious|mannequins?|manikin|sim man|simman|imaginaires?|invente\w*|exemple|vierge|blank|example|dummy|template|modele|formulaire|base (?:ecole|de test|de formation)|training (?:record|environment)|faux patient|cas fictif|vignette|jeu de role|john doe|jane doe|monsieur x|madame x|mme x|m\. x|xxx+)\b",
    "anonymous": rb"\b(?:anonym\w+|sans nom|nom masque|deidentified|de-identified|non nomme\w*|cas clinique|case report|observation clinique)\b",
    "colleague": rb"\b(?:collegues?|colleagues?|un agent|une agente|agent|aide-soignante?|l'equipe|salariee?|employee?|staff)\b",
    "admin": rb"\b(?:facture|devis|reunion|parking|badge|informatique|imprimante|ticket|serveur|mot de passe|travaux|ascenseur|clim|chauffage|cantine|self|amicale|cadeau|pot de|tombola|covoiturage|velo|cles?|vestiaire|invoice|meeting|printer|password|server|potluck|raffle|locker|keys|elevator|boiler|compte rendu de|csv|colis|vend|vends|chorale|tournoi|cinema|menu|repas de)\b",
    "bonded": rb"\b(?:mon|ma|son|sa|notre|leur|his|her|my|our) (?:mari|epouse|femme|conjointe?|compagne|compagnon|fils|fille|mere|pere|maman|papa|frere|seur|enfant|husband|wife|partner|son|daughter|mother|father|mum|mom|dad|brother|sister|grandmother|grandfather)\b",
    "arrival": rb"\b(?:entree?s?|sorties?|transfert|mutation|lit|box|ch|chambre|bed|room|ward|bay|side room)\b",
}
NAMES: tuple[str, ...] = tuple(_EXPRESSIONS)
_COMPILED = tuple(re2.compile(expression) for expression in _EXPRESSIONS.values())


@lru_cache(maxsize=1)
def _prefilter() -> Prefilter:
    return Prefilter([(expression, False) for expression in _EXPRESSIONS.values()])


def count(passages: tuple[Passage, ...]) -> dict[str, int]:
    """How often each cue stands in ``passages``; cues that do not occur are left out."""
    totals: dict[str, int] = {}
    for passage in passages:
        for place in _prefilter().hits(passage.folded):
            found = sum(1 for _ in _COMPILED[place].finditer(passage.folded.lower))
            totals[NAMES[place]] = totals.get(NAMES[place], 0) + found
    return totals
