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
        letter = write(news, self.phrases, addresses=self.addresses)
        sendings: dict[str, Callable[[], None]] = {
            hook.kind: partial(hook.send, letter, news) for hook in self.webhooks
        }
        if self.mail:
            sendings["mail"] = partial(self._send_mail, self.mail, letter, news, files)
        return sendings

    def _send_mail(self, mail: Mail, letter: Letter, news: News, files: Sequence[Path]) -> None:
        fit, large = enclosable(files)
        if large:
            left_out = self.phrases.language.text(
                "Too large to be attached: %(files)s.", files=", ".join(large)
            )
            letter = replace(letter, paragraphs=(*letter.paragraphs, left_out))
        mail.send(letter, news, fit)

    def _pulse(self, pulse: Pulse) -> dict[str, Callable[[], None]]:
        return {"heartbeat": partial(self.heartbeat.beat, pulse)} if self.heartbeat else {}
