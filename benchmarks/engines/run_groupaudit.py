"""groupaudit on the benchmark's protocol: the whole classifier, the text as the body of a post."""

from __future__ import annotations

from collections.abc import Callable

from protocol import Answer, run


def engine() -> Callable[[str], Answer]:
    """The classifier with the shipped lexicons and networks."""
    from groupaudit.classifier.engine import build
    from groupaudit.model.finding import Verdict
    from groupaudit.model.post import Document, Part, PartKind

    classifier = build(b"benchmark")

    def judge(text: str) -> Answer:
        found = classifier.classify(Document("post", parts=(Part(PartKind.BODY, text=text),)))
        strict = found.verdict is Verdict.IDENTIFIABLE_HEALTH
        return strict, strict or found.verdict is Verdict.HEALTH_PERSON

    return judge


run(engine, ("groupaudit",))
