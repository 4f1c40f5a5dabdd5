"""The flows by their names in storage, each loaded when it is first played."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bot.engine.model import Flow, LateFlow
from bot.engine.recording import restored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.engine.model import Run


class Repertoire:
    """What an engine can play."""

    def __init__(self, flows: Iterable[Flow | LateFlow]) -> None:
        self._flows: dict[str, Flow | LateFlow] = {flow.name: flow for flow in flows}

    def __iter__(self) -> Iterator[str]:
        return iter(self._flows)

    def __contains__(self, name: str) -> bool:
        return name in self._flows

    async def play(self, name: str, run: Run, request: Any) -> None:
        """This function will tell the flow's story; its code is read now if it was not before.

        Args:
            name: the flow's.
            run: what the story is told to.
            request: as it is stored.
        """
        flow = self._flows[name]
        if isinstance(flow, LateFlow):
            flow = await asyncio.to_thread(flow.load)
            self._flows[name] = flow
        await flow.story(run, restored(request, flow.request))
