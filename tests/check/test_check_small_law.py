"""What `comity check` finds in law written so that it must: one fault a file, and the same file without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallworld import HEAD, small_law

from comity.check.report import check_law
from comity.check.values import CheckFinding, CheckReport
from comity.decide import Law
from comity.errors import LawError
from comity.loading import load_library

BAN = '- {id: ban, cite: "1", in_force: v1.., prohibits: [hold], when: {in_custody: yes}, says: No., evidence: text}\n'


def checked(folder: Path, norms: str, rest: str = "") -> CheckReport:
    act = f"{HEAD}norms:\n{norms}{rest}"
    return check_law(Law(load_library(small_law(folder, act=act), cache=False)))


def found(report: CheckReport, kind: str, state: str = "open") -> list[CheckFinding]:
    return [finding for finding in report.findings if (finding.finding, finding.state) == (kind, state)]


class TestConflict:
    ORDER = (
        BAN.replace("id: ban", "id: order")
        .replace("v1..", "v2..")
        .replace("prohibits", "requires")
        .replace("in_custody: yes", "instruments: {any: [warrant]}")
    )

    def test_the_smallest_request_shows_it(self, tmp_path: Path) -> None:
        [conflict] = found(checked(tmp_path, BAN + self.ORDER), "conflict")
        assert conflict.norms == ("us/aa/act#order", "us/aa/act#ban")
        assert (conflict.actions, conflict.agencies) == (("hold",), ("us/aa/jail", "us/aa/police"))
        example = conflict.example
        assert example is not None
        assert example.facts == {"in_custody": True, "instruments": ["warrant"]}
        assert example.on >= "2022-01-01"
        law = Law(load_library(tmp_path / "law", cache=False))
        decision = law.decide(agency=example.agency, on=example.on, actions=["hold"], facts=example.facts)
        assert decision.findings[0].status == "conflict"

    def test_norms_that_never_meet_do_not_conflict(self, tmp_path: Path) -> None:
        apart = self.ORDER.replace("warrant]}", "warrant]}, in_custody: no")
        assert found(checked(tmp_path, BAN + apart), "conflict") == []

    def test_norms_of_different_times_do_not_conflict(self, tmp_path: Path) -> None:
        assert found(checked(tmp_path, BAN.replace("v1..", "v1") + self.ORDER), "conflict") == []

    def test_a_norm_that_overrides_the_other_does_not_conflict(self, tmp_path: Path) -> None:
        above = self.ORDER.replace("says:", "overrides: [ban], says:")
        assert found(checked(tmp_path, BAN + above), "conflict") == []

    def test_a_fact_that_the_place_keeps_can_rule_it_out(self, tmp_path: Path) -> None:
        """The jail is a jail from 2020 to 2021: a duty at home cannot meet the ban there in that time."""
        at_home = self.ORDER.replace("in_force: v2..", "in_force: v1").replace(
            "instruments: {any: [warrant]}", "place: home"
        )
        [conflict] = found(checked(tmp_path, BAN + at_home), "conflict")
        assert conflict.agencies == ("us/aa/police",)


class TestNeverDecides:
    def test_conditions_that_cannot_all_be_so(self, tmp_path: Path) -> None:
        """In the small world nobody in a jail is not in custody."""
        dead = BAN.replace("in_custody: yes", "in_custody: no, place: jail")
        [finding] = found(checked(tmp_path, dead), "never_decides")
        assert finding.norms == ("us/aa/act#ban",)
        assert finding.at == "us/aa/act.yaml:12"
        assert "can never apply" in finding.says

    def test_a_norm_that_always_gives_way(self, tmp_path: Path) -> None:
        free = '- {id: free, cite: "2", in_force: v1.., lifts: [ban], says: Free., evidence: text}\n'
        [finding] = found(checked(tmp_path, BAN + free), "never_decides")
        assert finding.norms == ("us/aa/act#ban",)
        assert "gives way" in finding.says

    def test_a_permission_always_beside_a_prohibition(self, tmp_path: Path) -> None:
        may = BAN.replace("id: ban", "id: may").replace("prohibits", "permits")
        [finding] = found(checked(tmp_path, BAN + may), "never_decides")
        assert finding.norms == ("us/aa/act#may",)

    def test_a_norm_that_binds_nobody(self, tmp_path: Path) -> None:
        [finding] = found(checked(tmp_path, BAN.replace("says:", "binds: {any: [sheriff]}, says:")), "never_decides")
        assert "no agency" in finding.says

    def test_a_norm_that_a_court_annulled_is_stated(self, tmp_path: Path) -> None:
        void = (
            "disputes:\n  - {id: void, court: C, cite: C 1, effect: annuls, norms: [ban], from: 2020-01-01, "
            'says: Void., evidence: text, source: "https://example.org"}\n'
        )
        report = checked(tmp_path, BAN, void)
        assert found(report, "never_decides") == []
        assert found(report, "never_decides", "stated")[0].reason == "C annuls it: us/aa/act#void"

    def test_a_duty(self, tmp_path: Path) -> None:
        copy = BAN.replace("prohibits: [hold]", "requires: [give_copy], due: at_once").replace(
            "in_custody: yes", "in_custody: no, place: jail"
        )
        assert [finding.norms for finding in found(checked(tmp_path, copy), "never_decides")] == [("us/aa/act#ban",)]


class TestException:
    def test_an_exception_that_never_comes_to_act(self, tmp_path: Path) -> None:
        [finding] = found(checked(tmp_path, BAN.replace("says:", "unless: {in_custody: no}, says:")), "exception")
        assert "exception never comes to act" in finding.says

    def test_one_alternative_of_an_exception(self, tmp_path: Path) -> None:
        norm = BAN.replace("says:", "unless: [{place: home}, {in_custody: no, place: street}], says:")
        [finding] = found(checked(tmp_path, norm), "exception")
        assert "alternatives" in finding.says
        assert found(checked(tmp_path, norm.replace("in_custody: no", "in_custody: yes")), "exception") == []

    def test_an_edge_to_a_norm_that_never_stands_beside_it(self, tmp_path: Path) -> None:
        later = (
            '- {id: later, cite: "2", in_force: v2.., requires: [hold], overrides: [ban], says: Do., evidence: text}\n'
        )
        assert found(checked(tmp_path, BAN + later), "exception") == []
        [finding] = found(checked(tmp_path, BAN.replace("v1..", "v1") + later), "exception")
        assert finding.norms == ("us/aa/act#later",)

    def test_a_pattern_that_aims_at_law_not_encoded_is_stated(self, tmp_path: Path) -> None:
        above = BAN.replace("prohibits", "requires").replace(
            "says:", "overrides: [{below: yes, modality: prohibits}], says:"
        )
        report = checked(tmp_path, above)
        assert found(report, "exception") == []
        assert len(found(report, "exception", "stated")) == 1


def test_a_permission_that_relates_to_no_prohibition(tmp_path: Path) -> None:
    may = BAN.replace("prohibits: [hold]", "permits: [tell]")
    assert [finding.norms for finding in found(checked(tmp_path, may), "permission")] == [("us/aa/act#ban",)]
    both = may.replace("id: ban", "id: may") + BAN.replace("[hold]", "[tell]").replace("in_custody: yes", "place: home")
    assert found(checked(tmp_path, both), "permission") == []


def test_a_duty_without_a_deadline(tmp_path: Path) -> None:
    copy = BAN.replace("prohibits: [hold]", "requires: [give_copy]")
    assert [finding.norms for finding in found(checked(tmp_path, copy), "no_deadline")] == [("us/aa/act#ban",)]
    assert found(checked(tmp_path, copy.replace("says:", "due: at_once, says:")), "no_deadline") == []


class TestGap:
    def test_an_action_on_which_nothing_speaks(self, tmp_path: Path) -> None:
        """Aa's law is complete for `comply`, but that of the United States is not; on `tell` neither is."""
        gaps = found(checked(tmp_path, BAN), "gap")
        assert {(gap.actions, gap.agencies) for gap in gaps} == {
            (("hold",), ("us/aa/library",)),
            (("transfer_custody",), ("us/aa/jail", "us/aa/library", "us/aa/police")),
            (("tell",), ("us/aa/jail", "us/aa/library", "us/aa/police")),
        }

    def test_an_entry_of_what_is_not_encoded_states_it_for_those_it_binds(self, tmp_path: Path) -> None:
        entry = "not_encoded: [{cite: AA 2, says: Not read., actions: [tell], binds: {any: [police]}}]\n"
        report = checked(tmp_path, BAN, entry)
        assert [gap.agencies for gap in found(report, "gap", "stated")] == [("us/aa/police",)]
        assert ("us/aa/jail", "us/aa/library") in [gap.agencies for gap in found(report, "gap")]

    HOLE = BAN.replace("v1..", "[{from: 2020-01-01, to: 2020-12-31}, v2]")

    def test_a_hole_between_two_texts_is_found_with_its_days(self, tmp_path: Path) -> None:
        gaps = [gap for gap in found(checked(tmp_path, self.HOLE), "gap") if "us/aa/jail" in gap.agencies]
        assert "nothing speaks on hold from 2021-01-01 until before 2022-01-01" in [gap.says for gap in gaps]

    def test_a_text_that_ends_leaves_a_gap_since_then(self, tmp_path: Path) -> None:
        gaps = found(checked(tmp_path, BAN.replace("v1..", "v1")), "gap")
        [gap] = [gap for gap in gaps if gap.says == "nothing speaks on hold from 2022-01-01"]
        assert gap.agencies == ("us/aa/jail", "us/aa/police")

    def test_an_acknowledgement_covers_the_action_in_every_period(self, tmp_path: Path) -> None:
        why = "acknowledged: [{finding: gap, actions: [hold], kinds: [police, jail], reason: Read so.}]\n"
        gaps = found(checked(tmp_path, self.HOLE, why), "gap", "acknowledged")
        assert [gap.says for gap in gaps] == ["nothing speaks on hold from 2021-01-01 until before 2022-01-01"]

    def test_days_before_the_first_text_on_an_action_are_stated(self, tmp_path: Path) -> None:
        """Another norm begins earlier, so the law of the jail has a period in which nothing speaks on holds."""
        earlier = BAN.replace("id: ban", "id: earlier").replace("[hold]", "[tell]")
        report = checked(tmp_path, earlier + BAN.replace("v1..", "v2.."))
        [stated] = [gap for gap in found(report, "gap", "stated") if "before the first text" in gap.says]
        assert (stated.actions, stated.agencies) == (("hold",), ("us/aa/jail", "us/aa/police"))
        assert not any("hold from" in gap.says for gap in found(report, "gap"))


