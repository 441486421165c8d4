"""Detectors: each finds one kind of identifier or fact. The registry is the tuple below.

A detector says where and what; whether it matters is decided later, by role and neighbourhood.
"""

from __future__ import annotations

from groupaudit.classifier.detectors import (
    addressed_names,
    announced_names,
    bank,
    birth,
    contact,
    facts,
    initials,
    listed_names,
    lower_case_names,
    measures,
    nir,
    professional,
    record,
)
from groupaudit.classifier.detectors.pattern import Detector

#: In the order in which overlapping spans win: the first detector keeps the characters.
IDENTITY: tuple[Detector, ...] = (
    *nir.DETECTORS,
    *bank.DETECTORS,
    *professional.DETECTORS,
    *record.DETECTORS,
    *birth.DETECTORS,
    *contact.DETECTORS,
    *initials.DETECTORS,
    *addressed_names.DETECTORS,
    *lower_case_names.DETECTORS,
    *announced_names.DETECTORS,
    *listed_names.DETECTORS,
)
HEALTH: tuple[Detector, ...] = (*measures.DETECTORS, *facts.DETECTORS)
REGISTRY: tuple[Detector, ...] = (*IDENTITY, *HEALTH)
