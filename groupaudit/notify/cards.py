"""A letter as the JSON that each chat takes. Pure.

Addresses of groups are words of strangers: everywhere they stand where no markup is read, so that
none of them can call a whole channel or hide a link.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from groupaudit import __version__
from groupaudit.notify.letter import Letter
from groupaudit.notify.news import News

Card = dict[str, Any]

#: Maker of a card. ``addresses`` says whether groups may be named.
Shape = Callable[[Letter, News, bool], Card]


def plain_json(letter: Letter, news: News, addresses: bool) -> Card:  # noqa: FBT001 - see Shape
    """Our own form, for programs: the words, and what they were made of."""
    changes = [
        {"change": change.change, "from": change.before, "to": change.after}
        | ({"email": change.email} if addresses else {})
        | ({"tenant": change.tenant} if change.tenant else {})
        for change in news.changes
    ]
    return {
        "format": "groupaudit.notification/1",
        "tool_version": __version__,
        "occasion": news.occasion,
        "organisation": news.organisation,
        "run": news.run or None,
        "time": news.when.isoformat().replace("+00:00", "Z"),
        "reason": news.reason or None,
        "severities": dict(news.severities),
        "changes": changes,
        "unsettled": news.unsettled,
        "subject": letter.subject,
        "text": letter.text,
    }


def slack(letter: Letter, _news: News, _addresses: bool) -> Card:  # noqa: FBT001 - see Shape
    """Block Kit (docs.slack.dev): only ``plain_text``, in which ``<!channel>`` is nothing.

    A header takes 150 characters, a section 3,000, a message 50 blocks. ``text`` is what a
    notification shows; there Slack reads markup, so its three signs are escaped.
    """
    subject = letter.subject
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        subject = subject.replace(sign, entity)
    sections = [*letter.paragraphs, "\n".join(letter.changes), letter.closing]
    header = {"type": "header", "text": _plain(letter.subject[:150])}
    body = [{"type": "section", "text": _plain(text[:3000])} for text in sections if text]
    return {"text": subject, "blocks": [header, *body]}


def _plain(text: str) -> Card:
    return {"type": "plain_text", "text": text, "emoji": False}


def teams(letter: Letter, _news: News, _addresses: bool) -> Card:  # noqa: FBT001 - see Shape
    """What the workflow "when a Teams webhook request is received" takes: one adaptive card.

    Only text runs, which read no Markdown (adaptivecards.io, RichTextBlock, version 1.2).
    """
    body = [
        _runs(letter.subject, weight="Bolder", size="Medium"),
        *map(_runs, letter.paragraphs),
        *map(_runs, letter.changes),
        _runs(letter.closing, isSubtle=True),
    ]
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {
        "type": "message",
        "attachments": [{"contentType": kind, "contentUrl": None, "content": content}],
    }


def _runs(text: str, **manner: object) -> Card:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **manner}]}


def mattermost(letter: Letter, _news: News, _addresses: bool) -> Card:  # noqa: FBT001 - see Shape
    """Markdown of which all that varies stands in one block of code, where nothing is a mention.

    A message takes 16,383 characters (docs.mattermost.com, incoming webhooks).
    """
    body = f"{letter.subject}\n\n{letter.text}".replace("`", "'")
    return {"text": f"```text\n{body[:16_000]}\n```"}


#: Keys of ``[notify]`` that hold a webhook, and the form that each takes.
SHAPES: dict[str, Shape] = {
    "webhook": plain_json,
    "slack": slack,
    "teams": teams,
    "mattermost": mattermost,
}
