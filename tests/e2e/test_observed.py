"""What an operator sees of one command: its trace, its metrics, its log lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson

from bot.demo.process import BotProcess
from bot.localhub.state import accounts, git, issues, pulls
from tests.support.collector import collecting
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub
    from tests.support.collector import Collector, Received


async def test_a_command_can_be_followed_from_its_delivery_to_every_call(
    hub: LocalHub, tmp_path: Path
) -> None:
    ada = hub.store.user("ada")
    repository = accounts.create_repository(hub.store, "octo/harbour", files={"README.md": "harbour\n"})
    accounts.set_role(repository, ada, "write")
    accounts.install(hub.store, hub.app, repository)
    git.push(hub.store, repository, "branch", files={"a": "1"}, message="More", author=ada)
    pull = pulls.open_pull(hub.store, repository, title="More", head="branch", author=ada)
    async with collecting() as collector:
        settings = {"PILOTHOUSE_TRACES_URL": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
        settings["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer%20collect"
        bot = BotProcess(hub, tmp_path, settings=settings)
        await bot.start(seconds=60)
        try:
            hub.set_webhook(f"{bot.url}/webhook")
            issues.write_comment(hub.store, repository, pull.number, body="/ping s3cr3t-words", author=ada)
            await until(lambda: bool(collector.named("run obey")))
            await until(lambda: bool(_calls_of(collector)))
            metrics = await _metrics_after(bot.url, "pilothouse_level_seconds_count")
        finally:
            hub.set_webhook(None)
            await bot.stop()
        _check_trace(collector)
    _check_metrics(metrics)
    _check_log(bot.log.read_bytes())


def _calls_of(collector: Collector) -> list[Received]:
    found = [span for span in collector.spans if "/reactions" in span.attributes.get("url.template", "")]
    return [span for span in found if len(collector.way_up(span)) == 5]


def _check_trace(collector: Collector) -> None:
    (call,) = _calls_of(collector)
    assert collector.way_up(call) == [
        "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
        "step eyes",
        "run obey",
        "process issue_comment",
        "POST /webhook",
    ]
    (run,) = collector.named("run obey")
    first = next(span for span in collector.named("POST /webhook") if span.trace == run.trace)
    assert (first.resource["pilothouse.process"], run.resource["pilothouse.process"]) == ("web", "worker")
    assert first.resource["service.name"] == "pilothouse"
    assert first.attributes["http.response.status_code"] == 202
    assert call.attributes["http.response.status_code"] == 201
    assert run.attributes["vcs.repository.name"] == "harbour"
    assert all(each["Authorization"] == "Bearer collect" for each in collector.headers)
    sent = b"".join(collector.raw)
    assert b"s3cr3t-words" not in sent
    assert b"ghs_" not in sent


def _check_metrics(text: str) -> None:
    told = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    assert told == set(re.findall(r"^# HELP (\S+) \S", text, re.MULTILINE))
    lines = text.splitlines()
    assert 'pilothouse_level_seconds_count{kind="acknowledged"} 1.0' in lines
    assert "pilothouse_workers 1.0" in lines
    for name in (
        "run_seconds",
        "run_wait_seconds",
        "dispatch_seconds",
        "github_call_seconds",
        "worker_lag_seconds",
    ):
        assert f"pilothouse_{name}" in told


def _check_log(text: bytes) -> None:
    lines: list[dict[str, Any]] = [orjson.loads(line) for line in text.splitlines()]
    (answered,) = [line for line in lines if line["event"] == "command_answered"]
    expected = {"repository": "octo/harbour", "number": 1, "flow": "obey"}
    assert expected.items() <= answered.items()
    assert {"delivery", "installation", "run", "timestamp", "level"} <= set(answered)


async def _metrics_after(url: str, name: str) -> str:
    text = ""

    async def is_told() -> bool:
        nonlocal text
        async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as response:
            text = await response.text()
        return name in text

    await until(is_told)
    return text
