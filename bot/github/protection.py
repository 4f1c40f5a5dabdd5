"""The answers to an environment's custom protection rule, and what still waits for one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from bot.github import trust_operations as op
from bot.github.errors import Uncertain, Unprocessable
from bot.github.shapes import Nothing
from bot.github.transport import origin

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient

MAX_COMMENT = 1_024  # characters
MOST_REPORTS = 10  # of one run and environment; GitHub takes no more
# https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/create-custom-protection-rules
_CALLBACK = re.compile(r"/repos/[^/]+/[^/]+/actions/runs/(?P<run>\d{1,18})/deployment_protection_rule")
_TRIES = 3  # of an answer that was lost


class PendingEnvironmentShape(Struct):
    """The environment that a job waits for."""

    name: str = ""


class PendingShape(Struct):
    """A deployment that waits for protection rules to pass."""

    environment: PendingEnvironmentShape


def is_our_callback(repo: RepositoryClient, url: str) -> bool:
    """This function will say whether a callback address lies on the API that this client is configured for.

    The address in a delivery is input. It is never called: answers go to the configured API.
    """
    api = repo.calls.exchange.api_url
    try:
        if origin(url) != origin(api):
            return False
    except ValueError:  # no port, or a broken address
        return False
    path = urlsplit(url).path.removeprefix(urlsplit(api).path.rstrip("/"))
    return _CALLBACK.fullmatch(path) is not None


async def answer_protection(
    repo: RepositoryClient, workflow_run_id: int, environment: str, *, approved: bool, comment: str
) -> None:
    """This function will let the jobs of a run that wait for the environment go on, or stop them.

    Raises:
        Unprocessable: nothing waits there for this App.
        Uncertain: the answer was lost again and again; whether something still waits can be read.
    """
    body = {
        "environment_name": environment,
        "state": "approved" if approved else "rejected",
        "comment": comment[:MAX_COMMENT],
    }
    for left in reversed(range(_TRIES)):
        try:
            await repo.calls.send(op.ANSWER_PROTECTION, Nothing, {"run_id": workflow_run_id}, body)
        except Uncertain:
            if not left:
                raise
            await repo.calls.pause(_TRIES - left)
        except Unprocessable:
            if left == _TRIES - 1:
                raise
            return  # the one before had arrived
        else:
            return


async def report_protection(
    repo: RepositoryClient, workflow_run_id: int, environment: str, *, comment: str
) -> None:
    """This function will say how the matter stands without deciding it; GitHub takes ten of these.

    Raises:
        Uncertain: the answer was lost; it counts as one of the ten.
    """
    body = {"environment_name": environment, "comment": comment[:MAX_COMMENT]}
    await repo.calls.send(op.ANSWER_PROTECTION, Nothing, {"run_id": workflow_run_id}, body)


async def list_pending(repo: RepositoryClient, workflow_run_id: int) -> tuple[str, ...]:
    """This function will read the environments that jobs of a run wait for, whatever they wait for."""
    shapes = await repo.calls.get(
        op.LIST_PENDING_DEPLOYMENTS, list[PendingShape], {"run_id": workflow_run_id}
    )
    return tuple(shape.environment.name for shape in shapes if shape.environment.name)
