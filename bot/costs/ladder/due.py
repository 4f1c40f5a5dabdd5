"""Says what is to be done where a stage is reached or left: pure, from what was done before."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations at run time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.budget.model import STOPS, Mode, Stage, Stops
from bot.costs.model import Action, ActionKind, ActionState

if TYPE_CHECKING:
    from datetime import date

    from bot.config.costing import CostConfig
    from bot.costs.ladder.model import LadderFacts

PAUSING = (ActionKind.PAUSE_AGENTS, ActionKind.RESUME_AGENTS)
DENYING = (ActionKind.DENY_MODELS, ActionKind.ALLOW_MODELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneBefore:
    """What the limit has done that may still hold."""

    agents: Mapping[str, Action] = field(default_factory=dict)  # the newest by agent
    roles: Mapping[str, Action] = field(default_factory=dict)  # the newest by role
    today: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is to be done now, in this order."""

    resume: tuple[str, ...] = ()  # agents
    allow: tuple[str, ...] = ()  # roles
    freezes: bool = False  # told once: from now on nothing new is begun
    pause: tuple[str, ...] = ()  # agents
    ends_spot: bool = False
    deny: tuple[str, ...] = ()  # roles
    would: tuple[ActionKind, ...] = ()  # what a dry run only tells


def due(facts: LadderFacts, stage: Stage, config: CostConfig, done: DoneBefore) -> Due:
    """This function will say what is to be done: what was stopped and is no more stopped is given back first.

    What people or a new day allow is given back by any reading; only a sure one stops anything.
    """
    stops = STOPS[stage] if facts.mode is Mode.ENFORCE else frozenset[Stops]()
    acts = stops if facts.is_sure else frozenset[Stops]()
    role = config.enforce.deny_role
    return Due(
        resume=_held(done.agents, ActionKind.PAUSE_AGENTS) if Stops.AGENTS not in stops else (),
        allow=_held(_binding(done.roles, facts), ActionKind.DENY_MODELS) if Stops.MODELS not in stops else (),
        freezes=_freezes(facts, stage, done),
        pause=_free(tuple(config.agents), done.agents, ActionKind.PAUSE_AGENTS)
        if Stops.AGENTS in acts
        else (),
        ends_spot=Stops.SPOT in acts and bool(config.accounts),
        deny=_free((role,) if role else (), done.roles, ActionKind.DENY_MODELS)
        if Stops.MODELS in acts
        else (),
        would=_would(facts, stage, done),
    )


def is_holding(done: DoneBefore, day: date) -> bool:
    """This function will say whether something may still be paused or denied; a denial ends with its own day."""
    roles = {role: action for role, action in done.roles.items() if action.day == day}
    held = (*_held(done.agents, ActionKind.PAUSE_AGENTS), *_held(roles, ActionKind.DENY_MODELS))
    return bool(held)


def _held(newest: Mapping[str, Action], holding: ActionKind) -> tuple[str, ...]:
    """What may still be held: it was stopped, well or not, or giving it back did not end well."""
    return tuple(
        target
        for target, action in newest.items()
        if action.kind is holding or action.state is not ActionState.DONE
    )


def _binding(roles: Mapping[str, Action], facts: LadderFacts) -> Mapping[str, Action]:
    """The roles that may bear a denial: one that failed on another day would have ended with that day."""
    return {
        role: action
        for role, action in roles.items()
        if (action.kind, action.state) != (ActionKind.DENY_MODELS, ActionState.FAILED)
        or action.day == facts.day
    }


def _free(targets: tuple[str, ...], newest: Mapping[str, Action], holding: ActionKind) -> tuple[str, ...]:
    """What is not surely held yet."""
    held = {
        target
        for target, action in newest.items()
        if action.kind is holding and action.state is ActionState.DONE
    }
    return tuple(target for target in targets if target not in held)


def _freezes(facts: LadderFacts, stage: Stage, done: DoneBefore) -> bool:
    """Whether the stage has come to stop what is begun, or what was a dry run is meant now."""
    if stage.height < Stage.FROZEN.height:
        return False
    state = ActionState.DONE if facts.mode is Mode.ENFORCE else ActionState.WOULD
    is_told = any(action.kind is ActionKind.FREEZE and action.state is state for action in done.today)
    return facts.before.height < Stage.FROZEN.height or not is_told


def _would(facts: LadderFacts, stage: Stage, done: DoneBefore) -> tuple[ActionKind, ...]:
    """What a dry run tells once a day."""
    if facts.mode is Mode.ENFORCE or not facts.is_sure:
        return ()
    kinds = {
        ActionKind.PAUSE_AGENTS: Stops.AGENTS,
        ActionKind.TERMINATE: Stops.SPOT,
        ActionKind.DENY_MODELS: Stops.MODELS,
    }
    told = {action.kind for action in done.today if action.state is ActionState.WOULD}
    return tuple(kind for kind, stop in kinds.items() if stop in STOPS[stage] and kind not in told)
