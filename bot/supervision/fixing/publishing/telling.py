"""Opens the pull request or issue of a fix, each once, says there how it went on, and closes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.github.comments import create_comment, find_comment
from bot.github.errors import NotFound
from bot.github.issues import add_labels, close_issue, create_issue, find_issue, update_issue
from bot.github.pulls import NewPull, close_pull, create_pull, describe_pull, pulls_of_branch
from bot.supervision.fixing.publishing.committing import remove_branch
from bot.supervision.fixing.saying.describing import fix_title, issue_marker, render_issue, render_pull
from bot.supervision.fixing.saying.words import render_word, word_marker

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.storage.effects import Effects
    from bot.supervision.fixing.model import Fix
    from bot.supervision.fixing.saying.describing import Proposal
    from bot.supervision.fixing.verdict.model import SeenBuild, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Says on GitHub what a fix is and how it went on; all of it may be done twice."""

    repo: RepositoryClient
    effects: Effects

    async def open_pull(self, proposal: Proposal) -> int:
        """This function will open the pull request of a fix, or describe the one anew that is open for its branch."""
        fix = proposal.fix
        body = render_pull(proposal)
        new = NewPull(head=fix.head_ref, base=fix.trouble.branch, title=fix_title(fix.trouble), body=body)

        async def act() -> int:
            return (await create_pull(self.repo, new)).number

        known = await self._open_pull(fix)
        if known is not None:
            await describe_pull(self.repo, known, title=new.title, body=body)
            return known
        key = f"{self._key(fix)}/pull"
        return await self.effects.once(key, act, read_back=lambda: self._open_pull(fix), returns=int)

    async def label(self, number: int, label: str) -> None:
        """This function will put the label on the pull request, where one is configured."""
        if label:
            await add_labels(self.repo, number, (label,))

    async def open_issue(self, proposal: Proposal) -> int:
        """This function will open the issue that suggests a fix, or edit the one that stands."""
        fix = proposal.fix
        title, body = f"Suggestion: {fix_title(fix.trouble)}", render_issue(proposal)

        async def act() -> int:
            return (await create_issue(self.repo, title=title, body=body)).number

        async def find() -> int | None:
            found = await find_issue(self.repo, marker=issue_marker(fix.trouble))
            return None if found is None else found.number

        known = await find()
        if known is not None:
            await update_issue(self.repo, known, title=title, body=body)
            return known
        return await self.effects.once(f"{self._key(fix)}/issue", act, read_back=find, returns=int)

    async def say(self, fix: Fix, word: Word, build: SeenBuild) -> None:
        """This function will say one word on the pull request or issue of a fix, once."""
        number = _number(fix)

        async def act() -> int:
            return (await create_comment(self.repo, number, render_word(fix, word, build))).id

        async def find() -> int | None:
            found = await find_comment(self.repo, number, marker=word_marker(fix, word))
            return None if found is None else found.id

        key = f"{self._key(fix)}/{word.value}"
        await self.effects.once(key, act, read_back=find, returns=int)

    async def close(self, fix: Fix) -> None:
        """This function will close the pull request of a fix and delete its branch, or close its issue."""
        try:
            if fix.head_ref:
                await close_pull(self.repo, _number(fix))
                await remove_branch(self.repo, fix)
            else:
                await close_issue(self.repo, _number(fix))
        except NotFound:  # somebody deleted it
            return

    async def _open_pull(self, fix: Fix) -> int | None:
        found = await pulls_of_branch(self.repo, f"{self.repo.ref.owner}:{fix.head_ref}")
        mine = [pull for pull in found if pull.base_ref == fix.trouble.branch]
        return mine[0].number if mine else None

    def _key(self, fix: Fix) -> str:
        return f"fix/{self.repo.ref.id}/{fix.id}"


def _number(fix: Fix) -> int:
    if fix.number is None:
        raise ValueError(f"fix {fix.id} has neither a pull request nor an issue")
    return fix.number
