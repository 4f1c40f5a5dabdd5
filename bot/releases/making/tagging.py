"""Makes the tag of a release, only ever at its commit and only where there is none; knows its own again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.github.errors import Forbidden, Unprocessable
from bot.github.git_data import create_ref, create_tag, delete_ref, get_ref, get_tag, tagged_commit
from bot.github.models import Sha  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.releases.making.work import Releasing

_TRAILER = "Pilothouse-Release"
_OWN = re.compile(rf"^{_TRAILER}: attempt ([1-9][0-9]{{0,8}})$", re.MULTILINE)
# "Repository rule violations found … Cannot create ref due to creations being restricted."
_RULE = re.compile(r"rule violation|restricted|protected", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """Where the tag of the release stands now."""

    sha: Sha | None  # its commit; None where GitHub's rules did not let it be made
    problem: str = ""  # GitHub's words then


async def make_tag(work: Releasing) -> Tagged:
    """This function will make the annotated tag once, and say where it stands; one that is there is never moved.

    Raises:
        GitHubError: it could not be made or read for another reason than that it is there, or protected.
    """
    repo, tag = work.repo, work.request.tag

    async def find() -> Tagged | None:
        there = await tagged_commit(repo, tag)
        return None if there is None else Tagged(sha=there)

    async def act() -> Tagged:
        there = await find() if work.facts.tag_sha is not None else None
        if there is not None:
            return there
        made = await create_tag(repo, tag=tag, message=_message(work), sha=work.request.sha)
        try:
            await create_ref(repo, f"tags/{tag}", made.sha)
        except (Unprocessable, Forbidden) as error:
            there = await find()  # somebody was faster
            # The object of the tag was made with the same permission: then it is a rule that forbids the name.
            is_rule = isinstance(error, Forbidden) or _RULE.search(str(error)) is not None
            if there is None and not is_rule:
                raise
            return there or Tagged(sha=None, problem=str(error))
        return Tagged(sha=work.request.sha)

    return await work.services.effects.once(work.key("release_tag"), act, read_back=find, returns=Tagged)


async def delete_own_tag(repo: RepositoryClient, tag: str, *, attempt: int) -> bool:
    """This function will delete the tag where the release made it, and say whether it is gone.

    One that somebody else made, or that a later attempt than this made since, stays.
    """
    found = await get_ref(repo, f"tags/{tag}")
    if found is None:
        return True
    if found.type != "tag":
        return False
    own = _OWN.search((await get_tag(repo, found.sha)).message)
    if own is None or int(own[1]) > attempt:
        return False
    await delete_ref(repo, f"tags/{tag}")
    return True


def _message(work: Releasing) -> str:
    request = work.request
    return f"{request.tag}\n\nReleased by {request.author.login}.\n\n{_TRAILER}: attempt {request.attempt}\n"
