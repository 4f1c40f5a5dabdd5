"""The nouns of slash commands: command, request, outcome, receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum
from typing import assert_never

from bot.commands.reasons import Reason
from bot.engine.model import Start
from bot.github.models import Actor, Permission, RepositoryRef, Sha  # noqa: TC001 - as above

__all__ = [
    "FLOW",
    "MOST_COMMANDS",
    "Call",
    "Command",
    "Continues",
    "Done",
    "Failed",
    "FlagValue",
    "Head",
    "Mistake",
    "ObeyRequest",
    "Outcome",
    "Reason",
    "Receipt",
    "Refused",
    "Source",
    "Status",
    "receipt_key",
]

FLOW = "obey"
MOST_COMMANDS = 5


class Source(StrEnum):
    """Where a command was written."""

    COMMENT = "comment"
    REVIEW = "review"
    DESCRIPTION = "description"
    BUTTON = "button"  # of a check run: it stands for the command it names


class Status(StrEnum):
    """How far a command has come, as its receipt says it."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUSED = "refused"
    EXPIRED = "expired"

    @property
    def is_final(self) -> bool:
        """Whether the receipt will not change any more."""
        return self in {Status.SUCCEEDED, Status.FAILED, Status.REFUSED, Status.EXPIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What is wrong with a command as it was typed."""

    reason: Reason
    text: str  # safe Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagValue:
    """A flag as it was given; a flag without a value has the value ""."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command line of a comment, understood; with a mistake it is answered and not carried out."""

    index: int  # within its comment, from 0
    line: str  # as it was typed
    verb: str
    arguments: tuple[str, ...] = ()
    flags: tuple[FlagValue, ...] = ()
    mistake: Mistake | None = None

    def argument(self, position: int) -> str:
        """This function will return the positional argument, or "" where it was not given."""
        return self.arguments[position] if position < len(self.arguments) else ""

    def values(self, flag: str) -> tuple[str, ...]:
        """This function will return every value given for the flag."""
        return tuple(given.value for given in self.flags if given.name == flag)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObeyRequest:
    """The commands of one comment, review or description, and who wrote them where and when."""

    repository: RepositoryRef
    number: int
    is_pull_request: bool
    source: Source
    source_id: int  # of the comment, the review or the button's check run; not used for a description
    author: Actor
    created_at: datetime
    commands: tuple[Command, ...]
    app_id: int | None = None  # of the App that wrote it, if one did
    press: str = ""  # GUID of the delivery of a pressed button: nothing else tells two presses apart

    @property
    def key(self) -> str:
        """What tells this text from every other one."""
        match self.source:
            case Source.COMMENT:
                return str(self.source_id)
            case Source.REVIEW:
                return f"review-{self.source_id}"
            case Source.DESCRIPTION:
                return f"description-{self.repository.id}-{self.number}"
            case Source.BUTTON:
                return f"button-{self.source_id}-{self.press}"
            case _:
                assert_never(self.source)

    @property
    def run_id(self) -> str:
        """The id of the run that obeys it: the same text obeyed twice acts once."""
        first = self.commands[0].index if self.commands else 0
        return f"{FLOW}-{self.key}-{first}" if first else f"{FLOW}-{self.key}"

    def after(self, index: int) -> ObeyRequest | None:
        """This function will return what is left to obey after the command of this index, if anything."""
        rest = tuple(command for command in self.commands if command.index > index)
        return replace(self, commands=rest) if rest else None

    def start(self) -> Start:
        """This function will make the start of the flow that obeys it."""
        return Start(flow=FLOW, run_id=self.run_id, request=self, partition=self.partition)

    @property
    def partition(self) -> str:
        """The line in which it waits: one pull request's events are dealt with in order."""
        return f"{self.repository.full_name}#{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a pull request as it was read when the command was accepted."""

    sha: Sha
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A command that may be carried out, with what is known about its surroundings."""

    command: Command
    request: ObeyRequest
    permission: Permission
    head: Head | None = None  # only where the grammar needs it

    @property
    def pinned(self) -> Head:
        """The head, for a command whose grammar needs it."""
        if self.head is None:
            raise ValueError(f"the grammar of /{self.command.verb} does not ask for the head")
        return self.head

    @property
    def receipt(self) -> str:
        """The key of the command's receipt."""
        return receipt_key(self.request, self.command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The command was carried out."""

    text: str  # safe Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The command was not carried out: what is missing, and who can supply it."""

    reason: Reason
    text: str  # safe Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The command was tried and did not succeed."""

    reason: Reason
    text: str  # safe Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Continues:
    """The command goes on in a run of its own, which edits the receipt and obeys what is left of the comment."""

    start: Start
    text: str  # safe Markdown


Outcome = Done | Refused | Failed | Continues


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The bot's answer to one command, as it stands now."""

    number: int  # of the issue or pull request it is written on
    key: str
    line: str
    author: str
    status: Status
    reason: Reason
    text: str  # safe Markdown
    not_run: tuple[str, ...] = ()  # lines of the comment that were not carried out because of this one


def receipt_key(request: ObeyRequest, command: Command) -> str:
    """This function will make the key by which the command's receipt is found again."""
    return f"{request.key}/{command.index}"
