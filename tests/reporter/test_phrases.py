"""What the readers of several formats are told of one group."""

from __future__ import annotations

from dataclasses import replace

import factories as make
import pytest
from typography import plain

from groupaudit.advice import CONSOLE_URL, advice
from groupaudit.model.finding import Verdict
from groupaudit.model.report import PostsStatus
from groupaudit.model.sample import Interval
from groupaudit.reporter.language import language
from groupaudit.reporter.phrases import Phrases
from groupaudit.reporter.rows import Strings, row

FRENCH = Phrases(language("fr"))
CERTAIN = Interval(0.475, 0.475, 0.475, 0.95)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (PostsStatus.READ, "48 % des messages"),
        (PostsStatus.PARTLY_READ, "48 % des messages lisibles"),
    ],
)
def test_share_has_no_interval_when_every_post_was_read(status, told):
    item = make.assessment(
        health=make.health(prevalence=CERTAIN), posts=make.posts(status=status, reason=None)
    )

    assert plain(FRENCH.prevalence(item)) == told


def test_switch_of_the_console_has_the_name_that_a_french_console_shows():
    (step,) = (step for step in advice(make.assessment()) if step.url == CONSOLE_URL)

    told = plain(FRENCH.advice(step))

    assert "Groups for Business > Paramètres de partage" in told
    assert told.endswith("[Accès aux groupes depuis l’extérieur de l’organisation = Privé]")


def test_content_of_an_empty_archive_is_no_finding():
    item = make.assessment(
        health=make.health(Verdict.ORDINARY), posts=make.posts(total=0, examined=0)
    )

    assert FRENCH.content(item) == "Aucun message dans son archive"


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ((), "a@h.example, b@h.example"),
        (("no-owner",), "a@h.example, b@h.example"),
        (("owners-suspended",), "a@h.example, b@h.example (comptes suspendus)"),
    ],
)
def test_owners_are_told_as_suspended_when_none_can_act(kinds, told):
    exposure = make.exposure(
        owners=("a@h.example", "b@h.example"),
        weaknesses=tuple(make.weakness(kind=kind) for kind in kinds),
    )

    assert FRENCH.owners(make.assessment(exposure=exposure)) == told


@pytest.mark.parametrize(
    ("source", "note", "told"),
    [
        ("vault", "", "Google Vault"),
        ("web", "a note", "Page publique du groupe. Détail technique : « a note »"),
        ("of-another-hospital", "", "Of-another-hospital"),
        (None, "", ""),
    ],
)
def test_route_names_the_source_in_words(source, note, told):
    item = make.assessment(posts=make.posts(source=source, note=note))

    assert plain(FRENCH.route(item)) == told


def test_kinds_of_data_begin_with_the_most_frequent():
    found = replace(make.health(), categories=(("age", 2), ("nir", 9), ("dob", 2)))
    item = make.assessment(health=found)
    told = row(item, FRENCH, Strings(), make.run().ended)["g"]

    assert told == "numéro de sécurité sociale (9), âge (2), date de naissance (2)"
