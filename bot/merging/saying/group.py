"""Answers GitHub's merge queue: the check run `pilothouse / merge` on the commit that the queue built and tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.merging.judging.facts import read_base
from bot.merging.model import CHECK
from bot.merging.saying.render import render_group
from bot.merging.wishes.holds import hold_of
from bot.merging.wishes.store import wish_of
from bot.storage.check_effect import keep_check

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.github.client import RepositoryClient
    from bot.github.models import Sha

# https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
_REF = re.compile(r"(?:refs/heads/)?gh-readonly-queue/(?P<base>.+)/pr-(?P<number>\d+)-[0-9a-f]{40}")


async def answer_group(repo: RepositoryClient, sha: Sha, *, ref: str, services: Services) -> bool:
    """This function will say on the queue's commit whether anybody holds the pull request, where that is of use.

    It is where the check is required, or where a wish or a hold is known; it says whether it wrote.

    Raises:
        GitHubError: it could not be said.
    """
    found = _REF.fullmatch(ref)
    if found is None:
        return False
    number = int(found["number"])
    hold, wish = await services.database.read(
        lambda connection: (
            hold_of(connection, repo.ref.id, number),
            wish_of(connection, repo.ref.id, number),
        )
    )
    if hold is None and (wish is None or wish.state.is_over) and not await _is_required(repo, found["base"]):
        return False
    report = render_group(number, sha, hold)
    await keep_check(services.effects, repo, report, key=f"merge_group/{repo.ref.id}/{number}/{sha}")
    return True


async def _is_required(repo: RepositoryClient, base_ref: str) -> bool:
    base = await read_base(repo, base_ref)
    return base is not None and any(check.name == CHECK for check in base.rules.checks)
