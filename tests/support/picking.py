"""A repository with a release branch, where the whole bot carries merged changes over and takes them back."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.localhub.state import git, issues, pulls
from bot.localhub.state.merging import methods
from tests.support.bot import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.nouns import Commit, Pull, User
    from tests.support.bot import Bot

RELEASE = "release/1.x"
LINES = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n"


@dataclass
class Yard:
    """`main` and `release/1.x` share `app.txt` of nine lines; `ada` may write, `mallory` may read."""

    bot: Bot

    @property
    def branches(self) -> dict[str, str]:
        """The branches and their tips."""
        return self.bot.repository.branches

    def user(self, login: str) -> User:
        """This function will give a person."""
        return self.bot.hub.store.user(login)

    def push(self, branch: str, message: str, *, by: str = "ada", **files: str | None) -> Commit:
        """This function will commit files onto a branch; the name `app` stands for `app.txt`."""
        named = {f"{name}.txt": content for name, content in files.items()}
        return git.push(
            self.bot.hub.store,
            self.bot.repository,
            branch,
            files=named,
            message=message,
            author=self.user(by),
        )

    def open(self, branch: str, title: str, *, by: str = "ada", body: str = "") -> Pull:
        """This function will open a pull request onto main."""
        return pulls.open_pull(
            self.bot.hub.store, self.bot.repository, title=title, head=branch, author=self.user(by), body=body
        )

    def merge(
        self, pull: Pull, method: str = "squash", *, title: str | None = None, message: str | None = None
    ) -> str:
        """This function will merge a pull request as a person does, and return what it became."""
        store, repository = self.bot.hub.store, self.bot.repository
        how = methods.Merging(method=method, sender=self.bot.ada, title=title, message=message)
        made = methods.merge_commit(store, repository, pull, how)
        assert made is not None
        pulls.land(store, repository, pull, made.sha, sender=self.bot.ada)
        return made.sha

    def merged(self, title: str = "Deepen five", method: str = "squash", **files: str | None) -> Pull:
        """This function will merge a pull request of one commit that deepens line five, or changes these files."""
        branch = title.lower().replace(" ", "-")
        self.push(branch, title, by="eve", **(files or {"app": LINES.replace("five", "FIVE")}))
        pull = self.open(branch, title, by="eve")
        self.merge(pull, method)
        return pull

    def close(self, pull: Pull) -> None:
        """This function will close a pull request without merging it."""
        issues.set_state(self.bot.hub.store, self.bot.repository, pull.issue, "closed", self.bot.ada)

    async def say(self, pull: Pull, text: str, *, by: str = "ada") -> str:
        """This function will comment on a pull request, let all that follows happen, and return the last answer."""
        store, repository = self.bot.hub.store, self.bot.repository
        issues.write_comment(store, repository, pull.number, body=text, author=self.user(by))
        await self.bot.settle()
        answers = [one.body for one in pull.issue.comments if one.app is self.bot.hub.app]
        return answers[-1] if answers else ""

    def ours(self) -> list[Pull]:
        """This function will list the pull requests that the bot opened."""
        return [
            pull for pull in self.bot.repository.pulls.values() if pull.issue.author is self.bot.hub.app.bot
        ]

    def commit(self, sha: str) -> Commit:
        """This function will give a commit."""
        return self.bot.hub.store.commits[sha]

    def files(self, sha: str) -> dict[str, str]:
        """This function will read the files of a commit."""
        tree = self.bot.hub.store.trees[self.commit(sha).tree]
        return {path: content.decode() for path, content in tree.items()}

    def commits_on(self, base: str, head: str) -> list[Commit]:
        """This function will list what a head has beyond a base, oldest first."""
        store = self.bot.hub.store
        known = {one.sha for one in git.history(store, base)}
        return [one for one in git.history(store, head) if one.sha not in known][::-1]


@asynccontextmanager
async def picking(folder: Path, *, repeat_every_step: bool = False) -> AsyncIterator[Yard]:
    """This function will open a repository whose whole traffic must be as GitHub describes it."""
    async with serving(folder, repeat_every_step=repeat_every_step) as bot:
        yard = Yard(bot)
        yard.push("main", "Begin", app=LINES)
        bot.repository.branches[RELEASE] = bot.repository.branches["main"]
        await bot.settle()
        yield yard
