"""The pipeline: groups in, outcomes out, resumable. It names no concrete collector or source."""

from groupaudit.audit.pipeline import OTHER_SCOPE, Audit, Stages
from groupaudit.audit.together import Tenant, Together, merged

__all__ = ["OTHER_SCOPE", "Audit", "Stages", "Tenant", "Together", "merged"]
