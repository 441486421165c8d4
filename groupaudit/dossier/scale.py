"""Which data, of whom, and how many, with how each number was obtained (GDPR art. 33(3)(a)).

A number never comes without its interval or the reason why it has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from groupaudit.dossier import kinds
from groupaudit.dossier.case import Case
from groupaudit.dossier.layout import Block, Section, fact, item, paragraph
from groupaudit.dossier.words import Words, safe
from groupaudit.model.report import Assessment, Health, PostsCoverage, PostsStatus
from groupaudit.model.sample import SampleDesign, SamplingKind
from groupaudit.reporter import labels
from groupaudit.reporter.language import mark


def data(case: Case, words: Words) -> Section:
    """Kinds of data, and the approximate number of records."""
    told, assessment = words.language.text, case.assessment
    return Section(
        told("5. Data concerned"),
        (
            fact(told("What was found"), safe(words.phrases.content(assessment))),
            *_headings(assessment, words),
            *_records(assessment, words),
            words.gap(
                told("To be checked"),
                told(
                    "have someone entitled to read them look at a sample of the posts: the kinds"
                    " of data were found by a program, which errs."
                ),
            ),
        ),
    )


def _headings(assessment: Assessment, words: Words) -> Iterator[Block]:
    told, posts = words.language.text, kinds.found(assessment)
    for heading, names in kinds.headed(assessment):
        counted = (
            f"{words.kinds((name,))} ({words.language.number(posts[name])})"
            for name in sorted(names, key=lambda name: -posts[name])
        )
        yield fact(told(heading), ", ".join(counted))
    if posts:
        yield paragraph(told("In brackets: examined posts that hold it."))


def _records(assessment: Assessment, words: Words) -> Iterator[Block]:
    """A record is a post; the numbers speak of posts with identifiable health data."""
    told, health, posts = words.language.text, assessment.health, assessment.posts
    if health is None:
        yield words.gap(told("Number of records (posts)"), told("not known: no post was examined."))
        return
    yield fact(told("Number of records (posts)"), _number_of_records(health, posts, words))
    yield fact(told("How it was obtained"), _sampling(posts, words))
    if spread := words.phrases.spread(assessment):
        yield fact(
            told("Found in"),
            told(
                "%(spread)s, among the posts examined: a document passed on in several posts"
                " counts once. Conversations and documents are counts; estimate and interval are"
                " for posts.",
                spread=spread,
            ),
        )
    if posts.sampling is SamplingKind.SEQUENTIAL and posts.design and posts.design.favoured:
        yield fact(told("Drawn more densely"), _favoured(posts.design, words))
    if health.posts_identifiable_health:
        yield fact(told("Share of the posts"), words.phrases.prevalence(assessment))
    if health.posts_health_person:
        number = words.language.plural(
            "%(count)s examined post", "%(count)s examined posts", health.posts_health_person
        )
        yield fact(told("Besides: about a patient not directly identifiable"), number)
    if posts.first and posts.last:
        yield fact(
            told("Dates of the posts"),
            told(
                "%(first)s to %(last)s",
                first=words.language.day(posts.first),
                last=words.language.day(posts.last),
            ),
        )


def _number_of_records(health: Health, posts: PostsCoverage, words: Words) -> str:
    """Found for certain, and what that makes of all posts, with the interval."""
    found = health.posts_identifiable_health
    told = words.language.plural(
        "%(count)s post with health data of identifiable patients found",
        "%(count)s posts with health data of identifiable patients found",
        found,
    )
    if posts.total is None or posts.total <= posts.examined or not _whole(posts):
        return told  # of posts that nothing reaches, a sample of the others says nothing
    share = health.prevalence
    return words.language.text(
        "%(found)s; about %(estimate)s of all %(total)s posts (between %(low)s and %(high)s, at"
        " %(confidence)s confidence)",
        found=told,
        estimate=words.language.number(max(found, round(share.estimate * posts.total))),
        total=words.language.number(posts.total),
        low=words.language.number(max(found, floor(share.low * posts.total + 1e-9))),
        high=words.language.number(max(found, ceil(share.high * posts.total - 1e-9))),
        confidence=words.language.percent(share.confidence),
    )


def _whole(posts: PostsCoverage) -> bool:
    """Whether the source reached every post that it knows of, and read those that were drawn."""
    return posts.status is PostsStatus.READ


def _sampling(posts: PostsCoverage, words: Words) -> str:
    """How the examined posts were chosen."""
    number = words.language.number
    source = safe(words.phrases.label(labels.SOURCE, posts.source or "?"), 80)
    if not posts.examined:
        return words.phrases.examined(0)
    if posts.sampling is SamplingKind.CENSUS:
        if posts.examined == 1:
            return words.language.text(
                "the only post that the source “%(source)s” can reach was examined", source=source
            )
        return words.language.text(
            "all %(count)s posts that the source “%(source)s” can reach were examined",
            count=number(posts.examined),
            source=source,
        )
    return words.language.text(
        _drawn(posts),
        examined=number(posts.examined),
        total=number(posts.total) if posts.total is not None else "?",
        source=source,
        seed=posts.seed,
    )


def _drawn(posts: PostsCoverage) -> str:
    """The message that tells how ``posts`` were chosen, which are not all."""
    if posts.sampling is None:
        return mark("how the examined posts were chosen was not recorded")
    if posts.total is None:
        return mark(
            "%(examined)s posts were drawn at random (seed %(seed)s) among those that the source"
            " “%(source)s” can reach; how many others the group has is not known: the interval"
            " holds for these only"
        )
    if not _whole(posts):
        return mark(
            "%(examined)s posts were drawn at random (seed %(seed)s) among those that the source"
            " “%(source)s” can reach, which are not all of the %(total)s: the interval holds for"
            " these only"
        )
    return mark(
        "%(examined)s posts of the %(total)s that the source “%(source)s” can reach were drawn"
        " at random (seed %(seed)s) and examined; the interval holds for that draw"
    )


def _favoured(design: SampleDesign, words: Words) -> str:
    """Which posts had a higher chance of being drawn, and by how much."""
    return words.language.plural(
        "%(count)s post with attachments or of a long conversation, %(weight)s times as often as"
        " the others: estimate and interval take that into account",
        "%(count)s posts with attachments or of long conversations, %(weight)s times as often as"
        " the others: estimate and interval take that into account",
        design.favoured,
        weight=words.language.number(design.weight),
    )


def persons(case: Case, words: Words) -> Section:
    """Categories and approximate number of the persons concerned."""
    told, assessment = words.language.text, case.assessment
    minors = "minor" in kinds.found(assessment)
    return Section(
        told("6. Persons concerned"),
        (
            fact(told("Categories"), _categories(assessment, words)),
            *([fact(told("Vulnerable persons"), told("patients under 18"))] if minors else []),
            words.gap(
                told("Other categories"),
                told("staff who wrote the posts or are named in them, relatives, others."),
            ),
            *_number_of_persons(assessment, words),
            fact(
                told("Who they are"),
                told(
                    "not kept: the audit holds no list of persons. To inform them, people entitled"
                    " to read the posts must read them again."
                ),
            ),
        ),
    )


def _categories(assessment: Assessment, words: Words) -> str:
    told = words.language.text
    health = assessment.health
    if health and (health.posts_identifiable_health or health.posts_health_person):
        return told("patients")
    return words.ask(told("patients, users, staff, others: the audit does not tell."))


def _number_of_persons(assessment: Assessment, words: Words) -> Iterator[Block]:
    told = words.language.text
    number = words.phrases.persons(assessment)
    if not number or assessment.health is None:
        yield words.gap(
            told("Number of persons"), told("the audit counts persons only with their health data.")
        )
        return
    yield fact(told("Number of persons"), number)
    if assessment.posts.sampling is SamplingKind.CENSUS:
        how = told(
            "distinct persons whose health data the posts hold; those who cannot be told apart"
            " count once"
        )
    elif assessment.health.persons.estimate <= assessment.health.persons.low:
        how = told(
            "distinct persons met in the examined posts; how often the same person was met (Chao"
            " and Lin, Biometrics 2012) suggests no others in all posts that can be read, which is"
            " itself a lower bound: no upper bound can be given"
        )
    else:
        how = told(
            "distinct persons met in the examined posts, and an estimate for all posts that can be"
            " read from how often the same person was met (Chao and Lin, Biometrics 2012), which is"
            " itself a lower bound: no upper bound can be given"
        )
    yield fact(told("How it was obtained"), how)


def limits(case: Case, words: Words) -> Section:
    """What the audit did not see of this group."""
    told, assessment = words.language.text, case.assessment
    return Section(
        told("11. What the audit could not see"),
        (
            *(item(line) for line in _limits(assessment, words) if line),
            paragraph(
                told(
                    "Copies are not covered: mail already delivered to members, quotations"
                    " elsewhere, caches of search engines."
                )
            ),
        ),
    )


def _limits(assessment: Assessment, words: Words) -> Iterator[str]:
    yield words.phrases.coverage(assessment)
    if route := words.phrases.route(assessment):
        yield words.language.text("Source of the posts: %(source)s", source=route)
    for reason, count in assessment.posts.failed_parts:
        label = safe(words.phrases.label(labels.REASON, reason))
        yield words.language.plural(
            "%(count)s attachment not read: %(reason)s",
            "%(count)s attachments not read: %(reason)s",
            count,
            reason=label,
        )
    if assessment.unassessed:
        yield safe(words.phrases.note(assessment.unassessed.message))
    for note in assessment.exposure.notes if assessment.exposure else ():
        yield safe(words.phrases.note(note))
