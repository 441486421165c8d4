"""Likely consequences, measures, and whether to inform the persons (art. 33(3)(c), (d), art. 34).

Consequences are proposed from the kinds of data, in the wording of the CNIL's form; how grave they
are is the officer's to say. Measures taken are only those that a run saw.
"""

from __future__ import annotations

from collections.abc import Iterator

from groupaudit.advice import INFORM, INFORM_NOW
from groupaudit.dossier import kinds
from groupaudit.dossier.case import Case, Standing, readers
from groupaudit.dossier.layout import Block, Section, fact, item, paragraph
from groupaudit.dossier.words import Words
from groupaudit.model.finding import Verdict
from groupaudit.model.group import STRANGERS, Audience


def consequences(case: Case, words: Words) -> Section:
    """What may follow for the persons."""
    told = words.language.text
    return Section(
        told("7. Likely consequences"),
        (
            paragraph(told("Proposed from the kinds of data found; keep what applies:")),
            *(item(text) for text in _consequences(case, words)),
            words.gap(
                told("Gravity for the persons"), told("negligible, limited, significant, maximal.")
            ),
        ),
    )


def _consequences(case: Case, words: Words) -> Iterator[str]:
    told = words.language.text
    yield told(
        "The data were spread more than necessary and escaped the control of the persons concerned."
    )
    yield told("The data can be linked with other information about the persons concerned.")
    if case.audience in STRANGERS or case.audience is Audience.EXTERNAL_MEMBERS:
        yield told(
            "The data can be diverted by a third party to other ends than those intended, unfairly"
            " or with malice."
        )
    yield told("Loss of control over personal data; invasion of privacy.")
    for harm, because in kinds.harms(case.assessment):
        yield f"{told(harm)} ({words.kinds(because)})."


def measures(case: Case, words: Words) -> Section:
    """What was done as far as runs saw it, and what the audit advises."""
    told = words.language.text
    return Section(
        told("8. Measures"),
        (
            words.gap(
                told("Before the breach"), told("rules, training and checks that were in place.")
            ),
            fact(told("Taken, as the audit saw it"), _taken(case, words)),
            words.gap(told("Taken besides"), told("what, and when.")),
            paragraph(told("Proposed by the audit:")),
            *_proposed(case, words),
            words.question(
                told(
                    "Further measures and their dates: removal of the posts, of copies in search"
                    " engines, training, regular audits."
                )
            ),
        ),
    )


def _taken(case: Case, words: Words) -> str:
    told = words.language.text
    if case.closed and case.reopened:
        return told(
            "None that lasted: %(closed)s saw the group closed, and %(open)s saw it open again.",
            closed=words.run(case.closed.run),
            open=words.run(case.reopened.run),
        )
    if case.closed:
        return told(
            "%(run)s saw the group closed. Readers since: %(readers)s.",
            run=words.sentence(words.run(case.closed.run)),
            readers=words.audience(readers(case.closed)),
        )
    if case.last_exposed is None:
        return told("None: the audit did not see the group open.")
    return told(
        "None is known: %(run)s still saw the group open. Readers then: %(readers)s.",
        run=words.run(case.last_exposed.run),
        readers=words.audience(readers(case.last_exposed)),
    )


def _proposed(case: Case, words: Words) -> Iterator[Block]:
    steps = [step for step in case.assessment.advice if step not in {INFORM, INFORM_NOW}]
    for step in steps:
        told = words.phrases.advice(step)
        safe_url = step.url is not None and step.url.startswith("https://")
        yield item(f"{told} {step.url}" if safe_url else told)
    if not steps:
        yield item(words.language.text("Nothing: the audit has no advice on this group."))


def communication(case: Case, words: Words) -> Section:
    """Whether and how the persons are informed."""
    told = words.language.text
    return Section(
        told("9. Information of the persons (art. 34)"),
        (
            fact(told("High risk: what speaks for it"), _risk(case, words)),
            words.gap(told("Decision"), told("informed, to be informed, or not, and why.")),
            words.gap(
                told("Exceptions (art. 34(3))"),
                told(
                    "data unintelligible to the readers, risk no longer likely, or effort out of"
                    " proportion (then a public communication)."
                ),
            ),
            words.gap(
                told("How and when"), told("letter, call, e-mail; date; number of persons reached.")
            ),
            *_care(case, words),
        ),
    )


def _risk(case: Case, words: Words) -> str:
    told = words.language.text
    health = case.assessment.health
    if case.standing is not Standing.ESTABLISHED or health is None:
        return words.ask(told("the breach is not established by this run: assess it first."))
    if health.verdict is not Verdict.IDENTIFIABLE_HEALTH:
        return words.ask(told("no health data of identifiable patients were found: assess it."))
    return told(
        "health data of identifiable patients, a special category (art. 9), could be read by:"
        " %(readers)s.",
        readers=words.audience(case.audience),
    )


def _care(case: Case, words: Words) -> Iterator[Block]:
    """What to mind when the information itself could harm."""
    told = words.language.text
    special = tuple(name for name in kinds.sensitive(case.assessment) if name != "minor")
    if special:
        yield paragraph(
            told(
                "Take care: the posts tell of most sensitive matters (%(kinds)s). A letter or a"
                " call can reveal it to those around the person; choose the way person by person.",
                kinds=words.kinds(special),
            )
        )
    if "minor" in kinds.found(case.assessment):
        yield paragraph(
            told(
                "Patients under 18: those with parental authority are informed, unless the care was"
                " given in secrecy from them (Code de la santé publique, art. L. 1111-5)."
            )
        )
