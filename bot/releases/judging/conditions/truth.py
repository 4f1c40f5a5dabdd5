"""Conditions about what is on GitHub already: the tag, the release, another release on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.decisions.model import Condition, Evidence, Standing
from bot.markdown import code, link

if TYPE_CHECKING:
    from bot.config.releasing import ReleaseConfig
    from bot.releases.judging.fact_model import ReleaseFacts


def tag(facts: ReleaseFacts, _: ReleaseConfig) -> Condition:
    """This function will see whether the tag is free, or stands at the very commit."""
    asked, found = facts.asked, facts.tag_sha
    name = code(asked.tag)
    if found is None:
        return Condition(name="tag", standing=Standing.MET, text=f"The tag {name} is free.")
    if found == asked.sha:
        text = f"The tag {name} is at {code(asked.sha[:7])} already."
        return Condition(name="tag", standing=Standing.MET, text=text)
    return Condition(
        name="tag",
        standing=Standing.UNMET,
        reason=Reason.TAG_EXISTS,
        text=f"The tag {name} is there already, at {code(found[:7])} and not at {code(asked.sha[:7])}.",
        who=(
            f"{code(f'/release resume {asked.tag}')} goes on with the commit of the tag; "
            "otherwise ask for another version."
        ),
        evidence=(Evidence(text=code(found[:7]), url=f"{facts.web_url}/commit/{found}"),),
    )


def release(facts: ReleaseFacts, _: ReleaseConfig) -> Condition:
    """This function will see that no release of the tag is there that is not the bot's."""
    existing, name = facts.existing, code(facts.asked.tag)
    if existing is None:
        return Condition(name="release", standing=Standing.MET, text=f"There is no release of {name} yet.")
    evidence = (Evidence(text=f"the release of {name}", url=existing.url),)
    if existing.is_ours and existing.is_draft:
        text = f"The draft of {name} is there already, and is taken on."
        return Condition(name="release", standing=Standing.MET, text=text, evidence=evidence)
    if existing.is_ours and facts.asked.is_resumed:
        text = f"{link(name, existing.url)} is published already; what comes after that is left to do."
        return Condition(name="release", standing=Standing.MET, text=text, evidence=evidence)
    if existing.is_draft:
        what, who = "A draft", "Whoever made it can delete it; then write the command again."
    else:
        what, who = "A published release", "What is out is not taken back; ask for another version."
    return Condition(
        name="release",
        standing=Standing.UNMET,
        reason=Reason.RELEASE_EXISTS
        if existing.is_draft or not existing.is_ours
        else Reason.RELEASE_PUBLISHED,
        text=f"{what} of {link(name, existing.url)} is there already.",
        who=who,
        evidence=evidence,
    )


def alone(facts: ReleaseFacts, _: ReleaseConfig) -> Condition:
    """This function will see that no other release of the same thing from the same branch is on its way."""
    if not facts.other:
        return Condition(name="alone", standing=Standing.MET, text="No other release is on its way.")
    return Condition(
        name="alone",
        standing=Standing.UNMET,
        reason=Reason.RELEASE_RUNNING,
        text=f"{code(facts.other)} is being released from {code(facts.asked.branch)}.",
        who=f"Wait for its end, or write {code(f'/release abort {facts.other}')}.",
    )
