"""A cluster that EC2 makes: brought up once whatever becomes of an answer, ended machine by machine, and told so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.budget.model import Stage
from bot.costs.cluster.model import GROUP_TAG, ClusterState
from bot.costs.model import CLUSTER_TAG, MANAGED_TAG, PROTECTED_TAG, PULL_TAG, REAP_TAG
from bot.localhub.state import issues
from tests.support.cloud.faults import Fault, Way
from tests.support.cloud.wire import AwsError
from tests.support.clusters import yard

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.clusters import Yard

pytestmark = pytest.mark.no_cover

OURS = {MANAGED_TAG: "true", REAP_TAG: "true", CLUSTER_TAG: "harbour-test", "team": "harbour"}


def tags_of(site: Yard) -> list[dict[str, str]]:
    """This function will read the tags of the machines that cost."""
    answer = site.world.make.ec2().describe_instances(InstanceIds=site.running())
    machines = [one for group in answer["Reservations"] for one in group["Instances"]]
    return [{tag["Key"]: tag["Value"] for tag in one.get("Tags", ())} for one in machines]


async def test_it_is_brought_up_shown_kept_and_ended(tmp_path: Path) -> None:
    """Its machines bear whose they are; a stranger's is neither shown nor ended, a protected one stays."""
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        (stranger,) = site.world.make.machines("t3.medium", spot=True)
        (kept,) = site.world.make.machines("t3.medium", spot=True, tags={**OURS, PROTECTED_TAG: "true"})
        assert "✅ `/cluster up 2` **succeeded**" in await site.say("/cluster up 2")
        made = [tags for tags in tags_of(site) if GROUP_TAG in tags]
        assert sorted(tags[GROUP_TAG] for tags in made) == ["client", "conduit", "storage", "storage"]
        assert all(tags | OURS | {PULL_TAG: str(site.bot.pull.number)} == tags for tags in made)
        shown = await site.say("/cluster")
        assert shown.count("`running`") == 5
        assert "| `storage` | 2 | `i4i.2xlarge` | $0.37 | $1.37 |" in shown
        assert stranger not in shown
        assert "stays up until 2026-11-03 17:00 UTC" in await site.say("/cluster keep 8h")
        ended = await site.say("/cluster down")
        assert "4 machines were ended" in ended
        assert kept in ended
        assert sorted(site.running()) == sorted([stranger, kept])
        assert (await site.cluster()).state is ClusterState.DOWN


