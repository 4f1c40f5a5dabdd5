"""What the demo's story is told with: steps, what is done in one, and how it is seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.localhub.state import issues
from bot.localhub.state.nouns import Issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.world import World
    from bot.localhub.state.nouns import Comment, Pull, Repository, User

_MARKER = re.compile(r"<!--.*?-->\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was seen: in words, where, and the text of the comment that shows it."""

    words: str
    url: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: `act` gives the id of the comment it wrote (0: none), `seen` looks for what must follow."""

    title: str
    act: Callable[[World], int]
    seen: Callable[[World, int], Sighting | None]
    seconds: float = 45.0


def visible(comment: Comment) -> str:
    """This function will give a comment's Markdown without its hidden markers."""
    return _MARKER.sub("", comment.body).strip()


def issue_of(place: Pull | Issue) -> Issue:
    """This function will give the issue that every pull request is too."""
    return place if isinstance(place, Issue) else place.issue


def repository_of(world: World, place: Pull | Issue) -> Repository:
    """This function will give the repository of a pull request or issue."""
    issue, every = issue_of(place), (world.harbour.repository, world.breakwater.repository)
    return next(repository for repository in every if repository.issues.get(issue.number) is issue)


def by_bot(world: World, place: Pull | Issue) -> list[Comment]:
    """This function will give the bot's comments on a pull request or issue."""
    return [comment for comment in issue_of(place).comments if comment.author is world.hub.app.bot]


def nothing(_world: World) -> int:
    """This function will do nothing: what must be seen comes by itself."""
    return 0


def says(
    place: Callable[[World], Pull | Issue], who: Callable[[World], User], body: str
) -> Callable[[World], int]:
    """This function will have someone comment on a pull request or issue."""

    def act(world: World) -> int:
        comment = issues.write_comment(
            world.hub.store,
            repository_of(world, place(world)),
            place(world).number,
            body=body,
            author=who(world),
        )
        return comment.id

    return act


def passed(world: World, pull: Pull) -> bool:
    """This function will say whether every workflow run of the pull request's head has ended green."""
    runs = [run for run in repository_of(world, pull).runs.values() if run.head_sha == pull.head_sha]
    return bool(runs) and all(run.latest.conclusion == "success" for run in runs)


def link_to(world: World, place: Pull | Issue, comment: Comment | None = None) -> str:
    """This function will give the address of a pull request or issue, or of a comment on it."""
    anchor = f"#issuecomment-{comment.id}" if comment else ""
    kind = "pull" if issue_of(place).is_pull else "issues"
    return f"{world.hub.url}/{repository_of(world, place).full_name}/{kind}/{place.number}{anchor}"


def answered(
    place: Callable[[World], Pull | Issue], state: str, *, words: str
) -> Callable[[World, int], Sighting | None]:
    """This function will look for a receipt that has reached a state."""

    def seen(world: World, comment_id: int) -> Sighting | None:
        receipt = receipt_of(world, place(world), comment_id)
        if receipt is None or f"**{state}**" not in receipt.body:
            return None
        return Sighting(words=words, url=link_to(world, place(world), receipt), text=visible(receipt))

    return seen


def refused(
    place: Callable[[World], Pull | Issue], reason: str, *, words: str
) -> Callable[[World, int], Sighting | None]:
    """This function will look for a receipt that refuses for one reason."""
    look = answered(place, "refused", words=words)

    def seen(world: World, comment_id: int) -> Sighting | None:
        found = look(world, comment_id)
        return found if found is not None and f"`{reason}`" in found.text else None

    return seen


def receipt_of(world: World, place: Pull | Issue, comment_id: int) -> Comment | None:
    """This function will give the receipt that answers a comment."""
    start = f"<!-- pilothouse:receipt {comment_id}/"
    return next((comment for comment in by_bot(world, place) if comment.body.startswith(start)), None)
