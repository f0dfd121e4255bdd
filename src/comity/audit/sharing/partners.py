"""A sharing list: the organisations that share plate-reader data with an agency, and those with whom it shares.

The vendor's list has a column with the organisation, and two with the networks that each side shows the other:
`networks_shared_with_<agency>` and `networks_<agency>_shares`. Any file with a column of organisations will do; what
it does not tell of the direction stays unknown.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from comity.audit.reading.database import look_into, named
from comity.errors import ComityError

ORGANISATION_COLUMNS = ("organization", "organisation", "org name", "org_name", "partner", "agency", "name")
MOST_PARTNERS = 100_000

_SHARES_WITH_US = re.compile(r"networks?_shared_with_.+", re.IGNORECASE)
_WE_SHARE = re.compile(r"networks?_.+_shares", re.IGNORECASE)


class Partner(msgspec.Struct, frozen=True):
    """An organisation of the list, and on how many of its lines it stands. `we_share`, `they_share`: whether any of
    them says so; None where the list does not tell."""

    organisation: str
    we_share: bool | None
    they_share: bool | None
    lines: int = 1


def is_sharing_list(columns: list[str]) -> bool:
    """Whether columns of these names are those of the vendor's list of partners, and not of a log."""
    return any(pattern.fullmatch(name.strip()) for name in columns for pattern in (_SHARES_WITH_US, _WE_SHARE))


def read_partners(path: Path) -> tuple[Partner, ...]:
    """The organisations of a list, each once, in the order of their names.

    Raises ComityError: `columns` (no column of organisations), `file`, and `partners` (far more than any list has).
    """
    from comity.audit.reading.source import ReadingOptions
    from comity.audit.reading.stage import stage

    with look_into(str(path)) as (database, work):
        staged = stage(database, [str(path)], ReadingOptions(work))
        columns = {" ".join(column.name.lower().split()): column.name for column in staged.columns}
        organisation = next((columns[name] for name in ORGANISATION_COLUMNS if name in columns), None)
        if organisation is None:
            says = f"has no column of organisations: name it one of {', '.join(ORGANISATION_COLUMNS)}"
            raise ComityError("columns", says, str(path))
        they, we = (_told(list(columns.values()), pattern) for pattern in (_SHARES_WITH_US, _WE_SHARE))
        rows = database.execute(
            f"SELECT trim(CAST({named(organisation)} AS VARCHAR)) AS partner, {we}, {they}, count(*) FROM staged "
            f"WHERE partner <> '' GROUP BY partner ORDER BY partner LIMIT {MOST_PARTNERS + 1}"
        ).fetchall()
    if not rows:
        raise ComityError("partners", "names no organisation", str(path))
    if len(rows) > MOST_PARTNERS:
        raise ComityError("partners", f"more than {MOST_PARTNERS:,} organisations: this is no sharing list", str(path))
    return tuple(Partner(*row) for row in rows)


def _told(columns: list[str], pattern: re.Pattern[str]) -> str:
    """SQL for whether any row of the organisation fills the column; null where there is none."""
    found = next((column for column in columns if pattern.fullmatch(column.strip())), None)
    if found is None:
        return "CAST(NULL AS BOOLEAN)"
    return f"bool_or(coalesce(trim(CAST({named(found)} AS VARCHAR)), '') <> '')"
