"""Two pull requests that want one environment, and everything that can happen to them meanwhile."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bot.localhub.state import accounts, git, issues, protection, runs
from tests.support.guarded import WORKFLOW
from tests.support.production import production

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.state.actions import Job, WorkflowRun
    from bot.localhub.state.nouns import Comment, Pull, User
    from tests.support.production import Production

APPROVALS = "    approvals: {count: 1, from: {users: [bob]}, request: false}\n"
APART = "  production:\n    workflow: apply.yml\n    plan: {workflow: plan.yml}\n" + APPROVALS
WITHIN = "  production:\n    workflow: production.yml\n    plan: {}\n" + APPROVALS
FINAL = ("**succeeded**", "**failed**", "**refused**", "**expired**")
_CHANGES = {"apply.yml", "production.yml"}


class HarbourMaster:
    """Plays what people, GitHub's runners and bad luck do, and remembers what was approved."""

    world: Production
    pulls: dict[str, Pull]

    def __init__(self, policy: str) -> None:
        self._policy = policy
        self._stack = AsyncExitStack()
        self.asked: list[Comment] = []
        self.approved: set[str] = set()  # digests of plans that bob has seen and approved
        self.plans: dict[int, list[str]] = {}  # by workflow run
        self.pushes = 0

    @property
    def is_within(self) -> bool:
        """Whether one workflow plans and applies."""
        return self._policy is WITHIN

    async def open(self, folder: Path) -> None:
        """This function will open the repository with its two pull requests."""
        self.world = await self._stack.enter_async_context(production(folder))
        bot = self.world.bot
        self.world.policy(self._policy)
        self.world.protect("production")
        files = {f".github/workflows/{name}": f"name: {name}\n{WORKFLOW}" for name in (*_CHANGES, "plan.yml")}
        other = bot.open_pull("other", by="cy")
        git.push(
            bot.hub.store, bot.repository, "other", files=files, message="Files", author=self._user("cy")
        )
        bot.ci({"test": None}, branch="other")
        self.pulls = {"feature": bot.pull, "other": other}
        await bot.settle()

    async def close(self) -> None:
        """This function will close everything."""
        await self._stack.aclose()

    async def say(self, branch: str, text: str, *, by: str) -> Comment:
        """This function will comment on a pull request and let everything happen that follows."""
        bot = self.world.bot
        number = self.pulls[branch].number
        comment = issues.write_comment(
            bot.hub.store, bot.repository, number, body=text, author=self._user(by)
        )
        await bot.settle()
        return comment

    async def deploy(self, branch: str) -> None:
        """This function will ask for a deployment."""
        by = "ada" if branch == "feature" else "cy"
        self.asked.append(await self.say(branch, "/deploy production", by=by))

    async def approve(self, branch: str) -> None:
        """This function will let bob approve what he sees waiting."""
        head = self.pulls[branch].head_sha
        for run in self.world.dispatched:
            if run.inputs.get("sha") == head and self.plans.get(run.id):
                self.approved.add(self.plans[run.id][-1])
        await self.say(branch, "/approve production", by="bob")

    async def push(self, branch: str) -> None:
        """This function will push another commit, whose checks are green."""
        bot = self.world.bot
        self.pushes += 1
        files = {f"{branch}.txt": f"push {self.pushes}"}
        git.push(bot.hub.store, bot.repository, branch, files=files, message="More", author=self._user("ada"))
        bot.ci({"test": None}, branch=branch)
        await bot.settle()

    async def set_role(self, role: str) -> None:
        """This function will change what ada may do."""
        accounts.set_role(self.world.bot.repository, self.world.bot.ada, role)

    @property
    def open_runs(self) -> list[WorkflowRun]:
        """The dispatched workflow runs that have not ended."""
        return [run for run in self.world.dispatched if run.latest.status != "completed"]

    async def work(self, run: WorkflowRun, conclusion: str) -> None:
        """This function will let GitHub's runners do the next thing of a workflow run."""
        store = self.world.bot.hub.store
        if run.workflow.name == "plan.yml":
            await self._end_plan(run, conclusion)
        elif run.workflow.name == "apply.yml":
            await self._end(run, "terraform-apply", conclusion)
        elif not self.plans.get(run.id):
            self._upload(run)
            await self.world.job(run, "terraform-plan")
            protection.hold(store, runs.add_job(store, run, "terraform-apply", environment="production"))
            await self.world.bot.settle()
        elif not protection.waiting(run):
            await self._end(run, "terraform-apply", conclusion)

    async def plan_again(self, run: WorkflowRun) -> None:
        """This function will let somebody have a plan made anew."""
        store = self.world.bot.hub.store
        runs.rerun(store, run, actor=self._user("ada"), again=lambda _: True)
        await self.world.bot.settle()

    def holders(self) -> list[WorkflowRun]:
        """This function will list the runs that may be changing the environment now."""
        return [run for run in self.open_runs if self._changes(run)]

    def unapproved(self) -> list[str]:
        """This function will list the plans that were applied without anybody's approval."""
        return [
            digest
            for run in self.world.dispatched
            for digest in self._applied(run)
            if digest not in self.approved
        ]

    def tokens(self) -> list[int]:
        """This function will list the fencing tokens in the order in which they reached the environment."""
        return [
            int(run.inputs["lease_token"]) for run in self.world.dispatched if run.workflow.name in _CHANGES
        ]

    def unanswered(self) -> list[str]:
        """This function will list the receipts that do not say how it ended."""
        number = {comment.id for comment in self.asked}
        bodies = [
            body.body
            for pull in self.pulls.values()
            for body in self.world.bot.repository.issues[pull.number].comments
            if body.app is self.world.bot.hub.app and "`/deploy production`" in body.body
        ]
        missing = [f"{len(number) - len(bodies)} missing"] if len(bodies) != len(number) else []
        return missing + [body for body in bodies if not any(word in body for word in FINAL)]

    async def finish(self) -> None:
        """This function will let everything come to its end: nobody approves any more, every run ends."""
        for _ in range(40):
            for run in self.open_runs:
                runs.cancel(self.world.bot.hub.store, run)
            await self.world.bot.settle()
            if not self.unanswered():
                return
            await self.world.pass_time(3600 * 2)

    def _user(self, login: str) -> User:
        return self.world.bot.hub.store.user(login)

    def _changes(self, run: WorkflowRun) -> bool:
        return run.workflow.name == "apply.yml" or any(_applies(job) for job in run.latest.jobs)

    def _applied(self, run: WorkflowRun) -> list[str]:
        if run.workflow.name == "apply.yml":
            return [run.inputs["plan_digest"]]
        if any(_applies(job) for job in run.latest.jobs):
            return self.plans[run.id][-1:]
        return []

    def _upload(self, run: WorkflowRun) -> None:
        made = self.plans.setdefault(run.id, [])
        made.append(self.world.upload_plan(run, f"plan {len(made)} of {run.id}"))

    async def _end_plan(self, run: WorkflowRun, conclusion: str) -> None:
        if conclusion == "success":
            self._upload(run)
        await self._end(run, "plan", conclusion)

    async def _end(self, run: WorkflowRun, name: str, conclusion: str) -> None:
        store = self.world.bot.hub.store
        open_jobs = [job for job in run.latest.jobs if job.status != "completed"]
        for job in open_jobs or [runs.add_job(store, run, name)]:
            runs.finish_job(store, job, conclusion)
        runs.finish_run(store, run, conclusion)
        await self.world.bot.settle()


def _applies(job: Job) -> bool:
    """Whether the job has been let into the environment."""
    if job.name != "terraform-apply":
        return False
    return job.status in {"queued", "in_progress"} or job.conclusion == "success"
