"""A repository that releases: the whole bot, a release workflow that builds and uploads, people who ask for it."""

from __future__ import annotations

import hashlib
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.state import accounts, git, issues, protections, pulls, runs
from bot.localhub.state.releases import assets
from bot.releases.store import row_of, timeline_of
from tests.support.bot import Bot, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Comment, Issue
    from bot.localhub.state.releases.nouns import Release
    from bot.releases.model import ReleaseEvent, ReleaseRow

TAG = "v1.0.0"
WORKFLOW = "name: Release\non: {push: {tags: ['v*']}}\n"
POLICY = """\
release:
  assets:
    - name: "*-linux-x64.tar.gz"
    - name: "*-linux-arm64.tar.gz"
  checksums: SHA256SUMS
"""
BUILT = {"harbour-1.0.0-linux-x64.tar.gz": b"x64", "harbour-1.0.0-linux-arm64.tar.gz": b"arm64"}


@dataclass
class Shipyard:
    """The whole bot, and what happens around its releases."""

    bot: Bot
    issue: Issue = field(init=False)

    def __post_init__(self) -> None:
        store, repository = self.bot.hub.store, self.bot.repository
        self.grace = store.user("grace")
        accounts.set_role(repository, self.grace, "maintain")
        self.commit("feat: dredge the basin", {".github/workflows/release.yml": WORKFLOW})
        self.policy(POLICY)
        self.issue = issues.open_issue(store, repository, title="Ship it", body="", author=self.grace)
        self.green()

    def commit(self, message: str, files: Mapping[str, str] | None = None, *, branch: str = "main") -> str:
        """This function will push a commit."""
        made = git.push(
            self.bot.hub.store,
            self.bot.repository,
            branch,
            files=dict(files) if files is not None else {"basin.txt": message},
            message=message,
            author=self.bot.ada,
        )
        return made.sha

    def workflow(self, triggers: str) -> None:
        """This function will have the release's workflow started by something else."""
        self.commit("ci: start it so", {".github/workflows/release.yml": f"name: Release\n{triggers}"})
        runs.workflow_of(self.bot.hub.store, self.bot.repository, "release.yml", name="Release")

    def remove(self, path: str) -> None:
        """This function will delete a file of the default branch."""
        git.push(
            self.bot.hub.store,
            self.bot.repository,
            "main",
            files={path: None},
            message="chore: tidy",
            author=self.bot.ada,
        )

    def protect_tags(self) -> None:
        """This function will have a ruleset let nobody make tags."""
        rules = (protections.Rule(type="creation"),)
        ruleset = protections.Ruleset(
            id=self.bot.hub.store.next_id(), target="tag", include=("~ALL",), rules=rules
        )
        self.bot.repository.rulesets.append(ruleset)

    def branch(self, name: str, *, at: str) -> None:
        """This function will make a branch of a commit."""
        self.bot.repository.branches[name] = at

    async def merge(self, title: str, *, closes: int) -> None:
        """This function will merge the pull request, which closes an issue."""
        store, repository, pull = self.bot.hub.store, self.bot.repository, self.bot.pull
        pull.issue.title, pull.issue.body = title, f"Closes #{closes}"
        pulls.merge(store, repository, pull, sender=self.bot.ada, method="squash")
        self.green()
        await self.bot.settle()

    def policy(self, text: str) -> None:
        """This function will configure the repository."""
        self.commit("chore: configure", {".github/pilothouse.yml": text})

    def green(self, branch: str = "main", *, log: str | bytes | None = None) -> WorkflowRun:
        """This function will let CI pass on the newest commit of a branch; with a log it fails."""
        return self.bot.ci({"test": log}, branch=branch)

    async def say(self, text: str, *, by: str = "grace", number: int | None = None) -> Comment:
        """This function will comment on the issue and let everything happen that follows."""
        author = self.bot.hub.store.user(by)
        comment = issues.write_comment(
            self.bot.hub.store, self.bot.repository, number or self.issue.number, body=text, author=author
        )
        await self.bot.settle()
        return comment

    async def pass_time(self, seconds: float = 15, *, times: int = 1) -> None:
        """This function will let time pass, and everything happen that was waiting for it."""
        for _ in range(times):
            self.bot.clock.advance(timedelta(seconds=seconds))
            await self.bot.settle()

    def sums(self, files: Mapping[str, bytes]) -> bytes:
        """This function will write the checksums of files as sha256sum does."""
        lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
        return "".join(lines).encode()

    def start_build(self, tag: str = TAG, *, event: str = "push") -> WorkflowRun:
        """This function will start the release's workflow for a tag, as GitHub does when the tag is pushed."""
        store, repository = self.bot.hub.store, self.bot.repository
        workflow = runs.workflow_of(store, repository, "release.yml", name="Release")
        new = runs.NewRun(head_sha=self.tagged(tag), head_branch=tag, actor=self.grace, event=event)
        return runs.start_run(store, repository, workflow, new, jobs=["build"])

    def tagged(self, tag: str = TAG) -> str:
        """This function will say at which commit a tag is."""
        return git.peeled(self.bot.hub.store, self.bot.repository.tags[tag])

    def upload(self, files: Mapping[str, bytes], tag: str = TAG) -> None:
        """This function will upload files to the release of a tag, in place of those of the same name."""
        release = self.release(tag)
        for name, content in files.items():
            known = assets.named(release, name)
            if known is not None:
                del release.assets[known.id]
            new = assets.NewAsset(name=name, content=content, uploader=self.bot.hub.store.actions_app.bot)
            assets.upload(self.bot.hub.store, release, new)

    async def build(
        self, files: Mapping[str, bytes] = BUILT, *, tag: str = TAG, sums: bytes | None = None
    ) -> WorkflowRun:
        """This function will build files and upload them with their checksums, and end the workflow run."""
        run = self.start_build(tag)
        await self.pass_time()
        self.upload({**files, "SHA256SUMS": self.sums(files) if sums is None else sums}, tag)
        await self.end(run)
        return run

    async def end(self, run: WorkflowRun, conclusion: str = "success") -> None:
        """This function will end the jobs of a workflow run and let everything happen that follows."""
        for job in run.latest.jobs:
            if job.status != "completed":
                runs.finish_job(self.bot.hub.store, job, conclusion)
        runs.finish_run(self.bot.hub.store, run)
        await self.pass_time()

    async def resumed(self) -> bool:
        """This function will go on with the release, and say whether it is out then."""
        await self.say("/release resume v1.0.0")
        await self.pass_time(10, times=3)
        return not self.release().draft

    def release(self, tag: str = TAG) -> Release:
        """This function will find the one release or draft of a tag."""
        (found,) = self.releases(tag)
        return found

    def releases(self, tag: str = TAG) -> list[Release]:
        """This function will list the releases and drafts of a tag."""
        return [one for one in self.bot.repository.releases.values() if one.tag == tag]

    @property
    def receipts(self) -> list[str]:
        """What the bot has answered on the issue."""
        return [one.body for one in self.issue.comments if one.app is self.bot.hub.app]

    def comments(self, number: int) -> list[str]:
        """This function will list what the bot has written on an issue or pull request."""
        found = self.bot.repository.issues[number].comments
        return [one.body for one in found if one.app is self.bot.hub.app]

    async def row(self, tag: str = TAG) -> ReleaseRow:
        """This function will read how the release of a tag stands."""
        repository_id = self.bot.ref.id
        found = await self.bot.database.read(lambda connection: row_of(connection, repository_id, tag))
        assert found is not None
        return found

    async def timeline(self, tag: str = TAG) -> tuple[ReleaseEvent, ...]:
        """This function will read what happened to the release of a tag."""
        repository_id = self.bot.ref.id
        return await self.bot.database.read(lambda connection: timeline_of(connection, repository_id, tag))


@asynccontextmanager
async def shipping(folder: Path, *, repeat_every_step: bool = False) -> AsyncIterator[Shipyard]:
    """This function will open a bot whose repository releases."""
    async with serving(folder, repeat_every_step=repeat_every_step) as bot:
        yard = Shipyard(bot)
        await bot.settle()
        yield yard
