"""What each page shows: from the state to the facts of its template."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from aiohttp import web

from bot.localhub.pages.merging import merge_box
from bot.localhub.pages.site import Page
from bot.localhub.pages.timeline import newest_checks, timeline
from bot.localhub.pages.words import log_anchors, log_lines, short
from bot.localhub.scenarios.player import Outcome, Scene
from bot.localhub.state import git, merge_queue
from bot.localhub.state.merging import methods

if TYPE_CHECKING:
    from bot.localhub.pages.site import Site
    from bot.localhub.state.nouns import Commit, Pull, Repository

_T = TypeVar("_T")
_SCENES = (
    (Scene.GREEN, "pass"),
    (Scene.RUST_RED, "fail in Rust"),
    (Scene.PYTHON_RED, "fail in Python"),
)


def repository_of(site: Site, request: web.Request) -> Repository:
    """This function will give the repository that a URL names."""
    return site.store.repository(f"{request.match_info['owner']}/{request.match_info['name']}")


def home(site: Site, _request: web.Request) -> Page:
    """This function will show all repositories."""
    return Page(template="home.html", tab="home", facts={"repositories": site.store.repositories.values()})


def repository(site: Site, request: web.Request) -> Page:
    """This function will show a repository."""
    shown = repository_of(site, request)
    tip = site.store.commits[shown.branches[shown.default_branch]]
    environments = [
        (
            environment.name,
            next((one for one in _newest(shown.deployments) if one.environment == environment.name), None),
        )
        for environment in shown.environments.values()
    ]
    facts = {
        "tip": tip,
        "readme": tip.files.get("README.md", b"").decode(errors="replace"),
        "environments": environments,
        "runs": _newest(shown.runs)[:5],
    }
    return Page(template="repository.html", tab="overview", repository=shown, facts=facts)


def pulls(site: Site, request: web.Request) -> Page:
    """This function will list all pull requests."""
    shown = repository_of(site, request)
    return Page(template="pulls.html", tab="pulls", repository=shown, facts={"pulls": _newest(shown.pulls)})


def pull(site: Site, request: web.Request) -> Page:
    """This function will show the conversation of a pull request."""
    shown = repository_of(site, request)
    found = _pull_of(shown, request)
    entries = timeline(site.store, shown, found)
    is_open = found.issue.state == "open"
    runs = [run for run in shown.runs.values() if run.head_sha == found.head_sha]
    facts = {
        "pull": found,
        "timeline": entries,
        "merging": merge_box(site.store, shown, found, site.actor(request)) if is_open else None,
        "head_checks": newest_checks(shown, found.head_sha),
        "deployments": [entry.noun for entry in reversed(entries) if entry.kind == "deployment"],
        "reruns": [run for run in runs if run.latest.conclusion in {"failure", "timed_out"}],
        "scenes": _SCENES if site.player and is_open else (),
        "activity": site.traffic.activity(10),
    }
    return Page(template="pull.html", tab="pulls", repository=shown, facts=facts)


def queue(site: Site, request: web.Request) -> Page:
    """This function will show a base's merge queue."""
    shown, base = repository_of(site, request), request.match_info["base"]
    rows = [(entry, merge_queue.word(site.store, shown, entry)) for entry in shown.queues.get(base, ())]
    return Page(template="queue.html", tab="pulls", repository=shown, facts={"base": base, "rows": rows})


def pull_files(site: Site, request: web.Request) -> Page:
    """This function will show what a pull request changes."""
    shown = repository_of(site, request)
    found = _pull_of(shown, request)
    head = site.store.commits[found.head_sha]
    base = git.merge_base(site.store, methods.base_tip(shown, found), found.head_sha)
    about = f"Changes of #{found.number} at {short(found.head_sha)}"
    return _changes(shown, base, head, heading=found.issue.title, about=about)


def commit(site: Site, request: web.Request) -> Page:
    """This function will show a commit."""
    shown = repository_of(site, request)
    found = git.resolve(site.store, shown, request.match_info["sha"])
    parent = site.store.commits[found.parents[0]] if found.parents else None
    about = f"{short(found.sha)} by {found.author.login}"
    return _changes(shown, parent, found, heading=found.message.partition("\n")[0], about=about)


def compare(site: Site, request: web.Request) -> Page:
    """This function will show what lies between two commits."""
    shown = repository_of(site, request)
    before, _, after = request.match_info["range"].replace("...", "..").partition("..")
    head = git.resolve(site.store, shown, after)
    base = git.resolve(site.store, shown, before)
    heading = f"{short(base.sha)} to {short(head.sha)}"
    return _changes(shown, base, head, heading=heading, about="Compared commit by commit")


def blob(site: Site, request: web.Request) -> Page:
    """This function will show a file at a commit."""
    shown = repository_of(site, request)
    found = git.resolve(site.store, shown, request.match_info["ref"])
    path = request.match_info["path"]
    content = found.files.get(path)
    lines = None if content is None else content.decode(errors="replace").splitlines()
    facts = {"path": path, "commit": found, "lines": lines}
    return Page(template="blob.html", tab="overview", repository=shown, facts=facts)


