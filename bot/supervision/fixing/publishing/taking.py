"""Takes what a try changed from its host: judged once more, and committed as it was judged."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.config.supervising import Conduct
from bot.decisions.model import Condition, Standing
from bot.markdown import cut, escape
from bot.supervision.fixing.guarding import guard, terms_of
from bot.supervision.fixing.model import Change
from bot.supervision.fixing.patching import read_patch
from bot.supervision.fixing.publishing.committing import base_blobs, commit_patch
from bot.supervision.hosts.model import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.config.supervising import FixConfig
    from bot.github.client import RepositoryClient
    from bot.supervision.fixing.bench import Bench
    from bot.supervision.fixing.model import Fix, Patch

_MOST_DIFF = 40_000  # bytes; GitHub takes 65,536 characters of an issue
_LEFT_OUT = "\n… the rest is left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A change that may be proposed, or why it may not."""

    reason: str = ""
    text: str = ""  # safe Markdown
    change: Change | None = None
    guards: tuple[Condition, ...] = ()
    sha: str = ""  # of its commit, which no branch has yet
    diff: str = ""  # where it is only suggested


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What a change is taken by."""

    bench: Bench
    config: FixConfig
    fix: Fix
    command: str  # that failed before and succeeded after
    failed: Collection[str]  # digests of changes that were proposed for this failure in vain


async def take(repo: RepositoryClient, taking: Taking) -> Taken:
    """This function will read the change, hold it against every rule once more, and commit it where it may act.

    What is committed is what was judged: both are of this one reading.
    """
    patch = await read_patch(taking.bench)
    if isinstance(patch, Unknown):
        text = f"What it changed could not be read: {escape(patch.why)}."
        return Taken(reason=Reason.HOST_UNREACHABLE, text=text)
    guards = guard(patch, terms_of(taking.config, await base_blobs(repo, taking.fix)))
    broken = [one for one in guards if one.standing is not Standing.MET]
    if broken:
        return Taken(reason=broken[0].reason, text=" ".join(one.text for one in broken), guards=guards)
    change = _change(patch, taking.command)
    if change.digest in taking.failed:
        text = "It is the same change as was proposed before, whose build was red."
        return Taken(reason=Reason.FIX_WITHOUT_EFFECT, text=text, change=change, guards=guards)
    if taking.config.conduct is not Conduct.ACT:
        return Taken(change=change, guards=guards, diff=cut(patch.diff, _MOST_DIFF, note=_LEFT_OUT))
    return Taken(change=change, guards=guards, sha=await commit_patch(repo, taking.fix, patch))


def _change(patch: Patch, command: str) -> Change:
    return Change(
        command=command,
        digest=hashlib.sha256(patch.diff.encode()).hexdigest(),
        files=tuple(file.path for file in patch.files),
        added=sum(file.added for file in patch.files),
        removed=sum(file.removed for file in patch.files),
    )
