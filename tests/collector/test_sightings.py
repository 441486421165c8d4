"""Settings held against what the web shows: only positive evidence changes an answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from groupaudit.collector import sightings
from groupaudit.collector.effects import EFFECTS
from groupaudit.collector.parse import Setting
from groupaudit.collector.sightings import SIGHT_EFFECTS, alone, confirmed, may_be_public
from groupaudit.model.group import Audience, Certainty, Exposure, Reason
from groupaudit.web.verdict import PUBLIC, Seen, Sighting, sighting

WEB, ORGANISATION, UNKNOWN = (
    Audience.ANYONE_ON_WEB,
    Audience.WHOLE_ORGANISATION,
    Audience.UNKNOWN,
)
DATE = datetime(2026, 6, 1, tzinfo=UTC)


def exposure(*audiences: Audience, certainty=Certainty.SETTINGS, **changes) -> Exposure:
    told = {"since": DATE, "by": "x@h.example", "evidence": "log", "held_since": DATE} | changes
    return Exposure(audiences[0], audiences, certainty, **told)


OPEN = exposure(WEB, ORGANISATION)
DOUBTFUL = exposure(WEB, certainty=Certainty.ORG_POLICY_UNKNOWN)
CLOSED = exposure(ORGANISATION, latent=WEB)
UNTOLD = exposure(UNKNOWN)


@pytest.mark.parametrize("told", [OPEN, DOUBTFUL, CLOSED, UNTOLD])
@pytest.mark.parametrize("seen", Seen)
def test_readership_changes_on_positive_evidence_only(told, seen):
    after = confirmed(told, sighting(seen))

    if seen in PUBLIC:
        assert (after.readership, after.certainty) == (WEB, Certainty.PROBED)
        assert after.latent is None
        assert after.audiences[0] is WEB
        assert len(set(after.audiences)) == len(after.audiences)
        assert UNKNOWN not in after.audiences
    else:
        assert after.readership is told.readership
        assert after.certainty is told.certainty
        assert after.notes
    assert after.reasons[-1].setting == sightings.WEB
    assert after.reasons[-1].value == seen.value


@pytest.mark.parametrize(
    ("told", "seen", "effect"),
    [
        (OPEN, Seen.CONTENT_PUBLIC, "web-shows"),
        (OPEN, Seen.LIST_PUBLIC, "web-shows-list"),
        (CLOSED, Seen.CONTENT_PUBLIC, "web-shows-against-settings"),
        (CLOSED, Seen.LIST_PUBLIC, "web-shows-list-against-settings"),
        (OPEN, Seen.DENIED_OR_ABSENT, "web-hides-against-settings"),
        (OPEN, Seen.LOGIN_REQUIRED, "web-hides-against-settings"),
        (DOUBTFUL, Seen.DENIED_OR_ABSENT, "web-hides-switch-unknown"),
        (CLOSED, Seen.DENIED_OR_ABSENT, "web-hides"),
        (UNTOLD, Seen.LOGIN_REQUIRED, "web-hides"),
        (OPEN, Seen.VISIBLE_EMPTY, "web-empty"),
        (OPEN, Seen.RATE_LIMITED, "web-untold"),
        (CLOSED, Seen.ROBOTS, "web-untold"),
    ],
)
def test_each_agreement_and_contradiction_has_its_sentence(told, seen, effect):
    assert confirmed(told, sighting(seen)).reasons[-1].effect == SIGHT_EFFECTS[effect]


def test_beginning_of_a_narrower_readership_is_not_that_of_the_web():
    after = confirmed(CLOSED, sighting(Seen.CONTENT_PUBLIC))

    assert (after.since, after.by, after.held_since) == (None, None, None)
    assert after.evidence == sightings.UNEXPLAINED
    assert confirmed(OPEN, sighting(Seen.CONTENT_PUBLIC)).since == DATE


@pytest.mark.parametrize("seen", Seen)
def test_group_that_only_the_web_knows_is_public_or_unknown(seen):
    told = alone(Sighting(seen, "words"))

    assert told.readership is (WEB if seen in PUBLIC else UNKNOWN)
    assert told.certainty is (Certainty.PROBED if seen in PUBLIC else None)
    assert told.reasons


def test_every_effect_is_used():
    used = {
        each.reasons[-1].effect
        for seen in Seen
        for each in (
            alone(sighting(seen)),
            *(confirmed(told, sighting(seen)) for told in (OPEN, DOUBTFUL, CLOSED, UNTOLD)),
        )
    }

    assert used == set(SIGHT_EFFECTS.values())


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (OPEN, True),
        (CLOSED, True),
        (UNTOLD, False),
        (exposure(Audience.MEMBERS), False),
        (
            exposure(Audience.EXTERNAL_MEMBERS, ORGANISATION, latent=Audience.ANYONE_WHO_JOINS),
            False,
        ),
        (exposure(UNKNOWN, reasons=(Reason(Setting.VIEW, "NEW", EFFECTS["view-unknown"]),)), True),
    ],
)
def test_only_groups_that_settings_may_open_to_the_web_are_looked_at(told, expected):
    assert may_be_public(told) is expected
