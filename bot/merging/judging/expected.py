"""Says which checks must be green before something comes into a base, and how each of them stands at a commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.decisions.model import Standing
from bot.merging.model import CHECK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.config.merging import MergeConfig
    from bot.deployments.judging.fact_model import CheckFact
    from bot.merging.judging.fact_model import BaseRules

POLICY = "merge.checks"
# https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks
_GREEN = {"success", "neutral", "skipped"}
_WORST = (Standing.UNMET, Standing.PENDING, Standing.MET)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCheck:
    """A check that must be green."""

    name: str
    app_id: int | None = None  # the one App whose word counts; None for anybody's
    sources: tuple[str, ...] = ()  # who asks for it: branch protection, a ruleset, merge.checks


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCheck:
    """How an expected check stands at a commit."""

    expected: ExpectedCheck
    standing: Standing  # met, pending or unmet
    state: str = ""  # GitHub's word for it; empty where nothing has reported
    url: str = ""
    is_foreign: bool = False  # whether only another App than the one that counts has reported


def expected_checks(rules: BaseRules, policy: MergeConfig) -> tuple[ExpectedCheck, ...]:
    """This function will name every check that GitHub requires or the policy names, each once.

    Our own check about merging is left out: it is green only when everything else is.
    """
    sources: dict[tuple[str, int | None], list[str]] = {}
    for check in rules.checks:
        sources.setdefault((check.name, check.app_id), []).append(check.source)
    for name in policy.checks or ():
        bound = [key for key in sources if key[0] == name]
        for key in bound or [(name, None)]:
            sources.setdefault(key, []).append(POLICY)
    return tuple(
        ExpectedCheck(name=name, app_id=app_id, sources=tuple(dict.fromkeys(said)))
        for (name, app_id), said in sources.items()
        if name != CHECK
    )


def is_evidence_waived(rules: BaseRules, policy: MergeConfig) -> bool:
    """This function will say whether the policy says that no check is needed, and nothing requires one."""
    return policy.checks == () and not expected_checks(rules, policy)


def standing_of(expected: Iterable[ExpectedCheck], checks: Sequence[CheckFact]) -> tuple[JudgedCheck, ...]:
    """This function will say how each expected check stands, given the newest word of every check of a commit."""
    return tuple(_judged(one, checks) for one in expected)


def worst_of(judged: Iterable[JudgedCheck]) -> Standing:
    """This function will put the standings together: unmet before pending before met; unknown where there is none."""
    found = {one.standing for one in judged}
    return next((standing for standing in _WORST if standing in found), Standing.UNKNOWN)


def _judged(expected: ExpectedCheck, checks: Sequence[CheckFact]) -> JudgedCheck:
    """Where several things report under one name, all of them must be green: it is not known which was meant.

    A run that was cancelled says nothing where its twin is green: of the two that a push and its pull request start,
    a concurrency group cancels one.
    """
    named = [check for check in checks if check.name == expected.name]
    counting = [check for check in named if expected.app_id in {None, check.app_id}]
    if any(check.conclusion == "success" and check.status == "completed" for check in counting):
        counting = [check for check in counting if check.conclusion != "cancelled"]
    if not counting:
        return JudgedCheck(expected=expected, standing=Standing.PENDING, is_foreign=bool(named))
    each = [(_standing(check), check) for check in counting]
    standing, check = min(each, key=lambda one: _WORST.index(one[0]))
    state = (check.conclusion if check.status == "completed" else "") or check.status
    return JudgedCheck(expected=expected, standing=standing, state=state, url=check.url)


def _standing(check: CheckFact) -> Standing:
    if check.status != "completed":
        return Standing.PENDING
    return Standing.MET if check.conclusion in _GREEN else Standing.UNMET
