"""What a reading amounts to, in numbers: the features of the rule scorer.

Every feature is 0 or more, grows slowly with repetition, and has a name that can be explained.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log1p

from groupaudit.classifier.persons import NUMBERS, Linked
from groupaudit.classifier.reading import Reading
from groupaudit.classifier.span import Kind, Role, Span

#: Weight from which a lexicon term counts as strong.
STRONG = 0.6


def features(reading: Reading) -> dict[str, float]:
    """Named features of ``reading``; those at 0 are left out."""
    values: dict[str, float] = {"bias": 1.0}
    values.update(_health(reading))
    values.update(_identity(reading))
    values.update(_links(reading))
    values.update({f"cue:{name}": log1p(count) for name, count in reading.cues.items()})
    values["length"] = log1p(sum(len(p.text) for p in reading.passages) / 100)
    values.update(_together(values))
    return {name: value for name, value in values.items() if value}


def _health(reading: Reading) -> dict[str, float]:
    strong: Counter[str] = Counter()
    weak = 0
    for span in reading.all(Kind.HEALTH):
        if span.weight >= STRONG:
            strong[span.category] += 1
        else:
            weak += 1
    values = {f"health:{category}": log1p(count) for category, count in strong.items()}
    values["health_strong"] = log1p(sum(strong.values()))
    values["health_kinds"] = log1p(len(strong))
    values["health_weak"] = log1p(weak)
    values["health_any"] = float(bool(strong))
    return values


def _identity(reading: Reading) -> dict[str, float]:
    spans = list(reading.all(Kind.IDENTITY))
    counts = Counter(span.category for span in spans if span.category != "name")
    values = {f"id:{category}": log1p(count) for category, count in counts.items()}
    roles = Counter(span.role for span in spans if span.category == "name")
    values.update({f"name:{role.value}": log1p(count) for role, count in roles.items()})
    values["professionals"] = log1p(sum(1 for _ in reading.all(Kind.PROFESSIONAL)))
    traces = Counter(span.category for span in reading.all(Kind.CUE))
    values.update({f"trace:{category}": log1p(count) for category, count in traces.items()})
    values["civility"] = float(
        any(
            s.detector in ("name-after-civility", "name-lower-case") and s.role is Role.CANDIDATE
            for s in spans
        )
    )
    return values


def _links(reading: Reading) -> dict[str, float]:
    candidates = reading.candidates
    numbers = [
        item
        for item in candidates
        if item.mention.span.category in NUMBERS or item.mention.span.category == "dob"
    ]
    names = [item for item in candidates if item.mention.span.category == "name"]
    others = [item for item in reading.linked if item.mention.span.role is Role.PROFESSIONAL]
    senders = [item for item in reading.linked if item.mention.span.role is Role.CORRESPONDENT]
    values = {
        "link:name_here": _best(names, near=False),
        "link:name_near": _best(names, near=True),
        "link:number_here": _best(numbers, near=False),
        "link:number_near": _best(numbers, near=True),
        "link:professional_here": _best(others, near=False),
        "link:correspondent_here": _best(senders, near=False),
        "link:rows": log1p(
            len({(i.mention.passage, i.mention.unit) for i in names if i.here >= STRONG})
        ),
        "link:rows_weak": log1p(
            len({(i.mention.passage, i.mention.unit) for i in names if 0 < i.here < STRONG})
        ),
        "link:share": sum(1 for i in names if i.here + i.near >= STRONG) / len(names)
        if names
        else 0.0,
    }
    values["link:first_person"] = float(_tells_of_sender(reading))
    return values


def _best(items: Iterable[Linked], *, near: bool) -> float:
    return max(
        (min(1.5, i.near if near else i.here) * i.mention.span.weight for i in items), default=0.0
    )


def _tells_of_sender(reading: Reading) -> bool:
    first = any(span.detector == "first-person-health" for span in reading.all(Kind.HEALTH))
    return first and any(i.mention.span.role is Role.CORRESPONDENT for i in reading.linked)


def _together(values: dict[str, float]) -> dict[str, float]:
    """Pairs that tell more than their sum."""
    get = values.get
    health = get("health_any", 0.0)
    named = float(bool(get("name:candidate")))
    numbered = float(any(get(f"id:{kind}") for kind in ("nir", "record_number", "dob")))
    generic = (
        get("cue:event", 0.0)
        + get("cue:protocol", 0.0)
        + get("cue:study", 0.0)
        + get("cue:jobs", 0.0)
    )
    specific = get("cue:pronoun", 0.0) + get("cue:one_patient", 0.0)
    return {
        "named_health": named * health,
        "numbered_health": numbered * health,
        "named_only": named * (1.0 - health),
        "unnamed_health": (1.0 - max(named, numbered)) * health,
        "named_specific": named * specific * health,
        "unnamed_specific": (1.0 - max(named, numbered)) * specific * health,
        "generic_health": generic * health,
        "named_generic": generic * named,
        "civility_health": get("civility", 0.0) * health,
        "roomed_health": float(bool(get("trace:room"))) * named * health,
        "no_identity": float(not (named or numbered)),
    }


def strong(spans: Iterable[Span]) -> list[Span]:
    """The health spans that tell something by themselves."""
    return [span for span in spans if span.kind is Kind.HEALTH and span.weight >= STRONG]
