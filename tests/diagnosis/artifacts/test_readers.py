"""The readers, where real files seldom go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.diagnosis.artifacts.cargo import read_cargo
from bot.diagnosis.artifacts.jsonlines import LONGEST, lines
from bot.diagnosis.artifacts.junit import read_junit, seconds_of
from bot.diagnosis.artifacts.libtest import read_libtest
from bot.diagnosis.artifacts.model import Case, Damaged, Outcome
from bot.diagnosis.artifacts.sarif import read_sarif
from bot.diagnosis.artifacts.trx import MOST_KEPT, read_trx
from bot.diagnosis.model import Cause
from tests.support.artifacts import report_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def junit(text: str) -> list[Case]:
    return list(read_junit([text.encode()]))


def sarif(*results: dict[str, Any], rules: tuple[dict[str, Any], ...] = (), tool: str = "Scan") -> list[str]:
    run = {"tool": {"driver": {"name": tool, "rules": list(rules)}}, "results": list(results)}
    return [remark.message for remark in read_sarif(json.dumps({"runs": [run]}).encode())]


def gathered(cases: Iterable[Case]) -> list[str]:
    """The names of the tests until the file breaks off."""
    names: list[str] = []
    try:
        names.extend(case.name for case in cases)
    except Damaged:
        names.append("broken off")
    return names


def test_an_error_after_a_failure_is_the_same_test() -> None:
    """A test that fails and whose tear-down breaks too."""
    (case,) = junit(
        '<testsuite><testcase name="t"><failure/><error message="late"/><skipped/></testcase></testsuite>'
    )
    assert (case.outcome, case.message) == (Outcome.FAILED, "late")
    (case,) = junit(
        '<testsuite><testcase name="t"><error message="first"/><failure message="x"/></testcase></testsuite>'
    )
    assert (case.outcome, case.message) == (Outcome.ERROR, "first")


def test_what_a_red_test_printed_stands_in_for_a_missing_trace() -> None:
    (case,) = junit(
        '<testsuite><testcase name="t"><failure message="no"> </failure><system-out>out</system-out>'
        "<system-err>err</system-err></testcase></testsuite>"
    )
    assert case.text == "out\nerr"


def test_properties_and_output_outside_of_tests_are_passed_over() -> None:
    cases = junit(
        '<testsuite name="s"><properties><property name="a" value="b"/></properties><failure message="x"/>'
        '<testcase name="t" time="1,234.5" line="7" file="a.c"><properties><property/></properties></testcase>'
        "<system-out>noise</system-out></testsuite>"
    )
    assert cases == [
        Case(name="t", outcome=Outcome.PASSED, suite="s", seconds=1234.5, path="a.c", line=7, maker="s")
    ]


def test_ants_files_are_not_taken_for_gradles() -> None:
    suite = '<testsuite name="a.B" tests="1" skipped="0" failures="0" errors="0" timestamp="x" hostname="y" time="0">'
    rest = '<testcase name="t"/></testsuite>'
    assert junit(suite + rest)[0].maker == "gradle a.B"
    assert junit(suite + "<properties><property/></properties>" + rest)[0].maker == "a.B"
    assert junit("<testsuites><property/></testsuites>") == []


@pytest.mark.parametrize("text", ["", "soon", "-1", "nan", "inf", "1e300"])
def test_a_duration_that_is_none_is_unknown(text: str) -> None:
    assert seconds_of(text) is None


def test_tests_whose_definitions_are_cut_off_keep_their_short_names() -> None:
    text = report_of("trx_mstest").read_bytes()
    assert gathered(read_trx([text[: text.find(b"<TestDefinitions>")]])) == [
        "IsFree (7)",
        "IsFree (99)",
        "IsSlow",
        "broken off",
    ]


def test_no_more_failed_tests_wait_for_their_class_than_are_kept() -> None:
    result = '<UnitTestResult testId="{0}" testName="t{0}" outcome="Failed" duration="x"/>'
    many = "".join(result.format(number) for number in range(MOST_KEPT + 5))
    cases = list(read_trx([f"<TestRun><Results>{many}</Results><Message>m</Message></TestRun>".encode()]))
    assert len(cases) == MOST_KEPT + 5
    assert cases[0].name == f"t{MOST_KEPT}", "those beyond are told at once"
    assert cases[0].seconds is None


def test_lines_of_other_programs_and_of_no_json_are_passed_over() -> None:
    text = (
        b'noise\n{"type":"test","event":"failed"\n{"type": 3}\n\n'
        b'{"type":"suite","event":"ok"}\n{"type":"test","event":"timeout","name":"t","reason":"time limit exceeded"}'
    )
    (case,) = read_libtest([text])
    assert (case.outcome, case.message, case.suite) == (Outcome.ERROR, "time limit exceeded", "cargo test")


def test_cargos_warnings_and_sums_are_no_errors() -> None:
    def line(level: str, message: str, **more: Any) -> bytes:
        said = {"level": level, "message": message, **more}
        return json.dumps({"reason": "compiler-message", "message": said}).encode()

    span = {"file_name": "src/lib.rs", "line_start": 0, "column_start": 1}
    text = [
        line("warning", "unused"),
        line("error", "aborting due to 1 previous error"),
        b'{"reason":"compiler-message"}',
        b'"compiler-message" is no object',
        b'{"reason":"build-finished","success":false}',
        line("error", "linking with `cc` failed: exit status: 1"),
        line("error: internal compiler error", "no", spans=[span], code={"code": "unused_variables"}),
    ]
    found = list(read_cargo([b"\n".join(text)]))
    assert [(one.message, one.cause) for one in found] == [
        ("linking with `cc` failed: exit status: 1", Cause.COMPILE),
        ("no [unused_variables]", Cause.LINT),
    ]
    assert found[1].locations == ()


@pytest.mark.parametrize("size", [1, 7, 64, 1 << 20])
def test_lines_are_the_same_however_they_arrive(size: int) -> None:
    text = b"one\n\ntwo\r\n  \nthree"
    chunks = [text[start : start + size] for start in range(0, len(text), size)]
    assert [line.strip() for line in lines(chunks)] == [b"one", b"two", b"three"]


def test_a_line_that_is_too_long_is_passed_over_in_bounded_memory() -> None:
    long = b"x" * (LONGEST // 2)
    assert list(lines([b"a\n", long, long, long, b"\nb\n"])) == [b"a", b"b"]
    assert list(lines([b"x" * (LONGEST + 1) + b"\nb"])) == [b"b"]
    assert list(lines([b"a\n", long, long, long])) == [b"a"]
    assert list(lines([])) == []


def test_only_errors_that_nobody_accepted_are_told() -> None:
    message = {"text": "bad"}
    assert sarif({"message": message, "level": "error", "ruleId": "R1"}) == ["bad [R1]"]
    assert sarif({"message": message}) == [], "a result without a level is a warning"
    assert sarif({"message": message, "level": "error", "kind": "pass"}) == []
    assert sarif({"message": message, "level": "error", "baselineState": "unchanged"}) == []
    assert sarif({"message": message, "level": "error", "baselineState": "new"}) == ["bad"]
    assert sarif({"message": message, "level": "error", "suppressions": [{"kind": "inSource"}]}) == []
    rejected = {"message": message, "level": "error", "suppressions": [{"status": "rejected"}]}
    assert sarif(rejected) == ["bad"]


def test_a_rule_gives_what_its_results_leave_out() -> None:
    rule = {
        "id": "R1",
        "defaultConfiguration": {"level": "error"},
        "messageStrings": {"default": {"text": "{0} is not {1} {2}"}},
    }
    said = {"message": {"id": "default", "arguments": ["a", "b"]}}
    assert sarif({**said, "ruleIndex": 0}, rules=(rule,)) == ["a is not b {2} [R1]"]
    assert sarif({**said, "rule": {"index": 0}}, rules=(rule,)) == ["a is not b {2} [R1]"]
    assert sarif({**said, "ruleId": "R1"}, rules=(rule,)) == ["a is not b {2} [R1]"]
    assert sarif({"message": {}, "ruleId": "R1", "level": "error"}, rules=(rule,)) == ["R1"]
    short = {"id": "R2", "shortDescription": {"text": "in short"}}
    assert sarif({"message": {}, "ruleId": "R2", "level": "error"}, rules=(short,)) == ["in short [R2]"]
    assert sarif({"message": {}, "level": "error"}) == ["a result without a message"]


def test_places_are_those_with_a_line_and_of_the_repository() -> None:
    def place(uri: str, **region: int) -> dict[str, Any]:
        return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}

    locations = [
        place("file:///home/runner/work/a/a/src/b%20c.py", startLine=3, startColumn=2),
        place("file:///D:/a/quay/quay/src/x.cs", startLine=4),
        place("src/no-line.py"),
    ]
    result = {"message": {"text": "bad"}, "level": "error", "locations": locations}
    run = {"tool": {"driver": {"name": "GNU C++"}}, "results": [result]}
    (remark,) = read_sarif(json.dumps({"runs": [run, {"results": None}]}).encode("utf-8-sig"))
    assert remark.cause is Cause.COMPILE
    assert [(one.path, one.line) for one in remark.locations] == [("src/b c.py", 3), ("src/x.cs", 4)]


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"runs": 3}', b"\xff", b'{"runs": ' + b"[" * 100_000])
def test_what_is_no_sarif_is_said(text: bytes) -> None:
    with pytest.raises(Damaged, match="no SARIF"):
        list(read_sarif(text))
