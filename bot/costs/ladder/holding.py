"""Has agents paused once their work is pushed, or lets them go on; an agent that does not answer is asked again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.budget.model import AgentResult, AgentsAnswer, AgentState, PauseAgents
from bot.costs.enforcers.machines import Ended
from bot.costs.model import ActionKind, ActionState
from bot.markdown import code

if TYPE_CHECKING:
    from bot.costs.ladder.acting import Acting

_PATIENCE = timedelta(minutes=5)  # for all agents together; machines are ended after that in any case


async def hold_agents(acting: Acting, agents: tuple[str, ...], *, is_resume: bool = False) -> None:
    """This function will have the agents paused, or resumed, and wait a while for what came of it."""
    kind = ActionKind.RESUME_AGENTS if is_resume else ActionKind.PAUSE_AGENTS
    text = "It is to go on." if is_resume else "Its work is to be pushed, then it is to be paused."
    actions = await acting.intend(kind, agents, text)
    request = PauseAgents(
        repository=acting.repository,
        cause=f"{acting.facts.reading_id}-{kind}",
        is_resume=is_resume,
        agents=agents,
        asker=acting.run.id,
    )
    await acting.run.send(request.start())
    answer = await acting.run.wait(request.topic, timeout=_PATIENCE, returns=AgentsAnswer)
    results = {result.agent: result for result in answer.results} if answer is not None else {}
    ends = ((action, _end(action.target, results.get(action.target), is_resume)) for action in actions)
    await acting.finish(ends, name=kind)


def _end(agent: str, result: AgentResult | None, is_resume: bool) -> Ended:  # noqa: FBT001 - the direction asked for
    if result is None:
        minutes = int(_PATIENCE.total_seconds() // 60)
        text = f"{code(agent)} did not answer within {minutes} minutes; it is asked again at the next look."
        return Ended(state=ActionState.FAILED, text=text)
    wanted = AgentState.RUNNING if is_resume else AgentState.PAUSED
    state = ActionState.DONE if result.state in {wanted, AgentState.KEPT} else ActionState.FAILED
    return Ended(state=state, text=result.text or f"{code(agent)} is {result.state}.")
