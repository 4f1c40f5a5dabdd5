"""Takes what people ask of the cluster: checked as it was typed, then handed to the story that does it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.model import Continues, Done, Reason, Refused
from bot.commands.render import queued_receipt
from bot.commands.rules import Facts, refuse_permission
from bot.config.terms import parse_duration
from bot.costs.cluster.model import STOP, Act, Cluster, ClusterState, SteerCluster
from bot.costs.cluster.render import render_kept, render_queued
from bot.costs.cluster.rules import KIND, decide_cluster, kept_until, missing_configuration
from bot.costs.cluster.store import change_cluster, cluster_of
from bot.costs.cluster.stories.facts import ClusterPolicy, Known, glance, read_cluster_policy
from bot.decisions.model import Condition, Standing, conclude
from bot.engine.model import Signal
from bot.github.models import Permission
from bot.markdown import code

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.engine.model import Run

CHANGES = Permission.WRITE  # what it takes to do more than look


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The cluster with its new end, or why it has none."""

    cluster: Cluster | None = None
    refused: Refused | None = None


_WHAT = {
    Act.UP: "brought up",
    Act.DOWN: "ended",
    Act.STATUS: "described",
}


async def ask(run: Run, call: Call, services: Services) -> Outcome:
    """This function will hand the looking at, bringing up or ending of the cluster to its story."""
    request = wanted_from(call)
    if isinstance(request, Refused):
        return request
    if request.act is Act.DOWN:
        await _stop_rising(run, call, services)
    return Continues(start=request.start(), text=render_queued(_WHAT[request.act]))


def wanted_from(call: Call) -> SteerCluster | Refused:
    """This function will understand what is asked of the cluster."""
    command, asked = call.command, call.request
    act = Act(command.argument(0).casefold() or Act.STATUS)
    refusal = refuse_weak(call) if act is not Act.STATUS else None
    if refusal is not None:
        return refusal
    nodes, length = command.argument(1), "".join(command.values("for"))
    mistake = _mistake(act, nodes, length)
    if mistake is not None:
        return mistake
    return SteerCluster(
        repository=asked.repository,
        key=call.receipt,
        act=act,
        author=asked.author,
        asked_at=asked.created_at,
        number=asked.number,
        receipt=queued_receipt(asked, command, render_queued(_WHAT[act])),
        is_pull=asked.is_pull_request,
        nodes=int(nodes) if nodes else None,
        length=length,
        then=asked.after(command.index),
    )


def refuse_weak(call: Call) -> Refused | None:
    """This function will refuse whoever may look at the cluster and not change it."""
    what = f"/cluster {call.command.argument(0)}"
    return refuse_permission(CHANGES, Facts(permission=call.permission), what=what)


def _mistake(act: Act, nodes: str, length: str) -> Refused | None:
    if (nodes or length) and act is not Act.UP:
        text = f"There is a word too many after {code(f'/cluster {act}')}."
        return Refused(reason=Reason.TOO_MANY_ARGUMENTS, text=text)
    if nodes and not (nodes.isascii() and nodes.isdigit()):
        text = f"{code(nodes)} is no number of machines; write {code('/cluster up 5')}."
        return Refused(reason=Reason.PARAMETER_INVALID, text=text)
    return _wrong_length(length) if length else None


def _wrong_length(length: str) -> Refused | None:
    try:
        is_wrong = parse_duration(length) <= timedelta()
    except ValueError:
        is_wrong = True
    if not is_wrong:
        return None
    text = f"{code(length)} is no length of time; write {code('30m')}, {code('2h')} or {code('1d')}."
    return Refused(reason=Reason.TIME_INVALID, text=text)


async def _stop_rising(run: Run, call: Call, services: Services) -> None:
    """Whoever ends a cluster that is just being brought up need not wait until it is up."""
    now, repository_id = await run.now(), call.request.repository.id
    known = await run.step(
        f"cluster {call.command.index}",
        lambda: services.database.read(lambda connection: cluster_of(connection, repository_id, now=now)),
        returns=Cluster,
    )
    if known.state is ClusterState.RISING and known.details.run_id:
        key = f"stop-{call.receipt}"
        await run.send(Signal(run_id=known.details.run_id, topic=STOP, message=call.receipt, key=key))


async def keep(run: Run, call: Call, services: Services) -> Outcome:
    """This function will keep the cluster up for the time from now on, as far as the configuration lets it.

    Raises:
        GitHubError: the configuration could not be read.
    """
    index, length = call.command.index, call.command.argument(1)
    refusal = refuse_weak(call) or _wrong_length(length)
    if refusal is not None:
        return refusal
    repo, database = services.repository(call.request.repository), services.database
    read = await run.step(f"configuration {index}", lambda: read_cluster_policy(repo), returns=ClusterPolicy)
    if read.cluster is None:
        decision = conclude(KIND, (missing_configuration(read.mistakes),))
        return Refused(reason=Reason(decision.reason), text=decision.text)
    now, longest = await run.now(), read.cluster.longest

    def change(connection: Connection) -> _Kept:
        known = cluster_of(connection, repo.ref.id, now=now)
        until = kept_until(known, length, longest=longest, now=now)
        if isinstance(until, Refused):
            return _Kept(refused=until)
        kept = change_cluster(
            connection, repo.ref.id, lambda cluster: replace(cluster, keep_until=until), now=now
        )
        return _Kept(cluster=kept)

    kept = await run.step(f"keep {index}", lambda: database.write(change), returns=_Kept)
    if kept.cluster is None or kept.cluster.keep_until is None:
        return kept.refused or Refused(reason=Reason.CLUSTER_DOWN, text="The cluster is down.")
    return Done(text=render_kept(kept.cluster, kept.cluster.keep_until))


async def foresee(run: Run, call: Call, services: Services) -> Decision:
    """This function will decide about bringing the cluster up as it would be decided now, without asking AWS.

    Raises:
        GitHubError: the configuration could not be read.
    """
    request = wanted_from(call)
    if isinstance(request, Refused):
        condition = Condition(name=KIND, standing=Standing.UNMET, text=request.text, reason=request.reason)
        return conclude(KIND, (condition,))
    if request.act is not Act.UP:
        text = f"The cluster is {_WHAT[request.act]}; nothing is held against that."
        return conclude(KIND, (Condition(name=KIND, standing=Standing.MET, text=text),))
    now = await run.now()
    known = await run.step("foreseen", lambda: glance(request, services, now=now), returns=Known)
    return decide_cluster(known.facts)
