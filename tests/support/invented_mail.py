# Sentences read better unbroken.
# ruff: noqa: E501
"""Hospital mail composed at random from invented parts: patients, what is told of them, what surrounds it.

``Mail`` is one message of a known kind; strategies draw it, and what may be added to it or changed
in it without changing what it tells. Nothing here is anybody's, and nothing looks at a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from hypothesis import strategies as st


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody invented."""

    civility: str
    first: str
    last: str
    birth: str
    nir: str
    ipp: str
    phone: str

    @property
    def named(self) -> str:
        """Civility, surname in capitals, first name."""
        return f"{self.civility} {self.last.upper()} {self.first}"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message: greeting, paragraphs and closing stand on lines of their own."""

    kind: str
    language: str
    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    closing: str
    patient: Patient | None = None

    @property
    def text(self) -> str:
        """The body."""
        return "\n\n".join((self.greeting, *self.paragraphs, self.closing)) + "\n"

    def with_paragraph(self, paragraph: str, place: int) -> Mail:
        """The same with one more paragraph, before the ``place``-th, or last."""
        return replace(
            self, paragraphs=(*self.paragraphs[:place], paragraph, *self.paragraphs[place:])
        )

    def told_further(self, sentence: str) -> Mail:
        """The same with ``sentence`` at the end of its first paragraph."""
        return replace(self, paragraphs=(f"{self.paragraphs[0]} {sentence}", *self.paragraphs[1:]))


def nir(sex: int, year: int, month: int, place: int, order: int) -> str:
    """A social security number with its key (97 less the rest modulo 97)."""
    body = f"{sex}{year:02d}{month:02d}75{place:03d}{order:03d}"
    return f"{body}{97 - int(body) % 97:02d}"


_SURNAMES = (
    "Durand", "Benali", "Lecointre", "Kerouanton", "Ndiaye", "Vasseur", "Pruvost", "Guégan", "Ferreira", "Haddad",
    "Delattre", "Morvan", "Sissoko", "Aubertin", "Roussel",
)  # fmt: skip
_WOMEN = ("Josette", "Karima", "Anne-Marie", "Zoé", "Monique", "Fatou", "Jeannine", "Élodie")
_MEN = ("Paul", "Karim", "Jean-Pierre", "Mamadou", "Loïc", "Bernard", "Antoine", "Gérard")
_ENGLISH_SURNAMES = (
    "Whitcombe",
    "Okafor",
    "Pritchard",
    "Hargreaves",
    "Lindqvist",
    "Marlowe",
    "Addison",
    "Feeney",
)
_ENGLISH_WOMEN = ("Alice", "Margaret", "Priya", "Doreen", "Hannah")
_ENGLISH_MEN = ("Alan", "Derek", "George", "Samuel", "Owen")


#: Every draw is a seed: composing from parts that hypothesis drew one by one gives the same few again.
RANDOM = st.integers(0, 2**64 - 1).map(Random)


def patients(language: str = "fr") -> st.SearchStrategy[Patient]:
    """Somebody with everything a hospital writes down."""
    return RANDOM.map(lambda random: _patient(random, language))


def _patient(random: Random, language: str) -> Patient:
    woman, french = random.random() < 0.5, language == "fr"
    civility = ("Mme" if woman else "M.") if french else ("Mrs" if woman else "Mr")
    women, men = (_WOMEN, _MEN) if french else (_ENGLISH_WOMEN, _ENGLISH_MEN)
    year, month, day = random.randint(1931, 1999), random.randint(1, 12), random.randint(1, 28)
    order = random.randint(1, 899)
    return Patient(
        civility,
        random.choice(women if woman else men),
        random.choice(_SURNAMES if french else _ENGLISH_SURNAMES),
        f"{day:02d}/{month:02d}/{year}",
        nir(2 if woman else 1, year % 100, month, order, order + 100),
        f"80{order:05d}{day:03d}",
        f"06 39 98 {order % 100:02d} {day:02d}",
    )


# What is told, with {who} for the person; English and French alike tell a fact of care.
_TOLD = {
    "fr": (
        "{who} est hospitalisée depuis hier pour une décompensation cardiaque, sous Lasilix 40 mg matin et soir.",
        "{who} a fait un AVC ischémique cette nuit, scanner cérébral fait, thrombolyse débutée à 3 h.",
        "{who} sort demain de l'unité, relais par HAD pour les antibiotiques de la pneumopathie (Augmentin 1 g x 3/j).",
        "{who} a son cancer du sein qui progresse, la chimiothérapie est reprise lundi en hôpital de jour.",
        "{who} refuse de prendre l'insuline ce soir, glycémie capillaire à 3,8 g/L, merci de passer le voir.",
        "{who} est séropositive pour le VIH, sous trithérapie, elle ne veut pas que sa famille le sache.",
        "{who} a chuté dans la salle de bain, fracture du col du fémur, bloc prévu demain matin.",
        "Pouvez-vous prévoir une ambulance pour la dialyse de {who} mercredi à 7 h ? Fistule fragile.",
        "Le résultat d'hémoculture de {who} est revenu positif à SARM, merci de mettre en place l'isolement contact.",
        "{who} est décédée ce matin à 6 h 40 des suites de son insuffisance respiratoire, la famille est prévenue.",
    ),
    "en": (
        "{who} was admitted last night with sepsis and is on IV antibiotics, lactate 4.2.",
        "{who} has been diagnosed with bowel cancer and starts chemotherapy on Monday.",
        "Please review {who} before discharge: insulin was changed this morning and the glucose is still 19 mmol/L.",
        "{who} had a fall on the ward, hip fracture confirmed on X-ray, theatre tomorrow at 8.",
        "{who} is pregnant, 14 weeks, and still taking sodium valproate for epilepsy; can neurology see her today?",
        "The family of {who} asked about the dementia diagnosis, memantine was started two weeks ago.",
    ),
}  # fmt: skip
_ANONYMOUS = {
    "fr": (
        "La patiente de la chambre 12",
        "Le patient du lit 4",
        "La petite du box 3",
        "La dame de 84 ans arrivée hier",
    ),
    "en": (
        "The patient in bed 4",
        "The lady in room 12",
        "The 84-year-old gentleman who came yesterday",
    ),
}
_GENERIC = {
    "fr": (
        "Rappel du protocole : amoxicilline 1 g x 3/j pendant 7 jours chez l'adulte, à adapter à la fonction rénale.",
        "La formation sur la prise en charge de l'insuffisance cardiaque aura lieu le 12 mars, ouverte aux infirmières.",
        "Rupture de stock d'héparine jusqu'à fin de mois : utiliser l'énoxaparine, voir la note de la pharmacie.",
        "Le taux d'infections nosocomiales à SARM a baissé de 12 % au troisième trimestre dans les services de chirurgie.",
    ),
    "en": (
        "Reminder: the sepsis pathway now asks for lactate within one hour and antibiotics within three.",
        "The study day on type 2 diabetes is open to all nurses, registration closes on Friday.",
    ),
}  # fmt: skip
_ORDINARY = {
    "fr": (
        "L'ascenseur B est en panne jusqu'à jeudi, merci d'emprunter l'escalier du hall principal.",
        "Le self sera fermé vendredi midi, des paniers repas sont à retirer avant 11 h 30 à l'accueil.",
        "La réunion de service est déplacée à mardi 14 h en salle Pasteur, l'ordre du jour suivra.",
        "Pensez à rendre vos badges de parking avant la fin du mois, les places seront redistribuées.",
        "L'imprimante du secrétariat est remplacée lundi, comptez une demi-journée sans impression.",
        "La chorale de l'hôpital cherche des ténors, répétition tous les mardis à 18 h 30 à l'amphithéâtre.",
        "Une collecte de vêtements est organisée dans le hall jusqu'à samedi, merci pour votre générosité.",
        "Le service informatique changera les mots de passe du réseau dans la nuit de dimanche à lundi.",
    ),
    "en": (
        "The north car park is closed until Thursday, please use the visitor spaces behind the main hall.",
        "The staff meeting moves to Tuesday at 2 pm in the library, the agenda will follow.",
        "The printer on the second floor is being replaced on Monday, expect half a day without printing.",
        "The choir is looking for tenors, rehearsals are every Tuesday at half past six.",
    ),
}  # fmt: skip
_LONG = {
    "fr": (
        ("Ce message et toutes les pièces jointes sont confidentiels et établis à l'intention exclusive de leurs destinataires. "
        "Si vous recevez ce message par erreur, merci de le détruire et d'en avertir immédiatement l'expéditeur. Toute utilisation "
        "non conforme à sa destination, toute diffusion ou publication, totale ou partielle, est interdite, sauf autorisation expresse."),
        ("Lettre d'information de novembre. Le marché de Noël du personnel se tiendra le 12 décembre sous le préau. Les inscriptions "
        "au tournoi de pétanque sont ouvertes jusqu'au 30. Le nouveau parking à vélos compte 40 places couvertes et deux pompes. La "
        "bibliothèque est ouverte le mercredi de 12 h à 16 h. Un car partira pour Honfleur le samedi 6, il reste dix places à 25 euros."),
    ),
    "en": (
        ("This email and any attachments are confidential and intended solely for the addressee. If you have received it in error, "
        "please delete it and notify the sender at once. Any unauthorised use, disclosure or copying is prohibited. Please consider "
        "the environment before printing this message."),
        ("November newsletter. The staff market will be held on 12 December in the courtyard. Registration for the bowls tournament "
        "is open until the 30th. The new cycle shelter has forty covered places and two pumps. The library opens on Wednesdays from "
        "noon to four. A coach leaves for the coast on Saturday the 6th, ten seats are left at twenty pounds."),
    ),
}  # fmt: skip
_GREETINGS = {
    "fr": ("Bonjour,", "Bonjour à tous,", "Chers collègues,"),
    "en": ("Hello,", "Dear all,", "Hi team,"),
}
_CLOSINGS = {
    "fr": (
        "Cordialement,\nHélène Marchetti\nCadre de santé", "Bonne journée,\nDr Yves Quillien\nposte 4412",
        "Merci d'avance,\nL'équipe de nuit",
    ),
    "en": ("Kind regards,\nRuth Calloway\nWard manager", "Thanks,\nDr Tom Ashby", "Best wishes,\nThe night team"),
}  # fmt: skip
_SUBJECTS = {
    "fr": ("Transmission", "Point du jour", "Info", "Pour demain"),
    "en": ("Handover", "Update", "For tomorrow"),
}
_LANGUAGES = ("fr", "fr", "fr", "en")


def mails(kind: str) -> st.SearchStrategy[Mail]:
    """Messages of ``kind``: identifiable, person, generic or ordinary."""
    return RANDOM.map(lambda random: _mail(random, kind))


def _mail(random: Random, kind: str) -> Mail:
    language = random.choice(_LANGUAGES)
    patient = _patient(random, language) if kind in ("identifiable", "person") else None
    return Mail(
        kind,
        language,
        random.choice(_SUBJECTS[language]),
        random.choice(_GREETINGS[language]),
        (_paragraph(random, kind, language, patient),),
        random.choice(_CLOSINGS[language]),
        patient,
    )


def _paragraph(random: Random, kind: str, language: str, patient: Patient | None) -> str:
    if patient is None:
        return random.choice((_GENERIC if kind == "generic" else _ORDINARY)[language])
    named = kind == "identifiable"
    who = _who(random, patient, language) if named else random.choice(_ANONYMOUS[language])
    return random.choice(_TOLD[language]).format(who=who)


def _who(random: Random, patient: Patient, language: str) -> str:
    """How a ward writes of ``patient``."""
    born, number = ("né(e) le", "IPP") if language == "fr" else ("born", "MRN")
    spellings: Sequence[str] = (
        f"{patient.named}, {born} {patient.birth},",
        f"{patient.named} ({number} {patient.ipp})",
        patient.named,
        f"{patient.civility} {patient.last}",
    )
    return random.choice(spellings)


def ordinary_paragraphs(random: Random, language: str) -> list[str]:
    """One to four paragraphs that tell of nobody, now and then a long one."""
    return random.sample(_ORDINARY[language] + _LONG[language], random.randint(1, 4))


def bulletin(random: Random, language: str, paragraphs: int) -> list[str]:
    """So many paragraphs that tell of nobody, some of medicine in general."""
    every = _ORDINARY[language] + _LONG[language] + _GENERIC[language]
    return random.choices(every, k=paragraphs)


def identifiers(patient: Patient, language: str) -> dict[str, str]:
    """Sentences that each add one identifier of ``patient``, by its kind."""
    if language == "fr":
        return {
            "nir": f"NIR : {patient.nir}.",
            "dob": f"Date de naissance : {patient.birth}.",
            "ipp": f"IPP : {patient.ipp}.",
            "name": f"Patient : {patient.named}.",
            "phone": f"Téléphone du patient : {patient.phone}.",
        }
    return {
        "nir": f"French social security number (NIR): {patient.nir}.",
        "dob": f"Date of birth: {patient.birth}.",
        "ipp": f"MRN: {patient.ipp}.",
        "name": f"Patient: {patient.named}.",
        "phone": f"Patient's phone: {patient.phone}.",
    }
