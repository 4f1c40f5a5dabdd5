"""AWS at one address: moto in a process of its own, and before it what moto lacks, faults, and a count."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import aiohttp
from aiohttp import web

from tests.support.aws import CREDENTIALS
from tests.support.clock import Clock
from tests.support.cloud import process
from tests.support.cloud.faults import Faults, Way
from tests.support.cloud.metrics import Metrics
from tests.support.cloud.preparing import Preparing
from tests.support.cloud.prices import Prices
from tests.support.cloud.profiles import Profiles
from tests.support.cloud.remote import Remote
from tests.support.cloud.settled import Settled
from tests.support.cloud.trust import Trust
from tests.support.cloud.wire import AwsError, Call, read_call, written, written_error

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime

HOME = "111111111111"  # the account of the process's own credentials
_HOP = {"host", "content-length", "connection", "transfer-encoding", "content-encoding", "expect"}


@dataclass
class Cloud:
    """AWS for one test. `url` is the one endpoint for every service, account and region."""

    clock: Callable[[], datetime]
    url: str = ""
    this_host: str = ""  # the instance that the instance metadata tells; none if empty
    faults: Faults = field(default_factory=Faults)
    prices: Prices = field(default_factory=Prices)
    profiles: Profiles = field(default_factory=Profiles)
    settled: Settled = field(default_factory=Settled)
    trust: Trust = field(default_factory=Trust)
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.metrics = Metrics(self.clock)
        self.remote = Remote(self.clock)
        self.make = Preparing(HOME, self.tell_time)
        self.told: datetime | None = None
        self.closing = asyncio.Event()
        self.answers: dict[str, Callable[[Call], Awaitable[dict[str, Any]]]] = {
            "ec2:DescribeSpotPriceHistory": self.prices.describe_spot_price_history,
            "pricing:GetProducts": self.prices.get_products,
            "cloudwatch:ListMetrics": self.metrics.list_metrics,
            "cloudwatch:GetMetricData": self.metrics.get_metric_data,
            "ce:GetCostAndUsage": self.settled.get_cost_and_usage,
            "bedrock:GetInferenceProfile": self.profiles.get_inference_profile,
            "bedrock:ListInferenceProfiles": self.profiles.list_inference_profiles,
            "bedrock:ListTagsForResource": self.profiles.list_tags_for_resource,
            "ssm:SendCommand": self.remote.send_command,
            "ssm:GetCommandInvocation": self.remote.get_command_invocation,
            "ssm:DescribeInstanceInformation": self.remote.describe_instance_information,
        }

    def tell_time(self) -> None:
        """This function will let moto know the time of the test."""
        now = self.clock()
        if now != self.told:
            process.tell_time(now)
            self.told = now

    def count(self, pattern: str = "*") -> Counter[str]:
        """This function will count the requests by operation: ec2:DescribeInstances."""
        return Counter(call.name for call in self.calls if fnmatchcase(call.name, pattern))


@asynccontextmanager
async def cloud(clock: Callable[[], datetime] | None = None) -> AsyncIterator[Cloud]:
    """This function will serve an empty AWS at one address, with credentials in the environment; one at a time."""
    made = Cloud(clock or Clock())
    await asyncio.to_thread(process.empty)
    application = web.Application(client_max_size=4 << 20)
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def take(request: web.Request) -> web.StreamResponse:
            return await _take(made, session, request)

        application.router.add_route("*", "/{path:.*}", take)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        hidden = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        metadata = {
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": made.url,
            "AWS_EC2_METADATA_DISABLED": "false",
        }
        try:
            with patch.dict(os.environ, {**CREDENTIALS, **hidden, **metadata}):
                yield made
        finally:
            made.closing.set()
            await made.remote.close()
            await runner.cleanup()


async def _take(made: Cloud, session: aiohttp.ClientSession, request: web.Request) -> web.StreamResponse:
    call = await read_call(request)
    if call is None:
        return _metadata(made, request)
    call = replace(call, account=made.trust.account_of(call.access_key, HOME))
    made.calls.append(call)
    fault = made.faults.of(call)
    try:
        if fault is None:
            return await _answer(made, session, request, call)
        if fault.acts:
            await _answer(made, session, request, call)
        if fault.way in {Way.HANG, Way.HUSH}:
            await made.closing.wait()
        if fault.breaks:
            return _broken(request)
        raise fault.error_for(call)
    except AwsError as error:
        return written_error(call, error)


async def _answer(
    made: Cloud, session: aiohttp.ClientSession, request: web.Request, call: Call
) -> web.Response:
    known = made.answers.get(call.name)
    if known is not None:
        return written(call, await known(call))
    if call.name == "sts:AssumeRole":
        made.trust.check(call)
    now = made.clock()
    if now != made.told:
        await asyncio.to_thread(made.tell_time)
    return await _forwarded(made, session, request, call)


async def _forwarded(
    made: Cloud, session: aiohttp.ClientSession, request: web.Request, call: Call
) -> web.Response:
    headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
    headers["x-moto-account-id"] = call.account
    url = f"{process.address()}{request.raw_path}"
    async with session.request(
        request.method, url, data=await request.read(), headers=headers, allow_redirects=False
    ) as answer:
        body = await answer.read()
        if call.name == "sts:AssumeRole" and answer.status == 200:
            made.trust.remember(call, body.decode())
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP}
        return web.Response(status=answer.status, body=body, headers=kept)


def _broken(request: web.Request) -> web.Response:
    """The connection is closed; nobody reads the answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _metadata(made: Cloud, request: web.Request) -> web.Response:
    """As the instance metadata service, version 2; it is not there where the bot runs on no instance."""
    if not made.this_host:
        return web.Response(status=404)
    if request.method == "PUT" and request.path == "/latest/api/token":
        return web.Response(text="token", headers={"X-aws-ec2-metadata-token-ttl-seconds": "21600"})
    if request.path == "/latest/meta-data/instance-id":
        return web.Response(text=made.this_host)
    return web.Response(status=404)
