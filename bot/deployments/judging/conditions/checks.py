"""The condition about the checks of the head: what is missing, running, red or unreadable blocks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.decisions.model import Condition, Evidence, Standing
from bot.markdown import code, escape, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config.policy import EnvironmentConfig
    from bot.deployments.judging.fact_model import CheckFact, DeployFacts

_GREEN = {"success"}
_SKIPPED = {"neutral", "skipped"}
_MOST_LISTED = 10


def checks(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will see whether every check that counts has ended green."""
    wanted = policy.checks
    relevant = [check for check in facts.checks if wanted is None or check.name in wanted]
    missing = [name for name in wanted or () if all(check.name != name for check in relevant)]
    sha = code(facts.pull.head_sha[:7])
    if missing:
        return _missing(
            facts, ", ".join(code(name) for name in missing) + f" did not run for {sha}.", relevant
        )
    if wanted is None and not relevant:
        return _missing(facts, f"No check ran for {sha}.", relevant)
    takes_skipped = wanted is None if policy.skipped is None else policy.skipped
    passed = _GREEN | _SKIPPED if takes_skipped else _GREEN
    ended = [check for check in relevant if check.status == "completed"]
    bad = [check for check in ended if check.conclusion not in passed]
    if bad:
        text = f"These checks of {sha} are not green:\n\n{_listed(bad)}"
        return _open(Standing.UNMET, Reason.CHECKS_FAILED, text, relevant)
    running = [check for check in relevant if check.status != "completed"]
    if running:
        text = f"These checks of {sha} are still running; write the command again after them:\n\n{_listed(running)}"
        return _open(Standing.PENDING, Reason.CHECKS_RUNNING, text, relevant)
    # Skipped is as good as green, but where all were skipped nothing was looked at; a policy may say that it is meant.
    if relevant and policy.skipped is None and all(check.conclusion in _SKIPPED for check in ended):
        return _missing(facts, f"Every check of {sha} was skipped.", relevant)
    green = f"{len(relevant)} check{'s' * (len(relevant) != 1)} of {sha}"
    text = f"What counts is green: {green}." if relevant else "No check is asked for."
    return Condition(name="checks", standing=Standing.MET, text=text, evidence=_evidence(relevant))


def _missing(facts: DeployFacts, text: str, relevant: Sequence[CheckFact]) -> Condition:
    who = (
        f"Someone with the role write can run it, or change {code('checks')} of "
        f"{code(facts.environment)} in {code('.github/pilothouse.yml')}."
    )
    return replace(_open(Standing.UNMET, Reason.CHECKS_MISSING, text, relevant), who=who)


def _open(standing: Standing, reason: Reason, text: str, relevant: Sequence[CheckFact]) -> Condition:
    return Condition(name="checks", standing=standing, reason=reason, text=text, evidence=_evidence(relevant))


def _evidence(relevant: Sequence[CheckFact]) -> tuple[Evidence, ...]:
    return tuple(Evidence(text=f"{escape(check.name)}: {_state(check)}", url=check.url) for check in relevant)


def _state(check: CheckFact) -> str:
    return escape((check.conclusion if check.status == "completed" else "") or check.status)


def _listed(found: Sequence[CheckFact]) -> str:
    lines = [f"- {link(escape(check.name), check.url)}: {_state(check)}" for check in found]
    more = len(lines) - _MOST_LISTED
    return "\n".join((*lines[:_MOST_LISTED], *([f"- and {more} more"] if more > 0 else [])))
