"""Conditions about the environment whose approvals and freeze hold for releases too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.config.freezing import open_window
from bot.config.mistakes import PATH
from bot.decisions.model import Condition, Standing
from bot.github.models import Permission
from bot.markdown import code, escape

if TYPE_CHECKING:
    from bot.config.approving import ApproversConfig
    from bot.config.releasing import ReleaseConfig
    from bot.releases.judging.fact_model import ReleaseFacts


def environment(facts: ReleaseFacts, _: ReleaseConfig) -> Condition:
    """This function will see whether the environment that the policy names is one of its own."""
    found = facts.environment
    if found is None or found.is_known:
        text = "No environment is named." if found is None else f"{code(found.name)} holds for releases too."
        return Condition(name="environment", standing=Standing.MET, text=text)
    return Condition(
        name="environment",
        standing=Standing.UNMET,
        reason=Reason.UNKNOWN_ENVIRONMENT,
        text=f"{code('release.environment')} names {code(found.name)}, which is not under {code('environments')}.",
        who=f"Someone with the role write can add it in {code(PATH)}.",
    )


def freeze(facts: ReleaseFacts, _: ReleaseConfig) -> Condition:
    """This function will see whether releases are open at this time, or the asker excepted."""
    found = facts.environment
    if found is None or found.freeze is None:
        return Condition(name="freeze", standing=Standing.MET, text="It may be released at any time.")
    closed = open_window(found.freeze, facts.now)
    if closed is None:
        return Condition(name="freeze", standing=Standing.MET, text="No freeze window is open.")
    why = f" ({escape(closed.reason)})" if closed.reason else ""
    until = f"{closed.until:%Y-%m-%d %H:%M %Z}"
    allow = found.freeze.allow
    if allow is not None and _excepted(facts, allow):
        text = f"Nothing is released until {until}{why}; the asker is excepted."
        return Condition(name="freeze", standing=Standing.MET, text=text)
    excepted = "Nobody is excepted" if allow is None else "Whom the policy excepts may"
    return Condition(
        name="freeze",
        standing=Standing.UNMET,
        reason=Reason.FREEZE_WINDOW,
        text=f"Nothing is released until {until}{why}.",
        who=f"{excepted}; write the command again then." if allow is None else f"{excepted} write it before.",
    )


def _excepted(facts: ReleaseFacts, allow: ApproversConfig) -> bool:
    login = facts.asked.author.login.casefold()
    teams = facts.environment.teams if facts.environment is not None else ()
    needed = allow.permission or (Permission.WRITE if not allow.users and not allow.teams else None)
    return (
        login in {user.casefold() for user in allow.users}
        or bool({team.casefold() for team in teams} & {team.casefold() for team in allow.teams})
        or (needed is not None and facts.permission.covers(needed))
    )
