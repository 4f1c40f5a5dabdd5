"""Conditions about what must be proven: green checks of the commit, a workflow that builds, a way to verify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.config.mistakes import PATH
from bot.decisions.model import Condition, Evidence, Standing
from bot.markdown import code, escape, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config.releasing import ReleaseConfig
    from bot.deployments.judging.fact_model import CheckFact
    from bot.releases.judging.fact_model import ReleaseFacts

_PASSED = {"success", "neutral", "skipped"}
_SKIPPED = {"neutral", "skipped"}
_MOST_LISTED = 10
_USUAL = "release.yml"


def checks(facts: ReleaseFacts, policy: ReleaseConfig) -> Condition:
    """This function will see whether every check of the very commit that counts has ended green."""
    wanted = policy.checks
    relevant = [check for check in facts.checks if wanted is None or check.name in wanted]
    missing = [name for name in wanted or () if all(check.name != name for check in relevant)]
    sha = code(facts.asked.sha[:7])
    if missing:
        names = ", ".join(code(name) for name in missing)
        return _missing(f"{names} did not run for {sha}.", relevant)
    if wanted is None and all(check.conclusion in _SKIPPED for check in relevant):
        return _missing(f"No check ran for {sha}, or all were skipped.", relevant)
    ended = [check for check in relevant if check.status == "completed"]
    red = [check for check in ended if check.conclusion not in _PASSED]
    if red:
        text = f"These checks of {sha} are not green:\n\n{_listed(red)}\n\n"
        return _open(Standing.UNMET, Reason.CHECKS_FAILED, text, relevant)
    running = [check for check in relevant if check.status != "completed"]
    if running:
        text = f"These checks of {sha} are still running:\n\n{_listed(running)}\n\n"
        return _open(Standing.PENDING, Reason.CHECKS_RUNNING, text, relevant)
    green = f"{len(relevant)} check{'s' * (len(relevant) != 1)} of {sha}"
    text = f"What counts is green: {green}." if relevant else "The policy asks for no check."
    return Condition(name="checks", standing=Standing.MET, text=text, evidence=_evidence(relevant))


def _missing(text: str, relevant: Sequence[CheckFact]) -> Condition:
    return Condition(
        name="checks",
        standing=Standing.UNMET,
        reason=Reason.CHECKS_MISSING,
        text=text,
        who=(
            "Someone with the role write can run the workflow for the branch, or change "
            f"{code('release.checks')} in {code(PATH)}."
        ),
        evidence=_evidence(relevant),
    )


def _open(standing: Standing, reason: Reason, text: str, relevant: Sequence[CheckFact]) -> Condition:
    who = "Write the command again when they are green."
    evidence = _evidence(relevant)
    return Condition(name="checks", standing=standing, reason=reason, text=text, who=who, evidence=evidence)


def _evidence(relevant: Sequence[CheckFact]) -> tuple[Evidence, ...]:
    return tuple(Evidence(text=f"{escape(check.name)}: {_state(check)}", url=check.url) for check in relevant)


def _state(check: CheckFact) -> str:
    return escape(check.conclusion or check.status)


def _listed(found: Sequence[CheckFact]) -> str:
    lines = [f"- {link(escape(check.name), check.url)}: {_state(check)}" for check in found]
    more = len(lines) - _MOST_LISTED
    return "\n".join((*lines[:_MOST_LISTED], *([f"- and {more} more"] if more > 0 else [])))


def workflow(facts: ReleaseFacts, _: ReleaseConfig) -> Condition:
    """This function will see whether the workflow that builds the files would start."""
    found, scope = facts.workflow, facts.scope
    if found is None or scope is None:
        text = "No workflow builds anything."
        return Condition(name="workflow", standing=Standing.MET, text=text)
    path = code(f".github/workflows/{found.file}")
    if found.is_missing and found.file == _USUAL and not scope.assets:
        text = f"There is no {path}, and no file is expected: nothing is built."
        return Condition(name="workflow", standing=Standing.WAIVED, text=text)
    url = f"{facts.web_url}/blob/{facts.asked.sha}/.github/workflows/{found.file}"
    evidence = () if found.is_missing else (Evidence(text=code(found.file), url=url),)
    if found.problem:
        return Condition(
            name="workflow",
            standing=Standing.UNMET,
            reason=Reason.WORKFLOW_MISSING,
            text=f"{path} builds the release, and {escape(found.problem)}.",
            who=f"Someone with the role write can correct it, or {code('release.workflow')} in {code(PATH)}.",
            evidence=evidence,
        )
    how = "is started by the push of the tag" if found.on_tag else "is dispatched on the tag"
    text = f"{path} {how}."
    return Condition(name="workflow", standing=Standing.MET, text=text, evidence=evidence)


def provenance(facts: ReleaseFacts, policy: ReleaseConfig) -> Condition:
    """This function will see whether attestations can be verified, where the policy asks for them."""
    assets = facts.scope.assets if facts.scope is not None else ()
    is_needed = policy.provenance.required or any(asset.provenance for asset in assets)
    if not is_needed:
        text = "No attestation is asked for; what is there is verified."
        return Condition(name="provenance", standing=Standing.MET, text=text)
    if facts.can_verify:
        text = "The attestations that the policy asks for can be verified."
        return Condition(name="provenance", standing=Standing.MET, text=text)
    return Condition(
        name="provenance",
        standing=Standing.UNMET,
        reason=Reason.PROVENANCE_MISSING,
        text="The policy asks for attestations, and what verifies them is not installed.",
        who=f"Whoever runs Pilothouse can install it: {code('pip install pilothouse[provenance]')}.",
    )
