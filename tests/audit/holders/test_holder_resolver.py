"""What names of holders mean: look-alikes, abbreviations, names cut short, federal and private places, misspellings."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from comity.audit.holders import Resolver, resolve
from comity.audit.holders.facilities import COLUMNS, read_holders
from comity.audit.holders.gazetteer import STATES, counties, state_code
from comity.audit.holders.match import Told
from comity.audit.holders.names import read_name
from comity.audit.holders.rules import load_rules
from comity.audit.holders.table import told_with_rows
from comity.decide import Law
from comity.errors import ComityError


@pytest.fixture(scope="module")
def resolver(law: Law) -> Resolver:
    return Resolver(law.library)


def agency(resolver: Resolver, name: str, state: str | None = None, city: str | None = None) -> tuple[str | None, str]:
    found = resolver.match(Told(name, state, city))
    return found.agency, found.kind


LOOK_ALIKES = [
    # quirk 3: one name in many states
    ("CLARK COUNTY JAIL", "WASHINGTON", "VANCOUVER", "us/wa/local/jail", "county"),
    ("CLARK COUNTY JAIL", "INDIANA", "JEFFERSONVILLE", "us/in/local/jail", "county"),
    ("CLARK COUNTY JAIL", "GEORGIA", "ATHENS", "us/ga/local/jail", "county"),
    ("CLARK COUNTY JAIL", "OHIO", "SPRINGFIELD", None, "county"),
    ("CLARK COUNTY DET.CENTER", "NEVADA", "LAS VEGAS", "us/nv/clark-county/metropolitan-police", "county"),
    ("ORANGE COUNTY JAIL", "FLORIDA", "ORLANDO", "us/fl/local/county-corrections", "county"),
    ("Orange County Sheriff's Office", "FLORIDA", "", "us/fl/local/sheriff", "county"),
    ("ORANGE COUNTY SHERIFFS JAIL", "FLORIDA", "", "us/fl/local/county-corrections", "county"),
    ("Yakima County Sheriff's Office", "WASHINGTON", "", "us/wa/local/sheriff", "county"),
    ("Miami-Dade Sheriff's Office", "FLORIDA", "", "us/fl/miami-dade/sheriff", "county"),
    ("ORANGE COUNTY JAIL", "CALIFORNIA", "SANTA ANA", "us/ca/local/jail", "county"),
    ("MONTGOMERY COUNTY JAIL", "MARYLAND", "ROCKVILLE", "us/md/local/jail", "county"),
    # quirk 4: look-alikes
    ("COOK COUNTY JAIL", "ILLINOIS", "CHICAGO", "us/il/cook-county/sheriff", "county"),
    ("COOK COUNTY SHERIFF", "GEORGIA", "ADEL", "us/ga/local/jail", "county"),
    ("COOKE COUNTY JAIL", "TEXAS", "GAINESVILLE", "us/tx/local/jail", "county"),
    ("COOK INLET PRETRIAL, ANCH", "ALASKA", "ANCHORAGE", None, "unmapped"),
    ("SHERBURNE COUNTY JAIL", "MINNESOTA", "ELK RIVER", "us/mn/sherburne-county/sheriff", "county"),
    ("DADE COUNTY JAIL", "GEORGIA", "TRENTON", "us/ga/local/jail", "county"),
    ("MIAMI COUNTY JAIL", "OHIO", "TROY", None, "county"),
    (
        "MIL.COUNTY CORR, FRANLIN",
        "WISCONSIN",
        "FRANKLIN",
        "us/wi/milwaukee-county/community-reintegration-center",
        "county",
    ),
    ("MILWAUKEE COUNTY JAIL", "WISCONSIN", "MILWAUKEE", "us/wi/milwaukee-county/sheriff", "county"),
    ("MILWAUKEE HOLDROOM", "WISCONSIN", "MILWAUKEE", None, "federal"),
    ("ORLEANS COUNTY JAIL", "NEW YORK", "ALBION", "us/ny/local/jail", "county"),
    ("ORLEANS PARISH SHERIFF", "LOUISIANA", "NEW ORLEANS", "us/la/orleans-parish/sheriff", "county"),
    ("ORLEANS CORRECTIONAL", "NEW YORK", "ALBION", "us/ny/department-of-corrections", "state"),
    ("LAS VEGAS CITY JAIL", "NEVADA", "LAS VEGAS", "us/nv/local/police", "city"),
    ("CHICAGO MCC", "ILLINOIS", "CHICAGO", None, "federal"),
    ("DADE CORRECTIONAL INST", "FLORIDA", "FLORIDA CITY", "us/fl/department-of-corrections", "state"),
    # quirk 5: federal and private holders in the same column
    ("US MARSHALL, EASTERN WI", "WISCONSIN", "MILWAUKEE", None, "federal"),
    ("PHI DISTRICT OFFICE", "PENNSYLVANIA", "PHILADELPHIA", None, "federal"),
    ("LOMPOC USP", "CALIFORNIA", "LOMPOC", None, "federal"),
    ("TRAVELERS & IMMIGRANT AID", "ILLINOIS", "CHICAGO", None, "private"),
    ("MOSHANNON VALLEY CORRECTIONAL", "PENNSYLVANIA", "PHILIPSBURG", None, "private"),
    ("ELOY FEDERAL CONTRACT FAC", "ARIZONA", "ELOY", None, "private"),
    # quirk 6: names cut at 25 characters
    ("GEORGE BAILEY DETENT FACI", "CALIFORNIA", "SAN DIEGO", "us/ca/san-diego-county/sheriff", "county"),
    ("ANNE ARUNDEL CTY DET CNTR", "MARYLAND", "ANNAPOLIS", "us/md/local/jail", "county"),
    ("QUEENSBORO, C.F, LIC NY", "NEW YORK", "LONG ISLAND CIT", "us/ny/department-of-corrections", "state"),
    # quirk 7: misspelt, read and listed by hand
    ("MANHATTEN DET COMPLEX, NY", "NEW YORK", "NEW YORK", "us/ny/new-york-city/correction", "city"),
    ("EVERGALDES CORR. INSTITUTION", "FLORIDA", "MIAMI", "us/fl/department-of-corrections", "state"),
    ("TURNER GUIFORD KNIGHT (TGK) JAIL", "FLORIDA", "MIAMI", "us/fl/miami-dade/corrections", "county"),
    # quirk 8: abbreviations
    ("HALL CO JAIL", "GEORGIA", "GAINESVILLE", "us/ga/local/jail", "county"),
    ("BENTON CNTY SO", "OREGON", "CORVALLIS", "us/or/local/jail", "county"),
    ("SALEM P.D.", "OREGON", "SALEM", "us/or/local/police", "city"),
    ("CAMPHILL SCI, PA", "PENNSYLVANIA", "CAMP HILL", "us/pa/department-of-corrections", "state"),
    ("TAFT FED.CORR.INST.", "CALIFORNIA", "TAFT", None, "federal"),
    # As records of arrest name prisons and jails of Washington.
    ("WASHINGTON STATE PENITENTIARY", "WA", "WALLA WALLA", "us/wa/department-of-corrections", "state"),
    ("CLALLAM BAY CORRECTIONS", "WA", "CLALLAM BAY", "us/wa/department-of-corrections", "state"),
    ("MONROE TWIN RIVERS UNIT (TRU)", "WASHINGTON", "MONROE", "us/wa/department-of-corrections", "state"),
    ("MONROE WASHINGTON STATE REFORMATORY (WSR)", "WA", "MONROE", "us/wa/department-of-corrections", "state"),
    ("GREEN HILL SCHOOL", "WA", "CHEHALIS", None, "state"),
    ("AIRWAY HEIGHTS", "WA", "AIRWAY HEIGHTS", None, "unmapped"),
    ("ABERDEEN CITY JAIL, WA", "WA", "ABERDEEN", "us/wa/local/police", "city"),
    ("METROPOLITAN CORRECTIONAL CENTER", "ILLINOIS", "CHICAGO", None, "federal"),
    ("GUAYNABO MDC (SAN JUAN)", "PUERTO RICO", "GUAYNABO", None, "federal"),
    ("REEVES COUNTY DET. CENTER", "TEXAS", "PECOS", None, "private"),
]


# As lists of agreements under 8 USC 1357(g) name agencies, without a city.
SIGNERS = [
    ("Florida State University Police Department", "FLORIDA", None, "unmapped"),
    ("Florida International University Police Department", "FLORIDA", None, "unmapped"),
    ("Melbourne International Airport Police Department", "FLORIDA", None, "unmapped"),
    ("College Park Police Department", "GEORGIA", "us/ga/local/police", "city"),
    ("Florida State Guard", "FLORIDA", None, "state"),
    ("Florida State Prison", "FLORIDA", "us/fl/department-of-corrections", "state"),
    ("Tennessee Department of Safety and Homeland Security", "TENNESSEE", None, "state"),
    ("Tennessee Highway Patrol / Department of Safety", "TENNESSEE", "us/tn/highway-patrol", "state"),
    ("Department of Public Safety - Texas Highway Patrol", "TEXAS", "us/tx/department-of-public-safety", "state"),
    ("Oklahoma Dept. of Public Safety", "OKLAHOMA", None, "state"),
    ("Oklahoma City Police Department", "OKLAHOMA", "us/ok/local/police", "city"),
    ("Fannin County Criminal District Attorney's Office", "TEXAS", "us/tx/local/prosecutor", "county"),
    ("Office of the State Attorney, 20th Judicial Circuit", "FLORIDA", "us/fl/local/prosecutor", "county"),
    ("Lancaster County District Attorney's Office", "OHIO", None, "unmapped"),
    ("Sangamon County State's Attorney's Office", "ILLINOIS", "us/il/local/prosecutor", "county"),
    ("Cook County State's Attorney's Office", "ILLINOIS", None, "unmapped"),
    ("Gulf County BOCC", "FLORIDA", "us/fl/local/governing-body", "county"),
    (
        "Okaloosa County Board of County Commissioners/ Department of Corrections",
        "FLORIDA",
        "us/fl/local/county-corrections",
        "county",
    ),
    (
        "Gulf County Board of County Commissioners /Detention Facility",
        "FLORIDA",
        "us/fl/local/county-corrections",
        "county",
    ),
    ("Escambia County Board of County Commissioners/ Library", "FLORIDA", None, "unmapped"),
    ("Prince William County Police Department", "VIRGINIA", "us/va/local/police", "county"),
    ("Indian River Shores DPS", "FLORIDA", "us/fl/local/police", "city"),
    ("University of Florida Department of Public Safety", "FLORIDA", None, "unmapped"),
    ("Galveston County Constable's Office Pct.1", "TEXAS", None, "county"),
    ("Lansdowne Borough Constable's Office", "PENNSYLVANIA", None, "city"),
    ("Tennessee Department of Corrections", "TENNESSEE", "us/tn/department-of-correction", "state"),
    ("Idaho State Police Department", "IDAHO", "us/id/state-police", "state"),
    ("IDAHO STATE CORR. FAC.-LIMITED", "IDAHO", "us/id/department-of-correction", "state"),
    ("Indiana State Police Department", "INDIANA", "us/in/state-police", "state"),
    ("Missouri Highway Patrol", "MISSOURI", "us/mo/highway-patrol", "state"),
    ("Virginia Department of State Police", "VIRGINIA", "us/va/state-police", "state"),
    ("Virginia Department of Wildlife Resources", "VIRGINIA", "us/va/department-of-wildlife-resources", "state"),
    ("Virginia Marine Resources Commission", "VIRGINIA", "us/va/marine-resources-commission", "state"),
    ("New Mexico Department of Corrections", "NEW MEXICO", "us/nm/corrections-department", "state"),
    ("Prince William-Manassas Regional Adult Detention Center", "VIRGINIA", "us/va/local/jail", "county"),
    ("Texas Office of the Attorney General", "TEXAS", "us/tx/attorney-general", "state"),
    ("Miami-Dade Corrections and Rehabilitation", "FLORIDA", "us/fl/miami-dade/corrections", "county"),
    ("Miami-Dade County Corrections and Rehabilitation", "FLORIDA", "us/fl/miami-dade/corrections", "county"),
    ("Jacksonville Sheriff's Office", "FLORIDA", "us/fl/local/jail", "county"),
    # The sheriff is not the one who runs these counties' jails.
    ("Pasco County Sheriff's Office", "FLORIDA", "us/fl/local/sheriff", "county"),
    ("Pasco County Jail", "FLORIDA", "us/fl/local/county-corrections", "county"),
    ("Gulf County Sheriff's Office", "FLORIDA", "us/fl/local/sheriff", "county"),
    ("Citrus County Sheriff's Office", "FLORIDA", "us/fl/local/sheriff", "county"),
    ("Citrus County Jail", "FLORIDA", None, "private"),
    ("New York Police Department", "NEW YORK", "us/ny/new-york-city/police", "city"),
    ("Department of Corrections", "VIRGINIA", "us/va/department-of-corrections", "state"),
]


@pytest.mark.parametrize(
    ("name", "state", "city", "holder"),
    [
        ("Panama City Police Department", "FLORIDA", None, "Panama City Police"),
        ("Lake City Police Department", "FLORIDA", None, "Lake City Police"),
        ("WAPATO CITY PD", "WASHINGTON", "WAPATO", "Wapato Police"),
        ("DOTHAN CITY JAIL", "ALABAMA", None, "City of Dothan"),
        ("NEW YORK CITY POLICE DEPT", "NEW YORK", None, "New York City Police Department"),
        ("BOSTON CITY POLICE", "MASSACHUSETTS", None, "Boston Police Department"),
    ],
)
def test_the_word_city_is_the_towns_or_says_whose_jail_it_is(
    resolver: Resolver, name: str, state: str, city: str | None, holder: str
) -> None:
    assert resolver.match(Told(name, state, city)).holder == holder


@pytest.mark.parametrize(("name", "state", "wanted", "kind"), SIGNERS)
def test_signers_of_agreements(resolver: Resolver, name: str, state: str, wanted: str | None, kind: str) -> None:
    assert agency(resolver, name, state, None) == (wanted, kind)


def test_a_department_named_without_its_state_may_be_the_citys(resolver: Resolver) -> None:
    assert agency(resolver, "Department of Corrections", "VIRGINIA", "RICHMOND") == (None, "unmapped")


@pytest.mark.parametrize(("name", "state", "city", "wanted", "kind"), LOOK_ALIKES)
def test_look_alikes(resolver: Resolver, name: str, state: str, city: str, wanted: str | None, kind: str) -> None:
    assert agency(resolver, name, state, city) == (wanted, kind)


ORGANISATIONS = [
    ("Mountain View CA PD (Santa Clara County)", "us/ca/local/police", "city"),
    ("Pasadena TX PD", "us/tx/local/police", "city"),
    ("Pasadena CA PD", "us/ca/local/police", "city"),
    ("Polk County FL SO (LR)", "us/fl/local/jail", "county"),
    ("Jesup PD (GA)", "us/ga/local/police", "city"),
    ("FL- Sanford PD", "us/fl/local/police", "city"),
    ("Autauga County SO (AL)", "us/al/local/jail", "county"),
    ("Boone County KY SO", None, "county"),
    ("[Federal] Federal Bureau of Investigation (FBI)", None, "federal"),
    ("(Federal) US Postal Inspection Service", None, "federal"),
    ("[Inactive] US Border Patrol", None, "federal"),
    ("Chicago IL PD", "us/il/chicago/police", "city"),
    ("Los Angeles CA PD", "us/ca/los-angeles/police", "city"),
    ("Cook County IL SO", "us/il/cook-county/sheriff", "county"),
    ("East Baton Rouge Parish LA SO", "us/la/local/jail", "county"),
    ("ALPINE APARTMENT HOMES LLC (GA)", None, "private"),
    ("Florida Highway Patrol (LR)", None, "state"),
]


@pytest.mark.parametrize(("name", "wanted", "kind"), ORGANISATIONS)
def test_organisations_of_plate_reader_logs(resolver: Resolver, name: str, wanted: str | None, kind: str) -> None:
    assert agency(resolver, name) == (wanted, kind)


@pytest.mark.parametrize("name", ["MOCIC", "Ancient City Capital", "Southeast Regional Fusion Center"])
def test_a_body_with_no_state_is_given_none(resolver: Resolver, name: str) -> None:
    assert agency(resolver, name) == (None, "unmapped")


def test_the_inactive_mark_is_kept(resolver: Resolver) -> None:
    assert "inactive" in resolver.match(Told("US Border Patrol [Inactive]")).note


def test_a_line_of_the_list_follows_the_law_that_was_encoded_since(law: Law) -> None:
    line = (
        "SAN DIEGO CENTRAL,CALIFORNIA,SAN DIEGO,us/ca/local/jail,San Diego County Sheriff,county,listed,https://x.org,x"
    )
    other = "BUTTE JAIL,CALIFORNIA,OROVILLE,us/ca/local/jail,Butte County Sheriff,county,listed,https://x.org,x"
    made = Resolver(law.library, listed=read_holders("\n".join([",".join(COLUMNS), line, other])))
    assert agency(made, "SAN DIEGO CENTRAL", "CALIFORNIA", "SAN DIEGO") == ("us/ca/san-diego-county/sheriff", "county")
    assert agency(made, "BUTTE JAIL", "CALIFORNIA", "OROVILLE") == ("us/ca/local/jail", "county")


def test_a_county_of_another_state_is_elsewhere_and_says_so(resolver: Resolver) -> None:
    found = resolver.match(Told("COOK COUNTY JAIL", "TEXAS", "CHICAGO"))
    assert found.kind == "unmapped", "Cooke County, Texas, lies near: a misspelling is proposed, not decided"
    assert found.proposal is not None
    assert found.proposal.agency == "us/tx/local/jail"
    found = resolver.match(Told("WESTCHESTER COUNTY JAIL", "TEXAS", "VALHALLA"))
    assert (found.agency, found.kind) == (None, "elsewhere")
    assert "Texas has no county of this name" in found.note


def test_a_misspelling_is_a_proposal_and_never_used(resolver: Resolver) -> None:
    found = resolver.match(Told("SANGAMMON COUNTY JAIL", "ILLINOIS", "SPRINGFIELD"))
    assert (found.agency, found.kind, found.matched) == (None, "unmapped", "")
    assert found.proposal is not None
    assert found.proposal.agency == "us/il/local/jail"
    assert "Sangamon" in found.proposal.holder
    assert found.proposal.score >= 80
    assert "alike with" in found.proposal.why


def test_every_match_says_how_it_was_made(resolver: Resolver) -> None:
    def how(*told: str) -> str:
        return resolver.match(Told(*told)).matched

    assert how("COOK COUNTY JAIL", "ILLINOIS", "CHICAGO") == "exact name, state and city"
    assert how("Cook  County Jail", "Illinois", "Chicago") == "exact name, state and city, whatever the case and blanks"
    assert how("SANTA RITA JAIL", "CA") == "exact name and state"
    assert how("us/il/chicago/police") == "agency id"
    assert how("Chicago Police Department") == "the agency's own name"
    assert how("SANGAMON COUNTY JAIL", "ILLINOIS", "SPRINGFIELD") in (
        "exact name, state and city",
        "by rule: county jail",
    )


def test_a_rule_cites_the_provision_and_says_how_it_was_read(resolver: Resolver) -> None:
    found = resolver.match(Told("DANE COUNTY JAIL", "WISCONSIN", "MADISON"))
    assert "Wis. Stat. 59.27(1)" in found.note
    assert "not opened" in found.note
    assert found.source.startswith("https://")
    assert "read in its words" in resolver.match(Told("BUTTE COUNTY JAIL", "CALIFORNIA", "OROVILLE")).note


@pytest.mark.parametrize(
    "name",
    [
        "PINAL COUNTY JUV.DET.CTR.",
        "MARICOPA COUNTY PROBATION",
        "PIMA COUNTY SUPERIOR COURT",
        "TRI COUNTY JAIL",
        "COUNTY JAIL",
    ],
)
def test_a_word_that_is_not_accounted_for_keeps_the_rule_silent(resolver: Resolver, name: str) -> None:
    assert resolver.match(Told(name, "ARIZONA", "NOGALES")).kind == "unmapped"


def test_a_police_department_of_another_town_is_not_guessed(resolver: Resolver) -> None:
    assert agency(resolver, "JERSEY VILLAGE POLICE DEPT.", "TEXAS", "DALLAS") == (None, "unmapped")


def test_a_misspelt_state_is_named_and_not_used(resolver: Resolver) -> None:
    found = resolver.match(Told("ERIE COUNTY PRISON", "PENNSLYVANIA", "ERIE"))
    assert found.kind == "unmapped"
    assert "did you mean Pennsylvania?" in found.note


@pytest.mark.parametrize("name", [None, "", " ", "X" * 5_000, "\x00", "'; DROP TABLE log; --", "=cmd|' /C calc'!A0"])
def test_cells_that_are_no_names(resolver: Resolver, name: str | None) -> None:
    assert agency(resolver, name or "", "ILLINOIS", "CHICAGO") == (None, "unmapped")


def test_names_read_alike() -> None:
    assert read_name("ANNE ARUNDEL CTY DET CNTR") == "ANNE ARUNDEL COUNTY DETENTION CENTER"
    assert read_name("U.S.P. ATWATER") == "USP ATWATER"
    assert read_name("PLEASANT VALLEY ST PRISON") == "PLEASANT VALLEY STATE PRISON"
    assert read_name("ST. LOUIS COUNTY JAIL") == "SAINT LOUIS COUNTY JAIL"
    assert read_name("AVOYELLES PARISH DETENTIO") == "AVOYELLES PARISH DETENTION"


def test_the_gazetteer() -> None:
    by_state: dict[str, int] = {}
    for state, _ in counties():
        by_state[state] = by_state.get(state, 0) + 1
    # From the Census Bureau's list; Virginia's independent cities share some names with its counties.
    assert {code: by_state[code] for code in ("CA", "TX", "GA", "IL", "LA", "WA")} == {
        "CA": 58, "TX": 254, "GA": 159, "IL": 102, "LA": 64, "WA": 39,
    }  # fmt: skip
    assert state_code("ca") == state_code(" California ") == "CA"


def test_rules_name_real_counties_and_known_agencies(law: Law) -> None:
    rules = load_rules()
    known = {(county.state, county.name) for county in counties().values()}
    assert {(line.state, line.county) for line in rules.counties} <= known
    assert rules.agencies() <= set(law.agencies)
    for rule in rules.county_jails:
        assert "jail" in law.agencies[rule.agency].kinds, rule
        assert rule.evidence in ("text", "secondary", "unverified")


def test_every_facility_of_the_encoded_places_is_known(resolver: Resolver, real_file: Path) -> None:
    encoded = [STATES[rule.state].upper() for rule in load_rules().cities]
    with duckdb.connect(":memory:") as database:
        rows = database.execute(
            f"SELECT facility, state, city, count(*) FROM '{real_file}' WHERE list_contains(?, state) GROUP BY ALL",
            [[*encoded, "DISTRICT OF COLUMBIA"]],
        ).fetchall()
    assert len(rows) > 2_200
    unknown = [row for row in rows if resolver.match(Told(*row[:3])).kind == "unmapped"]
    assert unknown == []
    settled = sum(row[3] for row in rows if resolver.match(Told(*row[:3])).kind != "other")
    assert settled / sum(row[3] for row in rows) > 0.99, "rows whose holder was established"


def test_the_hand_made_map_beside_the_data_agrees(resolver: Resolver, real_file: Path) -> None:
    with (real_file.parent / "facility_map.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 69
    levels = {"county": {"county"}, "city": {"city"}, "state": {"state"}, "federal": {"federal"}, "other": {"private"}}
    for line in lines:
        found = resolver.match(Told(line["facility"], line["state"], line["city"]))
        assert found.kind in levels[line["holder_level"]], line


def test_the_table_holds_each_distinct_holder_once(resolver: Resolver) -> None:
    with duckdb.connect(":memory:") as database:
        database.execute(
            "CREATE TABLE log AS SELECT * FROM (VALUES ('COOK COUNTY JAIL', 'ILLINOIS', 'CHICAGO'), "
            "('COOK COUNTY JAIL', 'ILLINOIS', 'CHICAGO'), (NULL, NULL, NULL), ('NO SUCH PLACE', 'ILLINOIS', NULL)) "
            "t(holder_name, holder_state, holder_city)"
        )
        resolve(database, resolver)
        rows = database.execute(
            "SELECT holder_name, agency, class, proposal FROM holders ORDER BY 1 NULLS FIRST"
        ).fetchall()
        assert rows == [
            (None, None, "unmapped", None),
            ("COOK COUNTY JAIL", "us/il/cook-county/sheriff", "county", None),
            ("NO SUCH PLACE", None, "unmapped", None),
        ]
        assert [(told.name, many) for told, many in told_with_rows(database)] == [("NO SUCH PLACE", 1), (None, 1)]


def test_more_names_than_one_batch(law: Law) -> None:
    with duckdb.connect(":memory:") as database:
        database.execute(
            "CREATE VIEW log AS SELECT 'PLACE ' || i AS holder_name, 'ILLINOIS' AS holder_state, NULL::VARCHAR AS "
            "holder_city FROM range(20_500) t(i)"
        )
        resolve(database, Resolver(law.library, listed=[]))
        assert database.execute("SELECT count(DISTINCT holder_name), count(*) FROM holders").fetchone() == (
            20_500,
            20_500,
        )


def test_too_many_names_are_another_column(resolver: Resolver) -> None:
    with duckdb.connect(":memory:") as database:
        database.execute(
            "CREATE VIEW log AS SELECT i::VARCHAR AS holder_name, NULL::VARCHAR AS holder_state, NULL::VARCHAR AS "
            "holder_city FROM range(2_000_001) t(i)"
        )
        with pytest.raises(ComityError, match="the column of the holder is another one"):
            resolve(database, resolver)


def test_namesakes_of_several_states_are_told_apart(law: Law) -> None:
    """Franklin County is a county of Virginia, of Florida and of others: counted as one they would hide each other."""
    with duckdb.connect(":memory:") as database:
        database.execute(
            "CREATE TABLE log AS SELECT * FROM (VALUES ('FRANKLIN COUNTY SHERIFF', 'FLORIDA', NULL::VARCHAR), "
            "('FRANKLIN COUNTY SHERIFF', 'VIRGINIA', NULL), ('KANE COUNTY JAIL', 'ILLINOIS', NULL)) "
            "t(holder_name, holder_state, holder_city)"
        )
        resolve(database, Resolver(law.library, listed=[]))
        rows = database.execute("SELECT holder FROM holders ORDER BY holder_state").fetchall()
    assert [name for (name,) in rows] == [
        "Franklin County Sheriff (Florida)",
        "Kane County Sheriff",
        "Franklin County Sheriff (Virginia)",
    ]
