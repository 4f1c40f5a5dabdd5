"""Says what the end of a deployment is called: of what stopped it, or of how its workflow run ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason, Status
from bot.deployments.model import End, Stage
from bot.deployments.render import render_failure
from bot.deployments.states import end_of, may_move

if TYPE_CHECKING:
    from bot.deployments.following import Seen
    from bot.deployments.health.verification import Stopped
    from bot.deployments.model import Rollout

_EXPIRED = {Reason.TIME_LIMIT, Reason.GATE_EXPIRED, Reason.PROMOTION_EXPIRED}
_FAILED = {Reason.PLAN_FAILED, Reason.PLAN_MISSING}
_ERRORED = {Reason.CANCELLED, Reason.LEASE_LOST, Reason.TIME_LIMIT, Reason.PROMOTION_EXPIRED}


def end_of_stop(stopped: Stopped, stage: Stage) -> End:
    """This function will make the end of a deployment that had to stop at the stage."""
    end, status = Stage.REFUSED, Status.REFUSED
    if stopped.reason in _FAILED:
        end, status = Stage.FAILED, Status.FAILED
    elif stopped.reason in _ERRORED or not may_move(stage, Stage.REFUSED):
        end, status = Stage.ERRORED, Status.FAILED
    if stopped.reason in _EXPIRED:
        status = Status.EXPIRED
    return End(stage=end, status=status, reason=stopped.reason, text=stopped.text)


def end_of_run(rollout: Rollout, seen: Seen) -> End:
    """This function will make the end of a deployment whose workflow run did not succeed."""
    end = end_of(seen.run)
    reason = Reason.WORKFLOW_FAILED if end is Stage.FAILED else Reason.WORKFLOW_CANCELLED
    text = render_failure(rollout, seen.run, seen.red)
    return End(stage=end, status=Status.FAILED, reason=reason, text=text)
