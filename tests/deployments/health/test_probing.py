"""Health checks over real connections: what is asked, what never is, and how much of an answer is read."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.config.policy import HttpCheck
from bot.deployments.health import probing
from bot.deployments.health.probing import BODY_BYTES, Prober

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from bot.deployments.health.rules import Answer

OPENED = Prober(allowed=(ip_network("127.0.0.0/8"), ip_network("::1/128")))
CLOSED = Prober()


@asynccontextmanager
async def answering(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]], *, context: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """A server on loopback."""
    application = web.Application()
    application.router.add_get("/{path:.*}", handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    scheme = "https" if context else "http"
    try:
        yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def ask(prober: Prober, url: str, **expected: Any) -> Answer:
    (answer,) = await prober.ask([HttpCheck(url=url, **expected)])
    return answer


async def healthy(_: web.Request) -> web.Response:
    return web.Response(text="status: fine")


async def test_a_good_answer() -> None:
    async with answering(healthy) as url:
        answer = await ask(OPENED, f"{url}/health", contains="fine")
    assert answer.is_good
    assert answer.url == f"{url}/health"


async def test_what_is_asked_carries_no_cookie_and_says_who_asks() -> None:
    seen: list[dict[str, str]] = []

    async def note(request: web.Request) -> web.Response:
        seen.append(dict(request.headers))
        response = web.Response()
        response.set_cookie("session", "1")
        return response

    async with answering(note) as url:
        await ask(OPENED, url)
        await OPENED.ask([HttpCheck(url=url), HttpCheck(url=url)])
    assert len(seen) == 3
    assert all(headers["User-Agent"] == "pilothouse-health" for headers in seen)
    assert not any("Cookie" in headers or "Authorization" in headers for headers in seen)


@pytest.mark.parametrize(
    ("expected", "problem"),
    [
        ({"status": 204}, "status 200 instead of 204"),
        ({"contains": "superb"}, "the answer does not contain 'superb'"),
    ],
)
async def test_a_wrong_answer(expected: dict[str, Any], problem: str) -> None:
    async with answering(healthy) as url:
        assert (await ask(OPENED, url, **expected)).problem == problem


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    """A healthy looking address must not lead the bot to another one."""
    paths: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.Response(status=302, headers={"Location": "/secret"})

    async with answering(elsewhere) as url:
        assert (await ask(OPENED, url)).problem == "status 302 instead of 200"
        assert (await ask(OPENED, url, status=302)).is_good
    assert paths == ["/", "/"]


async def test_no_more_of_a_body_than_64_kib_is_looked_at() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x" * (BODY_BYTES - 4) + b"near")
        await response.write(b"far")
        while True:
            await response.write(b"x" * 4096)

    async with answering(endless) as url:
        assert (await ask(OPENED, url, contains="near")).is_good
        assert not (await ask(OPENED, url, contains="nearfar")).is_good


async def test_a_compressed_answer_is_not_unpacked() -> None:
    async def packed(_: web.Request) -> web.Response:
        response = web.Response(text="fine" * 100)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    async def asked_for_none(request: web.Request) -> web.Response:
        return web.Response(text=request.headers["Accept-Encoding"])

    async with answering(packed) as url:
        assert not (await ask(OPENED, url, contains="finefine")).is_good
    async with answering(asked_for_none) as url:
        assert (await ask(OPENED, url, contains="identity")).is_good


async def test_an_answer_that_takes_too_long() -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with answering(slow) as url:
        assert (await ask(OPENED, url, timeout="1s")).problem == "no answer within 1 s"


async def test_a_policy_s_patience_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """While an answer is waited for, nobody shows that the environment's lease is alive."""
    monkeypatch.setattr(probing, "LONGEST_SECONDS", 0.1)

    async def slow(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with answering(slow) as url:
        assert not (await ask(OPENED, url, timeout="9999d")).is_good


async def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "no connection (" in (await ask(OPENED, f"http://127.0.0.1:{port}/")).problem


async def test_what_is_no_http_is_no_proper_answer() -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 smtp.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        assert "no proper answer (" in (await ask(OPENED, f"http://127.0.0.1:{port}/")).problem


async def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    async with answering(healthy, context=context) as url:
        assert "certificate is not accepted (" in (await ask(OPENED, url)).problem


def self_signed(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    return file


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0.0.0.0",  # noqa: S104 - asked, not bound
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::]",
    ],
)
async def test_loopback_in_every_disguise_is_not_asked(host: str) -> None:
    """However the address is written, no connection to it is made unless the operator opened its network."""
    reached: list[str] = []

    async def note(request: web.Request) -> web.Response:
        reached.append(request.path)
        return web.Response()

    async with answering(note) as url:
        port = url.rpartition(":")[2]
        answer = await ask(CLOSED, f"http://{host}:{port}/")
    assert not answer.is_good
    assert reached == []


async def test_the_refusal_says_who_can_open_the_network() -> None:
    assert "PILOTHOUSE_VERIFY_PRIVATE" in (await ask(CLOSED, "http://localhost:1/")).problem


async def test_a_name_that_changes_its_mind_reaches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: what counts is the address that is connected to, at the moment it is."""
    loop = asyncio.get_running_loop()
    real, asked = loop.getaddrinfo, 0

    async def rebinding(host: Any, port: Any, **more: Any) -> Any:
        nonlocal asked
        if host != "rebinding.example":
            return await real(host, port, **more)
        asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", port))]

    monkeypatch.setattr(loop, "getaddrinfo", rebinding)
    answers = [await ask(CLOSED, "http://rebinding.example/") for _ in range(2)]
    assert asked == 2  # nothing is remembered between two rounds
    assert all("not a public one" in answer.problem for answer in answers)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "255.255.255.255",
        "224.0.0.1", "240.0.0.1", "127.0.0.1", "::1", "::", "fe80::1%eth0", "fd00:ec2::254", "ff02::1", "fec0::1",
        "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not CLOSED.permits(address)


@pytest.mark.parametrize("address", ["140.82.121.4", "2606:50c0:8000::153", "64:ff9b::8c52:7904"])
def test_addresses_that_are_public(address: str) -> None:
    assert CLOSED.permits(address)


def test_only_the_opened_network_is_open() -> None:
    prober = Prober(allowed=(ip_network("10.1.0.0/16"),))
    assert prober.permits("10.1.2.3")
    assert prober.permits("::ffff:10.1.2.3")
    assert not prober.permits("10.2.0.1")
    assert not prober.permits("::1")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://ada:hunter2@127.0.0.1:1/health?token=hunter2#hunter2", "http://127.0.0.1:1/health"),
        ("http://ada:hunter2@127.0.0.1:99999/health?token=hunter2", "127.0.0.1:99999/health"),
    ],
)
async def test_an_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    answer = await ask(CLOSED, url)
    assert answer.url == shown
    assert not answer.is_good
    assert "hunter2" not in answer.problem
