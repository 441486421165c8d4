# Word lists and expressions read better unbroken.
# ruff: noqa: E501
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

#: Chance from which a sentence counts as telling.
TOLD = 0.3
#: Weight from which a lexicon term counts as strong.
STRONG = 0.6


def features(reading: Reading) -> dict[str, float]:
    """Named features of ``reading``; those at 0 are left out."""
    values: dict[str, float] = {"bias": 1.0}
    values.update(_health(reading))
    values.update(_identity(reading))
    values.update(_links(reading))
    values.update(_told(reading))
    values.update(_cues(reading, values["told:max"]))
    values["length"] = min(3.5, log1p(sum(len(p.text) for p in reading.passages) / 100))
    values.update(_together(values))
    return {name: value for name, value in values.items() if value}


#: Cues that tell of somebody: they count only as far as something of that person's health is told.
_OF_SOMEBODY = frozenset(
    {"pronoun", "first_person", "one_patient", "bonded", "colleague", "arrival"}
)
#: A text longer than so many characters has its cues counted by their density.
_USUAL_LENGTH = 1000


def _cues(reading: Reading, most_told: float) -> dict[str, float]:
    """Cues by how dense they are, those of somebody only beside health."""
    longer = max(1.0, sum(len(p.text) for p in reading.passages) / _USUAL_LENGTH)
    return {
        f"cue:{name}": log1p(count / longer) * (most_told if name in _OF_SOMEBODY else 1.0)
        for name, count in reading.cues.items()
    }


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
    values["health_weak"] = min(2.0, log1p(weak))
    values["health_any"] = float(bool(strong))
    return values


def _identity(reading: Reading) -> dict[str, float]:
    spans = list(reading.all(Kind.IDENTITY))
    counts = Counter(span.category for span in spans if span.category not in ("name", "email"))
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


def _told(reading: Reading) -> dict[str, float]:
    """What the words of the sentences around persons tell, by the learned weights."""
    candidates = reading.candidates
    names = [item for item in candidates if item.mention.span.category == "name"]
    numbers = [item for item in candidates if item.mention.span.category != "name"]
    roles = {role: [i for i in reading.linked if i.mention.span.role is role] for role in Role}
    every = [chance for told in reading.told for chance in told]
    most = max(every, default=0.0)
    return {
        "told:name_here": _most_told(reading, names, 0),
        "told:name_near": _most_told(reading, names, 2),
        "told:number": _most_told(reading, numbers, 2),
        "told:professional": _most_told(reading, roles[Role.PROFESSIONAL], 0),
        "told:correspondent": _most_told(reading, roles[Role.CORRESPONDENT], 2),
        "told:max": most,
        "told:sum": log1p(sum(chance for chance in every if chance > TOLD)),
        "told:rows": log1p(sum(_most_told(reading, [item], 0) > 0.5 for item in names)),
        "told:named": most * bool(candidates),
        "words:for": max(0.0, reading.about),
        "words:against": max(0.0, -reading.about),
    }


def _most_told(reading: Reading, items: Iterable[Linked], reach: int) -> float:
    """The best chance of a unit within ``reach`` of one of ``items``, by the weight of the mention."""
    best = 0.0
    for item in items:
        told, unit = reading.told[item.mention.passage], item.mention.unit
        best = max(
            best, max(told[max(0, unit - reach) : unit + reach + 1]) * item.mention.span.weight
        )
    return best


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
