"""What is to be done at a stage, from what was done before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.budget.model import Mode, Stage
from bot.config.agents import AgentConfig
from bot.config.costing import AccountConfig, CostConfig, EnforceConfig
from bot.costs.ladder.due import DoneBefore, Due, due, is_holding
from bot.costs.model import Action, ActionKind, ActionState
from tests.support.ladder import DAY, NOW, day_at

CONFIG = CostConfig(
    accounts=(AccountConfig(id="111122223333"),),
    agents={"A1": AgentConfig()},
    enforce=EnforceConfig(deny_role="agents"),
)
PAUSE, RESUME = ActionKind.PAUSE_AGENTS, ActionKind.RESUME_AGENTS
DENY, ALLOW = ActionKind.DENY_MODELS, ActionKind.ALLOW_MODELS
DONE, FAILED, INTENDED, WOULD = ActionState.DONE, ActionState.FAILED, ActionState.INTENDED, ActionState.WOULD
ALL = Due(freezes=True, pause=("A1",), ends_spot=True, deny=("agents",))


def action(kind: ActionKind, state: ActionState, target: str = "A1") -> Action:
    """This function will make an action of an hour ago."""
    return Action(
        id="a",
        repository_id=7,
        day=DAY,
        kind=kind,
        target=target,
        state=state,
        reading_id="r",
        text="",
        intended_at=NOW - timedelta(hours=1),
    )


@pytest.mark.parametrize(
    ("stage", "wanted"),
    [
        (Stage.UNDER, Due()),
        (Stage.NOTICED, Due()),
        (Stage.FROZEN, Due(freezes=True)),
        (Stage.HELD, replace(ALL, deny=())),
        (Stage.DENIED, ALL),
    ],
)
def test_each_stage(stage: Stage, wanted: Due) -> None:
    """Each stage does what it stops, and what the stages below it stop."""
    assert due(day_at("111"), stage, CONFIG, DoneBefore()) == wanted


@pytest.mark.parametrize(
    ("kind", "state", "pauses", "resumes"),
    [
        (PAUSE, DONE, False, True),
        (PAUSE, FAILED, True, True),  # it may be paused, or not: asked again either way
        (PAUSE, INTENDED, True, True),
        (RESUME, DONE, True, False),
        (RESUME, FAILED, True, True),
        (RESUME, INTENDED, True, True),
    ],
)
def test_what_may_be_held(kind: ActionKind, state: ActionState, *, pauses: bool, resumes: bool) -> None:
    """What surely is as it should be is left so; whatever else was tried is tried again."""
    done = DoneBefore(agents={"A1": action(kind, state)})
    assert due(day_at("101"), Stage.HELD, CONFIG, done).pause == (("A1",) if pauses else ())
    assert due(day_at("1"), Stage.UNDER, CONFIG, done).resume == (("A1",) if resumes else ())


def test_models_as_agents() -> None:
    """A role that is denied is allowed once, and the other way round."""
    denied = DoneBefore(roles={"agents": action(DENY, DONE, "agents")})
    assert not due(day_at("111"), Stage.DENIED, CONFIG, denied).deny
    assert due(day_at("1"), Stage.HELD, CONFIG, denied).allow == ("agents",)
    failed = DoneBefore(roles={"agents": action(DENY, FAILED, "agents")})
    assert due(day_at("1"), Stage.UNDER, CONFIG, failed).allow == ("agents",), "it may have been denied"
    tomorrow = replace(day_at("1"), day=DAY + timedelta(days=1))
    assert not due(tomorrow, Stage.UNDER, CONFIG, failed).allow, "it would have ended with its day"
    allowed = DoneBefore(roles={"agents": action(ALLOW, DONE, "agents")})
    assert not due(day_at("1"), Stage.UNDER, CONFIG, allowed).allow


def test_an_unsure_reading_stops_nothing_and_frees() -> None:
    """What is not sure neither ends nor pauses anything; what people or the day allow is given back all the same."""
    unsure = replace(day_at("111"), is_sure=False)
    assert due(unsure, Stage.DENIED, CONFIG, DoneBefore()) == Due(freezes=True)
    done = DoneBefore(agents={"A1": action(PAUSE, DONE)})
    assert due(unsure, Stage.UNDER, CONFIG, done).resume == ("A1",)
    assert not due(replace(unsure, mode=Mode.DRY_RUN), Stage.DENIED, CONFIG, DoneBefore()).would


def test_a_dry_run_lets_go_and_tells_once() -> None:
    """A dry run holds nothing, and says once a day what it would do."""
    dry = replace(day_at("111"), mode=Mode.DRY_RUN)
    first = due(dry, Stage.DENIED, CONFIG, DoneBefore(agents={"A1": action(PAUSE, DONE)}))
    assert first == Due(resume=("A1",), freezes=True, would=(PAUSE, ActionKind.TERMINATE, DENY))
    told = tuple(action(kind, WOULD) for kind in (*first.would, ActionKind.FREEZE))
    assert due(replace(dry, before=Stage.DENIED), Stage.DENIED, CONFIG, DoneBefore(today=told)) == Due()


def test_what_is_not_configured_is_not_touched() -> None:
    """Without accounts no machine is looked for; without a role none is denied."""
    assert due(day_at("111"), Stage.DENIED, CostConfig(), DoneBefore()) == Due(freezes=True)


def test_a_freeze_is_told_once_a_stage() -> None:
    """While the stage lasts the freeze is one row; enforcing it after a dry run is another."""
    dry = DoneBefore(today=(action(ActionKind.FREEZE, WOULD, ""),))
    real = DoneBefore(today=(action(ActionKind.FREEZE, DONE, ""),))
    facts = day_at("96", before=Stage.FROZEN)
    assert due(facts, Stage.FROZEN, CONFIG, dry).freezes
    assert not due(facts, Stage.FROZEN, CONFIG, real).freezes
    assert due(replace(facts, before=Stage.NOTICED), Stage.FROZEN, CONFIG, real).freezes


def test_what_still_holds() -> None:
    """Agents are held until they go on; a denial only on its own day."""
    assert not is_holding(DoneBefore(), DAY)
    assert is_holding(DoneBefore(agents={"A1": action(PAUSE, DONE)}), DAY + timedelta(days=3))
    assert not is_holding(DoneBefore(agents={"A1": action(RESUME, DONE)}), DAY)
    denied = DoneBefore(roles={"agents": action(DENY, DONE, "agents")})
    assert is_holding(denied, DAY)
    assert not is_holding(denied, DAY + timedelta(days=1))
