"""Ends the cluster: by its workflow or machine by machine; what is left of it is never called down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.ending import End
from bot.commands.model import Reason, Status
from bot.costs.cluster.acting.ending import end_machines
from bot.costs.cluster.acting.workflow import dispatch, follow
from bot.costs.cluster.model import ClusterState, Way, scaled
from bot.costs.cluster.render import Ended, render_ended, render_ending, render_unended
from bot.github.errors import GitHubError
from bot.github.models import Conclusion

if TYPE_CHECKING:
    from bot.costs.cluster.model import Cluster
    from bot.costs.cluster.stories.underway import Underway


async def lower(underway: Underway) -> End:
    """This function will end the cluster, whatever its row says, if only machines of it may run.

    Raises:
        GitHubError: its workflow could not be dispatched.
    """
    known, work = underway.known, underway.work
    if known.cluster.state is ClusterState.DOWN and not known.machines:
        await underway.note_down()
        return End(status=Status.REFUSED, reason=Reason.CLUSTER_DOWN, text="The cluster is down already.")
    if work.config.fleet is not None and work.account is None:
        return End(status=Status.REFUSED, reason=Reason.AWS_NOT_ALLOWED, text=work.gap)
    await underway.enter("ending", lambda cluster: replace(cluster, state=ClusterState.ENDING))
    await underway.show(render_ending(work.name))
    by_fleet = work.config.fleet is not None or known.cluster.way is Way.FLEET
    return await (_by_fleet(underway) if by_fleet and work.account is not None else _by_workflow(underway))


async def _by_fleet(underway: Underway) -> End:
    work = underway.work
    made = sum(group.count for group in underway.known.cluster.details.groups)
    ended = await end_machines(underway.run, work, most=max(work.costs.enforce.at_most, made))
    text = render_ended(ended, name=work.name)
    if ended.problems:
        await _settle(underway, ClusterState.UNCLEAR, text)
        return End(status=Status.FAILED, reason=Reason.AWS_REFUSED, text=text)
    await _settle(underway, ClusterState.DOWN, text)
    return End(status=Status.SUCCEEDED, reason=Reason.DONE, text=text)


async def _by_workflow(underway: Underway) -> End:
    run, work = underway.run, underway.work
    nodes = scaled(work.config, underway.known.cluster.nodes)
    try:
        workflow_run_id = await dispatch(run, work, action="down", nodes=nodes)
    except GitHubError:
        await _settle(underway, ClusterState.UNCLEAR, "")
        raise
    followed = await follow(run, work, workflow_run_id)
    url = followed.run.html_url if followed.run is not None else ""
    if followed.run is None or followed.run.conclusion is not Conclusion.SUCCESS:
        text = render_unended("ends", url)
        await _settle(underway, ClusterState.UNCLEAR, text)
        reason = Reason.TIME_LIMIT if followed.is_late else Reason.WORKFLOW_FAILED
        return End(status=Status.FAILED, reason=reason, text=text)
    text = render_ended(Ended(), name=work.name, url=url)
    await _settle(underway, ClusterState.DOWN, text)
    return End(status=Status.SUCCEEDED, reason=Reason.DONE, text=text)


async def _settle(underway: Underway, state: ClusterState, text: str) -> None:
    def change(cluster: Cluster) -> Cluster:
        until = cluster.keep_until if state is not ClusterState.DOWN else None
        return replace(cluster, state=state, text=text, keep_until=until)

    await underway.enter("ended", change)
