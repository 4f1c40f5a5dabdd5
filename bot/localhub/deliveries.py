"""Webhook deliveries: signing, sending, the App's list of them, redelivery."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import orjson

from bot.localhub.payloads import payload as build_payload

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from bot.localhub.faults import DeliveryFault, Faults
    from bot.localhub.recorder import Recorder
    from bot.localhub.state.nouns import App
    from bot.localhub.state.store import Happening, Store

PATIENCE = 10.0  # seconds GitHub waits for an answer
LARGEST = 25 * 1024 * 1024  # bytes; a larger payload is never sent
WINDOW = timedelta(days=3)  # in which deliveries are listed and can be sent again
KEPT = 5_000  # deliveries listed, with payloads of 20 kB
OF_PERSON = "github_app_authorization"  # about no installation: the App always gets it
ALWAYS_SENT = frozenset({OF_PERSON, "installation", "installation_repositories", "ping"})
ONLY_TO_OWNER = frozenset({"requested", "requested_action", "rerequested"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt at delivering a webhook."""

    id: int
    guid: str
    event: str
    action: str | None
    installation_id: int | None
    repository_id: int | None
    delivered_at: datetime
    payload: bytes
    redelivery: bool = False
    duration: float = 0.0
    status: str = "pending"
    status_code: int = 0
    request_headers: dict[str, str] | None = None
    response_headers: dict[str, str] | None = None
    response_text: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver acknowledged it."""
        return 200 <= self.status_code < 300  # noqa: PLR2004 - the 2xx range


class Deliveries:
    """The App's one webhook: where it goes, what was sent, and what became of it."""

    def __init__(self, store: Store, app: App, *, secret: str, faults: Faults, recorder: Recorder) -> None:
        self._store = store
        self._app = app
        self._faults = faults
        self._recorder = recorder
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(8)
        self._hook_id = store.next_id()
        self._by_id: dict[int, Delivery] = {}
        self.secret = secret
        self.url: str | None = None

    @property
    def listed(self) -> list[Delivery]:
        """Every listed delivery, newest first."""
        oldest = self._store.now() - WINDOW
        return [one for one in reversed(self._by_id.values()) if one.delivered_at >= oldest]

    def find(self, number: int) -> Delivery | None:
        """This function will give a listed delivery."""
        found = self._by_id.get(number)
        return found if found and found.delivered_at >= self._store.now() - WINDOW else None

    def hear(self, happening: Happening) -> None:
        """This function will send what happened to the App, if it is subscribed and installed there."""
        if self.url is None or not self._wants(happening):
            return
        repository = happening.repository
        installation = None
        if happening.event != OF_PERSON:
            installation = (
                happening.subject if repository is None else self._store.installation_of(repository)
            )
            if installation is None or installation.app is not self._app:
                return
        content = orjson.dumps(build_payload(self._store, happening, installation))
        if len(content) > LARGEST:
            return
        self._send(
            Delivery(
                id=self._store.next_id(),
                guid=str(uuid.uuid4()),
                event=happening.event,
                action=happening.action,
                installation_id=None if installation is None else installation.id,
                repository_id=None if repository is None else repository.id,
                delivered_at=self._store.now(),
                payload=content,
            )
        )

    def _wants(self, happening: Happening) -> bool:
        if happening.event in ALWAYS_SENT:
            return True
        if happening.event in {"check_run", "check_suite"} and happening.action in ONLY_TO_OWNER:
            return happening.subject.app is self._app
        if happening.event == "deployment_protection_rule" and happening.subject[1] is not self._app:
            return False
        return happening.event in self._app.events

    def ping(self) -> None:
        """This function will send the ping that greets a new webhook."""
        hook = {
            "type": "App",
            "id": self._hook_id,
            "name": "web",
            "active": True,
            "events": list(self._app.events),
            "config": {"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": self.url},
            "updated_at": self._store.now().isoformat(),
            "created_at": self._store.now().isoformat(),
            "app_id": self._app.id,
            "deliveries_url": f"{self._store.base_url}/app/hook/deliveries",
        }
        content = orjson.dumps({"zen": "Keep it logically awesome.", "hook_id": self._hook_id, "hook": hook})
        self._send(
            Delivery(
                id=self._store.next_id(),
                guid=str(uuid.uuid4()),
                event="ping",
                action=None,
                installation_id=None,
                repository_id=None,
                delivered_at=self._store.now(),
                payload=content,
            )
        )

    def redeliver(self, delivery: Delivery) -> None:
        """This function will send a delivery once more, under its old GUID."""
        self._send(
            replace(
                delivery,
                id=self._store.next_id(),
                redelivery=True,
                delivered_at=self._store.now(),
                status="pending",
                status_code=0,
            )
        )

    def _send(self, delivery: Delivery) -> None:
        fault = self._faults.strike_delivery(delivery.event)
        if fault is not None and fault.kind == "lose":
            return
        if fault is not None and fault.kind == "fail":
            self._list(
                replace(delivery, status="failed to connect to host", request_headers=self._headers(delivery))
            )
            return
        if fault is not None and fault.kind == "duplicate":
            self._start(self._attempt(delivery))
        self._start(self._later(delivery, fault))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _later(self, delivery: Delivery, fault: DeliveryFault | None) -> None:
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(self._faults.random.uniform(0, fault.seconds))
        await self._attempt(delivery)

    async def _attempt(self, delivery: Delivery) -> None:
        async with self._gate:
            headers = self._headers(delivery)
            begun = time.monotonic()
            answered = await self._post(delivery, headers)
            self._list(
                replace(answered, duration=round(time.monotonic() - begun, 2), request_headers=headers)
            )
            self._recorder.delivery(delivery.event, headers, delivery.payload)

    async def _post(self, delivery: Delivery, headers: dict[str, str]) -> Delivery:
        if self.url is None:
            return replace(delivery, status="no webhook url")
        try:
            async with self._client().post(
                self.url, data=delivery.payload, headers=headers, allow_redirects=False
            ) as response:
                return replace(
                    delivery,
                    status="OK" if response.ok else str(response.reason),
                    status_code=response.status,
                    response_headers=dict(response.headers),
                    response_text=(await response.text())[:1000],
                )
        except TimeoutError:
            return replace(delivery, status="timed out")
        except aiohttp.ClientError:
            return replace(delivery, status="failed to connect to host")

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        return self._session

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        key = self.secret.encode()
        return {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/10ca1b5",
            "X-GitHub-Delivery": delivery.guid,
            "X-GitHub-Event": delivery.event,
            "X-GitHub-Hook-ID": str(self._hook_id),
            "X-GitHub-Hook-Installation-Target-ID": str(self._app.id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-Hub-Signature": "sha1=" + hmac.new(key, delivery.payload, hashlib.sha1).hexdigest(),
            "X-Hub-Signature-256": "sha256=" + hmac.new(key, delivery.payload, hashlib.sha256).hexdigest(),
        }

    def _list(self, delivery: Delivery) -> None:
        if delivery.id in self._by_id:  # the second copy of a duplicate
            return
        self._by_id[delivery.id] = delivery
        while len(self._by_id) > KEPT:
            del self._by_id[next(iter(self._by_id))]

    def clear(self) -> None:
        """This function will forget what was listed."""
        self._by_id.clear()

    async def settle(self) -> None:
        """This function will wait until nothing is on its way."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """This function will drop what is on its way and hang up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
