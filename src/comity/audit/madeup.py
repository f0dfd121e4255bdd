"""A made-up detainer file in ICE's layout, for trying the audit where no real file is at hand.

The rows are no record of anything. Only the shares are real: those of forms, outcomes and holders in ICE's list of
detainers from 2014-10-01 to 2015-07-19, released under the Freedom of Information Act in 2015 (request 15-87693). Every
row says `made up` in its last column, and every report on such a file says so first.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

from comity.audit.reading.database import faults_named, quoted
from comity.wholefiles import whole_file

SEED = 1
FIRST, LAST = date(2014, 10, 1), date(2015, 7, 19)

FORMS: dict[str, int] = {
    "I247 - Immigration Detainer - Notice of Action (as of March 2013)": 75_497,
    "I247D - Immigration Detainer - Request for Action": 2_811,
    "I247N - Immigration Advisal - Request for Notification": 546,
    "I247 - Immigration Detainer - Notice of Action (prior to March 2013)": 199,
}

OUTCOMES: dict[str | None, int] = {
    None: 52_263,
    "Booked into Detention": 15_877,
    "Detainer Declined by LEA": 5_501,
    "Lifted": 3_773,
    "Prosecutorial Discretion": 520,
    "Case Closed": 503,
    "Transferred": 299,
    "Alien Not Subject to Deportation": 180,
    "Early Release": 61,
    "United States Citizen Interviewed": 55,
}

HOLDERS: dict[tuple[str, str | None, str | None], int] = {
    ("STATEVILLE CORRECTIONS", "ILLINOIS", "JOLIET"): 348,
    ("COOK COUNTY JAIL", "ILLINOIS", "CHICAGO"): 186,
    ("DUPAGE COUNTY JAIL", "ILLINOIS", "WHEATON"): 126,
    ("KANE COUNTY JAIL", "ILLINOIS", "SAINT CHARLES"): 57,
    ("LAKE COUNTY JAIL", "ILLINOIS", "WAUKEGAN"): 44,
    ("CICERO POLICE DEPT.", "ILLINOIS", "CICERO"): 33,
    ("US MARSHAL, N. DIST IL", "ILLINOIS", "CHICAGO"): 27,
    ("MCHENRY COUNTY SHERIFF'S", "ILLINOIS", "WOODSTOCK"): 25,
    ("CHICAGO MCC", "ILLINOIS", "CHICAGO"): 22,
    ("HENDRICKS COUNTY SHERIFF/JAIL", "ILLINOIS", "DANVILLE"): 12,
    ("TRAVELERS & IMMIGRANT AID", "ILLINOIS", "CHICAGO"): 10,
    ("KANKAKEE COUNTY JAIL", "ILLINOIS", "KANKAKEE"): 9,
    ("OTHER-OTHER FACILITY", None, None): 138,
}
"""Illinois facilities with their rows in the file; of rows without a place, the share that they have in the whole."""


def write_made_up(path: Path, rows: int) -> None:
    """Writes a CSV or, if the name ends so, a Parquet file of so many made-up rows: the same each time.

    The file is written whole or not at all. Raises ComityError: `cannot_write` if it cannot be written, `disk` if
    there is no room for it.
    """
    import duckdb

    random = Random(SEED)
    forms = random.choices(list(FORMS), list(FORMS.values()), k=rows)
    outcomes = random.choices(list(OUTCOMES), list(OUTCOMES.values()), k=rows)
    holders = random.choices(list(HOLDERS), list(HOLDERS.values()), k=rows)
    span = (LAST - FIRST).days
    days = sorted(FIRST + timedelta(days=random.randint(0, span)) for _ in range(rows))
    facilities, states, cities = zip(*holders, strict=True)
    kind = "parquet" if path.suffix.lower() == ".parquet" else "csv, HEADER"
    with faults_named(path.name, path), whole_file(path) as made, duckdb.connect(":memory:") as database:
        database.execute(
            "CREATE TABLE made AS SELECT unnest(CAST(? AS DATE[])) AS prepare_date, "
            "unnest(CAST(? AS VARCHAR[])) AS detainer_type, unnest(CAST(? AS VARCHAR[])) AS facility, "
            "unnest(CAST(? AS VARCHAR[])) AS state, "
            "unnest(CAST(? AS VARCHAR[])) AS city, unnest(CAST(? AS VARCHAR[])) AS lift_reason",
            [days, forms, list(facilities), list(states), list(cities), outcomes],
        )
        database.execute(
            f"COPY (SELECT row_number() OVER () + 1 AS source_row, *, 'made up' AS made_up FROM made) "
            f"TO {quoted(str(made))} (FORMAT {kind})"
        )
