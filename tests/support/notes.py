"""Commits, pull requests and changes of a release, made short."""

from __future__ import annotations

from dataclasses import replace

from bot.config.merging import Bump
from bot.github.branch_models import ComparedCommit
from bot.github.graph_models import ClosedIssue, HistoryPull
from bot.github.models import Sha
from bot.releases.model import Change
from bot.releases.notes.model import Notes
from bot.releases.notes.sanity import VersionFacts

WEB = "https://github.example/acme/rocket"

FACTS = VersionFacts(
    version="1.5.0",
    branch="main",
    is_default_branch=True,
    previous="1.4.2",
    last="1.4.2",
    newest="1.4.2",
    rival="1.4.2",
    top="1.4.2",
    needed=Bump.MINOR,
    changes=3,
)
NOTES = Notes(
    web_url=WEB,
    sha=Sha("f" * 40),
    previous_tag="v1.4.2",
    changes=(),
    subjects=(),
    commits=3,
    is_complete=True,
    newcomers=(),
    facts=FACTS,
)


def sha_of(number: int) -> Sha:
    """This function will make a SHA that is told from others."""
    return Sha(f"{number:040x}")


def change(title: str, number: int | None = None, **more: object) -> Change:
    """This function will make a change, of a pull request where it has a number."""
    made = Change(
        sha=sha_of(number or 0xABC),
        title=title,
        body="",
        login="ada",
        number=number,
        node_id=f"PR_{number}" if number else "",
    )
    return replace(made, **more)  # type: ignore[arg-type] # the test names real fields


def commit(number: int, message: str, *, is_merge: bool = False) -> ComparedCommit:
    """This function will make a commit, which merges another one where that is said."""
    return ComparedCommit(
        sha=sha_of(number),
        parents=(sha_of(number - 1), sha_of(number + 500)) if is_merge else (sha_of(number - 1),),
        tree="",
        message=message,
        login="ada",
        html_url="",
    )


def pull(
    number: int, title: str, *, merged_as: int | None = None, closes: tuple[int, ...] = ()
) -> HistoryPull:
    """This function will make a merged pull request, which became the commit of that number."""
    return HistoryPull(
        number=number,
        node_id=f"PR_{number}",
        title=title,
        body="",
        login="bob",
        is_bot=False,
        association="MEMBER",
        base_ref="main",
        merge_sha=None if merged_as is None else sha_of(merged_as),
        labels=(),
        closes=tuple(ClosedIssue(number=one, node_id=f"I_{one}", repository="acme/rocket") for one in closes),
    )
