"""The pipeline: groups in, outcomes out, resumable. It names no concrete collector or source."""

from groupaudit.audit.pipeline import Audit, Stages
from groupaudit.audit.together import Tenant, Together, merged

__all__ = ["Audit", "Stages", "Tenant", "Together", "merged"]
