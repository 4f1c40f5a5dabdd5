"""Says what is done with the cluster: of what it is made, what an hour of it costs, when it ends, what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.budget.money import dollars
from bot.costs.cluster.model import GROUP_TAG, ClusterState, Group, hourly, standing_groups
from bot.costs.cluster.rules import limit_condition, limit_in
from bot.markdown import code, link, table

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from bot.costs.cluster.model import Cluster, Raised
    from bot.costs.cluster.rules import ClusterFacts
    from bot.costs.enforcers.guards import Machine

_MOST_MACHINES = 50
_UNPRICED = "unpriced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of the machines that were to be ended."""

    ids: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()  # safe Markdown, one sentence for each
    problems: tuple[str, ...] = ()  # safe Markdown


def render_queued(what: str) -> str:
    """This function will say that something asked of the cluster waits for its turn."""
    return f"The cluster is looked at, then {what}."


def render_rising(facts: ClusterFacts, url: str = "") -> str:
    """This function will say that the cluster is being brought up."""
    by = f" by {link('its workflow run', url)}" if url else ""
    return f"The cluster is being brought up{by}.\n\n{render_costs(facts)}"


def render_raised(facts: ClusterFacts, state: ClusterState, raised: tuple[Raised, ...], url: str = "") -> str:
    """This function will say how bringing the cluster up ended."""
    by = f" {link('Its workflow run', url)} has ended well." if url else ""
    heads = {
        ClusterState.UP: f"The cluster is up.{by} It ends by itself at {_time(facts.ends_at)}.",
        ClusterState.PARTIAL: (
            f"The cluster is up in part; it ends by itself at {_time(facts.ends_at)}. "
            f"{code('/cluster down')} ends it now."
        ),
        ClusterState.DOWN: "No machine was started.",
        ClusterState.UNCLEAR: (
            f"It is not known whether every machine was started. {code('/cluster down')} ends what runs; by itself "
            f"that happens at {_time(facts.ends_at)}."
        ),
    }
    parts = [heads[state], _made(raised)]
    if state is not ClusterState.DOWN:
        parts.append(render_costs(replace(facts, groups=standing_groups(facts.groups, raised))))
    return "\n\n".join(part for part in parts if part)


def render_unended(what: str, url: str) -> str:
    """This function will say that a workflow run that brings the cluster up or ends it did not end well."""
    run = link("workflow run", url) if url else "workflow run"
    return (
        f"The {run} that {what} the cluster did not end well, so machines may run. {code('/cluster down')} ends them; "
        "by itself that is tried every hour from the end of its time on."
    )


def render_stopped(url: str) -> str:
    """This function will say that bringing the cluster up was broken off, since it is to be ended."""
    run = link("Its workflow run", url) if url else "Its workflow run"
    return f"{run} was cancelled, since the cluster is to be ended; that comes next."


def render_ending(name: str) -> str:
    """This function will say that the cluster is being ended."""
    return f"The cluster {code(name)} is being ended."


def render_broken(kind: str) -> str:
    """This function will say that the bot failed in the middle."""
    return (
        f"Pilothouse failed in the middle ({code(kind)}); whoever runs it finds the cause in its log. "
        f"{code('/cluster status')} shows how the cluster stands."
    )


def render_costs(facts: ClusterFacts) -> str:
    """This function will show what an hour of the cluster costs, by group, and in what time the limit is reached."""
    is_spot = facts.config is not None and facts.config.spot
    lines = [
        render_prices(facts.groups, is_spot=is_spot),
        *facts.price_gaps,
        limit_condition(facts).text,
        _limit_in(facts),
    ]
    return "\n\n".join(line for line in lines if line)


def render_prices(groups: tuple[Group, ...], *, is_spot: bool) -> str:
    """This function will make the table of groups with their prices; what is paid is named first."""
    rows = [
        [
            code(group.name),
            str(group.count),
            code(group.type),
            _price(group.hourly(is_spot=True)),
            _price(group.hourly(is_spot=False)),
        ]
        for group in groups
    ]
    total = [
        "**an hour**",
        str(sum(group.count for group in groups)),
        "",
        _price(hourly(groups, is_spot=True)),
        _price(hourly(groups, is_spot=False)),
    ]
    head = (
        "group",
        "machines",
        "type",
        "spot" + " (paid)" * is_spot,
        "on demand" + " (paid)" * (not is_spot),
    )
    return table(head, [*rows, total])


