"""Every pure function that decides, by the kind of its decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.cluster.rules import ClusterFacts, decide_cluster
from bot.costs.ladder.model import KIND as BUDGET
from bot.costs.ladder.model import LadderFacts
from bot.costs.ladder.rules import decide_budget
from bot.decisions.replay import Replayer
from bot.deployments.judging.fact_model import DeployFacts
from bot.deployments.judging.rules import decide_deploy
from bot.gates.fact_model import GateFacts
from bot.gates.rules import decide_gate
from bot.merging.judging.fact_model import MergeFacts
from bot.merging.judging.rules import decide_merge
from bot.releases.judging.fact_model import ReleaseFacts
from bot.releases.judging.rules import decide_release
from bot.supervision.answering.rules import KIND as AGENT
from bot.supervision.answering.rules import AgentFacts, decide_agent
from bot.supervision.fixing.judging.fact_model import KIND as FIX
from bot.supervision.fixing.judging.fact_model import FixFacts
from bot.supervision.fixing.judging.rules import decide_fix
from bot.supervision.runs.judging import decide_run
from bot.supervision.runs.model import KIND as HUNG_RUN
from bot.supervision.runs.model import RunFacts
from bot.supervision.sessions.judging.fact_model import SessionFacts
from bot.supervision.sessions.judging.rules import decide_session

if TYPE_CHECKING:
    from collections.abc import Mapping

DECIDERS: Mapping[str, Replayer] = {
    AGENT: Replayer(facts=tuple[AgentFacts], decide=decide_agent),
    BUDGET: Replayer(facts=tuple[LadderFacts], decide=decide_budget),
    "cluster": Replayer(facts=tuple[ClusterFacts], decide=decide_cluster),
    "deploy": Replayer(facts=tuple[DeployFacts], decide=decide_deploy),
    FIX: Replayer(facts=tuple[FixFacts], decide=decide_fix),
    "gate": Replayer(facts=tuple[GateFacts], decide=decide_gate),
    HUNG_RUN: Replayer(facts=tuple[RunFacts], decide=decide_run),
    "merge": Replayer(facts=tuple[MergeFacts], decide=decide_merge),
    "release": Replayer(facts=tuple[ReleaseFacts], decide=decide_release),
    "rollback": Replayer(facts=tuple[DeployFacts], decide=decide_deploy),
    "session": Replayer(facts=tuple[SessionFacts], decide=decide_session),
    "teardown": Replayer(facts=tuple[DeployFacts], decide=decide_deploy),
}
