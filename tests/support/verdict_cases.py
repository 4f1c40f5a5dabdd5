"""The cases of verdicts: what is known about a failed job, and whose fault it is then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, Judgement, Verdict
from tests.support.diagnosis import FAILURE, HEAD, NOON
from tests.support.evidence import PAGE, job_facts, occurrence, on_base, result, said, seen

if TYPE_CHECKING:
    from bot.diagnosis.verdict.facts import VerdictFacts

NEW, BROKEN, UNKNOWN = Verdict.NEW, Verdict.BROKEN_BASE, Verdict.UNKNOWN
PROVEN, LIKELY = Verdict.FLAKY_PROVEN, Verdict.FLAKY_LIKELY
MACHINE, INCOMPLETE = Verdict.INFRASTRUCTURE, Verdict.INCOMPLETE
PASSED, TEST = result(90), Cause.TEST
AGAIN = (f"{PAGE}/again",)
OTHERS = (occurrence(95, "ann"), occurrence(94, "bob"), occurrence(93, "ann"))
HERE = (occurrence(99, branch="sails", head_sha=HEAD),)
VAGUE = replace(FAILURE, tests=(), message="Process completed with exit code 1", cause=Cause.UNKNOWN)
OUT = replace(FAILURE, cause=Cause.INFRASTRUCTURE, message="No space left on device", tests=())
TYPES = replace(
    FAILURE, cause=Cause.COMPILE, message="no field `mast` on type `Boat`", tests=(), fingerprint="f2"
)

CASES: dict[str, tuple[VerdictFacts, Verdict]] = {
    # nothing to judge by
    "nothing in the log": (replace(job_facts(base=(PASSED,)), failures=()), UNKNOWN),
    "the log is gone": (job_facts(base=(PASSED,), problem="the log is gone"), UNKNOWN),
    "a parser crashed": (job_facts(seen(OUT), problem="the pytest parser failed: KeyError"), UNKNOWN),
    "a parser crashed, though it passed again": (job_facts(problem="crashed", passes=AGAIN), UNKNOWN),
    "cancelled": (job_facts(seen(replace(FAILURE, cause=Cause.CANCELLED)), base=(PASSED,)), UNKNOWN),
    "cancelled beside a new failure": (
        job_facts(seen(replace(FAILURE, cause=Cause.CANCELLED)), seen(TYPES), base=(PASSED,)),
        UNKNOWN,
    ),
    "the job did not run on the base": (job_facts(), UNKNOWN),
    "only another job ran on the base": (job_facts(base=(result(90, job="lint"),)), UNKNOWN),
    "the base was green without naming its jobs": (job_facts(base=(result(90, job=""),)), UNKNOWN),
    # new
    "the job passes on the base": (job_facts(base=(PASSED,)), NEW),
    "a vague failure of a job that passes on the base": (job_facts(seen(VAGUE), base=(PASSED,)), NEW),
    "the base fails in another test": (job_facts(base=(result(90, TEST),)), NEW),
    "the base fails before it gets so far": (job_facts(base=(result(90, Cause.COMPILE),)), UNKNOWN),
    "… and got so far before": (job_facts(base=(result(90, Cause.COMPILE), result(80))), NEW),
    "a vague failure of a job that fails on the base": (
        job_facts(seen(VAGUE), base=(result(90, Cause.UNKNOWN),)),
        UNKNOWN,
    ),
    # broken base
    "the base fails the same way": (
        job_facts(seen(on_base=(on_base(90),)), base=(result(90, TEST),)),
        BROKEN,
    ),
    "… and others see it": (job_facts(seen(on_base=(on_base(90),), elsewhere=OTHERS)), BROKEN),
    "the base passed since": (job_facts(seen(on_base=(on_base(80),)), base=(PASSED, result(80, TEST))), NEW),
    "the base passed when run again": (
        job_facts(seen(on_base=(on_base(90),)), base=(result(90, attempt=2), result(90, TEST))),
        NEW,
    ),
    "the base was green since without naming its jobs": (
        job_facts(seen(on_base=(on_base(80),)), base=(result(90, job=""), result(80, TEST))),
        NEW,
    ),
    "an older run of the base ended later": (
        job_facts(seen(on_base=(on_base(80, at=NOON),)), base=(PASSED, result(80, TEST))),
        NEW,
    ),
    "the base fails with the same vague words": (
        job_facts(seen(VAGUE, on_base=(on_base(90),)), base=(result(90, Cause.UNKNOWN),)),
        UNKNOWN,
    ),
    # jobs of another name
    "another job of the base fails the same way": (
        replace(
            job_facts(seen(on_base=(on_base(90, job="test (old)"),))),
            base=replace(job_facts().base, newest_runs=(("CI", 90),)),
        ),
        BROKEN,
    ),
    "… but this one passes at that commit": (
        replace(
            job_facts(seen(on_base=(on_base(90, job="test (old)"),))),
            base=replace(job_facts(base=(PASSED,)).base, newest_runs=(("CI", 90),)),
        ),
        NEW,
    ),
    "… of another workflow, at that commit": (
        replace(
            job_facts(seen(on_base=(on_base(90, workflow="Nightly"),))),
            base=replace(
                job_facts(base=(result(89, head_sha=f"{90:040x}"),)).base, newest_runs=(("Nightly", 90),)
            ),
        ),
        NEW,
    ),
    "… but in no run since it was renamed": (
        replace(
            job_facts(seen(on_base=(on_base(80, job="test (old)"),))),
            base=replace(job_facts().base, newest_runs=(("CI", 90),)),
        ),
        UNKNOWN,
    ),
    # where the branch left the base
    "the base was broken where the branch left it": (
        replace(
            job_facts(seen(on_base=(on_base(80),)), builds_merge=False),
            base=replace(job_facts(base=(PASSED,)).base, merge_base=f"{80:040x}"),
        ),
        BROKEN,
    ),
    "… and was mended before the merge was built": (
        replace(
            job_facts(seen(on_base=(on_base(80),))),
            base=replace(job_facts(base=(PASSED,)).base, merge_base=f"{80:040x}"),
        ),
        NEW,
    ),
    "… and was mended after the merge was built": (
        replace(
            job_facts(seen(on_base=(on_base(80),)), run_id=85),
            base=replace(job_facts(base=(PASSED,)).base, merge_base=f"{80:040x}"),
        ),
        BROKEN,
    ),
    "… but passed there when run again": (
        replace(
            job_facts(seen(on_base=(on_base(80),)), builds_merge=False),
            base=replace(job_facts(base=(result(80, attempt=2),)).base, merge_base=f"{80:040x}"),
        ),
        NEW,
    ),
    "the base broke only after the branch left it": (
        replace(
            job_facts(seen(on_base=(on_base(90),)), builds_merge=False),
            base=replace(job_facts(base=(result(90, TEST), result(80))).base, merge_base=f"{80:040x}"),
        ),
        UNKNOWN,
    ),
    "… and the run built the merge": (
        replace(
            job_facts(seen(on_base=(on_base(90),))),
            base=replace(job_facts(base=(result(90, TEST), result(80))).base, merge_base=f"{80:040x}"),
        ),
        BROKEN,
    ),
    "the base broke only after the merge was built": (
        job_facts(seen(on_base=(on_base(105),)), base=(result(105, TEST), result(90))),
        UNKNOWN,
    ),
    "… and how it stood before is not known": (
        job_facts(seen(on_base=(on_base(105),)), base=(result(105, TEST),)),
        BROKEN,
    ),
    "… and it failed in another way before": (
        job_facts(seen(on_base=(on_base(105),)), base=(result(105, TEST), result(90, TEST))),
        BROKEN,
    ),
    # flaky, proven
    "it passed at the same commit": (job_facts(passes=AGAIN), PROVEN),
    "… though the base fails the same way": (job_facts(seen(on_base=(on_base(90),)), passes=AGAIN), PROVEN),
    "… whatever it says": (job_facts(seen(VAGUE), passes=AGAIN), PROVEN),
    # flaky, likely
    "others see it": (job_facts(seen(elsewhere=OTHERS), base=(PASSED,)), LIKELY),
    "… and the job never ran on the base": (job_facts(seen(elsewhere=OTHERS)), LIKELY),
    "proven at another commit": (
        job_facts(seen(proofs=(occurrence(50, passed_again=AGAIN[0]),)), base=(PASSED,)),
        LIKELY,
    ),
    "… but it failed twice in a row here": (
        job_facts(seen(proofs=(occurrence(50, passed_again=AGAIN[0]),), earlier=HERE), base=(PASSED,)),
        UNKNOWN,
    ),
    "others see it, but it failed twice in a row here": (
        job_facts(seen(elsewhere=OTHERS, earlier=HERE), base=(PASSED,)),
        UNKNOWN,
    ),
    "it failed twice in a row here, and passed then": (
        job_facts(seen(earlier=HERE), base=(PASSED,), passes=AGAIN),
        PROVEN,
    ),
    "vague words proven at another commit": (
        job_facts(seen(VAGUE, proofs=(occurrence(50, passed_again=AGAIN[0]),)), base=(PASSED,)),
        NEW,
    ),
    "others saw it only while the base was broken": (
        job_facts(seen(elsewhere=OTHERS, on_base=(on_base(92),)), base=(result(96), result(92, TEST))),
        UNKNOWN,
    ),
    "others saw it only after this branch had it": (
        job_facts(seen(elsewhere=OTHERS, earlier=(occurrence(92, branch="sails"),)), base=(PASSED,)),
        UNKNOWN,
    ),
    "others saw it before this branch had it": (
        job_facts(seen(elsewhere=OTHERS, earlier=(occurrence(96, branch="sails"),)), base=(PASSED,)),
        LIKELY,
    ),
    "others saw it before the base ever did": (
        job_facts(seen(elsewhere=OTHERS, on_base=(on_base(96),)), base=(result(97), result(96, TEST))),
        LIKELY,
    ),
    "the base failed and passed at one commit": (
        job_facts(
            seen(elsewhere=OTHERS, on_base=(on_base(92, passed_again=AGAIN[0]),)),
            base=(result(92, attempt=2), result(92, TEST)),
        ),
        LIKELY,
    ),
    # the machine
    "the machine failed": (job_facts(seen(OUT)), MACHINE),
    "… twice in a row": (job_facts(seen(OUT, earlier=HERE)), MACHINE),
    "… on the base too": (job_facts(seen(OUT, on_base=(on_base(90),))), MACHINE),
    "… and in the end the time ran out": (job_facts(seen(OUT), timed_out=True), MACHINE),
    # incomplete
    "too few tests": (job_facts(base=(PASSED,), tests_ran=74, tests_usual=100), INCOMPLETE),
    "enough tests": (job_facts(base=(PASSED,), tests_ran=75, tests_usual=100), NEW),
    "nobody knows how many are usual": (job_facts(base=(PASSED,), tests_ran=5), NEW),
    "nobody knows how many ran": (job_facts(base=(PASSED,), tests_usual=100), NEW),
    "a compiler's error explains it": (
        job_facts(seen(TYPES), base=(PASSED,), tests_ran=0, tests_usual=100),
        NEW,
    ),
    "too few tests for a vague reason": (
        job_facts(seen(VAGUE), base=(PASSED,), tests_ran=0, tests_usual=9, usual_url=PAGE),
        INCOMPLETE,
    ),
    "too few tests, as on the base": (
        job_facts(seen(on_base=(on_base(90),)), tests_ran=5, tests_usual=100),
        BROKEN,
    ),
    # several failures
    "an old failure and a new one": (
        job_facts(seen(on_base=(on_base(90),)), seen(TYPES), base=(result(90, TEST, Cause.COMPILE),)),
        NEW,
    ),
    "an old failure and one that cannot be told": (
        job_facts(seen(on_base=(on_base(90),)), seen(TYPES), base=(result(90, TEST),)),
        UNKNOWN,
    ),
    "two old failures": (
        job_facts(
            seen(on_base=(on_base(90),)), seen(TYPES, on_base=(on_base(90),)), base=(result(90, TEST),)
        ),
        BROKEN,
    ),
    "an old failure and vague words after it": (
        job_facts(seen(on_base=(on_base(90),)), seen(VAGUE), base=(result(90, TEST),)),
        BROKEN,
    ),
    "vague words and a new failure": (
        job_facts(seen(VAGUE), seen(), base=(result(90, TEST),)),
        NEW,
    ),
    "the machine failed, and so did a test": (job_facts(seen(OUT), seen(), base=(PASSED,)), NEW),
    "the machine failed, and so nothing could be fetched": (
        job_facts(seen(OUT), seen(replace(TYPES, cause=Cause.DEPENDENCY)), base=(PASSED,)),
        MACHINE,
    ),
    # a person's word
    "eve says flaky": (job_facts(seen(said=said(Judgement.FLAKY)), base=(PASSED,)), LIKELY),
    "eve says flaky, and it passed again": (
        job_facts(seen(said=said(Judgement.FLAKY)), passes=AGAIN),
        PROVEN,
    ),
    "eve says infra": (job_facts(seen(said=said(Judgement.INFRA)), base=(PASSED,)), MACHINE),
    "eve says real of what passed again": (
        job_facts(seen(said=said(Judgement.REAL)), base=(PASSED,), passes=AGAIN),
        NEW,
    ),
    "eve says real of what others see": (
        job_facts(seen(said=said(Judgement.REAL), elsewhere=OTHERS), base=(PASSED,)),
        NEW,
    ),
    "eve says real of the machine": (job_facts(seen(OUT, said=said(Judgement.REAL)), base=(PASSED,)), NEW),
    "eve says real of what the base does too": (
        job_facts(seen(said=said(Judgement.REAL), on_base=(on_base(90),)), base=(result(90, TEST),)),
        BROKEN,
    ),
    "eve says real, with nothing to compare": (job_facts(seen(said=said(Judgement.REAL))), UNKNOWN),
    "eve says flaky of vague words after an old failure": (
        job_facts(seen(on_base=(on_base(90),)), seen(VAGUE, said=said(Judgement.FLAKY))),
        BROKEN,
    ),
}
