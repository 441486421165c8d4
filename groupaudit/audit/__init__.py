"""The pipeline: groups in, outcomes out, resumable. It names no concrete collector or source."""

from groupaudit.audit.pipeline import Audit, Stages

__all__ = ["Audit", "Stages"]
