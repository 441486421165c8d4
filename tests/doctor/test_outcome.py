"""One exit code for many checks."""

import pytest

from groupaudit.doctor.outcome import Outcome, State, exit_code


def _outcomes(*states):
    return [Outcome("check", "title", state, "found") for state in states]


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([], 0),
        ([State.OK, State.SKIPPED], 0),
        ([State.OK, State.OPTIONAL], 4),
        ([State.OK, State.UNCHECKED], 4),
        ([State.FAILED, State.OPTIONAL], 1),
        ([State.FAILED, State.REFUSED, State.UNCHECKED], 3),
        ([State.CONFIG, State.REFUSED, State.FAILED], 2),
    ],
)
def test_the_code_is_the_most_telling_one_when_several_checks_fail(states, code):
    assert exit_code(_outcomes(*states)) == code


@pytest.mark.parametrize("state", State)
def test_every_state_but_ok_and_skipped_is_a_defect(state):
    (outcome,) = _outcomes(state)
    assert outcome.defect == (state not in {State.OK, State.SKIPPED})
    assert outcome.defect == bool(exit_code([outcome]))
