"""What a report says of one group, in one language: each phrase is made here, once.

CSV, HTML and terminal show the same sentences. No phrase is computed from a rule of severity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from groupaudit.model.coverage import unassessed_reason
from groupaudit.model.group import EXPOSED, Audience, Certainty, Exposure
from groupaudit.model.report import Advice, Assessment, PostsStatus
from groupaudit.model.timeline import GroupEvent, Weakness
from groupaudit.reporter import labels, sentences
from groupaudit.reporter.language import Language, mark

#: Settings and values that have no name of the API: advice gives them as Google's page shows them
#: (support.google.com/a/answer/167097 and /groups/answer/2464926, each in the report's language).
ON_THE_PAGE = (
    mark("Who can view conversations"),
    mark("Group members"),
    mark("Accessing groups from outside this organization"),
    mark("Private"),
)

#: The weakness of a group whose owners cannot act.
OWNERS_SUSPENDED = "owners-suspended"

#: Why the beginning of an exposure is unknown where nobody said more.
NOT_LOOKED_UP = mark("the audit log was not read")

#: Control characters, marks that turn the direction of text, and what else cannot be seen: they can
#: make a name look like another. Left out of everything that people read (report.json keeps them,
#: escaped), as are lone surrogates, which no encoding holds.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    r"\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+"
)


#: What becomes one ordinary space: a run of spaces, or one that is not of French typography.
_BLANK = re.compile(r"\s{2,}|[^\S\u00a0\u202f]")


def one_line(text: str, limit: int) -> str:
    """``text`` on one line without unseen characters, cut to ``limit`` characters with a "…"."""
    shown = _BLANK.sub(" ", _UNSEEN.sub(" ", text[: 4 * limit])).strip()
    cut = len(shown) > limit or len(text) > 4 * limit
    return f"{shown[: limit - 1].rstrip()}…" if cut else shown


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language."""

    language: Language

    def severity(self, assessment: Assessment) -> str:
        """The severity as a word."""
        return self.label(labels.SEVERITY, assessment.severity.value)

    def readership(self, assessment: Assessment) -> str:
        """Who can read the group, with the doubt where there is one."""
        exposure = assessment.exposure
        audience = exposure.readership if exposure else Audience.UNKNOWN
        told = self.label(labels.READERSHIP, audience.value)
        if exposure is None or exposure.certainty is not Certainty.ORG_POLICY_UNKNOWN:
            return told
        return f"{told} ({self.label(labels.CERTAINTY, exposure.certainty.value)})"

    def since(self, assessment: Assessment) -> str:
        """Since when outsiders to the group can read it; empty when none can."""
        exposure = assessment.exposure
        if exposure is None or exposure.readership not in EXPOSED:
            return ""
        if exposure.since is not None:
            return self.language.text("since %(date)s", date=self.language.day(exposure.since))
        if exposure.held_since is not None:
            day = self.language.day(exposure.held_since)
            return self.language.text("since before %(date)s", date=day)
        return self.language.text("date unknown")

    def evidence(self, assessment: Assessment) -> str:
        """On what the beginning of the exposure rests, or why it is unknown; empty when no matter.

        An entry of the audit log is quoted in Google's words.
        """
        exposure = assessment.exposure
        if exposure is None or (exposure.since is None and exposure.readership not in EXPOSED):
            return ""
        told = self.note(exposure.evidence or NOT_LOOKED_UP)
        return self.language.listed((told, self._earlier(exposure)))

    def since_or_why_not(self, assessment: Assessment) -> str:
        """``since``, with the reason in brackets when the date is unknown, or an earlier run's."""
        told, exposure = self.since(assessment), assessment.exposure
        if not told or exposure is None:
            return told
        why = self.evidence(assessment) if exposure.since is None else self._earlier(exposure)
        return f"{told} ({why})" if why else told

    def _earlier(self, exposure: Exposure) -> str:
        """Which earlier run knew of the beginning, or saw the group open; empty without one."""
        earlier = exposure.earlier
        if earlier is None:
            return ""
        run, date = one_line(earlier.run, 120), self.language.day(earlier.started)
        if earlier.continuous:
            return self.language.text("known from the run %(run)s of %(date)s", run=run, date=date)
        return self.language.text("seen open on %(date)s by the run %(run)s", run=run, date=date)

    def content(self, assessment: Assessment) -> str:
        """What was found in the posts, most sensitive kinds included, or why they were not read."""
        if assessment.posts.status is PostsStatus.READ and assessment.posts.total == 0:
            return self.language.text("No post in its archive")
        if assessment.health is not None:
            told = self.label(labels.CONTENT, assessment.health.verdict.value)
            return self.language.listed((told, self.sensitive(assessment)))
        return self.capital(self.label(labels.STATUS, assessment.posts.status.value))

    def content_counted(self, assessment: Assessment) -> str:
        """What was found, and in how many posts, conversations and different documents."""
        return self.language.listed((self.content(assessment), self.spread(assessment)))

    def sensitive(self, assessment: Assessment) -> str:
        """The most sensitive kinds of data found; empty when there are none."""
        health = assessment.health
        if health is None or not health.sensitive:
            return ""
        kinds = ", ".join(self.label(labels.CATEGORY, name) for name, _ in health.sensitive)
        return self.language.text("most sensitive: %(kinds)s", kinds=kinds)

    def persons(self, assessment: Assessment) -> str:
        """How many persons' health data was found; empty when none was."""
        health = assessment.health
        if health is None:
            return ""
        low, estimate = health.persons.low, health.persons.estimate
        if not low and not estimate:
            return ""
        told = self.language.plural("at least %(count)s person", "at least %(count)s persons", low)
        if estimate <= low:
            return told
        about = self.language.text("about %(number)s in all", number=self.language.number(estimate))
        return f"{told} ({about})"

    def spread(self, assessment: Assessment) -> str:
        """In how many conversations and different documents it was found; empty if not counted."""
        health = assessment.health
        if health is None or not health.posts_identifiable_health:
            return ""
        conversations = health.conversations_identifiable_health
        documents = health.documents_identifiable_health
        if conversations is None or documents is None:
            return ""
        return self.language.text(
            "%(posts)s in %(conversations)s, %(documents)s",
            posts=self.language.plural(
                "%(count)s post", "%(count)s posts", health.posts_identifiable_health
            ),
            conversations=self.conversations(conversations),
            documents=self.language.plural(
                "%(count)s document", "%(count)s different documents", documents
            ),
        )

    def examined(self, count: int) -> str:
        """That so many posts were examined."""
        return self.language.plural("%(count)s post examined", "%(count)s posts examined", count)

    def conversations(self, count: int) -> str:
        """So many conversations."""
        return self.language.plural("%(count)s conversation", "%(count)s conversations", count)

    def within(self, posts: str, conversations: int | None) -> str:
        """``posts``, and in how many conversations they are where these were counted."""
        if not conversations:
            return posts
        return self.language.text(
            "%(posts)s, in %(conversations)s",
            posts=posts,
            conversations=self.conversations(conversations),
        )

    def prevalence(self, assessment: Assessment) -> str:
        """The share of posts with identifiable health data, with its interval; empty if unread."""
        if assessment.health is None:
            return ""
        share, percent = assessment.health.prevalence, self.language.percent
        if share.low == share.high:  # every post that counts was read: nothing is estimated
            return self._exact(assessment, percent(share.estimate))
        form = (
            mark(
                "%(estimate)s of the posts"
                " (between %(low)s and %(high)s, at %(confidence)s confidence)"
            )
            if assessment.posts.status is PostsStatus.READ
            else mark(
                "%(estimate)s of the posts that can be read"
                " (between %(low)s and %(high)s, at %(confidence)s confidence)"
            )
        )
        return self.language.text(
            form,
            estimate=percent(share.estimate),
            low=percent(share.low),
            high=percent(share.high),
            confidence=percent(share.confidence),
        )

    def _exact(self, assessment: Assessment, share: str) -> str:
        if assessment.posts.status is PostsStatus.READ:
            return self.language.text("%(share)s of the posts", share=share)
        return self.language.text("%(share)s of the posts that can be read", share=share)

    def owners(self, assessment: Assessment) -> str:
        """The owners' addresses, or that there are none or none able to act, or not known."""
        exposure = assessment.exposure
        if exposure and exposure.owners:
            told = ", ".join(one_line(owner, 120) for owner in exposure.owners)
            if not any(each.kind == OWNERS_SUSPENDED for each in exposure.weaknesses):
                return told
            return self.language.plural(
                "%(owners)s (account suspended)",
                "%(owners)s (accounts suspended)",
                len(exposure.owners),
                owners=told,
            )
        listed = exposure is not None and exposure.members_total is not None
        return self.language.text("no owner") if listed else self.language.text("unknown")

    def members(self, assessment: Assessment) -> str:
        """How many members, and how many of them from outside."""
        exposure = assessment.exposure
        if exposure is None or exposure.members_total is None:
            return self.language.text("unknown")
        told = self.language.plural("%(count)s member", "%(count)s members", exposure.members_total)
        if not exposure.members_external:
            return told
        outside = self.language.text(
            "%(number)s from outside", number=self.language.number(exposure.members_external)
        )
        return f"{told}, {outside}"

    def coverage(self, assessment: Assessment) -> str:
        """How much of the group was looked at, and why not all."""
        reason = unassessed_reason(assessment)
        if reason is not None and assessment.exposure is None:
            return self.language.text("not assessed: %(reason)s", reason=self.reason(reason))
        posts = assessment.posts
        parts = [self.label(labels.STATUS, posts.status.value)]
        if posts.examined or posts.status is PostsStatus.READ:
            parts = [self.within(self._examined(assessment), posts.conversations)]
        if posts.failed:
            parts.append(
                self.language.plural(
                    "%(count)s post could not be read",
                    "%(count)s posts could not be read",
                    posts.failed,
                )
            )
        if posts.status in {PostsStatus.UNREAD, PostsStatus.PARTLY_READ} and posts.reason:
            parts.append(self.reason(posts.reason))
        parts.extend(self._limits(assessment))
        return self.capital(self.language.listed(parts))

    def route(self, assessment: Assessment) -> str:
        """Through which source the posts came, and what it said it could not see."""
        source = self.source(assessment)
        told = self.note(assessment.posts.note)
        return one_line(". ".join(filter(None, (self.capital(source), self.capital(told)))), 600)

    def source(self, assessment: Assessment) -> str:
        """The source of the posts in words; empty without one."""
        return self.label(labels.SOURCE, assessment.posts.source or "")

    def note(self, note: str) -> str:
        """A note or an error in this language; what has no known form is quoted as it is.

        Not cut, nor on one line.
        """
        return sentences.told(note, self.language)

    def _limits(self, assessment: Assessment) -> Iterator[str]:
        """What the examined posts leave open: attachments, and the posts outside the sample."""
        unread = sum(count for _, count in assessment.posts.failed_parts)
        if unread:
            yield self.language.plural(
                "%(count)s attachment not read",
                "%(count)s attachments not read",
                unread,
            )
        health = assessment.health
        if health and not health.posts_identifiable_health and health.prevalence.high:
            yield self.language.text(
                "at most %(share)s of the posts that can be read hold health data of identifiable"
                " patients (at %(confidence)s confidence)",
                share=self.language.percent_at_most(health.prevalence.high),
                confidence=self.language.percent(health.prevalence.confidence),
            )

    def _examined(self, assessment: Assessment) -> str:
        posts = assessment.posts
        if posts.total is None:
            return self.examined(posts.examined)
        return self.language.plural(
            "%(count)s post examined of %(total)s",
            "%(count)s posts examined of %(total)s",
            posts.examined,
            total=self.language.number(posts.total),
        )

    def advice(self, step: Advice) -> str:
        """One thing to do, with the setting and its value."""
        told = self.language.text(step.action)
        if not step.setting:
            return told
        value = step.value or ""
        return f"{told} [{self.language.text(step.setting)} = {self.language.text(value)}]"

    def todo(self, assessment: Assessment) -> str:
        """All that there is to do, numbered when it is more than one thing."""
        steps = [self.advice(step) for step in assessment.advice]
        if len(steps) < 2:
            return "".join(steps)
        return " ".join(f"{number}) {step}" for number, step in enumerate(steps, 1))

    def event(self, event: GroupEvent) -> str:
        """An entry of an audit log: what happened, in Google's words where it changed a setting."""
        if not event.setting:
            return self.label(labels.STEP, event.what.value)
        told = self.language.text("Changed %(setting)s", setting=event.setting)
        return self.language.pair(told, f"{event.before or '?'} → {event.after or '?'}")

    def remedy(self, weakness: Weakness) -> str:
        """What to do about a weakness, with the closing value, and who could."""
        told = self.language.text(weakness.action)
        if weakness.better:
            told = f"{told} [{weakness.setting} = {weakness.better}]"
        if not weakness.who:
            return told
        who = ", ".join(one_line(each, 120) for each in weakness.who)
        known_to = self.language.text("Who knows the group: %(who)s.", who=who)
        return f"{told} {known_to}"

    def reason(self, word: str) -> str:
        """A reason word in words."""
        return one_line(self.label(labels.REASON, word), 300)

    def label(self, table: dict[str, str], value: str) -> str:
        """The words for ``value``, or ``value`` itself."""
        return self.language.text(table.get(value, value))

    @staticmethod
    def capital(text: str) -> str:
        """``text`` at the beginning of a line."""
        return text[:1].upper() + text[1:]
