"""What a repository may say about its agents: the sessions that work on their own, and the hosts they run on."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from bot.config.terms import Duration, Strict

Instance = Annotated[str, Meta(pattern=r"^i-[0-9a-f]{8,17}$")]
AccountId = Annotated[str, Meta(pattern=r"^[0-9]{12}$")]
RoleArn = Annotated[str, Meta(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+$")]
Region = Annotated[str, Meta(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]
Folder = Annotated[str, Meta(pattern=r"^/")]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
User = Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")]
Program = Annotated[str, Meta(min_length=1, max_length=2000)]
Text = Annotated[str, Meta(min_length=1, max_length=300)]
HEARTBEATS = ("file", "log", "command")


class HostConfig(Strict, frozen=True, kw_only=True):
    """A machine that sessions run on: an instance of AWS, or without one the machine that the bot itself runs on."""

    instance: Annotated[
        Instance | None, Meta(description="The instance, which is reached by Systems Manager.")
    ] = None
    account: Annotated[
        AccountId | None, Meta(description="Its account; by default the first of `costs.accounts`.")
    ] = None
    role: Annotated[
        RoleArn | None,
        Meta(description="The role to assume for it; by default the one that the account has there."),
    ] = None
    region: Annotated[Region | None, Meta(description="Its region; by default the first of the account.")] = (
        None
    )
    user: Annotated[
        User | None, Meta(description="Who the sessions belong to; by default the owner of the work tree.")
    ] = None


class HeartbeatConfig(Strict, frozen=True, kw_only=True):
    """What tells that a session gets on; without any of them, what its terminal shows."""

    file: Annotated[Folder | None, Meta(description="A file that it touches.")] = None
    log: Annotated[Folder | None, Meta(description="A file that grows.")] = None
    command: Annotated[
        Program | None, Meta(description="A command whose output changes; it is run in the work tree.")
    ] = None
    quiet: Annotated[Duration, Meta(description="After how long without a sign it counts as quiet.")] = "10m"
    stuck: Annotated[
        Duration, Meta(description="After how long it is reported as stuck; it is never killed for that.")
    ] = "45m"


class AgentConfig(Strict, frozen=True, kw_only=True):
    """One agent: a session that works on its own, in tmux, and may call models."""

    host: Annotated[
        Name | None, Meta(description="One of `hosts`; by default the machine that the bot runs on.")
    ] = None
    session: Annotated[Name | None, Meta(description="Its tmux session; by default its name.")] = None
    socket: Annotated[
        Folder | None, Meta(description="The socket of its tmux server; by default its user's own.")
    ] = None
    work_tree: Annotated[Folder | None, Meta(description="Its git work tree, whose commits are pushed.")] = (
        None
    )
    branch: Annotated[
        Text | None,
        Meta(
            description="The branch it works on; on any other nothing is pushed. By default whichever it is on."
        ),
    ] = None
    command: Annotated[
        Program | None,
        Meta(description="What starts it, run by a shell in the work tree; without it it is only watched."),
    ] = None
    resume: Annotated[
        Program | None,
        Meta(description="What starts it again after it died; by default the same as `command`."),
    ] = None
    model: Annotated[Text | None, Meta(description="The model it works with, told to it as AGENT_MODEL.")] = (
        None
    )
    heartbeat: HeartbeatConfig = HeartbeatConfig()
    inference_profile: Annotated[
        str | None,
        Meta(description="The ARN or id of its own inference profile: what is called by it is its spend."),
    ] = None
    models: Annotated[
        tuple[str, ...],
        Meta(description="Model ids that nobody else calls: what is called of them is its spend."),
    ] = ()
