"""Runs the steps of a job or of a composite action one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.support.actions.expressions import ExpressionFailed
from tests.support.actions.files import FileCommandFailed, StepFiles
from tests.support.actions.job import StepList
from tests.support.actions.machine import Command, run_command, shell_line
from tests.support.actions.model import CANCELLED, FAILURE, SKIPPED, SUCCESS, StepResult, Unsupported
from tests.support.actions.stand_in import ActionFailed, Call
from tests.support.actions.using import composite_of, known_inputs, stand_in_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.actions.job import Job

Step = dict[str, Any]
_KEYS = {
    "id",
    "name",
    "if",
    "uses",
    "run",
    "shell",
    "with",
    "env",
    "continue-on-error",
    "timeout-minutes",
    "working-directory",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What steps that say nothing else are run with."""

    shell: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    outcome: str
    outputs: Mapping[str, str]


def run_steps(steps: list[Step], within: StepList, defaults: Defaults) -> None:
    """This function will run steps in order; where one has failed, only those run that ask to."""
    for place, step in enumerate(steps):
        if unknown := step.keys() - _KEYS:
            raise Unsupported(f"steps with {sorted(unknown)}")
        _run_one(step, place, within, defaults)


def run_posts(job: Job) -> None:
    """This function will let the actions of a job clean up, the last that ran first."""
    for _name, post in reversed(job.posts):
        job.log.line("Post job cleanup.")
        try:
            post()
        except ActionFailed as failed:
            job.log.complain(str(failed))
            job.status = FAILURE


def _run_one(step: Step, place: int, within: StepList, defaults: Defaults) -> None:
    job, started = within.job, _second()
    env: dict[str, str] = {}
    try:
        env = within.scope().texts(step.get("env"))
        scope = within.scope(env)
        ended = _Ended(outcome=SKIPPED, outputs={})
        if scope.holds(step.get("if")):
            ended = _marked(step, within, env, defaults)
        forgiven = scope.value(step.get("continue-on-error", False)) is True
    except (ExpressionFailed, ActionFailed, FileCommandFailed) as failed:
        job.log.complain(str(failed))
        ended, forgiven = _Ended(outcome=FAILURE, outputs={}), step.get("continue-on-error") is True
    conclusion = SUCCESS if forgiven and ended.outcome == FAILURE else ended.outcome
    if "id" in step:
        told = {"outputs": dict(ended.outputs), "outcome": ended.outcome, "conclusion": conclusion}
        within.done[step["id"]] = told
    if conclusion in {FAILURE, CANCELLED}:
        within.status = conclusion
        if within.folder is None and job.status == SUCCESS:
            job.status = conclusion
    if within.folder is None:
        job.steps.append(
            StepResult(
                name=_name(step, within, env),
                number=place + 2,  # the first is `Set up job`
                conclusion=conclusion,
                outcome=ended.outcome,
                started_at=started,
                completed_at=_second(),
            )
        )


def _second() -> datetime:
    """GitHub tells the times of steps to the second, those of lines more exactly."""
    return datetime.now(UTC).replace(microsecond=0)


def _name(step: Step, within: StepList, env: Mapping[str, str]) -> str:
    if "name" in step:
        try:
            return within.scope(env).text(step["name"])
        except ExpressionFailed:
            return str(step["name"])
    return f"Run {step.get('uses') or str(step['run']).splitlines()[0]}"


def _marked(step: Step, within: StepList, env: Mapping[str, str], defaults: Defaults) -> _Ended:
    """Runners mark the steps inside a composite action."""
    if within.folder is None:
        return _perform(step, within, env, defaults)
    log, name = within.job.log, f"__{within.folder.name}.{step.get('id', '__run')}"
    log.line(f"##[start-action display={_name(step, within, env)};id={name}]")
    try:
        ended = _perform(step, within, env, defaults)
    except (ExpressionFailed, ActionFailed, FileCommandFailed) as failed:
        log.complain(str(failed))
        ended = _Ended(outcome=FAILURE, outputs={})
    log.line(f"##[end-action id={name};outcome={ended.outcome};conclusion={ended.outcome};duration_ms=1]")
    return ended


def _perform(step: Step, within: StepList, env: Mapping[str, str], defaults: Defaults) -> _Ended:
    if "run" in step:
        return _run_script(step, within, env, defaults)
    given = within.scope(env).texts(step.get("with"))
    if step["uses"].startswith(("./", "$/")):
        return _run_composite(step, within, env, given)
    return _run_stand_in(step, within, env, given)


