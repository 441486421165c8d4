from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from groupaudit.classifier.engine import CascadeClassifier, build
from groupaudit.model.finding import Classification
from groupaudit.model.post import Document, Part, PartKind

KEY = bytes(range(32))

_spec = importlib.util.spec_from_file_location(
    "classifier_marks", Path(__file__).with_name("marks.py")
)
assert _spec is not None
assert _spec.loader is not None
_marks = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_marks)


@pytest.fixture(scope="session")
def read_marks() -> Callable[..., tuple[str, list[tuple[str, str]]]]:
    return _marks.read_marks


@pytest.fixture(scope="session")
def classifier() -> CascadeClassifier:
    return build(KEY)


@pytest.fixture(scope="session")
def judge(classifier: CascadeClassifier) -> Callable[..., Classification]:
    def judged(text: str, subject: str = "", sender: str = "", *more: Part) -> Classification:
        parts = (Part(PartKind.BODY, text=text), *more)
        return classifier.classify(Document(id="1", sender=sender, subject=subject, parts=parts))

    return judged
