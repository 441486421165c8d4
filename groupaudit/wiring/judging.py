"""Builds what judges posts, apart from all that needs Google's libraries: they load slowly."""

from __future__ import annotations

from groupaudit.classifier import engine
from groupaudit.config import Config
from groupaudit.ports import Classifier
from groupaudit.posts.reading import Reading


def classifier(config: Config, key: bytes) -> Classifier:
    """The classifier with the hospital's own terms. Raises ConfigError for an unreadable list."""
    return engine.build(
        key,
        languages=config.classify.languages,
        lexicons=tuple(str(config.path(name)) for name in config.classify.lexicons),
        patterns=str(config.path(config.classify.patterns)) if config.classify.patterns else "",
    )


def reading(config: Config) -> Reading:
    """How much of each post is read."""
    return Reading(
        attachments=config.posts.attachments,
        max_attachment_bytes=config.posts.max_attachment_mb * 1024 * 1024,
    )
