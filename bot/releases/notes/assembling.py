"""Makes of commits and the pull requests that brought them the changes that a release tells of."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.releases.model import Change
from bot.releases.notes.conventional import read_message
from bot.releases.notes.model import Subject
from bot.releases.notes.versions import largest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.github.branch_models import ComparedCommit
    from bot.github.graph_models import HistoryPull
    from bot.github.models import Sha

_LONGEST_BODY = 4_000  # characters of a message that are read
# As release-please lets a merged pull request be told otherwise, in its description
# https://github.com/googleapis/release-please#how-can-i-fix-release-notes
_BEGIN, _END = "BEGIN_COMMIT_OVERRIDE", "END_COMMIT_OVERRIDE"
# https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
_CLOSES = re.compile(
    r"(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+#(?P<number>[1-9][0-9]{0,17})\b"
)
_PARENTS_OF_MERGE = 2
# A footer looks as a title does; only these begin a message of their own
_TYPES = {"feat", "fix", "perf", "revert", "docs", "refactor", "style", "test", "build", "ci", "chore"}
_MERGED = re.compile(r"Merge (?:remote-tracking )?(?:branch|tag|commit|pull request)(?:es|s)? ")


def assemble(
    commits: Sequence[ComparedCommit], pulls: Mapping[Sha, Sequence[HistoryPull]]
) -> tuple[Change, ...]:
    """This function will make the changes of a release, newest first, without those that took each other back.

    Args:
        commits: Oldest first.
        pulls: The merged pull requests that each one belongs to.
    """
    grouped: dict[int | Sha, list[ComparedCommit]] = {}
    brought: dict[int, HistoryPull] = {}
    for commit in reversed(commits):
        pull = _origin(commit, pulls.get(commit.sha, ()))
        if pull is not None:
            brought[pull.number] = pull
            grouped.setdefault(pull.number, []).append(commit)
        elif len(commit.parents) < _PARENTS_OF_MERGE or not _MERGED.match(commit.message):
            grouped[commit.sha] = [commit]
    changes: list[Change] = []
    for key, members in grouped.items():
        changes += _of_pull(brought[key], members) if isinstance(key, int) else [_of_commit(members[0])]
    return tuple(replace(change, body=_kept(change)) for change in _without_reverted(changes))


def _kept(change: Change) -> str:
    """What of a message's body is told: what it says of a breaking change."""
    message = read_message(f"{change.title}\n\n{change.body}")
    told = message.breaking
    return "" if told is None or told == message.description else f"BREAKING CHANGE: {told}"


def _origin(commit: ComparedCommit, pulls: Sequence[HistoryPull]) -> HistoryPull | None:
    """The pull request that brought it: of several, as after a merge of one branch into another, the first."""
    landed = [pull for pull in pulls if pull.merge_sha == commit.sha]
    return min(landed or pulls, key=lambda pull: pull.number, default=None)


def _of_commit(commit: ComparedCommit) -> Change:
    title, body = _parted(commit.message)
    return Change(
        sha=commit.sha,
        title=title,
        body=body,
        login=commit.login,
        number=read_message(commit.message).number,
        closes=closed_by(commit.message),
    )


def _of_pull(pull: HistoryPull, members: Sequence[ComparedCommit]) -> list[Change]:
    told = [commit for commit in members if len(commit.parents) < _PARENTS_OF_MERGE]
    landed = Change(
        sha=pull.merge_sha or members[0].sha,
        title=pull.title,
        body="",
        login=_author(pull) or members[0].login,
        number=pull.number,
        node_id=pull.node_id,
        closes=tuple(issue.number for issue in pull.closes),
        labels=pull.labels,
    )
    override, end, _ = pull.body.partition(_BEGIN)[2].partition(_END)
    if end and override.strip():
        return list(_overridden(landed, override.strip(), told))
    if len(told) == 1:
        return [_squashed(landed, told[0].message)]
    return list(_told(landed, told))


