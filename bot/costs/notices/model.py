"""The nouns of notices: what is told, how grave it is, by which channel it goes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.engine.model import Queue, Start
from bot.github.models import RepositoryRef  # noqa: TC001 - as above

SEND_NOTICE = "send_notice"  # the flow that brings one notice to one channel
SOURCE = "notices"  # as the gaps of notices that did not arrive name it


class Gravity(StrEnum):
    """How much a notice asks of whoever reads it."""

    INFO = "info"  # something ended well, or a summary
    WARNING = "warning"  # somebody should look
    ALARM = "alarm"  # something is stopped, or could not be


class Channel(StrEnum):
    """How a notice travels."""

    CHAT = "chat"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of a notice: a name and its value, both plain text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told; its words are plain text, every channel escapes them in its own way."""

    repository: RepositoryRef
    key: str  # tells it from others of the repository: "2026-11-23-80"; the same key is sent once
    gravity: Gravity
    title: str  # one line
    text: str  # a few sentences
    at: datetime
    facts: tuple[Fact, ...] = ()
    url: str = ""  # where there is more: the report
    url_text: str = "Open the report"

    def id_by(self, channel: Channel) -> str:
        """This function will name the notice on a channel, the same over all attempts."""
        digest = hashlib.sha256(f"{self.repository.id}/{self.key}/{channel}".encode()).hexdigest()
        return f"notice-{channel}-{digest[:24]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNotice:
    """The request of `send_notice`: one notice by one channel."""

    notice: Notice
    channel: Channel
    to: tuple[str, ...]  # the webhook's name, or addresses

    def start(self) -> Start:
        """This function will name the run that sends it; the notices of a channel come in their order."""
        return Start(
            flow=SEND_NOTICE,
            run_id=self.notice.id_by(self.channel),
            request=self,
            partition=f"{self.notice.repository.full_name}!{self.channel}",
            queue=Queue.CLOCK,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How one attempt to send ended."""

    is_sent: bool = False
    problem: str = ""  # plain text, without any secret
    is_final: bool = False  # whether another attempt could not end differently
    may_have_arrived: bool = False
