"""A model on this machine: it answers as a provider with OpenAI's interface would, and says what a test wants."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

MODEL = "harbour/pilot"  # provider/model
_PATH = "/v1/chat/completions"
_TAKEN, _GIVEN = 1000, 50  # tokens of each call
PRICES = {"input": 3, "output": 15}  # dollars for a million tokens
A_CALL = "0.003750"  # dollars


@dataclass(frozen=True, kw_only=True)
class Use:
    """An answer that uses a tool."""

    tool: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Say:
    """An answer in words, with which the work ends."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Hang:
    """No answer at all."""


Answer = Use | Say | Hang


@dataclass(kw_only=True)
class ModelServer:
    """The provider; its answers are given one after the other, the last one again and again."""

    answers: Sequence[Answer]
    asked: list[dict[str, Any]] = field(default_factory=list)
    went_out: list[str] = field(default_factory=list)  # what was asked for elsewhere
    address: str = ""

    @property
    def tools(self) -> list[str]:
        """The tools that the model was offered when it was asked first."""
        return sorted(one["function"]["name"] for one in self.asked[0].get("tools", []))

    @property
    def results(self) -> list[str]:
        """What came of the tools that it used."""
        messages = self.asked[-1]["messages"]
        return [str(one["content"]) for one in messages if one["role"] == "tool"]

    def configure(self, folder: Path) -> Path:
        """This function will write the file of an operator that lets OpenCode find the model, and return it."""
        settings = folder / "provider.json"
        model = {
            "name": "Pilot",
            "limit": {"context": 100_000, "output": 8_000},
            "cost": PRICES,
        }
        provider = {
            "npm": "@ai-sdk/openai-compatible",
            "name": "Harbour",
            "options": {"baseURL": f"{self.address}/v1", "apiKey": "{env:HARBOUR_KEY}"},
            "models": {MODEL.partition("/")[2]: model},
        }
        # As an operator's own settings may be who lets his agents do everything.
        settings.write_text(
            json.dumps(
                {
                    "provider": {MODEL.partition("/")[0]: provider},
                    "permission": {"*": "allow", "bash": "allow"},
                }
            ),
            encoding="utf-8",
        )
        environment = folder / "agent.env"
        lines = {
            "OPENCODE_CONFIG": settings,
            "HARBOUR_KEY": "key-of-the-harbour",
            # Whoever wants anything of another machine asks here for the way.
            **dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"), self.address),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1"),
        }
        text = "".join(f"{name}={value}\n" for name, value in lines.items())
        environment.write_text(text, encoding="utf-8")
        return environment

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[ModelServer]:
        """This function will serve it on a port of its own."""
        app = web.Application(client_max_size=10 * 1024 * 1024, middlewares=[self._watch])
        app.router.add_post(_PATH, self._complete)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    @web.middleware
    async def _watch(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.path != _PATH:
            self.went_out.append(f"{request.method} {request.raw_path}")
        return await handler(request)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(body)
        if isinstance(answer, Hang):
            await asyncio.Event().wait()
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for part in self._parts(answer):
            event = {
                "id": f"c{len(self.asked)}",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": body["model"],
            }
            await response.write(b"data: " + json.dumps(event | part).encode() + b"\n\n")
        await response.write(b"data: [DONE]\n\n")
        return response

    def _parts(self, answer: Answer) -> list[dict[str, Any]]:
        if isinstance(answer, Use):
            function = {"name": answer.tool, "arguments": json.dumps(answer.arguments)}
            call = {"index": 0, "id": f"call_{len(self.asked)}", "type": "function", "function": function}
            delta, end = {"role": "assistant", "tool_calls": [call]}, "tool_calls"
        else:
            assert isinstance(answer, Say)
            delta, end = {"role": "assistant", "content": answer.text}, "stop"
        usage = {"prompt_tokens": _TAKEN, "completion_tokens": _GIVEN, "total_tokens": _TAKEN + _GIVEN}
        return [
            {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
            {"choices": [{"index": 0, "delta": {}, "finish_reason": end}], "usage": usage},
        ]
