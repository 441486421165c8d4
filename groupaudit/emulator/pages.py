"""The HTML of group pages: JSON blobs first, a little DOM beside them.

Positions in the blobs and class names follow the notes on the real pages; what is unknown there
is null here. Everything that comes from a post is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

from groupaudit.emulator.conversations import Archive, Conversation, Shown

LIST_SIZE = 30  # conversations on the first page
_SITE = "https://groups.google.com"
_LIST_RPC, _CONVERSATION_RPC = "Dq0xse", "H08Fi"


def group_list(archive: Archive, newest: Sequence[Conversation], *, root: str, french: bool) -> str:
    """The list of a group's conversations."""
    group = archive.group
    entries = [(c, archive.messages(c)) for c in newest]
    token = "emulated-next" if archive.total > len(newest) else None
    data: list[Any] = [
        [group.id, group.email],
        archive.total,
        [[_summary(group.id, c, messages)] for c, messages in entries],
    ]
    rows = "".join(_row(root, c, messages) for c, messages in entries)
    of, next_page = ("sur", "Page suivante") if french else ("of", "Next page")
    shown = f'<div class="aEb7Ed">1–{len(newest)} {of} {archive.total}</div>' if newest else ""
    button = f'<div role="button" aria-label="{next_page}"></div>' if token else ""
    request = [group.email, LIST_SIZE, "", [], 2]
    body = shown + button + rows + _blob(_LIST_RPC, request, [*data, token])
    return _page(group.name, body, french=french)


def conversation(archive: Archive, thread: Conversation, *, root: str, french: bool) -> str:
    """The messages of one conversation."""
    group, messages = archive.group, archive.messages(thread)
    data = [
        [group.id, group.email],
        _summary(group.id, thread, messages),
        [[_message(group.id, message, root)] for message in messages],
    ]
    title = messages[0].subject
    heading = f'<h1 class="KPwZRb" jsname="GNEpNe"><html-blob>{escape(title)}</html-blob></h1>'
    sections = "".join(_section(thread.id, message) for message in messages)
    listing = f'{heading}<div role="list" aria-label="{escape(title)}">{sections}</div>'
    blob = _blob(_CONVERSATION_RPC, [group.email, thread.id], data)
    return _page(title, listing + blob, french=french)


def access_error(*, french: bool) -> str:
    """What everyone gets who may not read, or asks for what is not there."""
    title = "Contenu indisponible" if french else "Content unavailable"
    advice = (
        "Vérifiez le lien ou essayez de changer de compte"
        if french
        else "Double-check the link, or try switching accounts"
    )
    return _page("Google Groups", f"<h1>{title}</h1><p>{advice}</p>", french=french)


def permission() -> str:
    """A group that shows itself but not its conversations."""
    text = "<p>You don't have permission to access this content</p>"
    return _page("Google Groups", text, french=False)


def redesign() -> str:
    """A page without any data that is known today."""
    return _page("Google Groups", '<div id="app" data-state="new"></div>', french=False)


def sorry() -> str:
    """Too many requests."""
    return "<html><body>Our systems have detected unusual traffic from your network.</body></html>"


def _page(title: str, body: str, *, french: bool) -> str:
    language, sign_in = ("fr", "Se connecter") if french else ("en", "Sign in")
    return (
        f'<!doctype html><html lang="{language}" dir="ltr"><head><base href="{_SITE}/">'
        f"<title>{escape(title)} - Google Groups</title></head><body>"
        f'<a href="https://accounts.google.com/ServiceLogin?passive=true">{sign_in}</a>'
        f"{body}</body></html>"
    )


def _blob(rpc: str, request: list[Any], data: list[Any]) -> str:
    asked = f"{{'ds:7' : {{id:'{rpc}',request:{_json(request)}}}}}"
    return (
        f'<script nonce="x">var AF_dataServiceRequests = {asked};</script>\n'
        f"<script nonce=\"x\">AF_initDataCallback({{key: 'ds:7', hash: '1', data:{_json(data)}, "
        "sideChannel: {}});</script>"
    )


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _summary(gid: str, thread: Conversation, messages: Sequence[Shown]) -> list[Any]:
    last = messages[-1]
    names = list(dict.fromkeys(message.author for message in messages))
    authors = [[name, None, None, None] for name in names]
    activity = _seconds(thread.posts[-1].date)
    head = [gid, thread.id, messages[0].subject, last.snippet, [activity, 0]]
    return [*head, [_seconds(last.dated)], len(thread.posts), None, None, [authors, len(names)]]


def _message(gid: str, message: Shown, root: str) -> list[Any]:
    author = [message.author, None, None, None]
    head = [gid, message.id, [author, []], None, None, message.subject, message.snippet]
    meta = [*head, [_seconds(message.posted), 0], [_seconds(message.dated)]]
    body = [2, [[1, [None, message.html]]]]
    if not message.files:
        return [meta, body]
    group_root = root.replace("/g/", "/group/", 1)
    files = [
        [
            f"{_SITE}{group_root}/attach/{message.key}/{quote(file.name)}?part=0.{file.part}&view=1",
            None,
            None,
            file.content_type,
            file.name,
        ]
        for file in message.files
    ]
    return [meta, body, files]


def _row(root: str, thread: Conversation, messages: Sequence[Shown]) -> str:
    first, last = messages[0], messages[-1]
    number = len(thread.posts)
    count = f'<span class="F5JnCe" aria-label="{number} messages">{number}</span>'
    return (
        f'<div role="row" data-rowid="{thread.id}" class="yhgbKd">'
        f'<span class="z0zUgf">{escape(last.author)}</span>{count if number > 1 else ""}'
        f'<a class="ZLl54" href=".{root}/c/{thread.id}">'
        f'<span class="o1DPKc">{escape(first.subject)}</span>'
        f'<span class="WzoK">{escape(last.snippet)}</span></a>'
        f'<div class="tRlaM">{last.posted:%b} {last.posted.day}</div></div>'
    )


def _section(thread_id: str, message: Shown) -> str:
    return (
        f'<section class="BkrUxb" data-doc-id="{message.key}" aria-expanded="true">'
        f'<h3 class="s1f8Zd">{escape(message.author)}</h3>'
        f'<div role="button" data-conv-id="{thread_id}" data-message-id="{message.id}"></div>'
        f'<div class="ptW7te" role="region">{message.html}</div></section>'
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
