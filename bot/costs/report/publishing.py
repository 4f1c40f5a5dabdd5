"""Keeps the report on GitHub: one issue a month, one comment a period, each written once and edited from then on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.costs.store.reports import Written, save_written
from bot.github.comments import create_comment, find_comment, update_comment
from bot.github.errors import NotFound
from bot.github.issues import create_issue, find_issue, update_issue

if TYPE_CHECKING:
    from datetime import datetime

    from bot.github.client import RepositoryClient
    from bot.storage.database import Database
    from bot.storage.effects import Effects


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueText:
    """The issue of a month, as it shall stand."""

    period: str  # 2026-11
    marker: str  # the first line of the text
    title: str
    body: str
    labels: tuple[str, ...] = ()
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentText:
    """The comment of a day or a week, as it shall stand."""

    period: str  # 2026-11-23, 2026-W48
    marker: str  # the first line of the text
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Writes what is not written yet, edits what says something else, and leaves alone what says the same."""

    repo: RepositoryClient
    effects: Effects
    database: Database
    now: datetime

    async def issue(self, text: IssueText, before: Written | None) -> Written:
        """This function will make the month's issue say this, and return it; a deleted one is opened anew."""
        digest = _digest(text.title, text.body, text.is_closed)
        if before is not None and before.digest == digest:
            return before
        number = before.issue_number if before else await self._find_issue(text)
        if number is not None and not await self._edit_issue(number, text):
            number = None
        if number is None:
            number = await self._open_issue(text, lost=before.issue_number if before else None)
            if text.is_closed:
                await self._edit_issue(number, text)
        return await self._save(text.period, number, None, digest)

    async def comment(self, text: CommentText, number: int, before: Written | None) -> Written:
        """This function will make the period's comment say this, and return it; a deleted one is written anew.

        Args:
            text: what it shall say.
            number: of the issue that it belongs to.
            before: as it was written last.
        """
        digest = _digest(text.body)
        if before is not None and before.issue_number != number:
            before = None  # its issue is gone, and it with that
        if before is not None and before.digest == digest:
            return before
        known = before.comment_id if before else await self._find_comment(text, number)
        if known is not None and not await self._edit_comment(known, text):
            known = None
        if known is None:
            known = await self._write_comment(text, number, lost=before.comment_id if before else None)
        return await self._save(text.period, number, known, digest)

    async def confirm(self, part: Written) -> None:
        """This function will note that what is written still holds, so that it is not looked at again."""
        await self._save(part.period, part.issue_number, part.comment_id, part.digest)

    async def _find_issue(self, text: IssueText) -> int | None:
        found = await find_issue(self.repo, marker=text.marker, state="all")
        return None if found is None else found.number

    async def _open_issue(self, text: IssueText, *, lost: int | None) -> int:
        async def act() -> int:
            made = await create_issue(self.repo, title=text.title, body=text.body, labels=text.labels)
            return made.number

        async def find() -> int | None:
            return await self._find_issue(text)

        return await self.effects.once(self._key(text.period, lost), act, read_back=find, returns=int)

    async def _edit_issue(self, number: int, text: IssueText) -> bool:
        try:
            await update_issue(self.repo, number, title=text.title, body=text.body, is_closed=text.is_closed)
        except NotFound:  # somebody deleted it
            return False
        return True

    async def _find_comment(self, text: CommentText, number: int) -> int | None:
        found = await find_comment(self.repo, number, marker=text.marker)
        return None if found is None else found.id

    async def _write_comment(self, text: CommentText, number: int, *, lost: int | None) -> int:
        async def act() -> int:
            return (await create_comment(self.repo, number, text.body)).id

        async def find() -> int | None:
            return await self._find_comment(text, number)

        key = self._key(f"{text.period}-in-{number}", lost)
        return await self.effects.once(key, act, read_back=find, returns=int)

    async def _edit_comment(self, comment_id: int, text: CommentText) -> bool:
        try:
            await update_comment(self.repo, comment_id, text.body)
        except NotFound:  # as above
            return False
        return True

    def _key(self, period: str, lost: int | None) -> str:
        return f"cost_report/{self.repo.ref.id}/{period}" + (f"/after-{lost}" if lost else "")

    async def _save(self, period: str, number: int, comment_id: int | None, digest: str) -> Written:
        part = Written(
            period=period, issue_number=number, comment_id=comment_id, digest=digest, written_at=self.now
        )
        await self.database.write(lambda connection: save_written(connection, self.repo.ref.id, part))
        return part


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
