# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Health facts that are turns of phrase rather than terms: they tell that something happened to someone."""

from __future__ import annotations

from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.span import Kind

_BODY = (
    rb"(?:epaule|genou|genoux|hanche|cheville|poignet|dos|rachis|pied|pieds|main|bras|jambe|oeil|yeux|col du femur|femur|tibia|radius|clavicule|coude|sein|foie|rein|vessie"
    rb"|prostate|thyroide|colon|poumon|coeur|ceur|cerveau|estomac|uterus|oreille|gorge|rate|vesicule|appendice|mollet|talon|sacrum|cuisse|doigt|orteil|machoire|dent|dents"
    rb"|knee|hip|shoulder|ankle|wrist|back|foot|hand|arm|leg|eye|breast|liver|kidney|bladder|lung|heart|brain|bowel|gallbladder|thyroid|prostate|ear|throat|spine|elbow|finger|toe|jaw|neck)"
)

DETECTORS: tuple[Detector, ...] = (
    Pattern(
        "body-part", "diagnosis", Kind.HEALTH, rb"\b(?:son|sa|ses|du|de la|au|a la|l'|his|her|my|left|right|mon|ma|mes) ?(" + _BODY + rb")\b",
        weight=0.35,
    ),
    Pattern(
        "treated-body-part", "procedure", Kind.HEALTH,
        rb"\b((?:opere|operee|greffe|greffee|radio|scanner|irm|prothese|fracture|entorse|ablation|cancer|plaie|douleur|mal|operated|surgery|scan|replacement)s? (?:de |d'|du |de la |des |au |a la |a l'|on |of )?(?:(?:son|sa|his|her|the|my|left|right) )?" + _BODY + rb")\b",
    ),
    Pattern(
        "sick-leave", "sick_leave", Kind.HEALTH,
        rb"\b((?:en|son|mon|ton|leur|un|d'un|l'|nouvel|prolong\w+ (?:d'|de son |mon )?) ?arret(?:s)?(?: de travail| maladie)?(?: (?:jusqu|depuis|pour|de \d|du \d|maladie)| a partir| prolonge)|arretee? (?:jusqu|depuis|\d+ (?:jours|semaines|mois)|pour|par son)|off sick|signed off|on sick leave|sick (?:until|since|today)|out sick)",
    ),
    Pattern(
        "first-person-health", "symptom", Kind.HEALTH,
        rb"\b(je (?:suis|reste|serai) (?:malade|enceinte|hospitalise|en arret|arretee?|operee?|souffrante?|positif|positive|atteinte?|sous|suivie?|en depression|en burn|diabetique|epileptique|asthmatique|allergique)|j'ai (?:ete (?:operee?|hospitalisee?|diagnostiquee?|arretee?)|un cancer|une maladie|fait (?:un|une) (?:malaise|avc|infarctus|fausse couche|depression|rechute|chute)|mal (?:au|a|aux))|mon (?:medecin|psy|psychiatre|oncologue|chirurgien|traitement|handicap|diagnostic|cancer|operation|diabete)|ma (?:maladie|grossesse|chimio|depression|operation|sclerose)|i (?:am|have been|was|'m|got) (?:diagnosed|pregnant|sick|off sick|signed off|in hospital|positive|admitted|undergoing|having surgery|recovering)|my (?:diagnosis|treatment|surgery|operation|consultant|oncologist|psychiatrist|chemo|pregnancy|disability|condition|epilepsy|diabetes|depression|ms\b|cancer))",
    ),
    Pattern(
        "patient-event", "care_setting", Kind.HEALTH,
        rb"\b((?:il|elle|she|he|patiente?|monsieur|madame|qui) (?:a |n'a |s'est |est |has |was |had |is )(?:\w+ ){0,2}(?:opere|operee|chute|tombe|tombee|vomi|saigne|convulse|fugue|refuse|desature|decompense|admise?|hospitalisee?|transferee?|extubee?|intubee?|perfusee?|decedee?|sortie?|arretee?|fallen|fell|died|admitted|discharged|seizing|refusing|refused|collapsed|pregnant|vomited|vomiting|confused|stable|unwell))\b",
    ),
    Pattern(
        "sees-specialist", "care_setting", Kind.HEALTH,
        rb"\b((?:son|sa|mon|ma|his|her|my) (?:neurologue|cardiologue|oncologue|psychiatre|psychologue|gynecologue|nephrologue|rhumatologue|pneumologue|diabetologue|chirurgien|dialyse|chimio|traitement|pansement|pilulier|insuline|fauteuil|sonde|perfusion|prothese|appareil|maladie|handicap|operation|neurologist|cardiologist|oncologist|psychiatrist|surgeon|chemo|dialysis|treatment|medication|meds|insulin|wheelchair|catheter|surgery|condition|illness|diagnosis))\b",
    ),
)  # fmt: skip
