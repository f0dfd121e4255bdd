"""What the class of a reason text tells of a fact: the purpose that was stated, never the purpose.

The purpose itself stays unknown, whatever the text says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.audit.layouts.form import FactColumn
from comity.audit.reading.database import quoted
from comity.audit.triage.rules import ReasonClass

if TYPE_CHECKING:
    import duckdb

STATED: dict[ReasonClass, object] = {
    "states civil immigration": "civil_immigration",
    "states a crime": {"one_of": ["immigration_crime", "other_crime"]},
    "both": "mixed",
    "states another purpose": "none_of_these",
}
"""The fact `stated_purpose` by class; the other classes state none that is known."""

COLUMN = "fact_stated_purpose"


def stated_purpose() -> FactColumn:
    """The fact column that `tell_stated_purpose` adds to the log."""
    return FactColumn("stated_purpose", COLUMN, "coded", tuple(STATED.values()))


def tell_stated_purpose(database: duckdb.DuckDBPyConnection) -> FactColumn:
    """Gives the view `log` the column `fact_stated_purpose`, and of each reason its class and rule, by the table
    `reasons`. Needs both.

    The log as it was stays as the view `log_untold`.
    """
    codes = " ".join(f"WHEN {quoted(kind)} THEN {code}" for code, kind in enumerate(STATED))
    database.execute("DROP VIEW IF EXISTS log_untold")
    database.execute("ALTER VIEW log RENAME TO log_untold")
    database.execute(
        "CREATE VIEW log AS SELECT l.* REPLACE (r.class AS reason_class, r.rule AS reason_rule), "
        f"CASE r.class {codes} END AS {COLUMN} FROM log_untold l "
        "LEFT JOIN reasons r ON r.reason IS NOT DISTINCT FROM l.reason"
    )
    return stated_purpose()
