"""Operations on workflows and their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.localhub.bodies import ci
from bot.localhub.bodies.repositories import api_url
from bot.localhub.exchange import Answer, Listing, Refused, not_found
from bot.localhub.state import git, runs
from bot.localhub.state.inputs import Unacceptable, accepted, declared_inputs
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.localhub.exchange import Call, Handlers
    from bot.localhub.state.actions import Attempt, Job, Workflow, WorkflowRun

MOST_INPUTS = 25


def run_of(call: Call) -> WorkflowRun:
    """This function will find the workflow run in the path."""
    found = call.repository.runs.get(call.number("run_id"))
    if found is None:
        raise not_found()
    return found


def attempt_of(call: Call) -> Attempt:
    """This function will find the attempt in the path."""
    run, number = run_of(call), call.number("attempt_number")
    if not 1 <= number <= len(run.attempts):
        raise not_found()
    return run.attempts[number - 1]


def _workflow(call: Call) -> Workflow:
    wanted = call.path["workflow_id"]
    for one in call.repository.workflows.values():
        if wanted in {str(one.id), one.path.rpartition("/")[2]}:
            return one
    raise not_found()


def list_workflows(call: Call) -> Listing:
    """This function will list the workflows."""
    found = list(call.repository.workflows.values())
    return Listing(
        items=found, render=lambda one: ci.workflow(call.store, call.repository, one), key="workflows"
    )


def get_workflow(call: Call) -> Answer:
    """This function will show a workflow by id or file name."""
    return Answer(body=ci.workflow(call.store, call.repository, _workflow(call)))


def _matching(call: Call, found: Iterable[WorkflowRun]) -> Listing:
    wanted = call.query
    tests: dict[str, Callable[[WorkflowRun], Any]] = {
        "actor": lambda run: run.actor.login,
        "branch": lambda run: run.head_branch,
        "event": lambda run: run.event,
        "head_sha": lambda run: run.head_sha,
        "check_suite_id": lambda run: str(run.suite.id),
    }
    asked = [(tests[name], value) for name, value in wanted.items() if name in tests]
    status = wanted.get("status")
    shown = [
        run
        for run in found
        if all(test(run) == value for test, value in asked)
        and status in {None, run.latest.status, run.latest.conclusion}
    ]
    shown.sort(key=lambda run: run.id, reverse=True)
    return Listing(items=shown, render=lambda run: ci.run(call.store, run), key="workflow_runs")


def list_runs(call: Call) -> Listing:
    """This function will list workflow runs, newest first."""
    sha = call.query.get("head_sha")
    known = call.repository.runs.values() if sha is None else call.repository.runs_by_sha.get(sha, ())
    return _matching(call, known)


def list_workflow_runs(call: Call) -> Listing:
    """This function will list the runs of one workflow, newest first."""
    workflow = _workflow(call)
    return _matching(call, [run for run in call.repository.runs.values() if run.workflow is workflow])


def get_run(call: Call) -> Answer:
    """This function will show a run's newest attempt."""
    return Answer(body=ci.run(call.store, run_of(call)))


def get_attempt(call: Call) -> Answer:
    """This function will show one attempt of a run."""
    return Answer(body=ci.run(call.store, run_of(call), attempt_of(call)))


