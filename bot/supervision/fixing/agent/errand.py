"""Makes ready what the agent is sent with: its command, its environment, its task."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.supervision.fixing.agent.opencode import arguments_of, environment_of, is_opencode
from bot.supervision.fixing.agent.prompt import Task, task_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.config.supervising import FixerAgentConfig

TASK = "task.md"  # the file beside the work tree, not in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What the agent's job is begun with."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]  # it goes before whatever the agent's own file says
    files: Mapping[str, bytes]  # by absolute path, written before it begins


def errand_of(agent: FixerAgentConfig, task: Task, *, folder: str, links: Iterable[str] = ()) -> Errand:
    """This function will make ready what the agent is sent with.

    Args:
        agent: as the policy names it.
        task: what it is to do.
        folder: an absolute path on the host, outside of the work tree, which the agent can read.
        links: paths of symbolic links in the work tree.
    """
    path = f"{folder.rstrip('/')}/{TASK}"
    environment = {"FIXER_TASK": path}
    if agent.model is not None:
        environment["AGENT_MODEL"] = agent.model
    argv = agent.command
    if is_opencode(argv):
        argv = arguments_of(argv, task=path, model=agent.model)
        environment |= environment_of(model=agent.model, links=links)
    return Errand(argv=argv, environment=environment, files={path: task_of(task).encode()})
