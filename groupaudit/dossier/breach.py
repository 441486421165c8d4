"""Who notifies, what sort of breach it is, and how long it lasted (GDPR art. 33(3)(a) and (b)).

Origins and causes carry the wording of the CNIL's form.
"""

from __future__ import annotations

from collections.abc import Iterator

from groupaudit.dossier.case import Beginning, Case, Standing
from groupaudit.dossier.layout import Block, Section, fact, item, paragraph
from groupaudit.dossier.words import Words, safe
from groupaudit.model.group import STRANGERS, Audience, Certainty, GroupKind
from groupaudit.reporter import labels
from groupaudit.reporter.language import mark

_STANDING: dict[Standing, str] = {
    Standing.ESTABLISHED: mark(
        "Established: personal data were found in posts that these people can read."
    ),
    Standing.SUPPOSED: mark(
        "Supposed: these people can read the group, but its posts were not all read, or one"
        " switch that decides on its readers is not known."
    ),
    Standing.NOT_FOUND: mark(
        "Not found by this run: nobody beyond the members can read the group, or no personal data"
        " were found in its posts."
    ),
    Standing.UNJUDGED: mark("Could not be judged: who can read the group is not known."),
}


def notification(case: Case, words: Words) -> Section:
    """The parties to the notification; nearly all of it is the officer's to fill in."""
    told = words.language.text
    return Section(
        told("2. Notification and contacts"),
        (
            words.gap(told("Kind of notification"), told("initial, complementary or complete.")),
            fact(told("Controller"), words.organisation(case.chosen)),
            words.gap(
                told("Data-protection officer or other contact (art. 33(3)(b))"),
                told("name, function, telephone, e-mail."),
            ),
            fact(told("Other parties"), _host(case, words)),
            words.gap(
                told("Cross-border breach, other authorities"),
                told(
                    "persons in other Member States; health agency and portal for incidents of"
                    " health information systems (Code de la santé publique, art. L. 1111-8-2);"
                    " complaint to the police."
                ),
            ),
        ),
    )


def _host(case: Case, words: Words) -> str:
    if case.assessment.group.kind is GroupKind.CONSUMER:
        return words.language.text(
            "Google, outside the organisation's Workspace: nobody in the organisation administers"
            " the group as such."
        )
    return words.language.text("Google, which hosts the organisation's Workspace.")


def nature(case: Case, words: Words) -> Section:
    """The sort of breach, where it is, who can read, and why."""
    told, assessment = words.language.text, case.assessment
    return Section(
        told("3. Nature of the breach"),
        (
            fact(
                told("Type"),
                told("Loss of confidentiality (unauthorised or accidental disclosure or access)."),
            ),
            fact(told("Established or supposed"), told(_STANDING[case.standing])),
            fact(
                told("Where"),
                f"{words.group(assessment)}, "
                f"{words.inside(words.phrases.label(labels.KIND, assessment.group.kind.value))}",
            ),
            *_readers(case, words),
            *_origin(case, words),
            fact(
                told("Who really read"),
                told("Not known: the audit tells who can read, never who did."),
            ),
            words.gap(
                told("Integrity and availability"),
                told("the audit does not look at them; say whether they are affected too."),
            ),
            *_reasons(case, words),
        ),
    )


def _readers(case: Case, words: Words) -> Iterator[Block]:
    told, exposure = words.language.text, case.assessment.exposure
    yield fact(told("Who can read"), words.phrases.readership(case.assessment))
    if exposure is None:
        return
    # Members are counted below; "all inside" is said of groups that nobody else can read.
    known = {exposure.readership, Audience.MEMBERS}
    others = [words.audience(each) for each in exposure.audiences if each not in known]
    if others:
        yield fact(told("Who can read as well"), words.sentence(words.language.listed(others)))
    if exposure.certainty is not None:
        yield fact(
            told("How sure this is"),
            words.phrases.label(labels.CERTAINTY, exposure.certainty.value),
        )
    yield fact(told("Members"), words.phrases.members(case.assessment))


