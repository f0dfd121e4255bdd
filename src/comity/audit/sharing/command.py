"""`comity audit --sharing`: a sharing list under the law of a place and day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from comity.audit.sharing.check import check_sharing
from comity.audit.sharing.declarations import read_declarations
from comity.audit.sharing.partners import read_partners
from comity.audit.sharing.show import show_report
from comity.audit.sharing.write import write_report
from comity.commands.surface import console, print_json
from comity.decide import Law
from comity.errors import ComityError


def audit_sharing(
    law: Law,
    listed: Path,
    agency: str,
    on: date,
    *,
    declarations: Path | None,
    folder: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Checks the list, writes the files if a folder is given, and prints the result. Raises ComityError."""
    if agency in law.library.jurisdictions:
        says = "a list is checked for the agency that shares: name it, as --place us/il/local/police"
        raise ComityError("place", says, "--place")
    law.agency(agency)
    register = read_declarations(declarations) if declarations else None
    report = check_sharing(law, agency, on, read_partners(listed), listed.name, register)
    if folder is not None:
        write_report(folder, report, force=force)
    if as_json:
        print_json(report)
    else:
        show_report(report, console(), str(folder) if folder else "")