def _run_script(step: Step, within: StepList, env: Mapping[str, str], defaults: Defaults) -> _Ended:
    job, scope = within.job, within.scope(env)
    script, shell = scope.text(step["run"]), step.get("shell") or defaults.shell
    folder = job.places.workspace / scope.text(step.get("working-directory") or defaults.folder)
    minutes = scope.value(step.get("timeout-minutes"))
    _header(job, f"Run {script.strip().splitlines()[0]}", script.split("\n"), within.environment(env), shell)
    if not folder.is_dir():
        job.log.complain(f"An error occurred trying to start process with working directory '{folder}'.")
        return _Ended(outcome=FAILURE, outputs={})
    files = StepFiles(job.places.temp / f"_files_{job.count()}")
    left = job.seconds_left()
    own = left if minutes is None else float(minutes) * job.begun.workspace.minute
    environment = {**within.process_environment(env), **files.environment()}
    command = Command(script=script, shell=shell, folder=folder, env=environment, seconds=min(left, own))
    code = run_command(command, job.places, job.log.output)
    _take_over(files, job)
    if code is None:
        return _Ended(outcome=_too_late(step, job, minutes), outputs=files.outputs())
    if code != 0:
        job.log.complain(f"Process completed with exit code {code}.")
    return _Ended(outcome=SUCCESS if code == 0 else FAILURE, outputs=files.outputs())


def _too_late(step: Step, job: Job, minutes: float | None) -> str:
    """What becomes of a step whose time is over: a step's own limit fails it, the job's cancels it."""
    if job.seconds_left() > 0:
        name = step.get("name") or step["run"].splitlines()[0]
        job.log.complain(f"The action '{name}' has timed out after {minutes} minutes.")
        return FAILURE
    job.log.complain("The operation was canceled.")
    job.stop_for_lateness()
    return CANCELLED


def _take_over(files: StepFiles, job: Job) -> None:
    job.env |= files.variables()
    job.paths += files.paths()
    job.summary += files.summary()


def _run_composite(step: Step, within: StepList, env: Mapping[str, str], given: Mapping[str, str]) -> _Ended:
    job = within.job
    action, folder = composite_of(step["uses"], job)
    inputs = known_inputs(step["uses"], action, given, within.scope(env))
    _header(job, f"Run {step['uses']}", [], within.environment(env), None, given)
    inner = StepList(job, inputs=inputs, folder=folder)
    inner.env = {**within.env, **env}
    for one in action["runs"]["steps"]:
        if "run" in one and "shell" not in one:
            raise ActionFailed("Required property is missing: shell")
    run_steps(action["runs"]["steps"], inner, Defaults())
    scope = inner.scope()
    outputs = {name: scope.text(told.get("value")) for name, told in (action.get("outputs") or {}).items()}
    return _Ended(outcome=inner.status, outputs=outputs)


def _run_stand_in(step: Step, within: StepList, env: Mapping[str, str], given: Mapping[str, str]) -> _Ended:
    job, uses = within.job, step["uses"]
    stand_in, declared = stand_in_of(uses, job)
    inputs = known_inputs(uses, declared, given, within.scope(env))
    _header(job, f"Run {uses}", [], within.environment(env), None, inputs)
    call = Call(inputs=inputs, job=job, env=within.process_environment(env))
    if stand_in.post is not None:
        post = stand_in.post
        job.posts.append((uses, lambda: post(call)))
    return _Ended(outcome=SUCCESS, outputs=stand_in.run(call))


def _header(  # noqa: PLR0913 - the parts of what the runner prints before a step
    job: Job,
    title: str,
    script: list[str],
    env: Mapping[str, str],
    shell: str | None,
    given: Mapping[str, str] | None = None,
) -> None:
    job.log.line(title, "group")
    for line in script:
        job.log.line(f"\x1b[36;1m{line}\x1b[0m")
    if given:
        job.log.line("with:")
        for name, value in given.items():
            if value:
                job.log.line(f"  {name}: {value}")
    if shell is not None:
        job.log.line(f"shell: /usr/bin/{shell_line(shell)}")
    if env:
        job.log.line("env:")
        for name, value in env.items():
            job.log.line(f"  {name}: {value}")
    job.log.line("", "endgroup")
