"""Says what an environment goes back to, what it could go back to, and why it is frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.markdown import code, escape, link, marker, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.deployments.model import DeploymentRow

_MOST_LISTED = 5
_MARKER = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """Why an environment is frozen, for the issue that says it."""

    environment: str
    number: int  # of the pull request, or issue, where the deployment was asked for
    deployment_id: int
    sha: str
    login: str  # of the person who asked for it
    why: str  # safe Markdown: what was wrong with it
    outcome: str  # safe Markdown: what came of putting the last good one back
    is_back: bool  # whether the last good one is back
    web_url: str  # of the repository


def render_going_back(row: DeploymentRow) -> str:
    """This function will say what the environment goes back to."""
    return f"Rolling {code(row.environment)} back to {_named(row, web_url='')}."


def render_never_deployed(environment: str, others: Sequence[str]) -> str:
    """This function will say that the environment has no deployments, and which have."""
    text = f"Pilothouse has deployed nothing to {code(environment)} yet, so there is nothing to go back to."
    listed = ", ".join(code(name) for name in others[:_MOST_LISTED])
    return f"{text} It has deployed to: {listed}." if listed else text


def render_none_good(environment: str, candidates: Sequence[DeploymentRow]) -> str:
    """This function will say that nothing known to be good lies further back, and what could be named."""
    text = f"No earlier deployment to {code(environment)} is known to have been good, and none is guessed."
    return f"{text} {_candidates(environment, candidates)}"


def render_unknown(
    environment: str, wanted: str, found: DeploymentRow | None, candidates: Sequence[DeploymentRow]
) -> str:
    """This function will say that this is nothing to go back to, and what could be named."""
    name = code(environment)
    if found is None:
        text = f"{code(wanted)} is no deployment to {name} that Pilothouse has made."
    else:
        text = f"Deployment {code(str(found.deployment_id))} to {name} ended {code(found.stage)}; it was never whole."
    return f"{text} {_candidates(environment, candidates)}"


def freeze_marker(environment: str, deployment_id: int) -> str:
    """This function will make the hidden marker of the issue about a frozen environment."""
    return marker(_MARKER, f"{environment.casefold()}/{deployment_id}")


def freeze_title(frozen: Frozen) -> str:
    """This function will make the title of the issue about a frozen environment; plain text."""
    ended = "rolled back" if frozen.is_back else "not healthy, and could not be rolled back"
    return f"{frozen.environment} is frozen: {frozen.sha[:7]} was {ended}"


def render_frozen(frozen: Frozen) -> str:
    """This function will make the issue that tells people why an environment is frozen and what they can do."""
    name, commit = code(frozen.environment), f"{frozen.web_url}/commit/{frozen.sha}"
    unlock = code(f"/unlock {frozen.environment} --force REASON")
    parts = [
        (
            f"{link(code(frozen.sha[:7]), commit)} was deployed to {name} for {code(frozen.login)} "
            f"in {link(f'#{frozen.number}', f'{frozen.web_url}/issues/{frozen.number}')} "
            f"(deployment {code(str(frozen.deployment_id))})."
        ),
        frozen.why,
        frozen.outcome,
        (
            f"Nothing is deployed to {name} until someone with the role write has looked at it and written {unlock} "
            f"here or on a pull request. There, {code(f'/rollback {frozen.environment}')} works in spite of it."
        ),
    ]
    body = "\n\n".join(part for part in parts if part)
    return f"{freeze_marker(frozen.environment, frozen.deployment_id)}\n{body}"


def freeze_reason(frozen: Frozen) -> str:
    """This function will word the freeze for whoever finds the environment closed; plain text."""
    ended = "was rolled back" if frozen.is_back else "could not be rolled back"
    return f"deployment {frozen.deployment_id} {ended}"


def render_by_hand(environment: str) -> str:
    """This function will say that nothing was put back by itself, and who can."""
    command = code(f"/rollback {environment}")
    return (
        f"Nothing was put back; someone with the role write can by {command}, or deploy a commit that works."
    )


def render_no_rollback(environment: str, why: str) -> str:
    """This function will say that there was nothing to put back."""
    return f"{code(environment)} is as this deployment left it. {why}"


def render_stuck(problem: str) -> str:
    """This function will say that GitHub stood in the way of putting the last good deployment back."""
    return f"GitHub could not say how to put the last good deployment back ({escape(problem)})."


def render_rolled_back(frozen: Frozen, row: DeploymentRow, issue_url: str) -> str:
    """This function will say that the environment was put back, or not, and is frozen."""
    name = code(frozen.environment)
    if frozen.is_back:
        text = f"{name} was rolled back to {_named(row, web_url=frozen.web_url)}."
    else:
        text = f"{name} could not be rolled back to {_named(row, web_url=frozen.web_url)}. {frozen.outcome}"
    issue = f" {link('The issue about it', issue_url)}." if issue_url else ""
    unlock = code(f"/unlock {frozen.environment} --force REASON")
    return f"{text}\n\n{name} is frozen until someone with the role write has looked and written {unlock}.{issue}"


def _named(row: DeploymentRow, *, web_url: str) -> str:
    when = row.created_at or row.updated_at
    commit = link(code(row.sha[:7]), f"{web_url}/commit/{row.sha}") if web_url else code(row.sha[:7])
    return f"{commit} (deployment {code(str(row.deployment_id))} of {when:%Y-%m-%d %H:%M} UTC)"


def _candidates(environment: str, rows: Sequence[DeploymentRow]) -> str:
    if not rows:
        return "There is no earlier one to name either; deploy a commit that works."
    lines = [
        (
            code(str(row.deployment_id)),
            code(row.sha[:7]),
            f"{row.created_at or row.updated_at:%Y-%m-%d %H:%M}",
            escape(row.author.login) if row.author else "",
        )
        for row in rows[:_MOST_LISTED]
    ]
    choice = table(("deployment", "commit", "at (UTC)", "for"), lines)
    command = code(f"/rollback {environment} to DEPLOYMENT")
    return f"Someone with the role write can name one by {command}:\n\n{choice}"