def issues(site: Site, request: web.Request) -> Page:
    """This function will list the issues."""
    shown = repository_of(site, request)
    listed = [issue for issue in _newest(shown.issues) if not issue.is_pull]
    return Page(template="issues.html", tab="issues", repository=shown, facts={"issues": listed})


def issue(site: Site, request: web.Request) -> Page:
    """This function will show an issue, and send visitors of a pull request's number to it."""
    shown = repository_of(site, request)
    found = shown.issues[int(request.match_info["number"])]
    if found.is_pull:
        raise web.HTTPFound(f"/{shown.full_name}/pull/{found.number}")
    return Page(template="issue.html", tab="issues", repository=shown, facts={"issue": found})


def actions(site: Site, request: web.Request) -> Page:
    """This function will list the workflow runs."""
    shown = repository_of(site, request)
    return Page(template="actions.html", tab="actions", repository=shown, facts={"runs": _newest(shown.runs)})


def run(site: Site, request: web.Request) -> Page:
    """This function will show one attempt of a workflow run, the newest unless another is named."""
    shown = repository_of(site, request)
    found = shown.runs[int(request.match_info["run"])]
    attempt = int(request.match_info.get("attempt", len(found.attempts)))
    if not 1 <= attempt <= len(found.attempts):
        raise web.HTTPNotFound(text=f"This run has no attempt {attempt}.")
    facts = {"run": found, "attempt": found.attempts[attempt - 1]}
    return Page(template="run.html", tab="actions", repository=shown, facts=facts)


def job(site: Site, request: web.Request) -> Page:
    """This function will show a job with its log."""
    shown = repository_of(site, request)
    found = shown.jobs[int(request.match_info["job"])]
    lines = log_anchors(log_lines(found.log))
    first_error = next((anchor for anchor, line in lines if line.startswith("##[error]")), None)
    facts = {"job": found, "lines": lines, "first_error": first_error}
    return Page(template="job.html", tab="actions", repository=shown, facts=facts)


def check(site: Site, request: web.Request) -> Page:
    """This function will show a check run with its annotations and buttons, or lead on to the job behind it."""
    shown = repository_of(site, request)
    behind = shown.jobs.get(int(request.match_info["check"]))
    if behind is not None:
        raise web.HTTPFound(f"/{shown.full_name}/actions/runs/{behind.run.id}/job/{behind.id}")
    found = shown.check_runs[int(request.match_info["check"])]
    own = f"{site.store.base_url}/"
    details = None if (found.details_url or own).startswith(own) else found.details_url
    facts = {"check": found, "details": details}
    return Page(template="check.html", tab="pulls", repository=shown, facts=facts)


def comment(site: Site, request: web.Request) -> Page:
    """This function will show a comment to change or delete."""
    shown = repository_of(site, request)
    found = shown.comments[int(request.match_info["comment"])]
    return Page(template="comment.html", tab="pulls", repository=shown, facts={"comment": found})


def deployments(site: Site, request: web.Request) -> Page:
    """This function will show all deployments with their statuses."""
    shown = repository_of(site, request)
    facts = {
        "deployments": _newest(shown.deployments),
        "directing": site.player is not None,
        "services": _services(site, shown),
        "deploys_fail": site.player is not None and site.player.deployments is Outcome.FAIL,
    }
    return Page(template="deployments.html", tab="deployments", repository=shown, facts=facts)


def _services(site: Site, shown: Repository) -> list[dict[str, object]]:
    """What runs in each environment and how it answers for its health, where rollouts are played."""
    if site.player is None:
        return []
    services = site.player.services
    found: list[dict[str, object]] = []
    for one in shown.environments.values():
        status, text = services.health(one.name)
        found.append(
            {"environment": one.name, "sha": services.running(one.name), "status": status, "text": text}
        )
    return found


def deliveries(site: Site, _request: web.Request) -> Page:
    """This function will list what was sent to the App."""
    return Page(template="deliveries.html", tab="deliveries", facts={"deliveries": site.traffic.deliveries()})


def bot(site: Site, _request: web.Request) -> Page:
    """This function will list the App's calls and the events that went to it."""
    facts = {"activity": site.traffic.activity(400)}
    return Page(template="bot.html", tab="bot", repository=_only(site), facts=facts)


def _only(site: Site) -> Repository | None:
    """The repository whose tabs stay in reach on pages that belong to none, where there is just one."""
    known = list(site.store.repositories.values())
    return known[0] if len(known) == 1 else None


def _pull_of(shown: Repository, request: web.Request) -> Pull:
    return shown.pulls[int(request.match_info["number"])]


def _newest(nouns: dict[int, _T]) -> list[_T]:
    return list(reversed(nouns.values()))


def _changes(shown: Repository, before: Commit | None, after: Commit, *, heading: str, about: str) -> Page:
    found = git.changes(before.files if before else {}, after.files)
    facts = {"changes": found, "heading": heading, "about": about}
    return Page(template="files.html", tab="pulls", repository=shown, facts=facts)
