"""What people and settings do around merging on demand: labels, drafts, protection, rulesets, the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.localhub.control_trust import pull_of
from bot.localhub.state import issues, merge_queue, pulls
from bot.localhub.state.nouns import ReviewThread
from bot.localhub.state.protections import Protection, RequiredCheck, RequiredReviews, Rule, Ruleset

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub

Body = dict[str, Any]


def set_labels(hub: LocalHub, given: Body) -> None:
    """This function will give an issue or pull request these labels, and take the others off."""
    repository = hub.store.repository(given["repo"])
    issue = repository.issues[int(given["number"])]
    issues.set_labels(hub.store, repository, issue, list(given["labels"]), hub.store.user(given["author"]))


def set_draft(hub: LocalHub, given: Body) -> None:
    """This function will make a pull request a draft, or ready for review."""
    repository, sender = hub.store.repository(given["repo"]), hub.store.user(given["author"])
    pulls.set_draft(hub.store, repository, pull_of(hub, given), draft=bool(given["draft"]), sender=sender)


def open_thread(hub: LocalHub, given: Body) -> Body:
    """This function will begin a conversation on a line, or resolve one that is named."""
    pull = pull_of(hub, given)
    for thread in pull.threads:
        if thread.id == given.get("id"):
            thread.resolved = bool(given.get("resolved", True))
            return {"id": thread.id}
    made = ReviewThread(id=hub.store.next_id(), path=given["path"], line=given.get("line"))
    pull.threads.append(made)
    return {"id": made.id}


def change_settings(hub: LocalHub, given: Body) -> None:
    """This function will change what a repository's settings say about merging, or whether it has issues."""
    repository = hub.store.repository(given["repo"])
    settings = repository.merge_settings
    for name, value in given["settings"].items():
        if name == "has_issues":
            repository.has_issues = bool(value)
            continue
        if not hasattr(settings, name):
            raise ValueError(f"{name!r} is no setting of merging")
        setattr(settings, name, value)


def protect_branch(hub: LocalHub, given: Body) -> None:
    """This function will protect the branches of a pattern the classic way, or no more."""
    repository, pattern = hub.store.repository(given["repo"]), given["branch"]
    wanted = given["protection"]
    if wanted is None:
        repository.protections.pop(pattern, None)
        return
    checks, reviews = wanted.get("checks"), wanted.get("reviews")
    rest = {name: value for name, value in wanted.items() if name not in {"checks", "reviews"}}
    repository.protections[pattern] = Protection(
        checks=None if checks is None else tuple(RequiredCheck(**one) for one in checks),
        reviews=None if reviews is None else RequiredReviews(**reviews),
        **rest,
    )


def add_ruleset(hub: LocalHub, given: Body) -> Body:
    """This function will put a ruleset in force."""
    repository = hub.store.repository(given["repo"])
    made = Ruleset(
        id=hub.store.next_id(),
        target=given.get("target", "branch"),
        include=tuple(given.get("include", ("~DEFAULT_BRANCH",))),
        exclude=tuple(given.get("exclude", ())),
        rules=tuple(Rule(type=one["type"], parameters=one.get("parameters", {})) for one in given["rules"]),
        enforcement=given.get("enforcement", "active"),
        bypass=frozenset(hub.store.user(login).id for login in given.get("bypass", ())),
    )
    repository.rulesets.append(made)
    return {"id": made.id}


def queue(hub: LocalHub, given: Body) -> list[Body]:
    """This function will look a merge queue over again, also for what took too long, and list what waits there."""
    repository, base = hub.store.repository(given["repo"]), given["base"]
    merge_queue.advance(hub.store, repository, base)
    return [
        {
            "number": entry.pull.number,
            "state": merge_queue.word(hub.store, repository, entry),
            "head_sha": entry.group_sha,
        }
        for entry in repository.queues.get(base, ())
    ]
