"""GitHub's merge queue: who waits on a base, the groups that are tested on top of each other, what becomes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.localhub.state import git, pulls
from bot.localhub.state.merging import methods, required, rules
from bot.localhub.state.protections import QueueEntry
from bot.localhub.state.store import Happening

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.localhub.state.nouns import Commit, Pull, Repository, User
    from bot.localhub.state.store import Store

PREFIX = "gh-readonly-queue"
_THROW_OUT = frozenset({"synchronize", "closed", "converted_to_draft", "edited"})


class Unqueueable(ValueError):  # noqa: N818 - it is an answer, not a mistake of ours
    """A pull request that GitHub does not put into its queue, and why."""


def entry_of(repository: Repository, pull: Pull) -> QueueEntry | None:
    """This function will give a pull request's place in the queue, if it has one."""
    return next((one for line in repository.queues.values() for one in line if one.pull is pull), None)


def position(repository: Repository, entry: QueueEntry) -> int:
    """This function will say how many entries merge before this one, itself included."""
    return repository.queues[entry.base].index(entry) + 1


def enqueue(
    store: Store, repository: Repository, pull: Pull, *, sender: User, jump: bool = False
) -> QueueEntry:
    """This function will put a pull request that fulfils what is demanded into its base's queue.

    Raises:
        Unqueueable: it does not, or there is no queue.
    """
    problem = _against(store, repository, pull, sender)
    if problem is not None:
        raise Unqueueable(problem)
    entry = QueueEntry(
        id=store.next_id(), base=pull.base_ref, pull=pull, enqueuer=sender, enqueued_at=store.now(), jump=jump
    )
    line = repository.queues.setdefault(pull.base_ref, [])
    place = next((index for index, one in enumerate(line) if not one.jump), len(line)) if jump else len(line)
    line.insert(place, entry)
    _tell_pull(store, repository, pull, "enqueued", sender)
    _forget_groups(store, repository, line[place:], "invalidated")
    return entry


def _against(store: Store, repository: Repository, pull: Pull, sender: User) -> str | None:
    if rules.queue_rule(repository, pull.base_ref) is None:
        return "Merge queue is not enabled on the base branch"
    if pull.issue.state != "open" or pull.draft:
        return "Pull request is in draft" if pull.draft else "Pull request is closed"
    if entry_of(repository, pull) is not None:
        return "Pull request is already in the queue"
    classic, ruled = required.obstacles(store, repository, pull, sender)
    demanded = [one for one in (*classic, *ruled) if one != required.QUEUE_ONLY]
    return " ".join(demanded) or None


def dequeue(store: Store, repository: Repository, entry: QueueEntry, reason: str, *, sender: User) -> None:
    """This function will take a pull request out of the queue; what stood behind it is tested anew."""
    line = repository.queues[entry.base]
    behind = line[line.index(entry) :]
    line.remove(entry)
    _forget_groups(store, repository, behind, "invalidated", gone=entry)
    _tell_pull(store, repository, entry.pull, "dequeued", sender, reason=reason)


def advance(store: Store, repository: Repository, base: str) -> None:
    """This function will build the groups that may be built, drop the failed, merge what is green from the front."""
    if base in repository.queues_moving:  # it hears of what it does itself
        return
    repository.queues_moving.add(base)
    try:
        while _step(store, repository, base):
            pass
    finally:
        repository.queues_moving.discard(base)


def _step(store: Store, repository: Repository, base: str) -> bool:
    line = repository.queues.get(base, [])
    if not line:
        return False
    if _build_next(store, repository, base, line):
        return True
    states = {entry.id: _state(store, repository, entry) for entry in line}
    failed = next((entry for entry in line if states[entry.id] in {"red", "late"}), None)
    if states[line[0].id] == "green":
        _merge(store, repository, line[0])
    elif failed is not None:
        reason = "CI_FAILURE" if states[failed.id] == "red" else "CI_TIMEOUT"
        dequeue(store, repository, failed, reason, sender=_queue_bot(store))
    else:
        return False
    return True


def word(store: Store, repository: Repository, entry: QueueEntry) -> str:
    """This function will give an entry's state as the API names it."""
    names = {"unbuilt": "QUEUED", "green": "MERGEABLE", "running": "AWAITING_CHECKS"}
    return names.get(_state(store, repository, entry), "UNMERGEABLE")


def _build_next(store: Store, repository: Repository, base: str, line: list[QueueEntry]) -> bool:
    """The next group stands on the one before it; a pull request that conflicts there leaves the queue."""
    rule = rules.queue_rule(repository, base)
    parameters = rule.parameters if rule else {}
    most = parameters.get("max_entries_to_build", 5) or len(line)
    tip = repository.branches[base]
    for entry in line[:most]:
        if entry.group_sha is None:
            made = _group(store, repository, entry, tip, parameters)
            if made is None:
                dequeue(store, repository, entry, "MERGE_CONFLICT", sender=entry.enqueuer)
            else:
                _ask(store, repository, entry, tip, made)
            return True
        tip = entry.group_sha
    return False


