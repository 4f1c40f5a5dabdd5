"""Ending machines: in a real EC2 API, with what may go wrong between a look and the deed."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.config.cost_settings import CostSettings
from bot.config.costing import AccountConfig
from bot.costs.aws.accounts import Account, Aws
from bot.costs.enforcers.guards import Guards, Machine
from bot.costs.enforcers.machines import Ended, end_machine, find_machines
from bot.costs.model import ActionState, GapKind
from tests.support.cloud.aws import HOME, Cloud, cloud
from tests.support.cloud.faults import Fault, Way
from tests.support.cloud.wire import AwsError, Call
from tests.support.looking import ROCKET, config_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

OURS = {"pilothouse:managed": "true", "pilothouse:reap": "true", "pilothouse:cluster": "test"}
GUARDS = Guards(cluster="test")


@dataclass
class Fleet:
    """An AWS with machines, and the account as the bot reaches it."""

    world: Cloud
    account: Account

    async def find(self) -> list[Machine]:
        """This function will find what bears the tags."""
        seen = await find_machines((self.account,), cluster="test")
        assert not seen.gaps
        return sorted(seen.machines, key=lambda machine: machine.id)

    async def end(self, machine: Machine, guards: Guards = GUARDS) -> Ended:
        """This function will end one of them."""
        return await end_machine(self.account, machine, guards)


@asynccontextmanager
async def fleet(*regions: str) -> AsyncIterator[Fleet]:
    """This function will open an AWS."""
    async with cloud() as world:
        aws = Aws(CostSettings(aws_repositories=frozenset({ROCKET.full_name}), aws_endpoint_url=world.url))
        config = config_of(accounts=(AccountConfig(id=HOME, regions=regions or ("us-east-1",)),))
        (account,) = aws.accounts_of(ROCKET, config).accounts
        yield Fleet(world, account)


async def test_one_call_ends_one_machine() -> None:
    """A batch fails as a whole for one wrong id, so each machine is ended by a call of its own."""
    async with fleet() as place:
        place.world.make.machines("i4i.2xlarge", 2, spot=True, tags=OURS)
        stranger = place.world.make.machines("i4i.2xlarge", spot=True)
        for machine in await place.find():
            assert (await place.end(machine)).state is ActionState.DONE
        states = place.world.make.states()
        assert states.pop(stranger[0]) == "running"
        assert set(states.values()) == {"terminated"}
        assert place.world.count("ec2:TerminateInstances").total() == 2


async def test_every_region_is_looked_at() -> None:
    """What stands in any of the account's regions is found."""
    async with fleet("us-east-1", "us-west-2") as place:
        made = place.world.make.machines("c7a.xlarge", spot=True, tags=OURS, zone="us-west-2a")
        (found,) = await place.find()
        assert (found.id, found.region) == (made[0], "us-west-2")


async def test_what_changed_since_is_left_alone() -> None:
    """A machine that was protected after it was seen is read again, and left alone."""
    async with fleet() as place:
        place.world.make.machines("c7a.xlarge", spot=True, tags=OURS)
        (machine,) = await place.find()
        place.world.make.ec2().create_tags(
            Resources=[machine.id], Tags=[{"Key": "pilothouse:protected", "Value": "true"}]
        )
        ended = await place.end(machine)
        assert ended.state is ActionState.REFUSED
        assert "pilothouse:protected" in ended.text
        assert place.world.make.states()[machine.id] == "running"


async def test_what_is_gone_already_is_done() -> None:
    """Ending what was ended, or what nobody knows any more, is no failure."""
    async with fleet() as place:
        place.world.make.machines("c7a.xlarge", spot=True, tags=OURS)
        (machine,) = await place.find()
        place.world.make.terminate(machine.id)
        assert (await place.end(machine)).state is ActionState.DONE
        unknown = Machine(id="i-0fffffffffffffff0", account=HOME, region="us-east-1", state="running")
        assert (await place.end(unknown)).state is ActionState.DONE
        assert not place.world.count("ec2:TerminateInstances")


async def test_termination_protection_is_respected() -> None:
    """A machine that AWS itself protects against being ended is left alone; that is no failure to repeat."""
    async with fleet() as place:
        place.world.make.machines("c7a.xlarge", spot=True, tags=OURS)
        (machine,) = await place.find()
        kept = AwsError("OperationNotPermitted", "Modify its 'disableApiTermination' attribute.", 400)
        place.world.faults.add(Fault(action="ec2:TerminateInstances", way=Way.ERROR, error=kept))
        assert (await place.end(machine)).state is ActionState.REFUSED


async def test_a_lost_answer_is_read_back() -> None:
    """Where the answer is lost, what AWS shows of the machine says whether it was ended."""
    async with fleet() as place:
        place.world.make.machines("c7a.xlarge", spot=True, tags=OURS)
        (machine,) = await place.find()
        place.world.faults.add(Fault(action="ec2:TerminateInstances", way=Way.LOSE))
        assert (await place.end(machine)).state is ActionState.DONE


