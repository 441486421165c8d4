"""Every category that the classifier may name has a label in the reports."""

from __future__ import annotations

from groupaudit.classifier import decision
from groupaudit.classifier.detectors import REGISTRY
from groupaudit.classifier.span import Kind
from groupaudit.classifier.tagger.network import category_names
from groupaudit.model.finding import SENSITIVE
from groupaudit.reporter.labels import CATEGORY


def test_every_category_has_a_label():
    tagged = {decision.reported(name) for name in category_names()}
    detected = {item.category for item in REGISTRY if getattr(item, "kind", None) is Kind.IDENTITY}

    assert (tagged | detected | set(SENSITIVE)) <= CATEGORY.keys()
