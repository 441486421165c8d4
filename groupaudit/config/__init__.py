"""The configuration: what may be configured (``tables``), and how it is read (``loading``)."""

from groupaudit.config.loading import load
from groupaudit.config.tables import Collect, Config, Consumer, Posts, known_keys

__all__ = ["Collect", "Config", "Consumer", "Posts", "known_keys", "load"]
