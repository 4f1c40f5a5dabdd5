"""Reads what the runner, git, the network and the machine say: no fault of the code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.logs import SCRIPT
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.logs import Log

# Said by the runner itself in an ##[error] line, or by the service around the job: always meant.
_RUNNER = (
    (Cause.INFRASTRUCTURE, re.compile(
        r"lost communication with the server|received a shutdown signal|No space left on device|"
        r"has exceeded the maximum execution time|has timed out after \d+ minutes|exceeded the maximum time limit|"
        r"No output has been received in the last|API rate limit exceeded|secondary rate limit|"
        r"Docker pull failed with exit code|Docker login .* failed|Failed to download action|"
        r"Unable to download actions|runner .* did not connect|is not authorized to perform|"
        r"^fatal: |The process '\S*git\S*' failed with exit code|Bad credentials|Requires authentication|"
        r"Failed to initialize container|"
        r"Unable to (?:reserve|restore|save) cache|Unexpected HTTP response|"
        r"(?:Failed to|Unable to) (?:CreateArtifact|upload|download artifact|FinalizeArtifact)|"
        r"connect ETIMEDOUT|read ECONNRESET|socket hang up|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)")),
    (Cause.CONFIGURATION, re.compile(
        r"Unable to resolve action|Can't find 'action\.ya?ml'|Input required and not supplied|"
        r"The template is not valid|Invalid workflow file|Unrecognized named-value|"
        r"Unable to (?:process command|locate executable file)|Unexpected input\(s\)|"
        r"Resource not accessible by integration|Could not find .* in the list of .* versions|"
        r"Credentials could not be loaded|Unable to get ACTIONS_ID_TOKEN_REQUEST_URL|"
        r"This request has been automatically failed because it uses a deprecated version|"
        r"Secret .* is required|version .* (?:with arch .* )?not found|Can't use 'tar")),
    (Cause.CANCELLED, re.compile(r"^The operation was cancell?ed\.|^The run was cancell?ed by|Canceling since a higher")),
)  # fmt: skip

# Said by a program: meant only when it stands shortly before the failing exit.
_PROGRAM = (
    (Cause.INFRASTRUCTURE, re.compile(
        r"No space left on device|ENOSPC|API rate limit exceeded|Resource not accessible by integration|"
        r"fatal: (?:couldn't find remote ref|unable to access|Could not read from remote|Authentication failed|"
        r"detected dubious ownership|unsafe repository|[Rr]emote branch .* not found|early EOF|the remote end hung up|index-pack failed)|"
        r"remote: Permission to \S+ denied|error: RPC failed|Error cloning remote repo|"
        r"Could not resolve host|Temporary failure (?:in name resolution|resolving)|"
        r"The requested URL returned error: (?:4|5)\d\d|\b50[234] (?:Bad Gateway|Service (?:Temporarily )?Unavailable|"
        r"Gateway Time-?out)|server returned error: HTTP/\S+ 5\d\d|toomanyrequests|manifest unknown|"
        r"Error response from daemon: (?:Get|Head|pull access)|TLS handshake timeout|i/o timeout|"
        r"Connection (?:timed out|refused|reset by peer)|(?:connect|read|write) (?:ETIMEDOUT|ECONNRESET|ECONNREFUSED)|"
        r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|module lookup disabled by GOPROXY|network is unreachable|"
        r"JavaScript heap out of memory|java\.lang\.OutOfMemoryError|Cannot allocate memory|"
        r"virtual memory exhausted|Out of memory: Kill|^Killed$|signal: killed|OOMKilled|"
        r"hudson\.(?:remoting|plugins\.git)\.\S*(?:Exception|OrderlyShutdown)|Slave went offline|"
        r"Agent went offline|^Command took >\d+min|"
        r"Failed to fetch (?:http|ftp)\S+|Some index files failed to download|Hash Sum mismatch|"
        r"Couldn't connect to server|SSL_ERROR_SYSCALL|curl: \((?:6|7|18|28|35|52|56|92)\)|"
        r"(?:Operation|Read) timed out|Network is unreachable")),
    (Cause.CONFIGURATION, re.compile(
        r"^(?:\S+: )?(?:line \d+: |\d+: )?\S+: (?:command )?not found$|is not recognized as an internal or external command|"
        r"^\S*(?:bash|sh): .*: (?:No such file or directory|Permission denied)$")),
)  # fmt: skip

_WIDEST = 1_000  # characters of a line that can be a message
_NEAR = 60  # lines above the failing exit
_KILLED = re.compile(r"(?:completed with exit code|failed with exit code|exited with) (124|137|143)\b")
_HOW = {"124": "stopped by a time limit", "137": "killed, as for lack of memory", "143": "terminated"}
_TRACE = re.compile(r"^\s+(?:at |\.\.\. )|^(?:stdout|stderr):|^Caused|^hudson\.")
_SIGNS = (
    "##[error]", "No space left", "shutdown signal", "lost communication", "rate limit", "exceeded the maximum",
    "fatal: ", "Could not resolve", "Connection ", "timed out", "TIMEDOUT", "ECONN", "heap out of memory",
    "OutOfMemory", "Killed", "Cannot allocate", "not found", "returned error", "Bad Gateway", "Unavailable",
    "No output has been received", "hudson.", "manifest unknown", "toomanyrequests", "GOPROXY", "curl: (",
)  # fmt: skip


def read(log: Log) -> Iterator[Finding]:
    """This function will find the runner's own errors and the machine's and network's before the failing exit."""
    said = list(_by_runner(log))
    yield from said
    if not said:
        yield from _by_program(log)
    if log.exit < len(log.lines) and (killed := _KILLED.search(log.lines[log.exit].text)) is not None:
        yield Finding(
            cause=Cause.INFRASTRUCTURE,
            message=f"the step's process was {_HOW[killed[1]]} (exit code {killed[1]})",
            places=(log.exit,),
            rank=Rank.LIKELY,
        )


def _by_runner(log: Log) -> Iterator[Finding]:
    told: set[str] = set()
    for index, line in enumerate(log.lines):
        meant = line.command == "error" or line.text.startswith(("No output has been", "The job exceeded"))
        for cause, pattern in _RUNNER if meant else ():
            if pattern.search(line.text) and line.text not in told:
                told.add(line.text)
                cancelled = cause is Cause.CANCELLED
                rank = Rank.LIKELY if cancelled else Rank.ROOT
                yield Finding(cause=cause, message=line.text, places=_around(log, index), rank=rank)
                break


def _around(log: Log, index: int) -> tuple[int, ...]:
    """The line with those of its kind right above it."""
    above = [place for place in log.upward(index, 3) if log.lines[place].command == "error"]
    return (*reversed(above), index)


def _by_program(log: Log) -> Iterator[Finding]:
    first, taken = max(0, log.exit - _NEAR), -1
    told: set[str] = set()
    for index in range(first, min(log.exit, len(log.lines))):
        text = log.lines[index].text
        if index <= taken or text in told:
            continue
        for cause, pattern in _PROGRAM if log.lines[index].command != SCRIPT else ():
            if len(text) < _WIDEST and pattern.search(text):
                places = (index, *_trace(log, index))
                taken = places[-1]
                told.add(text)
                yield Finding(cause=cause, message=text.strip(), places=places, rank=Rank.LIKELY)
                break


def _trace(log: Log, index: int) -> Iterator[int]:
    """The stack trace right below, if there is one."""
    for place in log.downward(index, 40):
        text = log.lines[place].text
        if text and not _TRACE.match(text):
            return
        if text:
            yield place


PARSER = LogParser(name="actions", signs=_SIGNS, read=read, landmarks=("##[error]",))
