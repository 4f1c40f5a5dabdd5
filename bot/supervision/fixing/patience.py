"""Does steps that GitHub may not be able to take now, once more after a while."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.github.errors import Unavailable, Uncertain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from typing_extensions import TypeForm

    from bot.engine.model import Run

T = TypeVar("T")

# A try has cost time, and may have cost money: it is not lost because GitHub was away.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20))

_log = structlog.get_logger()


async def patiently(run: Run, name: str, act: Callable[[], Awaitable[T]], *, returns: TypeForm[T]) -> T:
    """This function will do a step, and do it again after a while as long as GitHub is away.

    Raises:
        GitHubError: it refuses, or has been away for half an hour.
    """
    for number, pause in enumerate(PAUSES, start=1):
        try:
            return await run.step(f"{name} {number}", act, returns=returns)
        except (Unavailable, Uncertain) as error:
            _log.warning("fix_waits_for_github", step=name, error=str(error))
            await run.sleep(pause)
    return await run.step(f"{name} last", act, returns=returns)