def _origin(case: Case, words: Words) -> Iterator[Block]:
    told = words.language.text
    origin = told("to be told: hacking, wrong recipient, unintended publication, other.")
    if case.audience in STRANGERS:
        yield fact(told("Origin"), told("Unintended publication of information (to be confirmed)."))
    else:
        yield words.gap(told("Origin"), origin)
    yield words.gap(
        told("Cause"), told("internal accidental, internal malicious, external, or not known.")
    )


def _reasons(case: Case, words: Words) -> Iterator[Block]:
    """The settings that let these people read, in Google's words, with what each does."""
    exposure = case.assessment.exposure
    if exposure is None or not exposure.reasons:
        return
    told = words.language.text
    yield paragraph(told("Why these people can read it:"))
    for reason in exposure.reasons:
        setting = f"{safe(reason.setting, 80)} = {safe(reason.value, 80)}"
        yield item(words.language.pair(setting, safe(told(reason.effect))))


def period(case: Case, words: Words) -> Section:
    """From when to when, on what that rests, and how far it can be trusted."""
    told = words.language.text
    return Section(
        told("4. Period of exposure"),
        (*_beginning(case, words), *_end(case, words), *_period_limits(case, words)),
    )


def _beginning(case: Case, words: Words) -> Iterator[Block]:
    told, began = words.language.text, case.beginning
    if began is None:
        yield words.gap(told("Beginning"), told("the audit shows no exposure in this run."))
        return
    day = words.language.day(began.moment)
    since = told("on %(date)s", date=day) if began.exact else told("%(date)s or earlier", date=day)
    yield fact(told("Beginning"), since)
    yield fact(told("Evidence of the beginning"), _evidence(began, words))
    if began.outcome is not case.chosen or began.seen:
        told_now = words.phrases.since_or_why_not(case.assessment)
        yield fact(told("What the chosen run says of the beginning"), safe(told_now))


def _evidence(began: Beginning, words: Words) -> str:
    """On what ``began`` rests, without the account and the network address that a log has."""
    told = words.language.text
    if began.seen:
        return told("seen by %(run)s", run=words.run(began.outcome.run))
    if not began.exact:
        return safe(words.phrases.evidence(began.outcome.assessment))
    exposure = began.outcome.assessment.exposure
    for event in exposure.timeline if exposure else ():
        if event.when == began.moment:
            return words.event(event)
    return told("an entry of Google's audit log, which report.json quotes")


def _end(case: Case, words: Words) -> Iterator[Block]:
    told = words.language.text
    if case.closed and case.last_exposed:
        between = told(
            "between %(last)s, which saw it open, and %(closed)s, which saw it closed",
            last=words.run(case.last_exposed.run),
            closed=words.run(case.closed.run),
        )
        yield fact(told("End"), between)
    elif case.last_exposed:
        still = told("still open when last seen, by %(run)s", run=words.run(case.last_exposed.run))
        yield fact(told("End"), still)
    else:
        yield words.gap(told("End"), told("the audit did not see the group open."))
    if case.reopened:
        again = told("Open again: last seen so by %(run)s.", run=words.run(case.reopened.run))
        yield fact(told("Since then"), again)
    if case.unseen:
        unseen = told(
            "%(run)s did not list the group: it was deleted, or left out of the audit.",
            run=words.sentence(words.run(case.unseen)),
        )
        yield fact(told("Newest run"), unseen)


def _period_limits(case: Case, words: Words) -> Iterator[Block]:
    told = words.language.text
    yield paragraph(
        told(
            "Google keeps its audit log for 180 days and it may lack entries: an opening before"
            " that cannot be dated, and “or earlier” then says all that is known."
        )
    )
    yield paragraph(
        told("A post was readable from its own date on, where that is later than the opening.")
    )
    exposure = case.assessment.exposure
    if exposure and exposure.certainty is Certainty.ORG_POLICY_UNKNOWN:
        yield words.question(
            told("Check the organisation's switch for access from outside, which was not readable.")
        )
    if case.audience is Audience.EXTERNAL_MEMBERS:
        yield words.question(told("Since when each external member has been in the group."))
