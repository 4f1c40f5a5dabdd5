"""Every durable story under its name in storage; its code is loaded when it is first played."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING

from bot.engine.model import LateFlow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.app.flows.wiring import Wiring
    from bot.engine.model import Flow

# What is loaded together, named and not imported: a worker lives before it has read what it may never need.
_MODULES: Mapping[str, tuple[str, ...]] = {
    "bot.app.flows.ticks": (
        "reconcile",
        "sweep",
        "know_repositories",
        "housekeeping",
        "forget_payloads",
        "end_sign_ins",
        "sweep_merges",
        "monitor_costs",
        "watchdog",
        "supervisor",
        "notice_build",
    ),
    "bot.app.flows.upkeep": ("sweep_gates", "gates_of_pull", "press_gate", "sweep_leases", "free_pull"),
    "bot.app.flows.commands": ("obey",),
    "bot.app.flows.diagnosis": ("diagnose", "summarise"),
    "bot.app.flows.deployments": (
        "deploy",
        "relay",
        "protection",
        "evaluate_gate",
        "keep_environment",
        "report_freeze",
    ),
    "bot.app.flows.releases": ("release", "relay_build"),
    "bot.app.flows.merging": (
        "evaluate_merges",
        "ask_merge",
        "merge_news",
        "merge_later",
        "tell_asker",
        "merge_group",
        "merge_train",
        "backport_merged",
    ),
    "bot.app.flows.costs": ("meter_costs", "look_at_costs_again", "send_notice"),
    "bot.app.flows.clusters": ("cluster", "sweep_clusters"),
    "bot.app.flows.supervision": (
        "supervise_builds",
        "fix_failure",
        "mend_run",
        "watch_sessions",
        "pause_agents",
        "steer_agent",
    ),
    "bot.app.flows.suites": ("run_suites", "relay_suites", "note_run"),
    "bot.app.flows.finding": (
        "propose",
        "find_budget",
        "find_budgets",
        "find_supervision",
        "find_supervisions",
    ),
}


def flows(wiring: Wiring) -> tuple[LateFlow, ...]:
    """This function will bind every story to what it needs, each when it is first played."""
    shelves = [(_Shelf(module, wiring), names) for module, names in _MODULES.items()]
    return tuple(
        LateFlow(name=name, load=partial(shelf.flow, name)) for shelf, names in shelves for name in names
    )


class _Shelf:
    """The stories of one module, made once; runs of any thread may ask for them at the same time."""

    def __init__(self, module: str, wiring: Wiring) -> None:
        self._module = module
        self._wiring = wiring
        self._flows: dict[str, Flow] = {}
        self._lock = Lock()

    def flow(self, name: str) -> Flow:
        with self._lock:
            if not self._flows:
                made: tuple[Flow, ...] = import_module(self._module).flows(self._wiring)
                self._flows = {flow.name: flow for flow in made}
        return self._flows[name]
