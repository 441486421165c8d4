"""Builds what judges posts, apart from all that needs Google's libraries: they load slowly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from groupaudit import __version__
from groupaudit.classifier import engine
from groupaudit.classifier.memory import RememberingClassifier, maker
from groupaudit.config import Config
from groupaudit.errors import ConfigError
from groupaudit.ports import Classifier, Judgements
from groupaudit.posts.extract.recognition import Recognition, installed
from groupaudit.posts.reading import Reading, sandbox


def classifier(config: Config, key: bytes) -> Classifier:
    """The classifier with the hospital's own terms. Raises ConfigError for an unreadable list."""
    return engine.build(
        key,
        languages=config.classify.languages,
        lexicons=tuple(str(config.path(name)) for name in config.classify.lexicons),
        patterns=str(config.path(config.classify.patterns)) if config.classify.patterns else "",
    )


def remembering(config: Config, key: bytes, judgements: Judgements) -> Classifier:
    """The same, sparing what an earlier run judged. Raises ConfigError for an unreadable list."""
    judge = classifier(config, key)
    with _terms(config) as files:
        made_by = maker(config.classify.languages, files)
    return RememberingClassifier(judge, judgements, key, made_by)


def scope(config: Config) -> str:
    """Hex digest of what is looked at in a post, by what and for what.

    Between two runs with the same, a post that says less to the later one is another post; else it
    may be the same, of which less was read. A new groupaudit may judge otherwise, and so does one
    with another classifier, be it of the same version, or with other terms in the same files. What
    was drawn and what could not be read is no part of it: that is known of each group. Raises
    ConfigError for an unreadable list.
    """
    with _terms(config) as files:
        made_by = maker(config.classify.languages, files).hex()
    told = json.dumps([__version__, config.content(), made_by], sort_keys=True)
    return sha256(told.encode()).hexdigest()[:16]


@contextmanager
def _terms(config: Config) -> Iterator[tuple[Path, ...]]:
    """The hospital's own terms and patterns, to be read in here. Raises ConfigError."""
    names = (*config.classify.lexicons, config.classify.patterns)
    try:
        yield tuple(config.path(name) for name in names if name)
    except OSError as error:
        raise ConfigError(f"classify: {error.filename} cannot be read: {error.strerror}") from error


def reading(config: Config) -> Reading:
    """How much of each post is read, and by what.

    Raises ConfigError when words in pictures are to be recognised and that is not installed.
    """
    posts = config.posts
    there = installed(config.classify.languages)
    if posts.ocr is True and not there.usable:
        raise ConfigError(f'posts.ocr is true, but needs more: {there.remedy}; or set it to "auto"')
    box = sandbox(
        Recognition(
            wanted=bool(posts.ocr),
            languages=config.classify.languages,
            pages=posts.ocr_pages,
            seconds=posts.ocr_seconds,
            run_seconds=posts.ocr_run_seconds,
        )
    )
    return Reading(
        attachments=posts.attachments,
        max_attachment_bytes=posts.max_attachment_mb * 1024 * 1024,
        extract=box.parts,
        outlook=box.mail_of,
    )
