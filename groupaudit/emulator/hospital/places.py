"""Names of the hospital: its domains, its units, its neighbours. Refuses to hold anything drawn."""

from __future__ import annotations

NAME = "Centre hospitalier de Valmorée"
CUSTOMER_ID = "C03valmor"
PRIMARY = "ch-valmoree.example"
SECONDARY = "ehpad-lestilleuls.example"
ALIAS = "hopital-valmoree.example"  # a domain alias of PRIMARY: the same mailboxes, another name

#: Domains of other organisations whose people are invited into groups.
PARTNERS = (
    "cabinet-lilas.example",
    "ambulances-duval.example",
    "clinique-beausite.example",
    "pharmacie-duport.example",
)

#: A group of another Workspace account, and consumer groups: nobody here can list their members.
FOREIGN_GROUP = "coordination@reseau-hauteval.example"
CONSUMER_DOMAIN = "googlegroups.com"

#: Real consumer providers; the local parts used with them end in ``.fictif``.
CONSUMER_MAIL = ("gmail.com", "orange.fr", "laposte.net", "outlook.fr")

#: Units that name the variations of a group in larger tenants, as they stand in an address.
UNITS = (
    "cardiologie",
    "geriatrie",
    "pneumologie",
    "orthopedie",
    "neurologie",
    "urgences",
    "reanimation",
    "nephrologie",
    "maternite",
    "gastro",
    "ssr",
    "usld",
    "pediatrie",
    "oncologie",
    "psychiatrie",
    "imagerie",
    "laboratoire",
    "pharmacie",
    "stomatologie",
    "ophtalmologie",
)

ORG_UNITS = ("/", "/Soins", "/Administration", "/Médico-technique")