async def test_an_issue_is_no_pull_request_to_bill(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        store, ada = site.bot.hub.store, site.bot.ada
        issue = issues.open_issue(store, site.bot.repository, title="Load", body="", author=ada)
        await site.say("/cluster up 1", number=issue.number)
        assert all(PULL_TAG not in tags for tags in tags_of(site))


@pytest.mark.parametrize("step", ["record", "rising", "raise storage", "risen"])
async def test_a_crash_at_any_step_brings_it_up_once(tmp_path: Path, step: str) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        told = await site.say_and_die("/cluster up 2", after=step)
        assert len(site.running()) == 4
        assert "**succeeded**" in told
        assert (await site.cluster()).state is ClusterState.UP


async def test_with_every_step_done_twice_it_is_one_cluster(tmp_path: Path) -> None:
    async with yard(tmp_path, repeat_every_step=True) as site:
        site.configure(site.by_fleet)
        await site.say("/cluster up 2")
        assert len(site.running()) == 4
        await site.say("/cluster down")
        assert site.running() == []


async def test_a_lost_answer_is_looked_for_before_it_is_asked_again(tmp_path: Path) -> None:
    """The machines that were made are found by their tag."""
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        site.world.faults.add(Fault(action="ec2:CreateFleet", way=Way.LOSE, left=1))
        assert "**succeeded**" in await site.say("/cluster up 2")
        assert len(site.running()) == 4
        assert site.world.count()["ec2:CreateFleet"] == 3


async def test_a_denial_names_the_statement_to_add(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        site.world.faults.deny("ec2:CreateFleet")
        told = await site.say("/cluster up")
        assert "**failed** · `aws_refused`" in told
        assert '"Action": "ec2:CreateFleet"' in told
        assert (await site.cluster()).state is ClusterState.DOWN


async def test_prices_that_cannot_be_read_are_said_and_not_nothing(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        denied = [site.world.faults.deny(one) for one in ("ec2:DescribeSpotPriceHistory", "pricing:*")]
        told = await site.say("/cluster status")
        assert "AWS denied `ec2:DescribeSpotPriceHistory`" in told
        assert "AWS denied `pricing:GetProducts`" in told
        assert "| **an hour** | 7 |  | unpriced | unpriced |" in told
        site.world.faults.end(denied[1])
        told = await site.say("/cluster status")
        assert "| **an hour** | 7 |  | unpriced | $3.68 |" in told


async def test_a_cluster_that_would_pass_the_limit_is_refused_before_it_costs(tmp_path: Path) -> None:
    """It is priced first: 0.99 an hour for four hours on top of what the day will cost without it."""
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        await site.budget("80", forecast="97")
        told = await site.say("/cluster up")
        assert "**refused** · `over_limit`" in told
        assert "is expected to cost $100.97; its limit is $100.00" in told
        assert site.running() == []
        assert "**succeeded**" in await site.say("/cluster up 1 --for 1h")


async def test_a_cluster_that_came_up_in_part_says_what_is_missing(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        refused = AwsError("InvalidLaunchTemplateName.NotFoundException", "no <b>template</b> @here", 400)
        site.world.faults.add(Fault(action="ec2:CreateFleet", way=Way.ERROR, left=1, error=refused))
        told = await site.say("/cluster up 2")
        assert "The cluster is up in part" in told
        assert "`storage`: 0 of 2 machines were started" in told
        assert "<b>" not in told
        assert "@here" not in told
        assert (await site.cluster()).state is ClusterState.PARTIAL
        assert "cluster_up" in await site.say("/cluster up")
        await site.say("/cluster down")
        assert site.running() == []


async def test_what_the_limit_has_ended_is_down(tmp_path: Path) -> None:
    """Nobody must end by hand what runs no more before it can be brought up again."""
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        await site.say("/cluster up 1")
        site.world.make.terminate(*site.running())
        assert "The cluster is `down`" in await site.say("/cluster status")
        assert "**succeeded**" in await site.say("/cluster up 1")
        assert len(site.running()) == 3


async def test_a_configuration_that_is_gone_keeps_nothing_from_ending(tmp_path: Path) -> None:
    """Its machines would cost for ever: they are ended by the configuration that brought them up."""
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        await site.say("/cluster up 1")
        site.configure("costs: {limit: no number}\n")
        assert "`i4i.2xlarge`" in await site.say("/cluster status")
        assert "3 machines were ended" in await site.say("/cluster down")
        assert "configuration_invalid" in await site.say("/cluster down")


async def test_machines_that_somebody_else_started_are_not_doubled(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        site.world.make.machines("t3.medium", 2, spot=True, tags=OURS)
        told = await site.say("/cluster up 1")
        assert "2 machines bear the cluster's tags, although it was not brought up here" in told
        assert "2 machines were ended" in await site.say("/cluster down")


async def test_machines_that_cannot_be_listed_are_not_called_down(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        await site.say("/cluster up 1")
        site.world.faults.deny("ec2:DescribeInstances")
        assert "Its machines are not known. AWS denied" in await site.say("/cluster status")
        assert "could not be ended as a whole" in await site.say("/cluster down")
        assert (await site.cluster()).state is ClusterState.UNCLEAR


async def test_a_cluster_on_demand_is_ended_as_well(tmp_path: Path) -> None:
    """The limit ends spot machines only; whoever asks for the end of a cluster means all of it."""
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet.replace("at_most: 4", "at_most: 9") + "    spot: false\n")
        assert "on demand (paid)" in await site.say("/cluster up 1")
        (kept,) = site.world.make.machines("t3.medium", tags=OURS)
        ec2 = site.world.make.ec2()
        ec2.modify_instance_attribute(InstanceId=kept, DisableApiTermination={"Value": True})
        told = await site.say("/cluster down")
        assert "3 machines were ended" in told
        assert f"`{kept}` (`t3.medium`) is protected against being ended" in told


async def test_more_machines_than_may_be_are_all_left_alone(tmp_path: Path) -> None:
    """A tag that is on everything must not end everything."""
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        site.world.make.machines("t3.medium", 5, spot=True, tags=OURS)
        told = await site.say("/cluster down")
        assert "5 machines bear the cluster's tags, and at most 4 are ended at a time" in told
        assert len(site.running()) == 5


async def test_an_end_that_aws_did_not_confirm_is_unclear_and_tried_again(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        await site.say("/cluster up 1")
        fault = site.world.faults.deny("ec2:TerminateInstances")
        told = await site.say("/cluster down")
        assert "could not be ended as a whole" in told
        assert "ec2:TerminateInstances" in told
        assert (await site.cluster()).state is ClusterState.UNCLEAR
        site.world.faults.end(fault)
        assert "3 machines were ended" in await site.say("/cluster down")
        assert (await site.cluster()).state is ClusterState.DOWN


async def test_aws_that_does_not_answer_leaves_it_unclear(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet.replace("client:", "# client:").replace("conduit:", "# conduit:"))
        site.world.faults.add(Fault(action="ec2:CreateFleet", way=Way.DOWN))
        told = await site.say("/cluster up 1")
        assert "**failed** · `aws_unavailable`" in told
        assert "It is not known whether every machine was started" in told
        assert (await site.cluster()).state is ClusterState.UNCLEAR


async def test_a_repository_that_the_operator_has_not_listed_has_none(tmp_path: Path) -> None:
    async with yard(tmp_path, is_allowed=False) as site:
        site.configure(site.by_fleet)
        for asked in ("/cluster up", "/cluster status"):
            assert "PILOTHOUSE_AWS_REPOSITORIES" in await site.say(asked)
        assert site.world.count() == {}


async def test_a_frozen_budget_starts_nothing_and_ends_what_is_asked(tmp_path: Path) -> None:
    async with yard(tmp_path) as site:
        site.configure(site.by_fleet)
        await site.say("/cluster up 1")
        await site.budget("96", stage=Stage.FROZEN)
        await site.say("/cluster down")
        assert site.running() == []
        told = await site.say("/cluster up 1")
        assert "**refused** · `budget_frozen`" in told
        assert "/budget extend" in told
        assert site.running() == []
        assert "`budget_frozen`" in await site.say("/plan cluster up 1")
        assert "budget_frozen" in await site.say("/why cluster")