def _group(
    store: Store, repository: Repository, entry: QueueEntry, tip: str, parameters: dict[str, Any]
) -> Commit | None:
    method = str(parameters.get("merge_method", "MERGE")).lower()
    how = methods.Merging(method=method, sender=entry.enqueuer)
    return methods.merge_commit(store, repository, entry.pull, how, tip=tip)


def _ask(store: Store, repository: Repository, entry: QueueEntry, tip: str, made: Commit) -> None:
    base = entry.base
    entry.base_sha, entry.group_sha, entry.asked_at = tip, made.sha, store.now()
    entry.group_ref = f"{PREFIX}/{base}/pr-{entry.pull.number}-{tip}"
    git.move_branch(store, repository, entry.group_ref, made.sha, entry.enqueuer)
    _tell_group(store, repository, entry, "checks_requested")


def _state(store: Store, repository: Repository, entry: QueueEntry) -> str:
    """Of a group: unbuilt, running, green, red, or late when its checks took too long."""
    if entry.group_sha is None:
        return "unbuilt"
    base, actor = entry.base, _queue_bot(store)
    wanted = (
        *rules.classic_demands(repository, base, actor).checks,
        *rules.ruled_demands(repository, base, actor).checks,
    )
    states = {required.standing(repository, entry.group_sha, one) for one in wanted}
    if "failing" in states:
        return "red"
    if states <= {"passed"}:
        return "green"
    rule = rules.queue_rule(repository, base)
    minutes = rule.parameters.get("check_response_timeout_minutes", 60) if rule else 60
    late = entry.asked_at is not None and store.now() >= entry.asked_at + timedelta(minutes=minutes)
    return "late" if late else "running"


def _merge(store: Store, repository: Repository, entry: QueueEntry) -> None:
    pull, sha, line = entry.pull, entry.group_sha, repository.queues[entry.base]
    line.remove(entry)
    sender = _queue_bot(store)
    _tell_pull(store, repository, pull, "dequeued", sender, reason="MERGE")
    _drop_group(store, repository, entry, "merged")
    if sha is not None:
        pulls.land(store, repository, pull, sha, sender=sender)


def _queue_bot(store: Store) -> User:
    return store.user("github-merge-queue[bot]", type="Bot")


def _forget_groups(
    store: Store,
    repository: Repository,
    entries: list[QueueEntry],
    reason: str,
    *,
    gone: QueueEntry | None = None,
) -> None:
    for entry in entries:
        if entry.group_sha is not None:
            _drop_group(store, repository, entry, "dequeued" if entry is gone else reason)


def _drop_group(store: Store, repository: Repository, entry: QueueEntry, reason: str) -> None:
    _tell_group(store, repository, entry, "destroyed", reason=reason)
    if entry.group_ref in repository.branches:
        git.delete_branch(store, repository, entry.group_ref, entry.enqueuer)
    entry.group_sha = entry.group_ref = entry.base_sha = entry.asked_at = None


def _tell_pull(  # noqa: PLR0913 - what an event says
    store: Store, repository: Repository, pull: Pull, action: str, sender: User, reason: str | None = None
) -> None:
    store.emit(
        Happening(
            event="pull_request",
            action=action,
            repository=repository,
            sender=sender,
            subject=pull,
            extra={} if reason is None else {"reason": reason},
        )
    )


def _tell_group(
    store: Store, repository: Repository, entry: QueueEntry, action: str, *, reason: str | None = None
) -> None:
    subject = (entry.base, entry.base_sha, entry.group_ref, entry.group_sha)
    store.emit(
        Happening(
            event="merge_group",
            action=action,
            repository=repository,
            sender=entry.enqueuer,
            subject=subject,
            extra={} if reason is None else {"reason": reason},
        )
    )


def watcher(store: Store) -> Callable[[Happening], None]:
    """This function will give the listener that moves the queues on when something they wait for happens."""

    def hear(happening: Happening) -> None:
        repository = happening.repository
        if repository is None or not any(repository.queues.values()):
            return
        if happening.event == "pull_request" and happening.action in _THROW_OUT:
            _throw_out(store, repository, happening)
        if happening.event == "push":
            _rebuild(store, repository, happening.subject)
        if happening.event in {"check_run", "status", "push"}:
            for base in list(repository.queues):
                advance(store, repository, base)

    return hear


def _throw_out(store: Store, repository: Repository, happening: Happening) -> None:
    pull, action, sender = happening.subject, happening.action, happening.sender
    entry = entry_of(repository, pull)
    stays = entry is not None and action == "edited" and entry.base == pull.base_ref
    if entry is not None and not stays:
        reason = "ALREADY_MERGED" if pull.merged else "MANUAL"
        dequeue(store, repository, entry, reason, sender=sender)
        advance(store, repository, entry.base)


def _rebuild(store: Store, repository: Repository, pushed: tuple[str, str, str]) -> None:
    """A push past the queue: what was tested no longer stands on the base."""
    base = pushed[0].removeprefix("refs/heads/")
    line = repository.queues.get(base, [])
    if line and line[0].group_sha is not None and line[0].base_sha != pushed[2]:
        _forget_groups(store, repository, line, "invalidated")