def render_ended(ended: Ended, *, name: str, url: str = "") -> str:
    """This function will say how ending the cluster went."""
    count = len(ended.ids)
    by = f" by {link('its workflow run', url)}" if url else ""
    head = f"The cluster {code(name)} is down{by}."
    if count:
        head += f" {count} machine{'s were' * (count > 1)}{' was' * (count == 1)} ended."
    if ended.problems:
        head = f"The cluster {code(name)} could not be ended as a whole; {count} of its machines were."
    return "\n\n".join(part for part in (head, _listed((*ended.spared, *ended.problems))) if part)


def render_status(
    cluster: Cluster, facts: ClusterFacts, machines: tuple[Machine, ...] | None, *, gap: str
) -> str:
    """This function will say how the cluster stands, what runs of it and what it costs."""
    parts = [_standing(cluster)]
    if gap:
        parts.append(f"Its machines are not known. {gap}")
    elif machines is not None:
        parts.append(_running(machines))
    parts.append(render_costs(facts))
    return "\n\n".join(part for part in parts if part)


def render_kept(cluster: Cluster, until: datetime) -> str:
    """This function will say that the cluster stays up longer."""
    price = f", at {dollars(cluster.hourly)} an hour" if cluster.hourly is not None else ""
    return f"The cluster stays up until {_time(until)}{price}, and is ended by itself then."


def render_warning(cluster: Cluster, now: datetime) -> str:
    """This function will warn that the cluster is going to end by itself."""
    until = cluster.keep_until or now
    return (
        f"The cluster that {code(cluster.person)} brought up ends by itself {_in(until - now)}. "
        f"{code('/cluster keep 2h')} keeps it longer."
    )


def _standing(cluster: Cluster) -> str:
    words = [f"The cluster is {code(cluster.state)}"]
    if cluster.begun_at is not None and cluster.state is not ClusterState.DOWN:
        words.append(f"brought up by {code(cluster.person)} at {_time(cluster.begun_at)}")
    if cluster.keep_until is not None and cluster.state is not ClusterState.DOWN:
        words.append(f"ends by itself at {_time(cluster.keep_until)}")
    return f"{', '.join(words)}."


def _running(machines: tuple[Machine, ...]) -> str:
    if not machines:
        return "No machine of it runs."
    rows = [
        [
            code(machine.id),
            code(machine.tags.get(GROUP_TAG, "")),
            code(machine.type),
            "spot" if machine.lifecycle == "spot" else "on demand",
            code(machine.state),
        ]
        for machine in machines[:_MOST_MACHINES]
    ]
    more = f"\n\nand {len(machines) - _MOST_MACHINES} more" if len(machines) > _MOST_MACHINES else ""
    return table(("machine", "group", "type", "market", "state"), rows) + more


def _made(raised: tuple[Raised, ...]) -> str:
    lines = []
    for group in raised:
        got = f"{code(group.group)}: {len(group.ids)} of {group.wanted} machines were started"
        why = "; ".join(group.problems)
        lines.append(f"{got}. {why}" if why else f"{got}.")
    return (
        _listed(tuple(lines))
        if any(group.problems or len(group.ids) < group.wanted for group in raised)
        else ""
    )


def _listed(lines: tuple[str, ...]) -> str:
    return "\n".join("- " + line.strip("\n").replace("\n", "\n  ") for line in lines)


def _price(price: Decimal | None) -> str:
    return _UNPRICED if price is None else dollars(price)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _limit_in(facts: ClusterFacts) -> str:
    """In what time the day's limit is reached; tomorrow is another day's."""
    left = limit_in(facts)
    if left is None:
        return ""
    if left <= timedelta():
        return "The day's limit is reached."
    if (facts.now + left).date() > facts.now.date():
        return "At this rate the day's limit is not reached on this day (UTC)."
    return f"At this rate the day's limit is reached {_in(left)}."


def _in(left: timedelta) -> str:
    if left <= timedelta():
        return "now"
    hours, minutes = divmod(max(1, int(left.total_seconds() // 60)), 60)
    return f"in {hours} h {minutes} min" if hours else f"in {minutes} min"