class TestAcknowledged:
    def test_a_finding_acknowledged_is_open_no_more(self, tmp_path: Path) -> None:
        copy = BAN.replace("prohibits: [hold]", "requires: [give_copy]")
        why = "acknowledged: [{finding: no_deadline, norms: [ban], reason: The Act sets no time.}]\n"
        report = checked(tmp_path, copy, why)
        assert found(report, "no_deadline") == []
        [finding] = found(report, "no_deadline", "acknowledged")
        assert (finding.reason, finding.acknowledged_at) == ("The Act sets no time.", "us/aa/act.yaml:13")
        assert report.unused == ()

    def test_without_norms_it_covers_the_file(self, tmp_path: Path) -> None:
        copy = BAN.replace("prohibits: [hold]", "requires: [give_copy]")
        report = checked(tmp_path, copy, "acknowledged: [{finding: no_deadline, reason: No time.}]\n")
        assert found(report, "no_deadline") == []

    def test_one_that_fits_nothing_is_an_error(self, tmp_path: Path) -> None:
        report = checked(tmp_path, BAN, "acknowledged: [{finding: no_deadline, reason: No time.}]\n")
        assert [unused.reason for unused in report.unused] == ["No time."]
        assert not report.is_clean

    @pytest.mark.parametrize(
        ("narrowed", "left"),
        [
            ("agencies: [us/aa/jail]", ("us/aa/police",)),
            ("kinds: [police]", ("us/aa/jail",)),
            ("actions: [comply]", None),
        ],
    )
    def test_a_conflict_may_be_acknowledged_in_part(
        self, tmp_path: Path, narrowed: str, left: tuple[str] | None
    ) -> None:
        why = (
            f"acknowledged: [{{finding: conflict, norms: [order], against: [ban], {narrowed}, reason: Both stand.}}]\n"
        )
        conflicts = found(checked(tmp_path, BAN + TestConflict.ORDER, why), "conflict")
        assert [conflict.agencies for conflict in conflicts] == ([] if left is None else [left])

    @pytest.mark.parametrize(
        ("entry", "message"),
        [
            ("{finding: conflicts, reason: x}", 'unknown kind of finding "conflicts" (did you mean "conflict"?)'),
            ("{finding: conflict}", '"reason" is missing'),
            ("{finding: gap, norms: [ban], reason: x}", '"norms" has a meaning only for conflict, never_decides'),
            ("{finding: permission, norms: [bam], reason: x}", 'unknown norm "bam" (did you mean "ban"?)'),
            ("{finding: permission, norms: [us/aa/act#bam], reason: x}", 'unknown norm or dispute "us/aa/act#bam"'),
            ("{finding: gap, agencies: [us/aa/jial], reason: x}", 'unknown agency or place "us/aa/jial"'),
            ("{finding: gap, kinds: [polic], reason: x}", 'unknown agency kind "polic" (did you mean "police"?)'),
        ],
    )
    def test_one_that_cannot_be_read_is_named(self, tmp_path: Path, entry: str, message: str) -> None:
        with pytest.raises(LawError) as refused:
            checked(tmp_path, BAN, f"acknowledged: [{entry}]\n")
        assert message in str(refused.value)
        assert "us/aa/act.yaml:13" in str(refused.value)


def test_bands_disputes_and_weak_readings_are_stated(tmp_path: Path) -> None:
    norms = BAN.replace("evidence: text", "evidence: secondary").replace(
        "in_force: v1..", "in_force: {from: {between: [2020-02-01, 2020-03-01]}}"
    )
    report = checked(tmp_path, norms)
    assert [len(found(report, kind, "stated")) for kind in ("band", "reading", "dispute")] == [1, 1, 0]


def test_an_example_that_the_law_answers_otherwise_is_found_if_asked_for(tmp_path: Path) -> None:
    wrong = """examples:
  - {given: {agency: us/aa/jail, on: 2022-02-01, facts: {in_custody: yes}}, expect: {hold: permitted}}
"""
    act = f"{HEAD}norms:\n{BAN}{wrong}"
    law = Law(load_library(small_law(tmp_path, act=act), cache=False))
    assert found(check_law(law), "example") == []
    [finding] = found(check_law(law, examples=True), "example")
    assert finding.at == "us/aa/act.yaml:14"
    assert "the example expects permitted" in finding.says
