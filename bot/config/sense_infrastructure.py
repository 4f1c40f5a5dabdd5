"""Finds what a policy says about the machines that it deploys to and that cannot be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config.costing import CostTerms
    from bot.config.pipeline import InfrastructureConfig, MachinesConfig, PipelineConfig
    from bot.config.sense import Mistake

_LONGEST = 32  # of an environment's name: it is part of the names of roles, which have 64 characters
_OWN = frozenset({"storage", "client"})  # names of groups that there are anyway
_PLACE = ("pipeline", "infrastructure")


def sense_of_infrastructure(said: PipelineConfig) -> Iterator[Mistake]:
    """This function will find what cannot be meant under the key `pipeline.infrastructure`."""
    if said.infrastructure is not None:
        yield from _environments(said.infrastructure)
        yield from _machines(said.infrastructure, said.release.binaries if said.release is not None else ())


def _environments(said: InfrastructureConfig) -> Iterator[Mistake]:
    for name in (*said.environments, said.cluster):
        if len(name) > _LONGEST:
            key = "cluster" if name == said.cluster else "environments"
            yield (*_PLACE, key), f"{name} has more than {_LONGEST} characters, too many for names of roles"
    if said.cluster in said.environments:
        yield (
            (*_PLACE, "cluster"),
            f"{said.cluster} is deployed to: `/cluster down` would take it down; give the cluster another name",
        )
    for name in said.preemptible:
        if name not in said.environments:
            yield (*_PLACE, "preemptible"), f"{name} is none of `environments`"


def _machines(said: InfrastructureConfig, binaries: tuple[str, ...]) -> Iterator[Mistake]:
    for name in said.others:
        if name in _OWN:
            yield (*_PLACE, "others", name), "there is a group of that name anyway: give it another"
    groups: dict[tuple[str, ...], MachinesConfig] = {
        ("storage",): said.storage,
        ("clients",): said.clients,
    }
    groups |= {("others", name): machines for name, machines in said.others.items()}
    for place, machines in groups.items():
        if missing := [one for one in machines.programs if one not in binaries]:
            yield (*_PLACE, *place, "programs"), f"{missing[0]} is none of the release's binaries"


def sense_of_clusters(said: PipelineConfig | None, costs: CostTerms | None) -> Iterator[Mistake]:
    """This function will find a daily limit that would end another cluster than the pipeline's."""
    if said is None or said.infrastructure is None or costs is None:
        return
    ends, made = costs.enforce.cluster, said.infrastructure.cluster
    if ends != made:
        yield (
            ("costs", "enforce", "cluster"),
            f"the limit would end nothing: the pipeline tags its cluster {made}, not {ends}",
        )
