"""Reads the errors of git: checkout, clone, authentication, submodules, shallow history, LFS, merge and push."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_NEAR = 80
_BELOW = re.compile(
    r"^(?:fatal|error|remote|hint|ERROR): |^Please make sure you have the correct access|^and the repository exists|^To add an exception|"
    r"^\s+git config |^The command \"eval git|^Permission denied \(|^Automatic merge failed|^CONFLICT |^To http|^To git@"
)
_ABOVE = re.compile(
    r"^(?:fatal|error|remote|warning): |^Cloning into |^Error downloading object|^Host key verification|^git@.*Permission denied|"
    r"^CONFLICT |^Auto-merging "
)
_REMOTE = (
    r"couldn't find remote ref|unable to access '|Could not read from remote|Authentication failed|[Rr]emote branch .* not found|"
    r"early EOF|the remote end hung up|index-pack failed|fetch-pack|RPC failed|could not read (?:Username|Password)|"
    r"unable to connect to|protocol error|expected '(?:packfile|acknowledgments)|remote did not send|unable to update url base|"
    r"repository '.*' not found|Couldn't connect|unable to look up|bad pack header|reference is not a tree|git fetch-pack"
)
_HERE = (
    r"detected dubious ownership|unsafe repository|not a git repository|No url found for submodule|clone of '.*' into submodule path|"
    r"needed a single revision|Unable to (?:checkout|find current revision|fetch)|ambiguous argument|bad (?:object|revision)|no merge base|"
    r"unrelated histories|shallow file has changed|[Nn]o names found|tag '.*' already exists|ambiguous|pathspec|not a valid object name|"
    r"unable to auto-detect email|empty ident|Refusing to|No tags can describe|invalid reference|couldn't find|cannot change to"
)

PARSER = reader_of(
    "git",
    signs=(
        "fatal: ",
        "error: ",
        "remote: ",
        "git@",
        "git-lfs",
        "[rejected]",
        "Host key",
        "bin/git' failed",
        "CONFLICT (",
    ),
    landmarks=("fatal: ", "[rejected]", "bin/git' failed"),
    forms=(
        Form(
            head=re.compile(r"^(?P<message>fatal: .+)"),
            cause=Cause.INFRASTRUCTURE,
            command="error",
            above=_ABOVE,
            body=re.compile(r"^The process '\S*git\S*' failed with exit code"),
            places=0,
        ),
        Form(
            head=re.compile(r"^(?P<message>The process '\S*git\S*' failed with exit code .*)"),
            cause=Cause.INFRASTRUCTURE,
            command="error",
            above=_ABOVE,
            places=0,
            says=re.compile(r"^((?:fatal|error|remote): .+)", re.MULTILINE),
        ),
        Form(
            head=re.compile(
                r"^(?P<message>(?:.*git-lfs|Error downloading object|batch response: |LFS: |error: external filter|fatal: \S+: smudge filter lfs).*)"
            ),
            cause=Cause.INFRASTRUCTURE,
            near=_NEAR,
            body=_BELOW,
            needs=re.compile(r"(?i)smudge|filter|quota|Object does not exist|batch response|rate limit"),
            most=8,
            places=0,
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>\s*! \[(?:remote )?rejected\] .*|error: failed to push some refs .*|remote: error: GH\d+: .*|"
                r"CONFLICT \(.*|Automatic merge failed.*|error: could not apply .*|error: Your local changes .*)"
            ),
            cause=Cause.CONFIGURATION,
            near=_NEAR,
            above=_ABOVE,
            body=_BELOW,
            most=12,
            places=0,
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(
                rf"^(?P<message>(?:fatal|error): .*(?:{_REMOTE}).*|remote: (?:Repository not found|Permission to \S+ denied|"
                r"Invalid username or password|Support for password authentication|Internal Server Error|HTTP Basic).*|"
                r"Host key verification failed.*|git@\S+: Permission denied.*|Permission denied \(publickey.*|Error cloning remote repo.*)"
            ),
            cause=Cause.INFRASTRUCTURE,
            near=_NEAR,
            above=_ABOVE,
            body=_BELOW,
            blanks=1,
            most=12,
            places=0,
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>(?:fatal|error): .*(?:unsafe repository|detected dubious ownership).*)"
            ),
            cause=Cause.INFRASTRUCTURE,
            near=_NEAR,
            body=_BELOW,
            blanks=1,
            most=8,
            places=0,
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(rf"^(?P<message>(?:fatal|error): .*(?:{_HERE}).*)"),
            cause=Cause.CONFIGURATION,
            near=_NEAR,
            above=_ABOVE,
            body=_BELOW,
            most=8,
            places=0,
            rank=Rank.LIKELY,
        ),
    ),
)
