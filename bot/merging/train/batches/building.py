"""Builds the commit of a batch: GitHub merges one head after the other, and CI runs once, on the whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.github.commit_models import NewCommit
from bot.github.errors import Conflict, NotFound, Unprocessable
from bot.github.git_data import create_commit, create_ref, delete_ref, get_git_commit, get_ref, update_ref
from bot.github.merging import merge_branch
from bot.github.models import Sha
from bot.merging.train.clearing import yard_of
from bot.merging.train.model import Built, LeftOut
from bot.merging.train.render import batch_message, part_message

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.github.client import RepositoryClient
    from bot.merging.model import Batch, Car


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds batches; to build one again gives the same, and starts CI no second time."""

    services: Services

    async def build(self, repo: RepositoryClient, batch: Batch, *, base_tree: str) -> Built:
        """This function will build a batch on its base's commit; who contradicts those before him is left out.

        GitHub merges on a branch beside the one that is tested. Each of its commits asks CI to look away, for only
        the last tree is wanted. The commit to be tested has that tree and the base as its one parent, so that a word
        like `[skip ci]` in somebody's commit keeps CI from nothing.
        https://docs.github.com/en/actions/managing-workflow-runs/skipping-workflow-runs
        """
        yard = yard_of(batch)
        begin = NewCommit(message=part_message(None), tree=base_tree, parents=(batch.base_sha,))
        await _point(repo, f"heads/{yard}", (await create_commit(repo, begin)).sha)
        cars: list[Car] = []
        left_out: list[LeftOut] = []
        tree = base_tree
        for car in batch.cars:
            try:
                tree = await self._couple(repo, batch, car, tree)
            except (Conflict, NotFound) as error:
                before = tuple(each.number for each in cars)
                left_out.append(LeftOut(number=car.number, after=before, text=str(error)))
                continue
            cars.append(replace(car, tree=tree))
        built = Built(head_sha=None, cars=tuple(cars), left_out=tuple(left_out))
        if cars or not batch.cars:
            built = replace(built, head_sha=await self._publish(repo, replace(batch, cars=built.cars), tree))
        await delete_ref(repo, f"heads/{yard}")
        return built

    async def _couple(self, repo: RepositoryClient, batch: Batch, car: Car, tree: str) -> str:
        """Merge one more head and return the tree with it; one that is contained already changes nothing."""
        message = part_message(car.number)
        merged = await merge_branch(repo, base=yard_of(batch), head=car.head_sha, message=message)
        return tree if merged is None else merged.tree

    async def _publish(self, repo: RepositoryClient, batch: Batch, tree: str) -> Sha:
        """Make the commit and the branch on which CI runs, once."""
        ref = f"heads/{batch.branch}"

        async def act() -> str:
            new = NewCommit(message=batch_message(batch), tree=tree, parents=(batch.base_sha,))
            made = await create_commit(repo, new)
            return (await create_ref(repo, ref, made.sha)).sha

        async def find() -> str | None:
            found = await get_ref(repo, ref)
            if found is None or (await get_git_commit(repo, found.sha)).tree != tree:
                return None
            return found.sha

        key = f"train/{repo.ref.id}/{batch.id}"
        return Sha(await self.services.effects.once(key, act, read_back=find, returns=str))


async def _point(repo: RepositoryClient, ref: str, sha: Sha) -> None:
    """Make the branch, or move the one that an earlier try left."""
    try:
        await create_ref(repo, ref, sha)
    except Unprocessable:
        if await get_ref(repo, ref) is None:
            raise
        await update_ref(repo, ref, sha, force=True)
