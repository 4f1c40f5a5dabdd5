"""Tells people what the ladder does: a comment in the month's issue, and notices by the configured channels."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.costs.enforcers.machines import Ended
from bot.costs.model import Action, ActionKind, ActionState
from bot.costs.notices.model import Fact, Notice
from bot.costs.notices.notifying import notify
from bot.costs.store.reports import month_of, written
from bot.github.comments import create_comment, find_comment
from bot.github.errors import GitHubError
from bot.github.limits import Priority
from bot.markdown import escape, marker
from bot.page_links import Kind

if TYPE_CHECKING:
    from bot.costs.ladder.acting import Acting
    from bot.costs.ladder.notices import Word
    from bot.github.client import RepositoryClient

_MOST = 30  # of the things that were done, in one comment

_log = structlog.get_logger()


async def tell(
    acting: Acting, words: tuple[Word, ...], *, open_before: tuple[Action, ...], done: tuple[Action, ...]
) -> None:
    """This function will tell the words, and what an earlier look could not put into the issue.

    Args:
        acting: the limit at work.
        words: what is to be told now.
        open_before: the rows of what was to be told before and is not in the issue yet.
        done: what this look did.
    """
    listed = "\n".join(f"- {action.text}" for action in done[:_MOST])
    rows: list[Action] = []
    for word in words:
        text = f"**{escape(word.title)}**\n\n{escape(word.text)}" + (f"\n\n{listed}" if listed else "")
        rows += await acting.intend(ActionKind.NOTIFY, (word.key,), text)
        await notify(acting.run, _notice(acting, word, done), config=acting.config)
    for row in (*open_before, *rows):
        ended = await acting.run.step(f"tell {row.target}", partial(_comment, acting, row), returns=Ended)
        if ended.state is not ActionState.INTENDED:
            await acting.finish(((row, ended),), name=f"told {row.target}")


def _notice(acting: Acting, word: Word, done: tuple[Action, ...]) -> Notice:
    counts: dict[str, int] = {}
    for action in done:
        name = f"{action.kind.replace('_', ' ')}: {action.state}"
        counts[name] = counts.get(name, 0) + 1
    return Notice(
        repository=acting.repository,
        key=f"{acting.facts.day}-{word.key}",
        gravity=word.gravity,
        title=word.title,
        text=word.text,
        at=acting.facts.now,
        facts=tuple(Fact(name=name, value=str(count)) for name, count in counts.items()),
        url=_page(acting),
        url_text="Open the day's costs",
    )


def _page(acting: Acting) -> str:
    """The address of the day's page; empty where the bot has none."""
    links, facts = acting.services.services.links, acting.facts
    if links is None:
        return ""
    return links.address(acting.repository.id, Kind.COSTS, str(facts.day), now=facts.now)


async def _comment(acting: Acting, row: Action) -> Ended:
    """Write the comment once; where there is no issue yet, or GitHub does not take it, the next look does."""
    if not acting.config.report.issue:
        return Ended(state=ActionState.DONE, text=row.text)
    known = await acting.database.read(lambda connection: written(connection, acting.repository.id))
    issue = known.get(month_of(row.day))
    if issue is None:
        return Ended(state=ActionState.INTENDED, text=row.text)
    world = acting.services.services
    repo = world.github.repository(acting.repository, priority=Priority.SUMMARY)
    try:
        await _write(acting, repo, row, issue.issue_number)
    except GitHubError as error:
        _log.warning("budget_notice_not_written", notice=row.target, error=str(error))
        return Ended(state=ActionState.INTENDED, text=row.text)
    return Ended(state=ActionState.DONE, text=row.text)


async def _write(acting: Acting, repo: RepositoryClient, row: Action, number: int) -> None:
    first = marker("budget", row.id)

    async def act() -> int:
        return (await create_comment(repo, number, f"{first}\n\n{row.text}")).id

    async def find() -> int | None:
        found = await find_comment(repo, number, marker=first)
        return None if found is None else found.id

    key = f"budget_notice/{acting.repository.id}/{row.id}"
    await acting.services.services.effects.once(key, act, read_back=find, returns=int)
