"""Every kind of failure, made on purpose in real crates: the job is red, and the bot knows what failed and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.consequences import ONLY_SUMS_UP, spared
from bot.diagnosis.model import Cause
from tests.support.actions.model import FAILURE, Trigger
from tests.support.pack_runs import diagnosed

if TYPE_CHECKING:
    from tests.support.pack_runs import Yard

pytestmark = pytest.mark.no_cover

BLOCK = "crates/block/src/lib.rs"
JOURNAL = "crates/journal/src/lib.rs"
CRASHES = "crates/journal/tests/crash_consistency.rs"
MAIN = "crates/server/src/main.rs"
BENCH = "crates/block/benches/latency.rs"


@dataclass(frozen=True, kw_only=True)
class Broken:
    """What is broken, and what is to be said of it."""

    workflow: str
    job: str
    path: str
    old: str
    new: str
    cause: Cause
    tool: str
    message: str
    tests: tuple[str, ...] = ()
    place: str = ""  # the file that is blamed
    below: int = 0  # lines from the change to the line that is blamed


BUILD, TESTS, SUITES = "ci-build", "tests-all", "integration-tests"
CASES = {
    "a type error": Broken(
        workflow=BUILD,
        job="build (debug)",
        path=BLOCK,
        old="        checksum(&self.bytes) == self.sum",
        new='        checksum(&self.bytes) == "sum"',
        cause=Cause.COMPILE,
        tool="rustc",
        message="[E0308]: mismatched types",
        place=BLOCK,
    ),
    "a type error where tests are built": Broken(
        workflow=TESTS,
        job="journal-tests",
        path=CRASHES,
        old='journal.append(b"one");',
        new="journal.append(1);",
        cause=Cause.COMPILE,
        tool="rustc",
        message="[E0308]: mismatched types",
        place=CRASHES,
    ),
    "a symbol that nobody defines": Broken(
        workflow=BUILD,
        job="build (release)",
        path=MAIN,
        old="fn main() {\n",
        new='extern "C" {\n    fn keel();\n}\n\nfn main() {\n    unsafe { keel() };\n',
        cause=Cause.COMPILE,
        tool="rustc",
        message="undefined",
    ),
    "a failing assertion": Broken(
        workflow=TESTS,
        job="block-tests",
        path=BLOCK,
        old="0x11e6_0398",
        new="0x11e6_0399",
        cause=Cause.TEST,
        tool="nextest",
        message="assertion `left == right` failed",
        tests=("tests::knows_its_sum",),
        place=BLOCK,
    ),
    "a panic": Broken(
        workflow=SUITES,
        job="crash-consistency",
        path=CRASHES,
        old="assert!(Journal::recover(blocks).is_empty());",
        new="let _ = &Journal::recover(blocks).blocks()[1];",
        cause=Cause.TEST,
        tool="nextest",
        message="index out of bounds: the len is 0 but the index is 1",
        tests=("drops_what_follows_damage",),
        place=CRASHES,
    ),
    "a test program that aborts": Broken(
        workflow=TESTS,
        job="journal-tests",
        path=JOURNAL,
        old="assert!(Journal::default().is_empty());",
        new="std::process::abort();",
        cause=Cause.TEST,
        tool="nextest",
        message="test tests::begins_empty ended with SIGABRT",
        tests=("tests::begins_empty",),
    ),
    "a doc test": Broken(
        workflow=TESTS,
        job="block-tests",
        path=BLOCK,
        old="/// assert!(block.is_whole());",
        new="/// assert!(!block.is_whole());",
        cause=Cause.TEST,
        tool="cargo test",
        message="assertion failed: !block.is_whole()",
        tests=("crates/block/src/lib.rs - Block::seal (line 13)",),
        place=BLOCK,
        below=-2,
    ),
    "a lint": Broken(
        workflow=BUILD,
        job="clippy",
        path=JOURNAL,
        old="        self.blocks.len()\n",
        new="        return self.blocks.len();\n",
        cause=Cause.LINT,
        tool="clippy",
        message="unneeded `return` statement",
        place=JOURNAL,
    ),
    "a file that rustfmt would change": Broken(
        workflow=BUILD,
        job="fmt",
        path=JOURNAL,
        old="        self.blocks.len()\n",
        new="      self.blocks.len()\n",
        cause=Cause.FORMAT,
        tool="rustfmt",
        message=f"{JOURNAL} is not formatted as rustfmt formats it",
        place=JOURNAL,
        below=-3,
    ),
    "documentation that links nowhere": Broken(
        workflow=BUILD,
        job="docs",
        path=JOURNAL,
        old="/// Appends bytes.",
        new="/// Appends bytes to [`Keel`].",
        cause=Cause.DOCS,
        tool="rustc",
        message="unresolved link to `Keel`",
        place=JOURNAL,
    ),
    "an advisory": Broken(
        workflow=BUILD,
        job="security-audit",
        path="Cargo.lock",
        old='[[package]]\nname = "breakwater-block"',
        new='[[package]]\nname = "smallvec"\nversion = "1.6.0"\n\n[[package]]\nname = "breakwater-block"',
        cause=Cause.DEPENDENCY,
        tool="cargo audit",
        message="RUSTSEC-2021-0003 in smallvec 1.6.0",
    ),
    "a lock file that is out of date": Broken(
        workflow=BUILD,
        job="build (debug)",
        path="crates/server/Cargo.toml",
        old='breakwater-journal = { path = "../journal" }',
        new='breakwater-journal = { path = "../journal" }\nbreakwater-block = { path = "../block" }',
        cause=Cause.DEPENDENCY,
        tool="cargo",
        message="because --locked was passed",
    ),
    "a manifest that names no crate": Broken(
        workflow=BUILD,
        job="clippy",
        path="crates/server/Cargo.toml",
        old='"../journal"',
        new='"../jornal"',
        cause=Cause.CONFIGURATION,
        tool="cargo",
        message="failed to load manifest",
    ),
    "figures that nobody can read": Broken(
        workflow=SUITES,
        job="perf-regression",
        path=BENCH,
        old=r"seal_us {told}\nblocks 100\n",
        new="seal took {told}us",
        cause=Cause.UNKNOWN,
        tool="generic",
        message="line 1 of $MEASURES is not NAME VALUE",
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_each_failure_is_known_by_its_cause_and_place(yard: Yard, kind: str) -> None:
    """The job is red, so is the check that merges wait for, and the bot says what it was."""
    case = CASES[kind]
    line = yard.edit(case.path, case.old, case.new)

    result = yard.run(f"{case.workflow}.yml", Trigger(only=(case.job, case.workflow)))

    job, check = result.jobs[case.job], result.jobs[case.workflow]
    assert (job.conclusion, check.conclusion, result.conclusion) == (FAILURE, FAILURE, FAILURE)
    diagnosis = diagnosed(job)
    first = diagnosis.failures[0]
    assert (first.cause, first.tool, first.tests) == (case.cause, case.tool, case.tests)
    assert case.message in first.message
    assert diagnosis.step == next(step.name for step in job.steps if step.conclusion == FAILURE)
    places = [(place.path, place.line) for place in first.locations]
    assert places == ([(case.place, line + case.below)] if case.place else [])
    # The check says no more than that, so it is no failure beside the job's own.
    own, summed = spared([diagnosis, diagnosed(check)])
    assert (own, summed.failures, summed.problem) == (diagnosis, (), ONLY_SUMS_UP)
