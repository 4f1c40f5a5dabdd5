"""Reads what the programs on a host said of a work tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.markdown import code
from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.hosts.quoting import ending, quoted
from bot.supervision.work.model import Content, Forgotten, Kept, Listed, Outgoing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OUTGOING = 7  # what belongs to the word
_STATUS = 3  # characters before the path
_LONG_LOCKED = 600  # seconds
_NO_FILTER = frozenset({"unspecified", "unset"})
_GLANCE = re.compile(r"([0-9a-f]{40}) ([01]) (\d+(?:\.\d+)?|slow)")

UNOWNED = "unowned"  # another user may be told more
_STRANGE = "Its work tree could not be understood, so nothing was {done}."
_WHY_KEPT = {
    "nothing": "",
    "clean": "",
    "missing": "Its work tree is none of git's.",
    "detached": "Its work tree is on no branch, so nothing is committed or pushed.",
    "default": "Its work tree is on the default branch, to which nothing is committed or pushed.",
    UNOWNED: "Its work tree is another user's than the one who looks at it, so nothing is committed or pushed.",
    "foreign": "Its remote is another repository, so nothing was {done}.",
    "remoteless": "Its branch has no remote, so nothing was {done}.",
    "manifold": "Its remote has several addresses, so nothing was {done}.",
    "diverged": "Its branch and the remote's have parted, so nothing was {done}.",
    "busy": "A merge, a rebase or the like is not finished in its work tree, so nothing was {done}.",
    "slow": "Git needs too long to look through its work tree, so nothing was {done}.",
    "moved": "Its branch moved on meanwhile, so nothing was {done}.",
    "changed": "Its files changed meanwhile, so nothing was {done}.",
}
_WHY_QUOTED = {
    "unreachable": "Its remote could not be reached, so nothing was {done}",
    "unwritable": "Its files could not be stored, so nothing was {done}",
    "unreadable": "Git cannot read its work tree, so nothing is committed or pushed",
}


def read_outgoing(answer: Result | Unknown, *, branch: str | None = None) -> Outgoing | Kept:
    """This function will read which commits are to be pushed, or why none are.

    Args:
        answer: what `outgoing.sh` said.
        branch: the only one that is pushed; None for any.
    """
    word, rest = words_of(answer)
    if word == "nothing":
        return Kept(text="", head="".join(rest[:1]))
    if word != "outgoing" or len(rest) != _OUTGOING or not (rest[4] + rest[5]).isdecimal():
        return kept(answer, "pushed")
    on, head, address, known, count, size, bases = rest
    if branch is not None and on != branch:
        return Kept(text=f"Its work tree is on {code(on)} and not on {code(branch)}, so nothing was pushed.")
    return Outgoing(
        branch=on,
        head=head,
        address=address,
        known=known,
        count=int(count),
        size=int(size),
        bases=tuple(bases.split()),
    )


def read_push(answer: Result | Unknown, outgoing: Outgoing) -> str | None:
    """This function will say why the push failed, believing only what the remote has now; None where it did not."""
    has = answer.out.split()[-1:] if isinstance(answer, Result) else []
    if has == [outgoing.head]:
        return None
    told = quoted(answer.out) if isinstance(answer, Result) else ""
    return f"{counted(outgoing)} could not be pushed{f': {told}' if told else f' ({ending(answer)})'}."


def counted(outgoing: Outgoing) -> str:
    """This function will say how many commits of which branch there are."""
    return f"{outgoing.count} commit{'s' if outgoing.count != 1 else ''} of {code(outgoing.branch)}"


def read_listed(first: Result | Unknown, packed: bytes | None) -> Listed | Kept:
    """This function will read which files no commit has, or why that is not known.

    Args:
        first: what `forgotten.sh` said at first.
        packed: all that it has to say, unpacked; None where that could not be read whole.
    """
    word, rest = words_of(first)
    if word == "many" and rest:
        return Kept(text=f"{int(rest[0]):,} files have no commit, which are too many to commit any.")
    if word != "listed":
        return kept(first, "committed")
    if packed is None:
        return Kept(text="Its files changed while they were listed, so nothing was committed.")
    try:
        branch, head, now, *_ = rest
        return Listed(branch=branch, head=head, files=_files(packed, int(now)))
    except ValueError:
        return Kept(text=_STRANGE.format(done="committed"))


def read_contents(packed: bytes | None) -> tuple[Content, ...] | None:
    """This function will read what git would commit; None where it could not be read whole.

    Args:
        packed: all that `contents.sh` has to say, unpacked.
    """
    if packed == b"\0":
        return ()
    raw, separator, blobs = (packed or b"").partition(b"\0\0")
    try:
        return tuple(_contents(_by(raw.split(b"\0"), 2), blobs)) if separator else None
    except ValueError:
        return None


def read_glances(answer: Result, folders: tuple[str, ...]) -> Mapping[str, str]:
    """This function will read how work trees look; those that did not say are left out.

    Args:
        answer: what `glance.sh` said.
        folders: those that it was asked for, in that order.
    """
    looks = {}
    for line in answer.out.splitlines():
        number, _, told = line.partition(" ")
        if number.isdecimal() and int(number) < len(folders) and told != "silent":
            found = _GLANCE.fullmatch(told)
            has_nothing = told in {"nothing", "clean"} or (
                found is not None and found.groups()[1:] == ("0", "0")
            )
            looks[folders[int(number)]] = "" if has_nothing else told[:100]
    return looks


def kept(answer: Result | Unknown, done: str) -> Kept:
    """This function will say why nothing was done, by the word that a program said.

    Args:
        answer: what the program said.
        done: pushed, or committed.
    """
    if isinstance(answer, Unknown) or answer.code != 0:
        return Kept(text=f"Its work tree could not be read, so nothing was {done} ({ending(answer)}).")
    word, rest = words_of(answer)
    if word in _WHY_QUOTED:
        told = quoted(" ".join(rest))
        return Kept(text=f"{_WHY_QUOTED[word].format(done=done)}{f': {told}' if told else ''}.")
    if word == "locked":
        return Kept(text=_locked(rest))
    return Kept(text=_WHY_KEPT.get(word, _STRANGE).format(done=done))


def _locked(rest: list[str]) -> str:
    seconds = int(rest[0]) if rest and rest[0].isdecimal() else 0
    told = "Something works in its git index, so nothing was committed."
    if seconds < _LONG_LOCKED:
        return told
    since = (
        f"It has been so for {seconds // 60:,} minutes: if no git runs there, delete {code('index.lock')}."
    )
    return f"{told} {since}"


def words_of(answer: Result | Unknown) -> tuple[str, list[str]]:
    """This function will return a program's first word, and the lines that belong to it."""
    if isinstance(answer, Unknown) or answer.code != 0:
        return "", []
    word, *rest = answer.out.split("\n") if answer.out else [""]
    return word, rest[:-1] if rest and not rest[-1] else rest


