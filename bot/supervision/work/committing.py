"""Commits the files that an agent forgot, as they were looked through."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.supervising import Conduct
from bot.markdown import code
from bot.supervision.work.model import Kept, Tended
from bot.supervision.work.parts import WRITING, beside, whole
from bot.supervision.work.reading import kept, read_contents, read_listed, words_of
from bot.supervision.work.rules import MOST_FILES, choose, inspect
from bot.supervision.work.words import committed, hindered, kept_here, many, message, shown, would_commit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.supervision.work.model import Content, Hindrance, Listed, WorkTerms, WorkTree
    from bot.supervision.work.rules import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inspected:
    """What was looked through: what may be committed, and what else is in the way."""

    contents: tuple[Content, ...]
    hindered: dict[Hindrance, tuple[bytes, ...]]


async def commit(tree: WorkTree, terms: WorkTerms) -> Tended:
    """This function will commit the files that lie still and that no commit has, and say what came of it.

    They are committed as the bot has read them and looked through them for secrets, alone and without hooks, to the
    branch that the work tree is on.
    """
    first = await tree.host.run(beside(tree, "forgotten", _seconds(terms), "1"))
    is_listed = words_of(first)[0] == "listed"
    packed = await whole(tree, "forgotten", _seconds(terms), first=first) if is_listed else None
    listed = read_listed(first, packed)
    if isinstance(listed, Kept):
        return kept_here(listed.text)
    if terms.branch is not None and listed.branch != terms.branch:
        on = f"Its work tree is on {code(listed.branch)} and not on {code(terms.branch)}"
        return kept_here(f"{on}, so nothing was committed.") if listed.files else Tended()
    choice = choose(listed.files, quiet=terms.quiet)
    count = len(choice.files) + choice.waiting
    if count > MOST_FILES:
        return kept_here(many(count), *hindered(choice.hindered))
    if not choice.files:
        return kept_here(*hindered(choice.hindered))
    if terms.files is Conduct.OBSERVE:
        text = would_commit([file.path for file in choice.files], listed.branch, terms.files)
        return kept_here(*hindered(choice.hindered), text=text)
    return await _look_through(tree, terms, listed, choice)


async def _look_through(tree: WorkTree, terms: WorkTerms, listed: Listed, choice: Choice) -> Tended:
    contents = read_contents(await whole(tree, "contents", _encoded(file.path for file in choice.files)))
    if contents is None:
        return kept_here("Its files could not be looked through for secrets, so nothing was committed.")
    inspected = await asyncio.to_thread(_inspect, contents, dict(choice.hindered))
    told = hindered(inspected.hindered)
    paths = [one.path for one in inspected.contents]
    if not paths:
        return kept_here(*told)
    if terms.files is Conduct.SUGGEST:
        text = would_commit(paths, listed.branch, terms.files)
        return kept_here(*told, text=text, suggested=(text,))
    problem = await _write(tree, terms, listed, inspected.contents)
    if problem is not None:
        return kept_here(problem, *told)
    text = committed(paths, listed.branch, waiting=choice.waiting)
    return kept_here(*told, text=text, committed=tuple(shown(path) for path in paths))


async def _write(
    tree: WorkTree, terms: WorkTerms, listed: Listed, contents: tuple[Content, ...]
) -> str | None:
    """Why it could not be committed."""
    wanted = _encoded(f"{one.mode} {one.sha}\t".encode() + one.path for one in contents)
    said = message(terms.agent, [one.path for one in contents], terms.quiet)
    author = (terms.agent, f"{terms.agent}@pilothouse.invalid")
    order = beside(tree, "commit", listed.branch, listed.head, wanted, *author, said, timeout=WRITING)
    answer = await tree.host.run(order)
    return None if words_of(answer)[0] == "committed" else kept(answer, "committed").text


def _inspect(contents: Iterable[Content], found: dict[Hindrance, tuple[bytes, ...]]) -> _Inspected:
    clean = []
    for one in contents:
        hindrance = inspect(one)
        if hindrance is None:
            clean.append(one)
        else:
            found[hindrance] = (*found.get(hindrance, ()), one.path)
    return _Inspected(contents=tuple(clean), hindered=found)


def _seconds(terms: WorkTerms) -> str:
    return str(int(terms.quiet.total_seconds()))


def _encoded(entries: Iterable[bytes]) -> str:
    return base64.b64encode(b"".join(entry + b"\0" for entry in entries)).decode()
