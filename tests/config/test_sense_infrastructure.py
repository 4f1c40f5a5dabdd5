"""What a policy says about its machines is held against what can be meant."""

from __future__ import annotations

import pytest

from bot.config.repository import ConfigurationErrors, RepositoryConfig, configuration_from_yaml

_POLICY = """
pipeline:
  projects: {{breakwater: {{kind: cargo}}}}
  release: {{binaries: [breakwaterd]}}
  infrastructure:
    state: acme-state
    artifacts: acme-artifacts
    {said}
"""
WRONG = {
    f"environments: [{'x' * 33}]": "too many for names of roles",
    f"cluster: {'x' * 33}": "too many for names of roles",
    "cluster: production": "`/cluster down` would take it down",
    "preemptible: [review]": "review is none of `environments`",
    "others: {storage: {type: t3.medium}}": "there is a group of that name anyway",
    "storage: {type: i4i.2xlarge, programs: [other]}": "other is none of the release's binaries",
    "others: {relay: {type: t3.medium, programs: [other]}}": "other is none of the release's binaries",
}
RIGHT = (
    "preemptible: [staging]",
    "storage: {type: i4i.2xlarge, count: 3, programs: [breakwaterd]}",
    "others: {relay: {type: t3.medium}}",
)


@pytest.mark.parametrize(("said", "told"), WRONG.items())
def test_what_cannot_be_meant_is_told(said: str, told: str) -> None:
    read = configuration_from_yaml(_POLICY.format(said=said).encode())

    assert isinstance(read, ConfigurationErrors)
    assert told in "\n".join(mistake.message for mistake in read.mistakes)


@pytest.mark.parametrize("said", RIGHT)
def test_what_can_be_meant_is_taken(said: str) -> None:
    assert isinstance(configuration_from_yaml(_POLICY.format(said=said).encode()), RepositoryConfig)


def test_programs_need_a_release() -> None:
    """Without one nothing would ever be pushed for them."""
    policy = _POLICY.replace("  release: {{binaries: [breakwaterd]}}\n", "")
    said = "storage: {type: i4i.2xlarge, programs: [breakwaterd]}"

    assert isinstance(configuration_from_yaml(policy.format(said=said).encode()), ConfigurationErrors)


def test_a_pipeline_may_deploy_nowhere() -> None:
    policy = b"pipeline: {projects: {breakwater: {kind: cargo}}}\n"

    assert isinstance(configuration_from_yaml(policy), RepositoryConfig)


@pytest.mark.parametrize(("cluster", "is_right"), [("test", True), ("lab", False)])
def test_the_daily_limit_ends_the_pipelines_cluster(cluster: str, is_right: bool) -> None:  # noqa: FBT001 - a table
    """Under another name its machines would run on, however much they cost."""
    costs = f"costs: {{enforce: {{cluster: {cluster}}}}}\n"
    read = configuration_from_yaml((_POLICY.format(said="region: us-east-1") + costs).encode())

    assert isinstance(read, RepositoryConfig) is is_right
    if isinstance(read, ConfigurationErrors):
        (mistake,) = read.mistakes
        assert mistake.message.startswith("costs.enforce.cluster: the limit would end nothing")