def _overridden(landed: Change, text: str, members: Sequence[ComparedCommit]) -> Iterator[Change]:
    """What its description says instead, and each commit that asks for a larger version than all of that.

    A description can be edited by its author after everybody has looked at it: it words what is told, and makes no
    version smaller.
    """
    messages = _parted_messages(text)
    said = largest(read_message(message).bump for message in messages)
    for message in messages:
        title, body = _parted(message)
        yield replace(landed, title=title, body=body)
    for commit in members:
        if largest([said, read_message(commit.message).bump]) is not said:
            title, body = _parted(commit.message)
            yield replace(landed, title=title, body=body, sha=commit.sha)


def _parted_messages(text: str) -> list[str]:
    """Several messages after each other: each line that begins as one after a blank line begins one."""
    found: list[list[str]] = [[]]
    for paragraph in re.split(r"\r?\n\s*\r?\n", text):
        if found[-1] and read_message(paragraph).type in _TYPES:
            found.append([])
        found[-1].append(paragraph)
    return ["\n\n".join(paragraphs) for paragraphs in found]


def _author(pull: HistoryPull) -> str:
    """The login of its author; the GraphQL API leaves away what tells a bot, the REST API does not."""
    return f"{pull.login}[bot]" if pull.is_bot and pull.login else pull.login


def _squashed(landed: Change, message: str) -> Change:
    """A pull request of one commit: that says what it is, unless only the title keeps to the convention."""
    title, body = _parted(message)
    is_told = read_message(message).type or not read_message(landed.title).type
    return replace(landed, title=title if is_told else landed.title, body=body)


def _told(landed: Change, members: Sequence[ComparedCommit]) -> Iterator[Change]:
    """A pull request of several commits: its title, and each commit that asks for a larger version than that."""
    said = read_message(landed.title)
    seen: set[tuple[str, str, str]] = set()
    if said.type or not any(read_message(commit.message).type for commit in members):
        yield landed
        seen.add((said.type, said.scope, said.description))
    for commit in members:
        message = read_message(commit.message)
        key = (message.type, message.scope, message.description)
        is_larger = largest([said.bump, message.bump]) is not said.bump
        if key not in seen and message.type and (is_larger or not said.type):
            seen.add(key)
            title, body = _parted(commit.message)
            yield replace(landed, title=title, body=body, sha=commit.sha)


def subjects(changes: Iterable[Change], pulls: Mapping[Sha, Sequence[HistoryPull]]) -> tuple[Subject, ...]:
    """This function will find the pull requests and issues that are to be told of the release, smallest first."""
    issues = {issue.number: issue.node_id for ones in pulls.values() for one in ones for issue in one.closes}
    found: dict[int, Subject] = {}
    for change in changes:
        for number in change.closes:
            found.setdefault(number, Subject(number=number, node_id=issues.get(number, ""), is_pull=False))
        if change.number is not None and change.node_id:
            found[change.number] = Subject(number=change.number, node_id=change.node_id, is_pull=True)
    return tuple(found[number] for number in sorted(found))


def closed_by(text: str) -> tuple[int, ...]:
    """This function will read which issues of the same repository a commit's message closes."""
    return tuple(dict.fromkeys(int(found["number"]) for found in _CLOSES.finditer(text)))


def _parted(message: str) -> tuple[str, str]:
    title, _, body = message.strip().partition("\n")
    return title.strip(), body.strip()[:_LONGEST_BODY]


def _without_reverted(changes: Iterable[Change]) -> tuple[Change, ...]:
    """What is left when a change and the one that took it back are both left out, beginning with the newest."""
    left = list(changes)
    index = 0
    while index < len(left):
        taken_back = _taken_back(left[index], left[index + 1 :])
        if not taken_back:
            index += 1
            continue
        gone = {id(left[index]), *map(id, taken_back)}
        left = [change for change in left if id(change) not in gone]
    return tuple(left)


def _taken_back(change: Change, earlier: Sequence[Change]) -> list[Change]:
    message = read_message(f"{change.title}\n\n{change.body}")
    if message.reverted_number is not None:
        return [one for one in earlier if one.number == message.reverted_number]
    found = [[one for one in earlier if one.sha.startswith(sha)] for sha in message.reverted_shas]
    return [one for ones in found for one in ones] if all(found) else []
