"""What the reason texts of plate searches say: a triage of distinct texts, not a verdict on any search."""

from comity.audit.triage.classify import classify

__all__ = ["classify"]
