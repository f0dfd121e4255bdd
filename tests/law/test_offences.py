"""The statutory lists of offences: one record an offence, each with its citation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import comity
from comity.lawfiles.problems import Problems
from comity.lawfiles.yamlsource import Mapping, Node, Text, read_source

VOCABULARY = Path(comity.__file__).parent / "law" / "vocabulary.yaml"

LISTS = {
    "ca_7282_5_list": ("Cal. Penal Code ", "Cal. Veh. Code "),
    "ny_violent_or_serious_list": ("N.Y. Penal Law ", "N.Y. Veh. & Traf. Law "),
    "ny_not_covered_list": ("N.Y. Penal Law ", "N.Y. Veh. & Traf. Law "),
    "ny_covered_misdemeanor_list": ("N.Y. Penal Law ", "N.Y. Veh. & Traf. Law "),
    "nc_162_62_list": ("N.C.G.S. ",),
    "ct_54_192h_list": ("Conn. Gen. Stat. ",),
    "dc_24_211_07_list": ("D.C. Code ",),
}


def offences() -> Mapping:
    problems = Problems()
    top = read_source("vocabulary.yaml", VOCABULARY.read_bytes(), problems)
    problems.raise_any()
    assert isinstance(top, Mapping)
    section = top.entries["offences"]
    assert isinstance(section, Mapping)
    return section


def records(node: Node) -> Iterator[tuple[str, Node]]:
    """The offences below an inner name, each with what stands beside its name."""
    assert isinstance(node, Mapping), "a list that gives no citations"
    for name, below in node.entries.items():
        if isinstance(below, Text):
            yield name, below
        else:
            yield from records(below)


@pytest.mark.parametrize("name", LISTS)
def test_every_offence_of_a_statutory_list_has_its_citation(name: str) -> None:
    cited = {offence: below.value for offence, below in records(offences().entries[name]) if isinstance(below, Text)}
    assert cited
    assert {offence for offence, cite in cited.items() if not cite.startswith(LISTS[name])} == set()
    assert len(set(cited.values())) == len(cited), "two offences with one citation"


def test_the_lists_hold_what_the_texts_name() -> None:
    """Counted in Gov. Code 7282.5(a)(3) and in NYC Admin. Code 9-131(a)(7)."""
    california = {below.value for _, below in records(offences().entries["ca_7282_5_list"]) if isinstance(below, Text)}
    new_york = {
        below.value for _, below in records(offences().entries["ny_violent_or_serious_list"]) if isinstance(below, Text)
    }
    assert {"Cal. Penal Code 217.1", "Cal. Penal Code 422.55", "Cal. Veh. Code 20001(c)"} <= california
    assert {"N.Y. Penal Law 120.04-a(4)", "N.Y. Penal Law 490.55", "N.Y. Veh. & Traf. Law 600"} <= new_york
