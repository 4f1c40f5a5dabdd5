"""Says how a deployment's health is, with the check that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.health.rules import Health
from bot.markdown import code, escape

if TYPE_CHECKING:
    from datetime import datetime

    from bot.config.policy import VerifyConfig
    from bot.deployments.health.rules import Watch

_MOST_LISTED = 5


def render_watch(watch: Watch, config: VerifyConfig, *, now: datetime) -> str:
    """This function will say how far the watch over the deployment's health has come."""
    if watch.good_since is None:
        return f"Not healthy yet, in round {watch.rounds}:\n\n{_bad_answers(watch)}"
    seconds = round((now - watch.good_since).total_seconds())
    return f"Healthy for {seconds} s of {config.duration}, in round {watch.rounds}."


def render_verified(watch: Watch, config: VerifyConfig) -> str:
    """This function will say that the deployment is healthy."""
    rounds = "1 round" if watch.rounds == 1 else f"{watch.rounds} rounds"
    requests = "1 request" if len(config.http) == 1 else f"{len(config.http)} requests"
    slowest = max((answer.milliseconds for answer in watch.latest), default=0)
    shaken = f", {watch.bad} of them bad before that" if watch.bad else ""
    return (
        f"Healthy for {config.duration} without a break: {rounds} of {requests}{shaken}; "
        f"the slowest answer of the last one took {slowest} ms."
    )


def render_unhealthy(watch: Watch, config: VerifyConfig, health: Health) -> str:
    """This function will say what is wrong with the deployment's health."""
    if health is Health.UNSTEADY:
        text = (
            f"It did not stay healthy for {config.duration} at a stretch: "
            f"{watch.bad} of {watch.rounds} rounds of requests had a bad answer"
        )
        return f"{text}; the last one:\n\n{_bad_answers(watch)}" if _bad_answers(watch) else f"{text}."
    rounds = "1 round" if watch.bad_in_a_row == 1 else f"{watch.bad_in_a_row} rounds in a row"
    return f"It is not healthy: {rounds} of requests had a bad answer. The last one:\n\n{_bad_answers(watch)}"


def _bad_answers(watch: Watch) -> str:
    bad = [answer for answer in watch.latest if not answer.is_good]
    lines = [f"- {code(answer.url)}: {escape(answer.problem)}" for answer in bad[:_MOST_LISTED]]
    more = len(bad) - _MOST_LISTED
    return "\n".join((*lines, *([f"- and {more} more"] if more > 0 else [])))
