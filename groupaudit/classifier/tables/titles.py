"""What the title above a table says of all those whom it lists: "Liste des patients dialysés".

Believed only where patients are what is listed and nothing speaks of those who care for them.
Knows nothing of columns.
"""

from __future__ import annotations

from collections.abc import Sequence

import re2

from groupaudit.classifier.lexicon import Lexicon
from groupaudit.classifier.tables import values
from groupaudit.classifier.text import fold

_LONGEST = 200
#: What a list is called, what it is like, then patients, perhaps after a word or two of what they
#: have in common ("list of home dialysis patients").
_OF_PATIENTS = re2.compile(
    rb" *(?:(?:listes?|listing|list|tableau|fichier|file active|registre|register|coordonnees"
    rb"|telephones?|contacts?|numeros|noms?|names?|suivi|recapitulatif|planning) )?"
    rb"(?:(?:nominative|complete|telephonique|actualisee|updated|current|phone|contact) ){0,2}"
    rb"(?:(?:de|des|d|of|our|nos|les|the|all|tous|toutes|pour|for) ){0,3}(?:[a-z]+ ){0,2}"
    rb"(?:patiente?s?|malades|residente?s?|usagers|service users)\b"
)
#: Those who work with patients, live with them or learn about them.
_OF_OTHERS = re2.compile(
    rb"\b(?:formation|soignante?s?|infirmier\w*|ide|ides|medecins?|docteurs?|equipes?|personnels?"
    rb"|salaries?|agents?|staff|teams?|nurses?|doctors?|training|internes?|externes?|praticiens?"
    rb"|candidate?s?|recrutement|entretiens?|associations?|benevoles?|referente?s?|astreintes?"
    rb"|gardes?|participante?s?|reunions?|groupe de travail|familles?|aidante?s?|proches|carers?"
    rb"|volunteers?|rota|on call)\b"
)


def told(above: Sequence[Sequence[str]], lexicon: Lexicon) -> frozenset[str]:
    """Categories of the health terms in the row next ``above`` a head, if it lists patients."""
    title = " ".join(above[-1])[:_LONGEST] if above else ""
    if not _OF_PATIENTS.match(fold(title).words) or are_of_staff(above):
        return frozenset()
    found = values.categories([title], lexicon), values.conditions([title], lexicon)
    return found[0][title] | found[1][title]


def are_of_staff(above: Sequence[Sequence[str]]) -> bool:
    """Whether one of the rows ``above`` a head speaks of others than patients."""
    return any(_OF_OTHERS.search(fold(" ".join(row)[:_LONGEST]).words) for row in above)
