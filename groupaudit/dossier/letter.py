"""A draft of the letter to the persons concerned (GDPR art. 34(2)): plain words.

It names no group and no kind of data of a person: what is theirs is the officer's to fill in.
"""

from __future__ import annotations

from collections.abc import Iterator

from groupaudit.dossier import kinds
from groupaudit.dossier.case import Case
from groupaudit.dossier.layout import Block, Section, item, paragraph
from groupaudit.dossier.words import Words


def section(case: Case, words: Words) -> Section:
    """The letter, with what must be filled in marked."""
    told = words.language.text
    return Section(
        told("Annex. Draft letter to the persons concerned"),
        (
            words.question(told("sender, date, name and address of the person.")),
            paragraph(told("Subject: a breach of your personal data (article 34 of the GDPR)")),
            paragraph(told("Dear Sir or Madam,")),
            *_what_happened(case, words),
            *_data(case, words),
            *_risks(case, words),
            *_measures(case, words),
            *_contact(words),
        ),
    )


def _what_happened(case: Case, words: Words) -> Iterator[Block]:
    told = words.language.text
    yield paragraph(
        told(
            "We are sorry to inform you that personal data about you, held by %(organisation)s,"
            " could be read by people who should not have had access to them.",
            organisation=words.organisation(case.chosen),
        )
    )
    yield paragraph(
        told(
            "What happened. Messages of an internal discussion group could be read by %(readers)s,"
            " %(period)s. We do not know whether anyone did.",
            readers=words.readers(case.audience),
            period=_period(case, words),
        )
    )


def _period(case: Case, words: Words) -> str:
    language = words.language
    if case.beginning is None:
        return words.ask(language.text("from when to when"))
    day = language.day(case.beginning.moment)
    exact = case.beginning.exact
    begin = (
        language.text("from %(date)s on", date=day)
        if exact
        else language.text("at least from %(date)s on", date=day)
    )
    if case.closed is None or case.reopened:
        until = words.ask(language.text("until when"))
        return f"{begin}, {until}"
    end = language.text("until %(date)s at the latest", date=language.day(case.closed.run.ended))
    return f"{begin}, {end}"


def _data(case: Case, words: Words) -> Iterator[Block]:
    told = words.language.text
    yield paragraph(told("Which data. Those about you were:"))
    yield item(words.ask(told("only the data of this person, in plain words.")))
    headings = [told(heading) for heading, _ in kinds.headed(case.assessment)]
    general = [heading for heading in headings if heading != told(kinds.SPECIAL)]
    if general:
        listed = words.language.listed(general)
        yield item(
            words.ask(told("choose among what was found in the group: %(kinds)s.", kinds=listed))
        )


def _risks(case: Case, words: Words) -> Iterator[Block]:
    told = words.language.text
    yield paragraph(
        told(
            "What may follow. Someone may learn facts about your health or your private life, pass"
            " them on, or use them to approach you. Beware of unexpected messages and calls that"
            " know details about you, and give nobody a password or bank details."
        )
    )
    if any(name in kinds.found(case.assessment) for name in ("bank", "nir", "ins")):
        yield paragraph(
            told(
                "If your social security number or bank details are among the data: watch your"
                " accounts and statements, and tell your bank or health insurance of anything odd."
            )
        )


def _measures(case: Case, words: Words) -> Iterator[Block]:
    told = words.language.text
    if case.closed and not case.reopened:
        done = told(
            "What we have done. The group is closed; we checked it on %(date)s.",
            date=words.language.day(case.closed.run.ended),
        )
    else:
        done = told("What we have done.")
    more = words.ask(told("measures taken and planned, with dates."))
    yield paragraph(f"{done} {more}")


def _contact(words: Words) -> Iterator[Block]:
    told = words.language.text
    contact = words.ask(told("name, telephone, e-mail, postal address."))
    yield paragraph(told("Your contact: our data-protection officer. %(gap)s", gap=contact))
    yield paragraph(told("You may also lodge a complaint with the CNIL (www.cnil.fr)."))
    yield paragraph(told("Yours faithfully,"))
    yield words.question(told("name and function of the signatory."))
