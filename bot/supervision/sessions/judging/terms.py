"""Within which limits a session is judged, as the configuration says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.supervising import Conduct
from bot.config.terms import parse_duration
from bot.supervision.sessions.model import tmux_session

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.config.agents import AgentConfig
    from bot.config.supervising import WatchConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What counts as quiet, as stuck, as too often."""

    session: str  # how its tmux session is to be called
    is_startable: bool
    conduct: Conduct
    quiet: timedelta
    stuck: timedelta
    prove: timedelta
    window: timedelta
    starts: int

    @property
    def may_start(self) -> bool:
        """Whether it is ever started by itself."""
        return self.is_startable and self.conduct is Conduct.ACT


def terms_of(name: str, agent: AgentConfig, watch: WatchConfig) -> Terms:
    """This function will read the limits of an agent's session."""
    return Terms(
        session=tmux_session(name, agent),
        is_startable=agent.command is not None,
        conduct=watch.conduct,
        quiet=parse_duration(agent.heartbeat.quiet),
        stuck=parse_duration(agent.heartbeat.stuck),
        prove=parse_duration(watch.prove),
        window=parse_duration(watch.window),
        starts=watch.starts,
    )
