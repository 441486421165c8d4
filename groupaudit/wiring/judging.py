"""Builds what judges posts, apart from all that needs Google's libraries: they load slowly."""

from __future__ import annotations

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
    terms = [
        config.path(name) for name in (*config.classify.lexicons, config.classify.patterns) if name
    ]
    judge = classifier(config, key)
    try:
        made_by = maker(config.classify.languages, tuple(terms))
    except OSError as error:
        raise ConfigError(f"classify: {error.filename} cannot be read: {error.strerror}") from error
    return RememberingClassifier(judge, judgements, key, made_by)


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