def _files(packed: bytes, now: int) -> tuple[Forgotten, ...]:
    """The files of three lists; an empty entry ends each of the first two."""
    entries = packed.split(b"\0")[:-1]
    first = entries.index(b"")
    second = entries.index(b"", first + 1)
    filters = {path: name.decode(errors="replace") for path, _, name in _by(entries[second + 1 :], 3)}
    statuses: dict[bytes, str] = {}
    for state in entries[:first]:
        path = state[_STATUS:]
        statuses[path] = statuses.get(path, "") + state[:_STATUS].decode(errors="replace").strip()
    return tuple(_file(entry, now, statuses, filters) for entry in entries[first + 1 : second])


def _by(entries: list[bytes], many: int) -> Iterator[tuple[bytes, ...]]:
    return zip(*[iter(entries)] * many, strict=False)


def _file(entry: bytes, now: int, statuses: Mapping[bytes, str], filters: Mapping[bytes, str]) -> Forgotten:
    mode, links, size, changed, touched, path = entry.split(b" ", 5)
    through = filters.get(path, "")
    return Forgotten(
        path=path,
        status=statuses.get(path, ""),
        mode=int(mode, 16),
        links=int(links),
        size=int(size),
        still=now - max(int(changed), int(touched)),
        filter="" if through in _NO_FILTER else through,
    )


def _contents(changes: Iterator[tuple[bytes, ...]], blobs: bytes) -> Iterator[Content]:
    """Each content follows the line that names it, and a line's end follows it."""
    begin = 0
    for told, path in changes:
        _, mode, _, wanted, status = told.split(b" ")
        if status == b"D":  # a folder came into its place
            continue
        end = blobs.index(b"\n", begin)
        sha, kind, size = blobs[begin:end].split(b" ")
        if (sha, kind) != (wanted, b"blob"):
            raise ValueError(path)
        begin = end + int(size) + 2
        yield Content(path=path, mode=mode.decode(), sha=sha.decode(), content=blobs[end + 1 : begin - 1])
