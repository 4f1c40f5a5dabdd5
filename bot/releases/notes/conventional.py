"""Reads what a commit's message says by the grammar of Conventional Commits 1.0.0."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.config.merging import Bump

# https://www.conventionalcommits.org/en/v1.0.0/#specification
_HEADER = re.compile(
    r"(?P<type>[A-Za-z][A-Za-z0-9_-]{0,49})"
    r"(?:\((?P<scope>[^()]{1,100})\))?"
    r"(?P<breaking>!)?"
    r":(?!:)[ \t]*(?P<description>\S.*)"  # the space is often forgotten
)
_FOOTER = re.compile(
    r"(?:(?P<breaking>BREAKING[ -]CHANGE):|(?P<token>BREAKING[ -]CHANGE|[A-Za-z][A-Za-z0-9-]{0,99})(?::[ \t]|[ \t]\#))"
    r"[ \t]*(?P<value>.*)"
)
_BREAKING = ("BREAKING CHANGE", "BREAKING-CHANGE")
# What git and GitHub write of their own accord
_LONGEST_TITLE = 1_000  # characters; GitHub itself folds a title after 72
_SQUASHED = re.compile(r"\s*\(#(?P<number>[1-9][0-9]{0,17})\)\s*$")
_REVERT = re.compile(r'Revert "(?P<title>.+)"')
_REAPPLIED = re.compile(r'(?:Reapply "(?P<new>.+)"|Revert "Revert "(?P<old>.+)"")')
_REVERTED_COMMIT = re.compile(r"\bThis reverts commit (?P<sha>[0-9a-f]{7,40})\b")
_REVERTED_PULL = re.compile(r"^Reverts (?:[\w.-]+/[\w.-]+)?#(?P<number>[1-9][0-9]{0,17})\s*$", re.MULTILINE)
_SHA = re.compile(r"\b[0-9a-f]{7,40}\b")
_BUMPS = {
    "feat": Bump.MINOR,
    "feature": Bump.MINOR,
    "fix": Bump.PATCH,
    "perf": Bump.PATCH,
    "revert": Bump.PATCH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """A line of the last part of a message, with what belongs to it."""

    token: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a message says; all of it is hostile text."""

    type: str  # in small letters; empty where the message does not follow the convention
    scope: str
    title: str  # the first line, without the number of the pull request that GitHub puts behind it
    number: int | None  # that number
    description: str  # what the title says after type and scope
    body: str
    footers: tuple[Footer, ...]
    breaking: str | None  # what breaks, where something does: the footer's text, else the description
    reverted_shas: tuple[str, ...]  # may be short
    reverted_number: int | None  # of a pull request

    @property
    def bump(self) -> Bump | None:
        """The step of the version that it asks for; None where users see nothing of it."""
        return Bump.MAJOR if self.breaking is not None else _BUMPS.get(self.type)


def read_message(text: str) -> Message:
    """This function will read a commit's message; one that does not follow the convention has no type.

    A footer that tells of a breaking change counts wherever it begins a line: better a version that says too much.
    """
    title, _, rest = text.replace("\r\n", "\n").replace("\r", "\n").strip().partition("\n")
    title = title[:_LONGEST_TITLE]
    body, footers = _parts(rest)
    squashed = _SQUASHED.search(title)
    title = title[: squashed.start()] if squashed else title.rstrip()
    again = _REAPPLIED.fullmatch(title)
    header = _HEADER.fullmatch(_SQUASHED.sub("", again["new"] or again["old"]) if again else title)
    kind = header["type"].lower() if header else ""
    revert = None if header else _REVERT.fullmatch(title)
    description = header["description"].rstrip() if header else title
    told = next((footer.value for footer in footers if footer.token in _BREAKING), None)
    if header and header["breaking"]:
        told = told or description
    return Message(
        type="revert" if revert else kind,
        scope=(header["scope"] or "").strip() if header else "",
        title=title,
        description=_SQUASHED.sub("", revert["title"]) if revert else description,
        number=int(squashed["number"]) if squashed else None,
        body=body,
        footers=footers,
        breaking=told,
        reverted_shas=_reverted_shas(kind, rest, footers),
        reverted_number=int(found["number"]) if (found := _REVERTED_PULL.search(rest)) else None,
    )


def _parts(rest: str) -> tuple[str, tuple[Footer, ...]]:
    """What follows the first line, parted into the body and the footers."""
    body: list[str] = []
    footers: list[tuple[str, list[str]]] = []
    is_after_blank = True
    for line in rest.split("\n"):
        found = _FOOTER.match(line)
        token = (found["breaking"] or found["token"]) if found else ""
        if found and (footers or is_after_blank or token in _BREAKING):
            footers.append((token, [found["value"]]))
        elif footers:
            footers[-1][1].append(line)
        else:
            body.append(line)
        is_after_blank = not line.strip()
    read = tuple(Footer(token=token, value="\n".join(lines).strip()) for token, lines in footers)
    return "\n".join(body).strip(), read


def _reverted_shas(kind: str, rest: str, footers: tuple[Footer, ...]) -> tuple[str, ...]:
    """The commits that it takes back, as git says it or, in a `revert:`, its footer `Refs`."""
    told = [found["sha"] for found in _REVERTED_COMMIT.finditer(rest)]
    if kind == "revert":
        told += [sha for foot in footers if foot.token.lower() == "refs" for sha in _SHA.findall(foot.value)]
    return tuple(dict.fromkeys(told))