def dispatch(call: Call) -> Answer:
    """This function will start a run by `workflow_dispatch`."""
    workflow = _workflow(call)
    ref, inputs = call.need("ref"), call.get("inputs", dict, {})
    if len(inputs) > MOST_INPUTS:
        raise Refused(422, f"Invalid number of inputs: at most {MOST_INPUTS} are allowed.")
    if not workflow.dispatchable:
        raise Refused(422, "Workflow does not have 'workflow_dispatch' trigger")
    try:
        commit = git.resolve(call.store, call.repository, ref)
    except NotThere as missing:
        raise Refused(422, f"No ref found for: {ref}") from missing
    try:
        values = _inputs(commit.files.get(workflow.path), inputs)
    except Unacceptable as refused:
        raise Refused(422, str(refused)) from refused
    new = runs.NewRun(
        head_sha=commit.sha,
        head_branch=ref.removeprefix("refs/").removeprefix("heads/").removeprefix("tags/"),
        actor=call.actor,
        event="workflow_dispatch",
        title=workflow.name,
        inputs=values,
    )
    run = runs.dispatch(call.store, call.repository, workflow, new)
    if call.version == "2022-11-28" and not call.body.get("return_run_details"):
        return Answer(status=204)
    page = ci.run(call.store, run)["html_url"]
    url = f"{api_url(call.store, call.repository)}/actions/runs/{run.id}"
    return Answer(body={"workflow_run_id": run.id, "run_url": url, "html_url": page})


def _inputs(content: bytes | None, given: dict[str, Any]) -> dict[str, str]:
    """What the run starts with; a workflow without a file at that ref takes everything."""
    if content is None:
        return {str(name): str(value) for name, value in given.items()}
    return accepted(declared_inputs(content), given)


def _rerun(call: Call, run: WorkflowRun, again: Callable[[Job], bool]) -> Answer:
    if run.latest.status != "completed":
        raise Refused(403, "This workflow is already running")
    if len(run.attempts) > runs.MAX_RERUNS:
        raise Refused(
            403, "This workflow run cannot be retried: it has been re-run the most times allowed (50)"
        )
    runs.rerun(call.store, run, actor=call.actor, again=again)
    return Answer(status=201, body={})


def rerun(call: Call) -> Answer:
    """This function will run all jobs again."""
    return _rerun(call, run_of(call), lambda _: True)


def rerun_failed(call: Call) -> Answer:
    """This function will run the failed jobs again."""
    run = run_of(call)
    done = {"success", "skipped", "neutral"}
    if all(job.conclusion in done for job in run.latest.jobs):
        raise Refused(403, "This workflow run has no failed jobs")
    return _rerun(call, run, lambda job: job.conclusion not in done)


def rerun_job(call: Call) -> Answer:
    """This function will run one job again."""
    job = call.repository.jobs.get(call.number("job_id"))
    if job is None:
        raise not_found()
    return _rerun(call, job.run, lambda other: other.name == job.name)


def cancel(call: Call) -> Answer:
    """This function will cancel a run that has not ended."""
    run = run_of(call)
    if run.latest.status == "completed":
        raise Refused(409, "Cannot cancel a workflow run that is completed.")
    return _end(call, run, "cancel")


def force_cancel(call: Call) -> Answer:
    """This function will end a run that does not heed being cancelled."""
    run = run_of(call)
    if run.latest.status == "completed":
        raise Refused(409, "Cannot cancel a workflow run that is completed.")
    return _end(call, run, "force")


def _end(call: Call, run: WorkflowRun, how: str) -> Answer:
    """What GitHub lost itself it ends in no way. https://github.com/actions/runner/issues/3872."""
    if run.heeds == "nothing":
        raise Refused(409, "Failed to cancel workflow run")
    if run.heeds in {"cancel", how}:
        runs.cancel(call.store, run)
    return Answer(status=202, body={})


HANDLERS: Handlers = {
    "actions/cancel-workflow-run": cancel,
    "actions/create-workflow-dispatch": dispatch,
    "actions/force-cancel-workflow-run": force_cancel,
    "actions/get-workflow": get_workflow,
    "actions/get-workflow-run": get_run,
    "actions/get-workflow-run-attempt": get_attempt,
    "actions/list-repo-workflows": list_workflows,
    "actions/list-workflow-runs": list_workflow_runs,
    "actions/list-workflow-runs-for-repo": list_runs,
    "actions/re-run-job-for-workflow-run": rerun_job,
    "actions/re-run-workflow": rerun,
    "actions/re-run-workflow-failed-jobs": rerun_failed,
}
