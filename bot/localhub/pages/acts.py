"""What a person does on the pages: comment, push, run again, press a button, redeliver."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from aiohttp import web

from bot.localhub.pages.reads import repository_of
from bot.localhub.scenarios.player import Outcome, Scene
from bot.localhub.state import checks, git, issues, runs
from bot.localhub.state.nouns import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.localhub.pages.site import Site
    from bot.localhub.state.actions import Job, WorkflowRun
    from bot.localhub.state.nouns import Repository, User

_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A form that was sent, by whom."""

    site: Site
    request: web.Request
    form: Mapping[str, str]
    actor: User

    @property
    def repository(self) -> Repository:
        """The repository that the URL names."""
        return repository_of(self.site, self.request)

    def number(self, name: str) -> int:
        """This function will give a number out of the URL."""
        return int(self.request.match_info[name])


async def comment(visit: Visit) -> str:
    """This function will write a comment on an issue or pull request."""
    repository, number = visit.repository, visit.number("number")
    body = visit.form.get("body", "").replace("\r\n", "\n").strip()
    if not body:
        raise web.HTTPUnprocessableEntity(text="A comment needs some text.")
    made = issues.write_comment(visit.site.store, repository, number, body=body, author=visit.actor)
    kind = "pull" if number in repository.pulls else "issues"
    return f"/{repository.full_name}/{kind}/{number}#issuecomment-{made.id}"


async def open_issue(visit: Visit) -> str:
    """This function will open an issue."""
    title = visit.form.get("title", "").strip()
    if not title:
        raise web.HTTPUnprocessableEntity(text="An issue needs a title.")
    repository = visit.repository
    made = issues.open_issue(
        visit.site.store, repository, title=title, body=visit.form.get("body"), author=visit.actor
    )
    return f"/{repository.full_name}/issues/{made.number}"


async def push(visit: Visit) -> str:
    """This function will push a commit to the branch of a pull request."""
    repository = visit.repository
    needs_write(repository, visit.actor)
    pull = repository.pulls[visit.number("number")]
    if visit.site.player is not None:
        visit.site.player.direct(repository, pull.head_ref, one_of(Scene, visit.form.get("scene")))
    message = visit.form.get("message", "").strip() or "Change something"
    head = visit.site.store.commits[pull.head_sha]
    notes = head.files.get("NOTES.md", b"# Notes\n").decode() + f"\n- {message}\n"
    git.push(
        visit.site.store,
        pull.head_repository or repository,
        pull.head_ref,
        files={"NOTES.md": notes},
        message=message,
        author=visit.actor,
    )
    return f"/{repository.full_name}/pull/{pull.number}"


async def rerun(visit: Visit) -> str:
    """This function will run all or the failed jobs of a workflow run again."""
    run = visit.repository.runs[visit.number("run")]
    every = visit.form.get("jobs") == "all"
    return _again(visit, run, lambda job: every or job.conclusion != "success")


async def rerun_job(visit: Visit) -> str:
    """This function will run one job again."""
    job = visit.repository.jobs[visit.number("job")]
    return _again(visit, job.run, lambda known: known.name == job.name)


def _again(visit: Visit, run: WorkflowRun, chosen: Callable[[Job], bool]) -> str:
    needs_write(visit.repository, visit.actor)
    if run.latest.status != "completed":
        raise web.HTTPConflict(text="This workflow run is still running.")
    if visit.site.player is None:
        runs.rerun(visit.site.store, run, actor=visit.actor, again=chosen)
    else:
        outcome = one_of(Outcome, visit.form.get("outcome"))
        visit.site.player.rerun(run, actor=visit.actor, again=chosen, outcome=outcome)
    return f"/{visit.repository.full_name}/actions/runs/{run.id}"


async def cancel_run(visit: Visit) -> str:
    """This function will cancel a workflow run that has not ended."""
    run = visit.repository.runs[visit.number("run")]
    needs_write(visit.repository, visit.actor)
    if run.latest.status == "completed":
        raise web.HTTPConflict(text="This workflow run has ended.")
    runs.cancel(visit.site.store, run)
    return f"/{visit.repository.full_name}/actions/runs/{run.id}"


async def press(visit: Visit) -> str:
    """This function will press a button of a check run."""
    repository = visit.repository
    needs_write(repository, visit.actor)
    check = repository.check_runs[visit.number("check")]
    identifier = visit.form.get("identifier", "")
    if check.status != "completed" or identifier not in {action["identifier"] for action in check.actions}:
        raise web.HTTPConflict(text="This check run does not have that button now. Reload the page.")
    checks.request_action(visit.site.store, repository, check, identifier=identifier, user=visit.actor)
    return back(visit, f"/{repository.full_name}/runs/{check.id}")


async def rerequest(visit: Visit) -> str:
    """This function will ask for a check run again."""
    repository = visit.repository
    needs_write(repository, visit.actor)
    check = repository.check_runs[visit.number("check")]
    checks.rerequest_run(visit.site.store, repository, check, user=visit.actor)
    return f"/{repository.full_name}/runs/{check.id}"


async def redeliver(visit: Visit) -> str:
    """This function will send a delivery again."""
    visit.site.traffic.redeliver(visit.number("delivery"))
    return "/_/deliveries"


async def direct_deployments(visit: Visit) -> str:
    """This function will decide how the next deployments end."""
    if visit.site.player is not None:
        visit.site.player.deployments = one_of(Outcome, visit.form.get("outcome"))
    return back(visit, "/")


def back(visit: Visit, otherwise: str) -> str:
    """This function will lead back to where the form stood, if that is a page of this server."""
    came_from = visit.request.headers.get("Referer", "")
    own = f"{visit.request.scheme}://{visit.request.host}/"
    return came_from if came_from.startswith(own) else otherwise


def needs_write(repository: Repository, actor: User) -> None:
    """This function will refuse people whose role does not let them change anything."""
    role = repository.role_of(actor)
    if ROLES.index(role) < ROLES.index("write"):
        raise web.HTTPForbidden(
            text=f"{actor.login} has the role {role} here; this needs write. Act as someone else."
        )


def one_of(choices: type[_Choice], given: str | None) -> _Choice:
    """This function will give the chosen value, the first one where none was given."""
    try:
        return choices(given) if given else next(iter(choices))
    except ValueError as error:
        raise web.HTTPUnprocessableEntity(text=f"{given!r} is no choice here.") from error
