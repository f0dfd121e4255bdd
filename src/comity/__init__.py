"""comity: the law of cooperation with federal immigration authorities, as data that decides."""

from comity.decide import Law
from comity.findings import Decision, Finding

__all__ = ["Decision", "Finding", "Law"]
