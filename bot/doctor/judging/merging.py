"""Judges whether the repository lets Pilothouse merge and release as it is configured to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.wording import bad, command, good, listed, notice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.merging import MergeConfig
    from bot.doctor.model import Finding
    from bot.github.branch_models import BranchRules, MergeSettings

_SQUASH_OR_REBASE = frozenset({"squash", "rebase"})


def judge_methods(
    config: MergeConfig, settings: MergeSettings, rules: BranchRules, page: str
) -> tuple[Finding, ...]:
    """This function will say whether pull requests can be merged in the configured way."""
    allowed = settings.methods if rules.methods is None else settings.methods & rules.methods
    allowed = allowed & _SQUASH_OR_REBASE if rules.linear_history else allowed
    found = []
    if not allowed:
        found.append(
            bad(
                "ways to merge",
                "the settings and the rules of the default branch together allow none",
                f"Allow one that both have at {page}/settings and {page}/settings/rules.",
            )
        )
    elif config.method is not None and config.method.value not in allowed:
        found.append(
            bad(
                "ways to merge",
                f"`merge.method` is {config.method.value}, and only {listed(sorted(allowed))} is allowed",
                f"Allow it at {page}/settings, or change the configuration.",
            )
        )
    if rules.queue is not None and config.train is not None:
        found.append(
            notice(
                "merge queue",
                "GitHub's own merge queue is on, so `merge.train` is not used: pull requests go into the queue",
                "Keep one of the two.",
            )
        )
    return tuple(found) or (good("ways to merge", f"it can be merged by {listed(sorted(allowed))}"),)


def judge_labels(repository: str, wanted: Mapping[str, str], held: frozenset[str]) -> tuple[Finding, ...]:
    """This function will say which labels are missing, by their names with what they are for."""
    known = {name.lower() for name in held}
    missing = {name: why for name, why in wanted.items() if name.lower() not in known}
    if not missing:
        return (
            (good("labels", f"all {len(wanted)} that the configuration names are there"),) if wanted else ()
        )
    return tuple(
        notice(
            f"label {name}",
            f"it does not exist, and {why}",
            f"Make it: {command('gh', 'label', 'create', name, '--repo', repository)}",
        )
        for name, why in missing.items()
    )


def judge_immutability(repository: str, *, is_enabled: bool) -> Finding:
    """This function will say whether what was released can still be changed."""
    if is_enabled:
        return good("immutable releases", "files and tags of published releases cannot be changed")
    enable = command("gh", "api", "-X", "PUT", f"repos/{repository}/immutable-releases")
    return notice(
        "immutable releases",
        "whoever may write can exchange the files of a published release, and move its tag",
        f"Switch it on: {enable}",
    )
