"""The ``gmail`` source: copies of a group's posts in a few of its members' mailboxes.

Opens as few mailboxes as it can, each in its owner's name (domain-wide delegation), or the only one
that a user's own credential opens. Finds no post that reached none of them, so that its frame is
never said to be the whole group. Whole messages are fetched only when sampled; nothing is kept on
disk, and no address of a mailbox leaves.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

from groupaudit.errors import AuthError, CollectError, GroupAuditError, PostsError
from groupaudit.google.transport import GoogleApis
from groupaudit.model.group import Group, GroupKind
from groupaudit.model.post import Document
from groupaudit.model.sample import Availability, Frame, PostRef
from groupaudit.posts import gmail_notes, headers, mime
from groupaudit.posts.gmail_copies import Copy, MailboxCopies, outcome, query
from groupaudit.posts.gmail_mailboxes import OWN, Mailboxes, Pool, delegated
from groupaudit.posts.gmail_notes import Seen
from groupaudit.posts.reading import Reading
from groupaudit.posts.threads import Kin, join_replies, kin, word

#: Mailboxes that are asked how many copies they hold, for each one that may be opened.
_ASKED_FOR_EACH = 3
#: Copies described in one mailbox for one group; beyond, a random part of them.
#: Google lets 1,200 be described in a minute (6,000 units a minute and user, 5 each).
MOST_COPIES = 5000
#: A mailbox that added a smaller share of new posts than this is the last one.
_WORTH_ANOTHER = 0.02
#: For a post without a date: after all others.
_NOBODY_KNOWS = datetime.max.replace(tzinfo=UTC)


class GmailPosts:
    """Copies of posts in mailboxes (implements ``ports.PostSource``). Thread-safe.

    ``most_mailboxes`` are opened for one group; ``calls_per_minute`` bounds what each is asked.
    """

    name = "gmail"

    def __init__(
        self,
        google: GoogleApis,
        reading: Reading,
        *,
        most_mailboxes: int = 3,
        calls_per_minute: int = 1000,
    ) -> None:
        self._google = google
        self._reading = reading
        self._most = most_mailboxes
        self._per_minute = calls_per_minute
        self._delegated = delegated(google.access)
        self._mailboxes = Mailboxes(google)
        self._lock = threading.Lock()
        self._opened: dict[str, MailboxCopies] = {}
        self._refused: AuthError | None = None

    def available(self, group: Group) -> Availability:
        """Whether mailboxes may hold posts of ``group``. Asks nobody."""
        if self._refused is not None:
            return Availability(yes=False, reason=str(self._refused))
        if self._delegated and group.kind is not GroupKind.WORKSPACE:
            return Availability(yes=False, reason="who is a member of it cannot be listed")
        if not query(group):
            return Availability(yes=False, reason="Gmail cannot be searched for such an address")
        return Availability(yes=True)

    @contextmanager
    def open(self, group: Group) -> Iterator[_OpenCopies]:
        """The copies that mailboxes hold. Raises PostsError when none could be looked into."""
        yield _OpenCopies(self, group)

    def pool(self, group: Group) -> Pool:
        """The mailboxes that may be asked. Raises AuthError, CollectError."""
        if not self._delegated:
            return Pool((OWN,), 1, Counter())
        return self._mailboxes.of(group, self._most * _ASKED_FOR_EACH)

    def mailbox(self, address: str) -> MailboxCopies:
        """The mailbox of ``address``. Raises ConfigError."""
        with self._lock:
            if address not in self._opened:
                google = self._google.as_user(address) if address else self._google
                self._opened[address] = MailboxCopies(google, self._per_minute)
            return self._opened[address]

    def groups_of(self, address: str) -> int:
        """In how many groups the owner of a mailbox is. Raises QuotaExhausted."""
        return self._mailboxes.groups_of(address) if address else 0

    def refuse(self, error: GroupAuditError) -> None:
        """Ask no other mailbox: what refused this one refuses them all."""
        if isinstance(error, AuthError):
            self._refused = error

    @property
    def most(self) -> int:
        """Mailboxes opened for one group at most."""
        return self._most if self._delegated else 1

    @property
    def reading(self) -> Reading:
        """How much of each post is read."""
        return self._reading


class _OpenCopies:
    """The copies of one group's posts (implements ``ports.OpenPosts``)."""

    def __init__(self, source: GmailPosts, group: Group) -> None:
        self._source = source
        self._group = group
        self._kin: dict[str, Kin] = {}
        self._seen = Seen()
        self._frame: Frame | None = None

    def frame(self) -> Frame:
        """Posts by Message-ID, each once, however many mailboxes hold it. Raises PostsError."""
        if self._frame is None:
            try:
                pool = self._source.pool(self._group)
                self._look(pool)
            except (CollectError, AuthError) as error:
                raise PostsError(str(error), reason=error.reason) from error
            self._frame = Frame(
                tuple(sorted(self._threaded(), key=lambda ref: ref.key)),
                missing=self._seen.left_out,
                note=gmail_notes.note(pool, self._seen),
                partial=True,
            )
        return self._frame

    def read(self, ref: PostRef) -> Document:
        """The post behind ``ref``, from the first mailbox that still holds it.

        Raises PostsError(``post-gone``) when none does, or with the word for what went wrong.
        """
        self.frame()
        failed: GroupAuditError | None = None
        for address, message in self._seen.places.get(ref.key, ()):
            try:
                raw = self._source.mailbox(address).raw(message)
            except (CollectError, AuthError) as error:
                failed = error
                continue
            return mime.document(raw, self._source.reading, path="gmail", fallback_id=ref.key)
        if failed is None or failed.reason == "not-found":
            raise PostsError(
                "A post of the sample is in no mailbox any more", reason="post-gone"
            ) from failed
        raise PostsError(str(failed), reason=outcome(failed)) from failed

    def _look(self, pool: Pool) -> None:
        """Open mailboxes until they are enough. Raises PostsError, AuthError, CollectError."""
        self._seen.failures.update(pool.excluded)
        found = self._found(pool)
        if not found:
            raise gmail_notes.nothing(pool, self._seen)
        for address, ids in self._ranked(found)[: self._source.most]:
            before = len(self._seen.refs)
            if not self._describe(address, _part(ids)):
                continue
            self._seen.left_out += max(0, len(ids) - MOST_COPIES)
            # Parts of two mailboxes are not the same part: their copies would not meet.
            if self._seen.left_out or len(self._seen.refs) - before < _WORTH_ANOTHER * before:
                break
        if not self._seen.refs:
            raise gmail_notes.nothing(pool, self._seen)

    def _found(self, pool: Pool) -> dict[str, tuple[str, ...]]:
        """The ids in each mailbox that answers and holds any."""
        found: dict[str, tuple[str, ...]] = {}
        for address in pool.addresses:
            try:
                ids = self._source.mailbox(address).found(query(self._group))
            except (CollectError, AuthError) as error:
                self._fail(error)
            else:
                found |= {address: ids} if ids else {}
        return found

    def _ranked(self, found: dict[str, tuple[str, ...]]) -> list[tuple[str, tuple[str, ...]]]:
        """Most copies first; of equals the one in most groups, then the older account."""
        counts = Counter(len(ids) for ids in found.values())

        def worth(entry: tuple[str, tuple[str, ...]]) -> tuple[int, int]:
            address, ids = entry
            tied = counts[len(ids)] > 1
            return -len(ids), -self._source.groups_of(address) if tied else 0

        return sorted(found.items(), key=worth)

    def _describe(self, address: str, ids: tuple[str, ...]) -> bool:
        """Add the posts behind ``ids``; False, and counted, when the mailbox stops answering."""
        try:
            for copy in self._source.mailbox(address).described(ids):
                if isinstance(copy, Copy):
                    self._add(address, copy)
                else:
                    self._miss(copy)
        except (CollectError, AuthError) as error:
            self._fail(error)
            return False
        self._seen.opened += 1
        return True

    def _add(self, address: str, copy: Copy) -> None:
        own = headers.message_id(headers.first(copy.headers, "Message-ID"))
        key = blake2b(
            (own or f"{address}/{copy.id}").encode("utf-8", "replace"), digest_size=12
        ).hexdigest()
        self._seen.places.setdefault(key, []).append((address, copy.id))
        if key in self._seen.refs:
            return
        self._kin[key] = kin(copy.headers, key)
        self._seen.refs[key] = PostRef(key=key, date=copy.date, attachments=copy.mixed)

    def _threaded(self) -> Iterator[PostRef]:
        """The posts with their conversations. Mailboxes list the newest first."""
        refs = sorted(self._seen.refs.values(), key=lambda ref: ref.date or _NOBODY_KNOWS)
        known = [self._kin[ref.key] for ref in refs]
        conversations = [each.conversation for each in known]
        loose = [number for number, each in enumerate(known) if each.loose]
        join_replies(conversations, [each.subject for each in known], loose)
        for ref, conversation in zip(refs, conversations, strict=True):
            yield replace(ref, thread=word(conversation))

    def _miss(self, error: GroupAuditError) -> None:
        """A copy that was listed could not be described: gone meanwhile, or refused."""
        gone = error.reason == "not-found"
        self._seen.left_out += 1
        self._seen.failures["post-gone" if gone else outcome(error)] += 1

    def _fail(self, error: GroupAuditError) -> None:
        word = outcome(error)
        if word == "delegation-refused":  # no other mailbox would be opened either
            self._source.refuse(error)
            raise PostsError(str(error), reason=word) from error
        self._seen.failures[word] += 1


def _part(ids: tuple[str, ...]) -> tuple[str, ...]:
    """``ids``, or of too many a part that stays the same from run to run and favours none."""
    if len(ids) <= MOST_COPIES:
        return ids
    return tuple(sorted(ids, key=lambda each: blake2b(each.encode()).digest())[:MOST_COPIES])
