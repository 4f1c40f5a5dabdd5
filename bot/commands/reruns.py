"""Decides which workflow runs or jobs a `/rerun` starts again, and says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.commands.model import Reason, Refused
from bot.github.models import Conclusion
from bot.github.run_models import Job, WorkflowRun  # noqa: TC001 - msgspec reads the annotations at run time
from bot.markdown import code, escape, link

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED = "failed"
ALL = "all"
# Only what checks a commit is started again: a deployment's run must pass its own gates again, by /deploy.
CHECKING_EVENTS = frozenset({"push", "pull_request", "pull_request_target", "merge_group"})
_ALIKE = 60  # percent
_MOST_NAMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """One thing to start again: a job, or a workflow run (its failed jobs, or all)."""

    workflow_run: WorkflowRun
    job: Job | None = None
    only_failed: bool = False

    @property
    def key(self) -> str:
        """What tells it from every other re-run of the same thing."""
        return f"{self.workflow_run.id}/{self.workflow_run.attempt}/{self.job.id if self.job else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RerunFacts:
    """The runs of the head, and their jobs where one is asked for by name."""

    runs: tuple[WorkflowRun, ...]
    jobs: tuple[Job, ...] = ()


def newest_runs(runs: Sequence[WorkflowRun]) -> tuple[WorkflowRun, ...]:
    """This function will keep the newest run of each workflow and event that checks the commit."""
    newest: dict[tuple[int, str], WorkflowRun] = {}
    for run in sorted(runs, key=lambda run: run.id):
        if run.event in CHECKING_EVENTS:
            newest[run.workflow_id, run.event] = run
    return tuple(newest.values())


def decide_rerun(what: str, facts: RerunFacts) -> tuple[Rerun, ...] | Refused:
    """This function will decide what is started again: `failed`, `all`, or the job of that name."""
    if not facts.runs:
        text = "No workflow ran for the head of this pull request; a push starts them."
        return Refused(reason=Reason.NOTHING_TO_RERUN, text=text)
    if what.lower() not in {FAILED, ALL}:
        return _job(what, facts)
    ended = [run for run in facts.runs if run.is_completed]
    only_failed = what.lower() == FAILED
    wanted = [run for run in ended if not only_failed or _needs_rerun(run.conclusion)]
    if wanted:
        return tuple(Rerun(workflow_run=run, only_failed=only_failed) for run in wanted)
    if len(ended) < len(facts.runs):
        return _still_running([run for run in facts.runs if not run.is_completed])
    text = f"Every workflow run of the head has passed; {code('/rerun all')} starts them all again."
    return Refused(reason=Reason.NOTHING_TO_RERUN, text=text)


def render_reruns(reruns: Sequence[Rerun]) -> str:
    """This function will say what was started again."""
    return "\n".join(("Started again:", "", *(f"- {_line(rerun)}" for rerun in reruns)))


def _line(rerun: Rerun) -> str:
    run = rerun.workflow_run
    name = link(escape(run.name), run.html_url)
    if rerun.job is not None:
        return f"job {escape(rerun.job.name)} of {name}"
    return f"the failed jobs of {name}" if rerun.only_failed else f"all jobs of {name}"


def _job(name: str, facts: RerunFacts) -> tuple[Rerun, ...] | Refused:
    runs = {run.id: run for run in facts.runs}
    named = [job for job in facts.jobs if job.name.casefold() == name.casefold()]
    ended = [job for job in named if runs[job.run_id].is_completed]
    if ended:
        return tuple(Rerun(workflow_run=runs[job.run_id], job=job) for job in ended)
    if named:
        return _still_running([runs[job.run_id] for job in named])
    names = sorted({job.name for job in facts.jobs})
    found = process.extract(name, names, scorer=fuzz.WRatio, limit=_MOST_NAMES, score_cutoff=_ALIKE)
    near = [other for other, _, _ in found]
    hint = f" Did you mean {' or '.join(code('/rerun ' + other) for other in near)}?" if near else ""
    return Refused(reason=Reason.UNKNOWN_JOB, text=f"No job of the head is named {code(name)}.{hint}")


def _still_running(runs: Sequence[WorkflowRun]) -> Refused:
    names = ", ".join(link(escape(run.name), run.html_url) for run in runs)
    text = f"Still running: {names}. GitHub starts a run again only after its end."
    return Refused(reason=Reason.STILL_RUNNING, text=text)


def _needs_rerun(conclusion: Conclusion | None) -> bool:
    return conclusion is not None and (conclusion.is_red or conclusion is Conclusion.CANCELLED)