async def test_aws_is_down() -> None:
    """Where AWS does not answer, it failed, and is done again at the next look."""
    async with fleet() as place:
        place.world.make.machines("c7a.xlarge", spot=True, tags=OURS)
        (machine,) = await place.find()
        place.world.faults.add(Fault(action="ec2:TerminateInstances", way=Way.BREAK))
        assert (await place.end(machine)).state is ActionState.FAILED
        assert place.world.make.states()[machine.id] == "running"


async def test_a_missing_permission_is_named() -> None:
    """A denial says which statement to add; what cannot be listed is a gap, never an empty cluster."""
    async with fleet() as place:
        place.world.make.machines("c7a.xlarge", spot=True, tags=OURS)
        (machine,) = await place.find()
        place.world.faults.deny("ec2:TerminateInstances")
        ended = await place.end(machine)
        assert ended.state is ActionState.FAILED
        assert '"Action": "ec2:TerminateInstances"' in ended.text
        place.world.faults.deny("ec2:DescribeInstances")
        seen = await find_machines((place.account,), cluster="test")
        assert [gap.kind for gap in seen.gaps] == [GapKind.PERMISSION]


def _requested(kind: str) -> dict[str, Any]:
    """What EC2 says of a machine that a spot request started; moto keeps no such requests."""
    tags = [{"Key": name, "Value": value} for name, value in OURS.items()]
    instance = {
        "InstanceId": "i-0123456789abcdef0",
        "State": {"Code": 16, "Name": "running"},
        "InstanceLifecycle": "spot",
        "SpotInstanceRequestId": "sir-1234abcd",
        "Tags": [*tags, {"Key": "aws:ec2:fleet-id", "Value": "fleet-1"}],
    }
    request = {"SpotInstanceRequestId": "sir-1234abcd", "Type": kind, "State": "active"}
    ended = {
        "InstanceId": "i-0123456789abcdef0",
        "CurrentState": {"Code": 32, "Name": "shutting-down"},
        "PreviousState": {"Code": 16, "Name": "running"},
    }
    return {
        "ec2:DescribeInstances": {"Reservations": [{"ReservationId": "r-1", "Instances": [instance]}]},
        "ec2:DescribeSpotInstanceRequests": {"SpotInstanceRequests": [request]},
        "ec2:CancelSpotInstanceRequests": {
            "CancelledSpotInstanceRequests": [{"SpotInstanceRequestId": "sir-1234abcd", "State": "cancelled"}]
        },
        "ec2:TerminateInstances": {"TerminatingInstances": [ended]},
    }


def _answer(place: Fleet, kind: str) -> None:
    for name, answer in _requested(kind).items():

        async def told(_: Call, answer: dict[str, Any] = answer) -> dict[str, Any]:
            return answer

        place.world.answers[name] = told


async def test_a_persistent_request_is_cancelled_first() -> None:
    """A persistent request would start the machine anew, so it is cancelled before the machine is ended."""
    async with fleet() as place:
        _answer(place, "persistent")
        (machine,) = await place.find()
        ended = await place.end(machine)
        assert [call.name for call in place.world.calls[-3:]] == [
            "ec2:DescribeSpotInstanceRequests",
            "ec2:CancelSpotInstanceRequests",
            "ec2:TerminateInstances",
        ]
        assert "`sir-1234abcd` was cancelled" in ended.text
        assert "the EC2 fleet `fleet-1` may start another one" in ended.text


async def test_a_one_time_request_needs_no_cancelling() -> None:
    """What a one-time request started does not come back."""
    async with fleet() as place:
        _answer(place, "one-time")
        (machine,) = await place.find()
        assert (await place.end(machine)).state is ActionState.DONE
        assert not place.world.count("ec2:CancelSpotInstanceRequests")


async def test_a_request_that_is_gone_is_no_hindrance() -> None:
    """A spot request that AWS has forgotten cannot start anything."""
    async with fleet() as place:
        _answer(place, "persistent")
        (machine,) = await place.find()
        gone = AwsError("InvalidSpotInstanceRequestID.NotFound", "does not exist", 400)
        place.world.faults.add(Fault(action="ec2:DescribeSpotInstanceRequests", way=Way.ERROR, error=gone))
        assert (await place.end(machine)).state is ActionState.DONE


async def test_what_aws_refuses_is_told() -> None:
    """Another refusal is told in AWS's own words, which render as text."""
    async with fleet() as place:
        place.world.make.machines("c7a.xlarge", spot=True, tags=OURS)
        (machine,) = await place.find()
        odd = AwsError("IncorrectInstanceState", "<b>@channel</b>", 400)
        place.world.faults.add(Fault(action="ec2:TerminateInstances", way=Way.ERROR, error=odd))
        ended = await place.end(machine)
        assert ended.state is ActionState.FAILED
        assert "<b>" not in ended.text
        assert "`IncorrectInstanceState`" in ended.text
