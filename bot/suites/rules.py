"""Decides what a `/test` names: jobs of the pipeline's test workflows, whole workflows, or all of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from rapidfuzz import fuzz, process

from bot.commands.model import Reason, Refused
from bot.forms import decode
from bot.markdown import code, link
from bot.pack.model import Workflow
from bot.pack.rendering.jobs import suites_of as suites_in_matrix
from bot.pack.rendering.jobs import tests_of as tests_in_matrix
from bot.suites.model import Suite, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.commands.model import Head
    from bot.config.pipeline import Kind, PipelineConfig
    from bot.github.models import Sha
    from bot.pack.model import Ecosystem
    from bot.suites.model import SeenHead, SuiteRun

ALL = "all"
LIST = "?"
STOP = "stop"
MOST_AT_ONCE = 10
_ALIKE = 60  # percent
_MOST_NAMES = 3
_WORD = re.compile(r"[^\s()]+(?: \([^()]*\))?")  # GitHub names a job of one project `all-tests (web)`


class _Told(Struct, frozen=True):
    """What the workflows know of a job."""

    category: str


def suites_of(pipeline: PipelineConfig, ecosystem_of: Callable[[Kind], Ecosystem]) -> tuple[Suite, ...]:
    """This function will list the jobs that can be named, as the workflows have them, in their order."""
    matrices = (
        (Workflow.TESTS, tests_in_matrix(pipeline, ecosystem_of), pipeline.groups),
        (Workflow.INTEGRATION, suites_in_matrix(pipeline, ecosystem_of), pipeline.suites),
    )
    return tuple(
        Suite(
            name=name,
            workflow=workflow,
            category=told.category,
            time_limit=said[name].time_limit if name in said else "",
        )
        for workflow, matrix, said in matrices
        for name, told in decode(matrix.table, dict[str, _Told]).items()
    )


def words_of(text: str) -> tuple[str, ...]:
    """This function will part what was written into names, each once."""
    return tuple(dict.fromkeys(_WORD.findall(" ".join(text.split()))))


def decide_targets(words: Sequence[str], suites: Sequence[Suite]) -> tuple[Target, ...] | Refused:
    """This function will decide which workflow runs are started; no word means all there are."""
    named = _named(suites)
    targets: list[Target] = []
    for word in words or (ALL,):
        found = named.get(word.casefold())
        if found is None:
            return _unknown(word, named)
        targets += found
    whole = {target.workflow for target in targets if not target.suite}
    kept = [one for one in dict.fromkeys(targets) if not one.suite or one.workflow not in whole]
    if len(kept) > MOST_AT_ONCE:
        text = (
            f"At most {MOST_AT_ONCE} suites at a time; {code('/test tests-all')} and "
            f"{code('/test integration-tests')} start a workflow whole."
        )
        return Refused(reason=Reason.TOO_MANY_ARGUMENTS, text=text)
    return tuple(kept)


def _named(suites: Sequence[Suite]) -> Mapping[str, tuple[Target, ...]]:
    """What each word means; a job goes before a word of ours."""
    workflows = list(dict.fromkeys(suite.workflow for suite in suites))
    words = {ALL: tuple(Target(workflow=file) for file in workflows)}
    words |= {file.value.removesuffix(".yml"): (Target(workflow=file),) for file in workflows}
    words |= {suite.name.casefold(): (Target(workflow=suite.workflow, suite=suite.name),) for suite in suites}
    return words


def _unknown(word: str, named: Mapping[str, tuple[Target, ...]]) -> Refused:
    found = process.extract(word, list(named), scorer=fuzz.WRatio, limit=_MOST_NAMES, score_cutoff=_ALIKE)
    near = " or ".join(code(f"/test {name}") for name, _, _ in found)
    hint = f" Did you mean {near}?" if near else f" {code('/test ?')} lists what there is."
    return Refused(
        reason=Reason.UNKNOWN_SUITE, text=f"No job of the test workflows is named {code(word)}.{hint}"
    )


def refuse_head(seen: SeenHead, head: Head, *, asked_at: datetime) -> Refused | None:
    """This function will refuse a head that moved, is newer than the words or lies in a fork, or return None."""
    pull = seen.pull
    if not pull.is_open:
        text = "The pull request is closed; reopen it, or write the command on an open one."
        return Refused(reason=Reason.PULL_REQUEST_CLOSED, text=text)
    if pull.is_fork:
        text = (
            "The head lies in a fork. GitHub starts workflows on branches of this repository alone, and what it "
            "starts so may use this repository's variables and roles. Someone with the role write can push the "
            "commits to a branch of this repository; the checks of the pull request itself run for forks, too."
        )
        return Refused(reason=Reason.FORK_REFUSED, text=text)
    if pull.head_sha == head.sha and seen.pushed_at is not None and seen.pushed_at > asked_at:
        text = (
            f"{code(head.sha[:7])} was pushed after the command was written. Look at it, then write the command "
            "again."
        )
        return Refused(reason=Reason.HEAD_MOVED, text=text)
    return _moved(head, pull.head_sha, root=pull.html_url.partition("/pull/")[0])


def refuse_others(runs: Sequence[SuiteRun], head: Head) -> Refused | None:
    """This function will refuse where a run is of another commit than the person saw.

    A branch is dispatched, and may have moved before GitHub began.
    """
    for one in runs:
        if one.run is not None and one.run.head_sha != head.sha:
            return _moved(head, one.run.head_sha, root=one.root)
    return None


def _moved(head: Head, sha: Sha, *, root: str) -> Refused | None:
    if sha == head.sha:
        return None
    between = link("what came in between", f"{root}/compare/{head.sha}...{sha}")
    text = (
        f"The command was about {code(head.sha[:7])}; the head is {code(sha[:7])} now ({between}). "
        "So nothing runs for it; write the command again."
    )
    return Refused(reason=Reason.HEAD_MOVED, text=text)
