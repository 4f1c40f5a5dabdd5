"""Tells every pull request and issue that a release holds in which version it came out, each of them once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.github.comments import create_comment, find_comment
from bot.github.errors import Forbidden, GitHubError, NotFound, Rejected
from bot.github.graph_comments import add_comments, own_comments
from bot.github.graph_models import NewComment
from bot.markdown import code, link, marker
from bot.releases.notes.model import Subject  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.storage.effects import Effects

_log = structlog.get_logger()
# GitHub lets an App write 80 comments a minute and 500 an hour
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
_BATCH = (
    50  # what GitHub writes in the ten seconds of a call; where it does not, the rest is found and written
)
_FEW = 400
_PAUSE = timedelta(seconds=45)
_LONG_PAUSE = timedelta(seconds=360)
_TOO_FAST = "submitted too quickly"
# Before those are tried again that could not be told: a secondary limit may last for an hour
_LATER = (timedelta(), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30))


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What is told, and to whom."""

    repository_id: int
    tag: str
    url: str  # of the published release
    subjects: tuple[Subject, ...]
    attempt: int = 1  # of the release: a later one tells those who could not be told before

    @property
    def marker(self) -> str:
        """The first line of each comment, by which it is found again."""
        return marker("released", self.tag)

    @property
    def body(self) -> str:
        """What each of them is told."""
        return f"{self.marker}\n🎉 Released in {link(code(self.tag), self.url)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many were told, and who could not be."""

    count: int
    failed: tuple[int, ...] = ()  # numbers: locked, deleted, transferred


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What became of some comments; all others were written."""

    failed: tuple[int, ...] = ()
    later: tuple[int, ...] = ()  # GitHub wants more time between


@dataclass(frozen=True, slots=True)
class _Telling:
    """One call's worth of an announcement."""

    announcement: Announcement
    batch: tuple[Subject, ...]
    turn: int

    @property
    def key(self) -> str:
        """What its effect is remembered by."""
        said = self.announcement
        span = f"{self.batch[0].number}-{self.batch[-1].number}"
        return f"announce/{said.repository_id}/{said.tag}/{said.attempt}/{self.turn}/{span}"

    @property
    def is_again(self) -> bool:
        """Whether some of them may have been told before."""
        return self.turn > 0 or self.announcement.attempt > 1


async def announce(run: Run, announcement: Announcement, *, repo: RepositoryClient, effects: Effects) -> Told:
    """This function will comment on everything that the release holds, in batches at the pace GitHub allows.

    What cannot be told is counted and keeps nothing from being released: that has happened already.
    """
    pause = _PAUSE if len(announcement.subjects) <= _FEW else _LONG_PAUSE
    waiting: list[tuple[Subject, ...]] = _batches(announcement.subjects)
    failed: list[int] = []
    for turn, later_by in enumerate(_LATER):
        later: list[Subject] = []
        for index, batch in enumerate(waiting):
            if turn or index:
                await run.sleep(pause if index else later_by)
            told = await run.step(
                f"announce {turn + 1} {index + 1}",
                partial(_tell, _Telling(announcement, batch, turn), repo, effects),
                returns=_Outcome,
            )
            failed += told.failed
            later += [subject for subject in batch if subject.number in told.later]
        waiting = _batches(later)
    failed += [subject.number for batch in waiting for subject in batch]
    return Told(count=len(announcement.subjects) - len(failed), failed=tuple(sorted(failed)))


def _batches(subjects: Sequence[Subject]) -> list[tuple[Subject, ...]]:
    return [tuple(subjects[start : start + _BATCH]) for start in range(0, len(subjects), _BATCH)]


async def _tell(telling: _Telling, repo: RepositoryClient, effects: Effects) -> _Outcome:
    """Write the comments of a batch that are not there yet; which ones are is asked only after a doubt."""
    done: set[int] = set()

    async def write() -> _Outcome:
        if telling.is_again:  # the answer of the time before may have been lost
            done.update(await _found(telling, repo))
        return await _write(telling, [one for one in telling.batch if one.number not in done], repo)

    async def look() -> _Outcome | None:
        done.update(await _found(telling, repo))
        return _Outcome() if len(done) == len(telling.batch) else None

    try:
        return await effects.once(telling.key, write, read_back=look, returns=_Outcome)
    except GitHubError as error:
        _log.warning("announcing_failed", tag=telling.announcement.tag, error=str(error))
        return _Outcome(later=tuple(subject.number for subject in telling.batch))


async def _found(telling: _Telling, repo: RepositoryClient) -> set[int]:
    """The numbers of those that were told already."""
    first = telling.announcement.marker
    by_id = {subject.node_id: subject.number for subject in telling.batch if subject.node_id}
    said = await own_comments(repo, list(by_id)) if by_id else ()
    found = {by_id[comment.subject_id] for comment in said if comment.body.startswith(first)}
    for subject in telling.batch:
        if not subject.node_id and await find_comment(repo, subject.number, marker=first) is not None:
            found.add(subject.number)
    return found


async def _write(telling: _Telling, subjects: Sequence[Subject], repo: RepositoryClient) -> _Outcome:
    body = telling.announcement.body
    comments = [
        NewComment(key=str(one.number), subject_id=one.node_id, body=body) for one in subjects if one.node_id
    ]
    outcome = await add_comments(repo, comments) if comments else {}
    errors = {int(key): str(error) for key, error in outcome.items() if error is not None}
    for subject in subjects:
        if not subject.node_id:
            try:
                await create_comment(repo, subject.number, body)
            except (NotFound, Forbidden, Rejected) as error:
                errors[subject.number] = str(error)
    later = tuple(number for number, error in errors.items() if _TOO_FAST in error)
    failed = tuple(number for number in errors if number not in later)
    for number in failed:
        _log.info("not_announced", number=number, error=errors[number])
    return _Outcome(failed=failed, later=later)
