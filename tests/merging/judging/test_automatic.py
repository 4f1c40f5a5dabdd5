"""What the policy wants merged although nobody asked."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from bot.config.merging import AutomaticConfig
from bot.github.models import Actor
from bot.merging.judging.automatic import concerns, is_dependency_bot, why_not_automatic
from bot.merging.judging.fact_model import ChangeFacts

CHANGE = ChangeFacts(
    author="dependabot[bot]",
    base_ref="main",
    title="Bump requests from 2.31.0 to 2.31.1",
    labels=("dependencies",),
    files=("requirements.txt",),
    writers=("dependabot[bot]",),
)


def rule(**keys: object) -> AutomaticConfig:
    """This function will make a rule as a configuration file gives it."""
    return msgspec.convert({"authors": ["Dependabot[bot]"], **keys}, AutomaticConfig)


EVERYTHING = rule(labels=["Dependencies"], branches=["main", "1.*"], files=["*.txt"], bump="patch")


def test_a_rule_of_which_every_key_holds_wants_it_merged() -> None:
    assert why_not_automatic([EVERYTHING], CHANGE) == ""
    assert why_not_automatic([rule()], CHANGE) == ""


def test_one_rule_is_enough() -> None:
    assert why_not_automatic([rule(labels=["safe"]), rule(authors=["bo"]), rule()], CHANGE) == ""


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (None, "`merge.automatic` does not name its author"),
        (replace(CHANGE, author="wren"), "`merge.automatic` does not name its author"),
        (replace(CHANGE, base_ref="2.x"), "its base is `2.x`, and the rule is about `main`, `1.*`"),
        (replace(CHANGE, labels=()), "it lacks the label `Dependencies`"),
        (replace(CHANGE, writers=("dependabot[bot]", "mallory")), "it has a commit by `mallory`"),
        (
            replace(CHANGE, writers=("", "dependabot[bot]")),
            "it has a commit by somebody whom GitHub does not know, or whose signature is not valid",
        ),
        (replace(CHANGE, writers=()), "it could not be read who wrote its commits"),
        (replace(CHANGE, files=None), "it could not be read which files it changes"),
        (
            replace(CHANGE, files=("requirements.txt", ".github/workflows/ci.yml")),
            "it changes `.github/workflows/ci.yml`, and the rule is about `*.txt`",
        ),
        (
            replace(CHANGE, title="Bump requests"),
            "neither its title nor its labels tell how large the step of the version is",
        ),
        (
            replace(CHANGE, title="Bump requests from 2.31.0 to 3.0.0"),
            "it is a major step, and the rule goes up to patch",
        ),
    ],
)
def test_it_is_said_why_it_is_not_merged_by_itself(change: ChangeFacts | None, why: str) -> None:
    """A commit that somebody pushed onto a bot's branch is not the bot's."""
    assert why_not_automatic([EVERYTHING], change) == why


def test_only_rules_that_name_the_author_are_about_a_pull_request() -> None:
    assert concerns([EVERYTHING], "DEPENDABOT[bot]")
    assert not concerns([EVERYTHING], "dependabot")
    assert not concerns([], "dependabot[bot]")


def test_bots_that_keep_their_own_branches_are_known() -> None:
    assert is_dependency_bot(Actor(id=1, login="renovate[bot]", type="Bot"))
    assert not is_dependency_bot(Actor(id=2, login="renovate", type="User"))
