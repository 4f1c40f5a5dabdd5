"""Finds what a policy says about agents, hosts and supervision that cannot be meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.agents import HEARTBEATS
from bot.config.supervising import Conduct
from bot.config.terms import parse_duration
from bot.github.models import Permission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.config.agents import AgentConfig, HostConfig
    from bot.config.sense import Mistake
    from bot.config.supervising import SupervisionConfig

_TICK = parse_duration("2m")  # of the watchdog: nothing is proven sooner


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervised:
    """What belongs together: agents, the hosts they run on, what is watched, the accounts of AWS."""

    agents: Mapping[str, AgentConfig | None]  # None for one that has the wrong form
    hosts: Mapping[str, HostConfig | None]  # as above
    supervision: SupervisionConfig | None
    accounts: tuple[str, ...]  # of `costs.accounts`


def sense_of_supervision(said: Supervised) -> Iterator[Mistake]:
    """This function will find what cannot be meant under the keys `agents`, `hosts` and `supervision`."""
    for check in _CHECKS:
        yield from check(said)


def _hosts(said: Supervised) -> Iterator[Mistake]:
    for name, host in said.hosts.items():
        if host is None or (host.instance is not None and (host.account or said.accounts)):
            continue
        if host.instance is not None:
            yield ("hosts", name), "its account is not said: give it here, or under costs.accounts"
        elif given := [key for key in ("account", "role", "region") if getattr(host, key) is not None]:
            yield ("hosts", name, given[0]), "only an instance of AWS has one; give `instance`, too"


def _agents(said: Supervised) -> Iterator[Mistake]:
    callers: dict[str, str] = {}
    places: dict[tuple[str | None, str | None, str], str] = {}
    for name, agent in said.agents.items():
        if agent is None:
            continue
        place = ("agents", name)
        if agent.host is not None and agent.host not in said.hosts:
            yield (*place, "host"), f"{agent.host} is none of `hosts`"
        if agent.command is not None and agent.work_tree is None:
            yield (*place, "command"), "it is run in the work tree, which `work_tree` has to name"
        if agent.resume is not None and agent.command is None:
            yield (*place, "resume"), "what starts it the first time is not said: give `command`"
        called = (agent.inference_profile,) if agent.inference_profile is not None else agent.models
        yield from _twice(callers, name, called, "so nobody could tell whose spend it is")
        session = (agent.host, agent.socket, (agent.session or name).replace(".", "_"))  # as tmux writes it
        if session in places:
            yield place, f"its session is that of {places[session]}"
        places.setdefault(session, name)


def _twice(owners: dict[str, str], name: str, called: tuple[str, ...], why: str) -> Iterator[Mistake]:
    for one in called:
        if one in owners:
            yield ("agents", name), f"{one} is {owners[one]}'s already, {why}"
        owners.setdefault(one, name)


def _heartbeats(said: Supervised) -> Iterator[Mistake]:
    for name, agent in said.agents.items():
        if agent is None:
            continue
        beat, place = agent.heartbeat, ("agents", name, "heartbeat")
        given = [key for key in HEARTBEATS if getattr(beat, key) is not None]
        if len(given) > 1:
            yield (*place, given[1]), f"one sign of life is enough, and there is {given[0]} already"
        if beat.command is not None and agent.work_tree is None:
            yield (*place, "command"), "it is run in the work tree, which `work_tree` has to name"
        if parse_duration(beat.stuck) < parse_duration(beat.quiet):
            yield (*place, "stuck"), f"it is shorter than quiet, which is {beat.quiet}"


def _supervision(said: Supervised) -> Iterator[Mistake]:
    found = said.supervision
    if found is None:
        return
    if not found.permission.covers(Permission.WRITE):
        yield (
            ("supervision", "permission"),
            "people who may not change the repository could steer its agents; it takes write or more",
        )
    watch, fix = found.watch, found.fix
    if parse_duration(watch.prove) < _TICK:
        yield ("supervision", "watch", "prove"), "the watchdog looks every 2m, so nothing is proven sooner"
    if parse_duration(watch.window) < parse_duration(watch.prove) * watch.starts:
        yield (
            ("supervision", "watch", "window"),
            f"{watch.starts} starts that are given {watch.prove} each do not fit into it",
        )
    if fix.host is not None and fix.host not in said.hosts:
        yield ("supervision", "fix", "host"), f"{fix.host} is none of `hosts`"
    if fix.conduct is Conduct.ACT and fix.folder is None:
        yield ("supervision", "fix", "conduct"), "fixers need `folder`, where their work trees are kept"
    if fix.folder is not None and not fix.tools and fix.agent is None:
        yield ("supervision", "fix", "tools"), "neither tools nor an agent may fix, so nothing would"


_CHECKS: tuple[Callable[[Supervised], Iterator[Mistake]], ...] = (_hosts, _agents, _heartbeats, _supervision)
