"""Spares a run the library's question before each step whether that step is recorded, where it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from dbos import DBOS


class Recorded:
    """What each run had recorded when it began.

    The library asks in a transaction of its own before each step: half of what a run costs. Only a run's own steps add
    to its record, so its last step, asked for once, answers for all that are numbered higher. Should another
    executor have taken the run over meanwhile, the library still refuses what this one wants to record.
    """

    def __init__(self, last_step: Callable[[str], int]) -> None:
        self._last_step = last_step
        self._last: dict[str, int | None] = {}  # None: begun and not asked yet

    def begin(self, run_id: str) -> None:
        """This function will count a run as begun by this process."""
        self._last[run_id] = None

    def end(self, run_id: str) -> None:
        """This function will forget a run that has left this process."""
        self._last.pop(run_id, None)

    def may_hold(self, run_id: str, step: int) -> bool:
        """This function will say whether the database may hold a record of the step."""
        if run_id not in self._last:
            return True
        last = self._last[run_id]
        if last is None:
            last = self._last[run_id] = self._last_step(run_id)
        return step <= last

    def install(self, library: DBOS) -> None:
        """This function will let the library ask only where there may be a record."""
        system: Any = library._sys_db  # noqa: SLF001 - guarded by a test
        ask = system.check_operation_execution

        def asked(
            workflow_id: str, function_id: int, function_name: str, *, owner_key: str | None = None
        ) -> Any:
            if not self.may_hold(workflow_id, function_id):
                return None
            return ask(workflow_id, function_id, function_name, owner_key=owner_key)

        system.check_operation_execution = asked
