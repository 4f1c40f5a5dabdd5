"""A person merges on the pages, now or through the queue, and sets what others wait for: labels, drafts, updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.localhub.pages.acts import needs_write
from bot.localhub.pages.merging import merge_box
from bot.localhub.state import issues, merge_queue, pulls
from bot.localhub.state.merging import updating

if TYPE_CHECKING:
    from bot.localhub.pages.acts import Visit
    from bot.localhub.state.nouns import Pull


def _open_pull(visit: Visit) -> Pull:
    needs_write(visit.repository, visit.actor)
    found = visit.repository.pulls[visit.number("number")]
    if found.issue.state != "open":
        raise web.HTTPConflict(text="This pull request is not open. Reload the page.")
    return found


def _home(visit: Visit, pull: Pull) -> str:
    return f"/{visit.repository.full_name}/pull/{pull.number}"


async def merge(visit: Visit) -> str:
    """This function will merge a pull request by the chosen method, if nothing stands in the way."""
    pull = _open_pull(visit)
    store, repository = visit.site.store, visit.repository
    box = merge_box(store, repository, pull, visit.actor)
    method = visit.form.get("method") or next(iter(box.methods), "")
    if box.has_queue or box.obstacles or method not in box.methods:
        why = " ".join(box.obstacles) or "Its base takes it another way."
        raise web.HTTPConflict(text=f"This pull request cannot be merged. {why}")
    try:
        pulls.merge(store, repository, pull, sender=visit.actor, method=method)
    except ValueError as conflict:
        raise web.HTTPConflict(text="This branch can't be rebased.") from conflict
    return _home(visit, pull)


async def update(visit: Visit) -> str:
    """This function will merge the base into a pull request's branch."""
    pull = _open_pull(visit)
    store, repository = visit.site.store, visit.repository
    problem = updating.problem(store, repository, pull, None)
    made = None if problem else updating.merged(store, repository, pull, visit.actor)
    if made is None:
        raise web.HTTPConflict(text=f"This branch cannot be updated. {problem or 'It has conflicts.'}")
    updating.move(store, pull, made, visit.actor)
    return _home(visit, pull)


async def queue(visit: Visit) -> str:
    """This function will put a pull request into its base's merge queue, or take it out."""
    pull = _open_pull(visit)
    store, repository = visit.site.store, visit.repository
    entry = merge_queue.entry_of(repository, pull)
    if visit.form.get("act") == "dequeue":
        if entry is None:
            raise web.HTTPConflict(text="This pull request is not in the queue. Reload the page.")
        merge_queue.dequeue(store, repository, entry, "MANUAL", sender=visit.actor)
    else:
        try:
            merge_queue.enqueue(store, repository, pull, sender=visit.actor)
        except merge_queue.Unqueueable as why:
            raise web.HTTPConflict(text=f"This pull request cannot be queued. {why}") from why
    merge_queue.advance(store, repository, pull.base_ref)
    return _home(visit, pull)


async def set_labels(visit: Visit) -> str:
    """This function will give a pull request the labels that are named, and take the others off."""
    pull = _open_pull(visit)
    names = [name.strip() for name in visit.form.get("labels", "").split(",") if name.strip()]
    issues.set_labels(visit.site.store, visit.repository, pull.issue, names, visit.actor)
    return _home(visit, pull)


async def set_draft(visit: Visit) -> str:
    """This function will make a pull request a draft, or ready for review."""
    pull = _open_pull(visit)
    draft = visit.form.get("draft") == "yes"
    pulls.set_draft(visit.site.store, visit.repository, pull, draft=draft, sender=visit.actor)
    return _home(visit, pull)
