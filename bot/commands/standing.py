"""Says how a pull request stands, in a few lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.github.models import CheckRun, DeploymentState, PullRequest  # noqa: TC001 - msgspec reads them at run time
from bot.markdown import code, escape, link

_MOST_LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """The newest deployment of the head to one environment."""

    environment: str
    state: DeploymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A pull request with the checks and deployments of its head."""

    pull: PullRequest
    checks: tuple[CheckRun, ...]
    deployed: tuple[Deployed, ...]


def render_standing(standing: Standing) -> str:
    """This function will say how the pull request stands."""
    pull = standing.pull
    web_url = pull.html_url.partition("/pull/")[0]
    head = link(code(pull.head_sha[:7]), f"{web_url}/commit/{pull.head_sha}")
    lines = [
        f"- head: {head} of {code(pull.head_ref)}, {_state(pull)}",
        f"- checks: {_checks(standing.checks)}",
        *(
            f"  - {link(escape(check.name), check.html_url)}: {check.conclusion}"
            for check in _red(standing.checks)
        ),
    ]
    deployed = ", ".join(f"{code(each.environment)} {each.state}" for each in standing.deployed)
    lines.append(f"- deployments of the head: {deployed or 'none'}")
    return "\n".join(lines)


def _state(pull: PullRequest) -> str:
    if not pull.is_open:
        return "merged" if pull.merged else "closed"
    mergeable = {True: "can be merged", False: "has conflicts", None: "mergeability not known yet"}
    return f"{'draft, ' * pull.draft}{mergeable[pull.mergeable]}"


def _checks(checks: tuple[CheckRun, ...]) -> str:
    counts = Counter(str(check.conclusion or check.status).replace("_", " ") for check in checks)
    return ", ".join(f"{number} {what}" for what, number in sorted(counts.items())) or "none"


def _red(checks: tuple[CheckRun, ...]) -> list[CheckRun]:
    return [check for check in checks if check.conclusion is not None and check.conclusion.is_red][
        :_MOST_LISTED
    ]
