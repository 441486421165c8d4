"""Decides whether there is anything to say, and says it through every channel at once.

It raises nothing: what could not be said comes back as values for the log and the run's notes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from groupaudit.notify.delivery import Undelivered, deliver
from groupaudit.notify.letter import Letter, write
from groupaudit.notify.mail import Mail, enclosable
from groupaudit.notify.news import FAILURES, News, Occasion
from groupaudit.notify.posting import Heartbeat, Pulse, Webhook
from groupaudit.reporter.phrases import Phrases

#: The channel of the heartbeat; the others are named by their keys, and "mail".
HEARTBEAT = "heartbeat"


@dataclass(frozen=True, slots=True)
class Herald:
    """The channels of one configuration. ``deadline_s`` is for all messages of one moment.

    ``always``: also when nothing changed. ``addresses``: groups may be named. ``attach``: the
    report goes with the mail.
    """

    phrases: Phrases
    deadline_s: float
    mail: Mail | None = None
    webhooks: tuple[Webhook, ...] = ()
    heartbeat: Heartbeat | None = None
    always: bool = False
    addresses: bool = True
    attach: bool = False

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of the channels that are set up."""
        mail = ("mail",) if self.mail else ()
        pulse = (HEARTBEAT,) if self.heartbeat else ()
        return (*mail, *(hook.kind for hook in self.webhooks), *pulse)

    def begin(self) -> list[Undelivered]:
        """Let the heartbeat know that an audit begins."""
        return deliver(self._pulse(Pulse.START), self.deadline_s)

    def tell(self, news: News, files: Sequence[Path] = ()) -> list[Undelivered]:
        """Tell ``news``, with the report's ``files`` where that is wanted; what failed.

        The heartbeat hears of every run, people only of news.
        """
        sendings = self._pulse(Pulse.FAIL if news.occasion in FAILURES else Pulse.SUCCESS)
        if self.always or news.occasion is not Occasion.UNCHANGED:
            sendings |= self._messages(news, files if self.attach else ())
        return deliver(sendings, self.deadline_s)

    def _messages(self, news: News, files: Sequence[Path]) -> dict[str, Callable[[], None]]:
        sendings: dict[str, Callable[[], None]] = {
            hook.kind: partial(self._post, hook, news) for hook in self.webhooks
        }
        if self.mail:
            sendings["mail"] = partial(self._mail, self.mail, news, files)
        return sendings

    # Letters are written where they are sent: a defect in one must not end the audit.

    def _letter(self, news: News) -> Letter:
        return write(news, self.phrases, addresses=self.addresses)

    def _post(self, hook: Webhook, news: News) -> None:
        hook.send(self._letter(news), news, addresses=self.addresses)

    def _mail(self, mail: Mail, news: News, files: Sequence[Path]) -> None:
        letter = self._letter(news)
        fit, large = enclosable(files)
        if large:
            left_out = self.phrases.language.text(
                "Too large to be attached: %(files)s.", files=", ".join(large)
            )
            letter = replace(letter, paragraphs=(*letter.paragraphs, left_out))
        mail.send(letter, news, fit)

    def _pulse(self, pulse: Pulse) -> dict[str, Callable[[], None]]:
        return {HEARTBEAT: partial(self.heartbeat.beat, pulse)} if self.heartbeat else {}
