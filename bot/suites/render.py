"""Says which suites there are, and how those stand that were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.reporting.sections import CAUSES, NAME_WIDTH, Place, shortened
from bot.markdown import code, escape, link, table
from bot.pack.model import Workflow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.model import Head
    from bot.diagnosis.model import Failure
    from bot.github.run_models import WorkflowRun
    from bot.suites.model import RedJob, Suite, SuiteRun, Target

_MOST_RED = 10


def render_list(suites: Sequence[Suite]) -> str:
    """This function will list what can be named."""
    rows = [
        [code(suite.name), code(suite.workflow), code(suite.category), suite.time_limit or "—"]
        for suite in suites
    ]
    text = (
        f"{code('/test NAME')} starts one at the head of the pull request, {code('/test')} all of them. "
        f"{code('/test tests-all')} and {code('/test integration-tests')} start a workflow whole."
    )
    if not any(suite.workflow is Workflow.INTEGRATION for suite in suites):
        text = (
            f"{code('/test NAME')} starts one at the head of the pull request, {code('/test')} all of them."
        )
    return f"{text}\n\n{table(('suite', 'workflow', 'counted as', 'time limit'), rows)}"


def render_wanted(targets: Sequence[Target], head: Head) -> str:
    """This function will say what is going to be started."""
    names = ", ".join(_name(target) for target in targets)
    return f"To be started at {code(head.sha[:7])}: {names}."


def render_runs(runs: Sequence[SuiteRun], head: Head) -> str:
    """This function will say how what was started stands."""
    lines = [line for run in runs for line in _lines(run)]
    return "\n".join((f"At {code(head.sha[:7])} of {code(head.ref)}:", "", *lines))


def render_stopped(runs: Sequence[WorkflowRun]) -> str:
    """This function will say what was told to stop."""
    if not runs:
        return "Everything had ended by itself in the meantime."
    lines = [f"- {link(escape(run.display_title or run.name), run.html_url)}" for run in runs]
    return "\n".join(
        ("Told to stop; the answers to the commands that began them say how that goes:", "", *lines)
    )


def render_broken(kind: str) -> str:
    """This function will say that the bot failed in the middle."""
    return (
        f"Pilothouse failed in the middle ({code(kind)}); whoever runs it finds the cause in its log. What was "
        "started runs on; it is on the page of GitHub Actions."
    )


def _lines(one: SuiteRun) -> list[str]:
    name = _name(one.target)
    if one.refused is not None:
        return [f"- {name}: {one.refused.text}"]
    if one.run is None:
        return [f"- {name}: started"]
    how = one.run.conclusion.value if one.run.conclusion is not None else one.run.status
    head = f"- {name}: {link(how.replace('_', ' '), one.run.html_url)}"
    place = Place(root=one.root, head_sha=one.run.head_sha)
    red = [line for each in one.red[:_MOST_RED] for line in _red(each, place)]
    more = [f"  - and {len(one.red) - _MOST_RED} more"] if len(one.red) > _MOST_RED else []
    return [head, *red, *more]


def _red(one: RedJob, place: Place) -> list[str]:
    how = str(one.job.conclusion).replace("_", " ")
    lines = [f"  - {link(escape(one.job.name), one.job.html_url)}: {how}"]
    return lines + [f"    - {_why(failure, place)}" for failure in one.failures]


def _why(failure: Failure, place: Place) -> str:
    test = f" in {code(shortened(failure.tests[0], NAME_WIDTH))}" if failure.tests else ""
    where = f" at {place.file(failure.locations[0])}" if failure.locations else ""
    return f"{CAUSES[failure.cause]}: {code(shortened(failure.message, NAME_WIDTH))}{test}{where}"


def _name(target: Target) -> str:
    return code(target.suite) if target.suite else f"all of {code(target.workflow)}"
