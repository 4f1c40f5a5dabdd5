"""The reference pipeline as a world that lives on: agents spend, machines come and go, AWS bills the day after."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tests.support.cloud.aws import HOME
from tests.support.cloud.metrics import Metric
from tests.support.cloud.profiles import Profile
from tests.support.cloud.settled import Charge
from tests.support.pipeline.agents import AGENTS, SLOT, Agent
from tests.support.pipeline.machines import Machines, launch_orchestrator, launch_strangers

if TYPE_CHECKING:
    from tests.support.clock import Clock
    from tests.support.cloud.aws import Cloud

REGION = "us-east-1"
AGENTS_ROLE = "agents"
_DAY = timedelta(days=1)
_EC2, _EBS, _BEDROCK = (
    "Amazon Elastic Compute Cloud - Compute",
    "EC2 - Other",
    "Claude (Amazon Bedrock Edition)",
)


class Pipeline:
    """The world, with a ledger of its own: what was really spent, to the second, whatever the bot thinks."""

    def __init__(self, world: Cloud, clock: Clock, *, heat: str = "1") -> None:
        self.world, self.clock = world, clock
        self.until = clock.now  # how far the world has been lived through
        self.heat = Decimal(heat)
        self.paused: set[str] = set()
        self.is_denied = False  # whether the agents' role is denied model calls
        self.looked_until = 0
        self.deaf: set[str] = set()  # agents that go on whatever they are told
        self.machines = Machines(world)
        self.orchestrator = launch_orchestrator(self.machines)
        self.strangers = launch_strangers(self.machines)
        self.cluster = self.machines.launch_cluster()
        self.tokens: dict[tuple[date, str], Decimal] = defaultdict(Decimal)  # dollars by day and agent
        self.billing = Decimal("1.02")  # what is billed, of what was spent
        world.this_host = self.strangers["this host"]
        world.make.role(AGENTS_ROLE)
        self.profiles = {agent.name: self._profile(agent) for agent in AGENTS if agent.has_profile}

    def _profile(self, agent: Agent) -> Profile:
        name = agent.name.lower()
        model = agent.model.id
        return self.world.profiles.add(
            Profile(account=HOME, region=REGION, id=f"profile{name}", name=name, model=model)
        )

    def configuration(self, limit: int = 100) -> str:
        """This function will write the pipeline's costs as its repository's configuration has them."""
        agents = "".join(f"  {agent.name}: {self._configured(agent)}\n" for agent in AGENTS)
        return (
            f"costs:\n  limit: {limit}\n  actions: false\n"
            f"  accounts:\n    - id: '{HOME}'\n"
            f"  enforce:\n    protected: [{self.strangers['protected by id']}]\n    deny_role: {AGENTS_ROLE}\n"
            f"agents:\n{agents}"
        )

    def _configured(self, agent: Agent) -> str:
        if agent.has_profile:
            return f"{{inference_profile: '{self.profiles[agent.name].arn}'}}"
        return f"{{models: ['{agent.model.id}']}}"

    @property
    def untouchable(self) -> set[str]:
        """The machines that no limit may end."""
        return {self.orchestrator, *self.strangers.values()}

    def advance(self, to: datetime) -> None:
        """This function will let time pass in the world, and for everybody's clock."""
        self._look()
        slot = self.until
        while slot < to:
            end = min(to, _next_slot(slot))
            if not self.is_denied:
                self._spend(slot, (end - slot) / SLOT)
            slot = end
            if slot.time() == time(0):
                self._bill(slot.date() - _DAY)
        self.until = self.clock.now = to

    def _spend(self, at: datetime, part: float) -> None:
        """The agents that work call their models for a part of a slot."""
        for agent in AGENTS:
            if agent.name in self.paused:
                continue
            for kind, tokens in agent.tokens(at, heat=self.heat).items():
                used = round(tokens * part)
                self.tokens[at.date(), agent.name] += agent.price(kind, used)
                self.world.metrics.put(self._metric(agent, kind), at, used)

    def _metric(self, agent: Agent, kind: str) -> Metric:
        called = self.profiles[agent.name].arn if agent.has_profile else agent.model.id
        return Metric(
            account=HOME, region=REGION, namespace="AWS/Bedrock", name=kind, dimensions=(("ModelId", called),)
        )

    def _look(self) -> None:
        """Machines and roles are looked at where somebody has changed them since."""
        new, self.looked_until = self.world.calls[self.looked_until :], len(self.world.calls)
        if any(call.name == "ec2:TerminateInstances" for call in new):
            self.machines.see()
        if any(call.service == "iam" for call in new):
            self.is_denied = self._denies_models()

    def _denies_models(self) -> bool:
        iam = self.world.make.iam()
        for name in iam.list_role_policies(RoleName=AGENTS_ROLE)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=AGENTS_ROLE, PolicyName=name)["PolicyDocument"]
            policy = json.loads(unquote(document)) if isinstance(document, str) else document
            for statement in policy["Statement"]:
                if statement["Effect"] == "Deny" and "bedrock:InvokeModel" in str(statement["Action"]):
                    return True
        return False

    def pause(self, names: tuple[str, ...]) -> dict[str, bool]:
        """This function will pause agents, all if none is named, and say of each whether it heard."""
        asked = names or tuple(agent.name for agent in AGENTS)
        self.paused |= set(asked) - self.deaf
        return {name: name in self.paused for name in asked}

    def resume(self, names: tuple[str, ...]) -> dict[str, bool]:
        """This function will let agents go on, all if none is named, and say of each that it heard."""
        asked = names or tuple(agent.name for agent in AGENTS)
        self.paused -= set(asked)
        return dict.fromkeys(asked, True)

    def spent(self, day: date) -> Decimal:
        """This function will return what was really spent of a day until now."""
        return sum(self.by_service(day).values(), Decimal(0))

    def by_service(self, day: date) -> dict[str, Decimal]:
        """This function will return what was really spent of a day, by service."""
        begin = datetime.combine(day, time(0), tzinfo=self.until.tzinfo)
        end = min(begin + _DAY, self.until)
        every = self.machines.all.values()
        return {
            _EC2: sum((one.cost(self.world, begin, end) for one in every), Decimal(0)),
            _EBS: sum((one.disk_cost(begin, end) for one in every), Decimal(0)),
            _BEDROCK: sum((cost for (of, _), cost in self.tokens.items() if of == day), Decimal(0)),
        }

    def unlisted(self, day: date) -> Decimal:
        """This function will return what cannot be known of a day without the price list: machines on demand, disks."""
        begin = datetime.combine(day, time(0), tzinfo=self.until.tzinfo)
        listed = [one for one in self.machines.all.values() if not one.is_spot]
        machines = sum((one.cost(self.world, begin, self.until) for one in listed), Decimal(0))
        return machines + self.by_service(day)[_EBS]

    def _bill(self, day: date) -> None:
        """Cost Explorer knows a day by noon of the next."""
        self.until = datetime.combine(day + _DAY, time(0), tzinfo=self.until.tzinfo)
        for service, amount in self.by_service(day).items():
            self.world.settled.charge(
                Charge(account=HOME, day=day, service=service, amount=amount * self.billing)
            )


def _next_slot(at: datetime) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((at - midnight) // SLOT + 1) * SLOT
