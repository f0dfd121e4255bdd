"""What a check finds, as values: field names are the keys of `comity check --json`."""

from __future__ import annotations

import msgspec

from comity.compare.instance import Instance
from comity.norms import Acknowledgement


class Raw(msgspec.Struct, frozen=True):
    """A finding before it is known whether it is acknowledged. `stated`: why the files themselves settle it."""

    finding: str
    place: str
    says: str
    norms: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    at: str = ""
    stated: str = ""


class CheckFinding(msgspec.Struct, frozen=True):
    """One finding. `state` is `open`, `acknowledged` (with the reason, and where it is written) or `stated`: the law
    files say so themselves, by a grade of evidence, a dispute, a band, `complete_for` or `not_encoded`.

    `place` is the place whose files it is for, `at` the file and line where what it is about stands. `example` is the
    smallest request that shows an open conflict.
    """

    finding: str
    state: str
    place: str
    says: str
    norms: tuple[str, ...]
    actions: tuple[str, ...]
    agencies: tuple[str, ...]
    at: str
    example: Instance | None
    reason: str
    acknowledged_at: str


class CheckReport(msgspec.Struct, frozen=True):
    """All findings of a check, those open first, and the acknowledgements that fit none of them: errors too."""

    agencies: int
    periods: int
    units: int
    findings: tuple[CheckFinding, ...]
    unused: tuple[Acknowledgement, ...]

    @property
    def is_clean(self) -> bool:
        """Whether every finding is acknowledged or stated, and every acknowledgement fits one."""
        return not self.unused and all(finding.state != "open" for finding in self.findings)
