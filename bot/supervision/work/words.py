"""Says what came of an agent's work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.supervising import Conduct
from bot.markdown import code
from bot.supervision.work.model import Hindrance, Tended
from bot.supervision.work.reading import counted
from bot.supervision.work.rules import MOST_BYTES, MOST_FILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import timedelta

    from bot.supervision.work.model import Outgoing

_MOST_NAMED = 5
_MOST_LETTERS = 120  # of one path
_UNTOLD = frozenset({Hindrance.FRESH, Hindrance.UNTRACKED})

# Each ends the sentence that begins with the files' names.
HINDERED: Mapping[Hindrance, str] = {
    Hindrance.NESTED: "is a repository of its own",
    Hindrance.LINK: "is a link",
    Hindrance.SHARED: "has another name somewhere else (a hard link)",
    Hindrance.SPECIAL: "is no regular file",
    Hindrance.LARGE: f"is larger than {MOST_BYTES // 1_000_000} MB",
    Hindrance.FILTERED: "goes through one of git's filters, such as Large File Storage",
    Hindrance.SECRET_NAME: "is called like a file that holds secrets",
    Hindrance.SECRET: "holds a secret",
    Hindrance.NOT_TEXT: "is no text, so it cannot be looked through for secrets",
}


def hindered(found: Mapping[Hindrance, Sequence[bytes]]) -> tuple[str, ...]:
    """This function will say of files why they are not committed; nothing of those that are nobody's concern."""
    return tuple(
        f"Not committed, because it {HINDERED[hindrance]}: {named(found[hindrance])}."
        for hindrance in Hindrance
        if hindrance not in _UNTOLD and found.get(hindrance)
    )


def named(paths: Sequence[bytes]) -> str:
    """This function will name files, the first few of many."""
    names = [shown(path) for path in paths[:_MOST_NAMED]]
    more = len(paths) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def shown(path: bytes) -> str:
    """This function will show a path, whatever it is made of."""
    text = path.decode(errors="replace").replace("\n", "\\n")
    return code(text if len(text) <= _MOST_LETTERS else f"…{text[-_MOST_LETTERS:]}")


def many(count: int) -> str:
    """This function will say that more files have no commit than can be forgotten ones."""
    return f"{count} files lie still and have no commit; more than {MOST_FILES} are not committed."


def message(agent: str, paths: Sequence[bytes], quiet: timedelta) -> str:
    """This function will word the commit of forgotten files."""
    subject = f"Commit {len(paths)} forgotten file{'s' if len(paths) != 1 else ''}"
    body = f"Nothing touched {'them' if len(paths) != 1 else 'it'} in the work tree for {_lasting(quiet)}."
    return f"{subject}\n\n{body}\n\nForgotten-by: {agent}\nCommitted-by: Pilothouse\n"


def committed(paths: Sequence[bytes], branch: str, *, waiting: int) -> str:
    """This function will say which forgotten files were committed."""
    more = f" {waiting} more follow with the next commit." if waiting else ""
    files = f"{len(paths)} forgotten files were" if len(paths) != 1 else "1 forgotten file was"
    return f"{files} committed to {code(branch)}: {named(paths)}.{more}"


def would_commit(paths: Sequence[bytes], branch: str, conduct: Conduct) -> str:
    """This function will say of forgotten files what the conduct lets be said of them."""
    counted_files = f"{len(paths)} forgotten file{'s' if len(paths) != 1 else ''}"
    if conduct is Conduct.OBSERVE:
        return f"{counted_files}: {named(paths)}."
    return f"{counted_files} would be committed to {code(branch)}: {named(paths)}."


def pushed(outgoing: Outgoing) -> str:
    """This function will say which commits were pushed."""
    return f"{counted(outgoing)} {'was' if outgoing.count == 1 else 'were'} pushed."


def would_push(outgoing: Outgoing, conduct: Conduct) -> str:
    """This function will say of commits what the conduct lets be said of them."""
    if conduct is Conduct.OBSERVE:
        return f"{counted(outgoing)} {'is' if outgoing.count == 1 else 'are'} not pushed."
    return f"{counted(outgoing)} would be pushed."


def kept_here(
    *kept: str,
    text: str = "",
    head: str = "",
    committed: tuple[str, ...] = (),
    suggested: tuple[str, ...] = (),
) -> Tended:
    """This function will say what was done, and after it why the rest was not; empty sentences are left out."""
    said = tuple(one for one in kept if one)
    whole = " ".join((text, *said) if text else said)
    return Tended(text=whole, head=head, kept=said, committed=committed, suggested=suggested)


def together(parts: Iterable[Tended]) -> Tended:
    """This function will put what came of files and of commits together."""
    found = tuple(parts)
    return Tended(
        text=" ".join(dict.fromkeys(one.text for one in found if one.text)),
        head="".join(one.head for one in found),
        pushed=sum(one.pushed for one in found),
        committed=tuple(_all(one.committed for one in found)),
        kept=tuple(dict.fromkeys(_all(one.kept for one in found))),
        suggested=tuple(_all(one.suggested for one in found)),
    )


def _all(groups: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for group in groups:
        yield from group


def _lasting(quiet: timedelta) -> str:
    minutes = round(quiet.total_seconds() / 60)
    return f"{minutes} minutes" if minutes > 1 else "a while"
