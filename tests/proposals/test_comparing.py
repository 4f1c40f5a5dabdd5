"""Two policies are compared key by key, and what asks less is marked."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bot.config.repository import RepositoryConfig
from bot.proposals.comparing import changes_between
from bot.proposals.model import Change


def config(*environments: str, **keys: Any) -> RepositoryConfig:
    """This function will make a policy whose environments all have these keys."""
    return msgspec.convert({"environments": dict.fromkeys(environments, keys)}, RepositoryConfig)


def changed(now: dict[str, Any], proposed: dict[str, Any]) -> list[tuple[str, bool]]:
    """This function will return the keys of staging that would change, and whether each asks less."""
    found = changes_between(config("staging", **now), config("staging", **proposed))
    return [(change.key.removeprefix("environments.staging."), change.is_weaker) for change in found]


def test_the_same_policy_changes_nothing() -> None:
    assert changes_between(config("staging"), config("staging")) == ()


def test_an_environment_comes_and_goes_with_what_its_file_says() -> None:
    now, proposed = config("staging", reviews=1), config("production", reviews=2)
    assert changes_between(now, proposed) == (
        Change(key="environments.production", now="", proposed='{"reviews":2}', is_weaker=False),
        Change(key="environments.staging", now='{"reviews":1}', proposed="", is_weaker=False),
    )


@pytest.mark.parametrize(
    ("strict", "loose"),
    [
        ({"approvals": {"count": 2}}, {"approvals": {"count": 1}}),
        ({"approvals": {}}, {}),
        ({"approvals": {}}, {"approvals": {"self": True}}),
        ({"approvals": {"distinct_teams": 1}}, {"approvals": {"distinct_teams": 0}}),
        ({"approvals": {"from": {"users": ["ada"]}}}, {"approvals": {"from": {"users": ["ada", "eve"]}}}),
        (
            {"approvals": {"from": {"permission": "admin"}}},
            {"approvals": {"from": {"permission": "write"}}},
        ),
        ({"reviews": 1}, {}),
        ({"requires": ["canary", "test"]}, {"requires": ["test"]}),
        ({"checks": ["test", "lint"]}, {"checks": ["test"]}),
        ({"branches": ["main"]}, {"branches": ["main", "*"]}),
        ({"branches": ["main"]}, {}),
        ({"mergeable": True}, {}),
        ({}, {"allow_forks": True}),
        ({"bake": "2h"}, {"bake": "30m"}),
        ({"bake": "2h"}, {}),
        ({"freeze": {"windows": [{"cron": "0 16 * * 5", "lasts": "1d"}]}}, {"freeze": {}}),
        ({"verify": {"http": [{"url": "https://x.example"}]}}, {}),
    ],
)
def test_what_asks_less_is_marked_and_its_opposite_is_not(
    strict: dict[str, Any], loose: dict[str, Any]
) -> None:
    assert [weaker for _, weaker in changed(strict, loose)] == [True]
    assert [weaker for _, weaker in changed(loose, strict)] == [False]


@pytest.mark.parametrize(
    ("now", "proposed"),
    [
        ({"workflow": "a.yml"}, {"workflow": "b.yml"}),
        ({}, {"bake": "1h"}),
        ({"approvals": {"from": {"permission": "write"}}}, {"approvals": {}}),
    ],
)
def test_other_changes_are_shown_without_a_mark(now: dict[str, Any], proposed: dict[str, Any]) -> None:
    assert not changed(now, proposed)[-1][1]


@pytest.mark.parametrize(
    ("part", "strict", "loose"),
    [
        ("merge", {"checks": ["test"]}, {"checks": []}),
        ("merge", {}, {"checks": []}),
        ("merge", {"checks": ["test", "lint"]}, {"checks": ["test"]}),
        ("merge", {"reviews": 1}, {}),
        ("merge", {"quiet": "2m"}, {"quiet": "1s"}),
        ("merge", {}, {"blocking_labels": ["hold"]}),
        ("merge", {}, {"blocking_titles": []}),
        ("merge", {}, {"red_base": False}),
        ("merge", {"up_to_date": True}, {}),
        ("merge", {"allow_forks": False}, {}),
        ("merge", {}, {"update_forks": True}),
        ("merge", {"permission": "maintain"}, {"permission": "triage"}),
        ("merge", {}, {"label": "automerge"}),
        ("merge", {}, {"automatic": [{"authors": ["dependabot[bot]"]}]}),
        ("merge", {"freeze": {"windows": [{"cron": "0 16 * * 5", "lasts": "1d"}]}}, {}),
        ("release", {"checks": None}, {"checks": ["test"]}),
        ("release", {"assets": [{"name": "a"}]}, {}),
        ("release", {"checksums": "SUMS"}, {}),
        ("release", {"environment": "production"}, {}),
        ("release", {"sanity": True}, {"sanity": False}),
        ("release", {"provenance": {"required": True}}, {}),
        ("release", {}, {"branches": ["1.*"]}),
        ("release", {}, {"permission": "write"}),
    ],
)
def test_less_asked_of_a_merge_or_a_release_is_marked(
    part: str, strict: dict[str, Any], loose: dict[str, Any]
) -> None:
    def weaker(now: dict[str, Any], proposed: dict[str, Any]) -> list[bool]:
        before, after = (msgspec.convert({part: keys}, RepositoryConfig) for keys in (now, proposed))
        return [change.is_weaker for change in changes_between(before, after)]

    assert weaker(strict, loose) == [True]
    assert weaker(loose, strict) == [False]
