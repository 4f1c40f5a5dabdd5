"""Brings the cluster up, by EC2 itself or by its workflow, and stores what became of it before it is said."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.commands.ending import End
from bot.commands.model import Reason, Status
from bot.costs.cluster.acting.fleet import raise_group
from bot.costs.cluster.acting.workflow import dispatch, follow
from bot.costs.cluster.model import ClusterState, Details, Raised, Way, scaled
from bot.costs.cluster.render import render_raised, render_rising, render_stopped, render_unended
from bot.costs.cluster.rules import state_of
from bot.github.actions import get_run
from bot.github.errors import GitHubError, Unavailable, Uncertain
from bot.github.models import Conclusion
from bot.github.run_models import WorkflowRun

if TYPE_CHECKING:
    from bot.config.costing import FleetConfig
    from bot.costs.cluster.model import Cluster
    from bot.costs.cluster.stories.underway import Underway


async def lift(underway: Underway) -> End:
    """This function will bring the cluster up.

    Raises:
        GitHubError: its workflow could not be dispatched.
    """
    fleet = underway.work.config.fleet
    await underway.note_down()
    await underway.enter("rising", partial(_rising, underway))
    await underway.show(render_rising(underway.known.facts))
    return await (_by_fleet(underway, fleet) if fleet is not None else _by_workflow(underway))


def _rising(underway: Underway, known: Cluster) -> Cluster:
    """The row of a cluster that is being brought up; what is known of its end holds even if this run never ends."""
    work, facts = underway.work, underway.known.facts
    request = work.request
    return replace(
        known,
        state=ClusterState.RISING,
        nodes=request.nodes,
        way=Way.WORKFLOW if work.config.fleet is None else Way.FLEET,
        person=request.author.login,
        person_id=request.author.id,
        number=request.number,
        text="",
        begun_at=facts.now,
        keep_until=facts.ends_at,
        details=Details(
            repository=request.repository,
            costs=work.costs,
            run_id=underway.run.id,
            groups=facts.groups,
            is_spot=work.config.spot,
        ),
    )


async def _by_fleet(underway: Underway, fleet: FleetConfig) -> End:
    raised = []
    for group in underway.known.facts.groups:
        if group.count:
            act = partial(raise_group, underway.work, fleet, group)
            raised.append(await underway.run.step(f"raise {group.name}", act, returns=Raised))
    outcome = tuple(raised)
    state = state_of(outcome)
    text = render_raised(underway.known.facts, state, outcome)
    await _settle(underway, state, text, raised=outcome)
    if state is ClusterState.UP:
        return End(status=Status.SUCCEEDED, reason=Reason.DONE, text=text)
    is_lost = state is ClusterState.UNCLEAR
    reason = Reason.AWS_UNAVAILABLE if is_lost else Reason.AWS_REFUSED
    return End(status=Status.FAILED, reason=reason, text=text)


async def _by_workflow(underway: Underway) -> End:
    run, work = underway.run, underway.work
    try:
        workflow_run_id = await dispatch(
            run, work, action="up", nodes=scaled(work.config, work.request.nodes)
        )
    except GitHubError as error:
        is_lost = isinstance(error, Unavailable | Uncertain)
        state = ClusterState.UNCLEAR if is_lost else ClusterState.DOWN
        await _settle(underway, state, "")
        raise
    url = await _url(underway, workflow_run_id)
    await underway.show(render_rising(underway.known.facts, url))
    followed = await follow(run, work, workflow_run_id)
    if followed.is_stopped:
        text = render_stopped(url)
        await _settle(underway, ClusterState.UNCLEAR, text, url=url)
        return End(status=Status.FAILED, reason=Reason.CANCELLED, text=text)
    if followed.run is None or followed.run.conclusion is not Conclusion.SUCCESS:
        text = render_unended("brings up", url)
        await _settle(underway, ClusterState.UNCLEAR, text, url=url)
        reason = Reason.TIME_LIMIT if followed.is_late else Reason.WORKFLOW_FAILED
        return End(status=Status.FAILED, reason=reason, text=text)
    text = render_raised(underway.known.facts, ClusterState.UP, (), url)
    await _settle(underway, ClusterState.UP, text, url=url)
    return End(status=Status.SUCCEEDED, reason=Reason.DONE, text=text)


async def _url(underway: Underway, workflow_run_id: int) -> str:
    """Where the workflow run is shown; nothing depends on it."""
    repo = underway.work.repo
    try:
        found = await underway.run.step("shown", lambda: get_run(repo, workflow_run_id), returns=WorkflowRun)
    except GitHubError:
        return ""
    return found.html_url


async def _settle(
    underway: Underway, state: ClusterState, text: str, *, raised: tuple[Raised, ...] = (), url: str = ""
) -> None:
    def change(known: Cluster) -> Cluster:
        details = replace(known.details, raised=raised, workflow_run_url=url)
        return replace(known, state=state, text=text, details=details)

    await underway.enter("risen", change)
