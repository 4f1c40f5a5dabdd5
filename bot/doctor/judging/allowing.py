"""Judges whether GitHub Actions may run what the workflows of the pack consist of."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.doctor.wording import bad, command, good, listed, notice, unknown

if TYPE_CHECKING:
    from bot.doctor.judging.needing import Needs
    from bot.doctor.model import Finding
    from bot.github.repository_settings import ActionsShape, SelectedShape, TokenPolicyShape

_GITHUBS = ("actions/", "github/")


def judge_enabled(actions: ActionsShape, selected: SelectedShape | None, needs: Needs, page: str) -> Finding:
    """This function will say whether Actions is on, and whether every action that is used may run."""
    where = f"{page}/settings/actions"
    if not actions.enabled:
        return bad("GitHub Actions", "it is switched off: no workflow runs", f"Switch it on at {where}.")
    if actions.allowed_actions == "local_only" and needs.actions:
        return bad(
            "allowed actions",
            f"only the owner's own actions may run, and the workflows use {listed(sorted(needs.actions))}",
            f"Allow them, each by its owner/name@*, at {where}.",
        )
    if selected is None:
        return good("allowed actions", "every action that the workflows use may run")
    return _selected(selected, needs, where)


def _selected(selected: SelectedShape, needs: Needs, where: str) -> Finding:
    refused = sorted(used for used in needs.actions if not _is_allowed(used, selected))
    if not refused:
        return good("allowed actions", f"all {len(needs.actions)} actions that the workflows use may run")
    patterns = sorted({one.partition("@")[0] + "@*" for one in refused})
    remedy = f"Allow {', '.join(patterns)} at {where}."
    if selected.verified_allowed:
        return unknown(
            "allowed actions",
            f"those of verified creators may run, and it cannot be seen whether {listed(refused)} are of such",
            remedy,
        )
    return bad("allowed actions", f"these may not run, and the workflows use them: {listed(refused)}", remedy)


def _is_allowed(used: str, selected: SelectedShape) -> bool:
    if selected.github_owned_allowed and used.startswith(_GITHUBS):
        return True
    return any(fnmatchcase(used.lower(), pattern.strip().lower()) for pattern in selected.patterns_allowed)


def judge_token(policy: TokenPolicyShape, needs: Needs, repository: str) -> tuple[Finding, ...]:
    """This function will say whether GITHUB_TOKEN may do by default as much as is needed, and no more."""
    found = []
    change = ("gh", "api", "-X", "PUT", f"repos/{repository}/actions/permissions/workflow")
    if policy.default_workflow_permissions == "read":
        found.append(good("token of workflows", "it may only read where a workflow does not say otherwise"))
    else:
        found.append(
            notice(
                "token of workflows",
                "it may write where a workflow does not say otherwise; those of the pack always say",
                f"Let it only read: {command(*change, '-f', 'default_workflow_permissions=read')}",
            )
        )
    if needs.opens_pulls and not policy.can_approve_pull_request_reviews:
        found.append(
            bad(
                "pull requests of workflows",
                "workflows may not open pull requests, so autofix.yml cannot propose what it mended",
                f"Allow it: {command(*change, '-F', 'can_approve_pull_request_reviews=true')}",
            )
        )
    return tuple(found)
