"""Operations on the jobs of workflow runs and their logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.api.workflows import attempt_of, run_of
from bot.localhub.bodies import ci
from bot.localhub.exchange import Answer, Listing, Refused, not_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.localhub.exchange import Call, Handlers
    from bot.localhub.state.actions import Attempt, Job


def _listing(call: Call, found: Sequence[Job]) -> Listing:
    return Listing(items=found, render=lambda job: ci.job(call.store, job), key="jobs")


def list_jobs(call: Call) -> Listing:
    """This function will list a run's jobs: of the newest attempt, or of all."""
    run = run_of(call)
    attempts = run.attempts if call.query.get("filter") == "all" else [run.latest]
    return _listing(call, [job for attempt in attempts for job in attempt.jobs])


def list_attempt_jobs(call: Call) -> Listing:
    """This function will list the jobs of one attempt."""
    return _listing(call, attempt_of(call).jobs)


def _job(call: Call) -> Job:
    found = call.repository.jobs.get(call.number("job_id"))
    if found is None:
        raise not_found()
    return found


def get_job(call: Call) -> Answer:
    """This function will show a job."""
    return Answer(body=ci.job(call.store, _job(call)))


def job_log(call: Call) -> Answer:
    """This function will point to a job's log on another host, for a minute."""
    job = _job(call)
    if job.log_expired:
        raise Refused(410, "Server Error: the logs have expired")
    if job.status != "completed" or not job.log:
        raise not_found()
    return Answer(status=302, headers={"location": call.world.log_links.link(job)})


def _attempt_log(call: Call, attempt: Attempt) -> Answer:
    return Answer(status=302, headers={"location": call.world.log_links.link(attempt)})


def run_log(call: Call) -> Answer:
    """This function will point to an archive of a run's logs."""
    return _attempt_log(call, run_of(call).latest)


def attempt_log(call: Call) -> Answer:
    """This function will point to an archive of an attempt's logs."""
    return _attempt_log(call, attempt_of(call))


HANDLERS: Handlers = {
    "actions/download-job-logs-for-workflow-run": job_log,
    "actions/download-workflow-run-attempt-logs": attempt_log,
    "actions/download-workflow-run-logs": run_log,
    "actions/get-job-for-workflow-run": get_job,
    "actions/list-jobs-for-workflow-run": list_jobs,
    "actions/list-jobs-for-workflow-run-attempt": list_attempt_jobs,
}
