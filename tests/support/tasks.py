"""Tasks of the agent for tests."""

from __future__ import annotations

from bot.diagnosis.model import Cause, Failure, Location
from bot.supervision.fixing.agent.prompt import Task
from bot.supervision.fixing.guards.model import GuardTerms
from bot.supervision.fixing.model import Trouble


def asked(text: str) -> Task:
    """This function will make a task in which a stranger's text stands wherever strangers write."""
    failure = Failure(
        tool=text,
        cause=Cause.COMPILE,
        message=text,
        excerpt=(text, text),
        line=1,
        tests=(text,),
        locations=(Location(path=text, line=3),),
        step=text,
        fingerprint="f" * 16,
    )
    trouble = Trouble(
        branch=text,
        base_sha="a" * 40,
        run_id=1,
        run_url="https://github.com/acme/rocket/actions/runs/1",
        workflow=text,
        job=text,
        job_url="https://github.com/acme/rocket/actions/runs/1/job/2",
        failure=failure,
    )
    terms = GuardTerms(files=20, lines=400)
    return Task(trouble=trouble, check="cargo check", terms=terms, earlier=(text,), comments=(text, text))
