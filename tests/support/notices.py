"""Notices for tests, and what takes them: a chat's webhook and mail servers that are real, on loopback."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.costs.notices.model import Fact, Gravity, Notice
from tests.support.commands import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from email.message import EmailMessage
    from pathlib import Path

    from aiosmtpd.smtp import Envelope, LoginPassword, Session

AT = datetime(2026, 11, 3, 14, 30, tzinfo=UTC)


def notice(**changes: Any) -> Notice:
    """This function will make a notice of a budget at 80 %."""
    told = {
        "repository": REPOSITORY,
        "key": "2026-11-03-80",
        "gravity": Gravity.WARNING,
        "title": "80 % of the day's budget are spent",
        "text": "The limit is reached in 2 h 10 min at this rate.",
        "at": AT,
        "facts": (Fact(name="Spent", value="$80.12 of $100.00"), Fact(name="Forecast", value="$118.40")),
        "url": "https://github.com/octo/harbour/issues/7#issuecomment-1",
    }
    return Notice(**{**told, **changes})


@dataclass
class Chat:
    """A chat's webhook: it answers as it is told, the last answer for ever."""

    url: str = ""
    answers: list[tuple[int, str]] = field(default_factory=lambda: [(200, "ok")])
    breaks: int = 0  # how many posts it takes and then breaks the connection
    taken: list[dict[str, Any]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        """This function will take a post."""
        self.taken.append(await request.json())
        if self.breaks:
            self.breaks -= 1
            assert request.transport is not None
            request.transport.abort()
        status, text = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=status, text=text)


@asynccontextmanager
async def chat() -> AsyncIterator[Chat]:
    """This function will serve a webhook on loopback."""
    made = Chat()
    application = web.Application()
    application.router.add_post("/services/T0/B0/secret", made.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/services/T0/B0/secret"
    try:
        yield made
    finally:
        await runner.cleanup()


@dataclass
class Post:
    """A mail server with what it took."""

    port: int = 0
    refuse: tuple[str, ...] = ()  # addresses that it does not take
    answer: str = "250 OK"  # to a mail
    user: tuple[str, str] | None = None
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the names and form that the library calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """This function will take a recipient, or not."""
        del server, session, options
        if address in self.refuse:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """This function will take a mail."""
        del session
        assert isinstance(envelope.content, bytes)
        assert server.transport is not None
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        self.secure.append(server.transport.get_extra_info("sslcontext") is not None)
        return self.answer

    def sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        """This function will let in whoever knows the password."""
        del server, session, envelope, mechanism
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.user, handled=False)


@asynccontextmanager
async def post_office(
    *, tls: ssl.SSLContext | None = None, starts_tls: bool = False, user: tuple[str, str] | None = None
) -> AsyncIterator[Post]:
    """This function will serve mail on loopback; over TLS from the first byte, or begun by STARTTLS."""
    made = Post(user=user)

    def speak() -> SMTP:
        with warnings.catch_warnings():  # it does not know that SMTPS is secure
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(
                made,
                hostname="localhost",
                tls_context=tls if starts_tls else None,
                require_starttls=starts_tls,
                authenticator=made.sign_in if user else None,
                auth_required=user is not None,
                auth_require_tls=starts_tls,
                loop=asyncio.get_running_loop(),
            )

    server = await asyncio.get_running_loop().create_server(
        speak, "127.0.0.1", 0, ssl=None if starts_tls else tls
    )
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()


def certificates(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """This function will make a certificate of localhost: for its server, and for a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "localhost.pem", folder / "localhost.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, secret)
    return server, ssl.create_default_context(cafile=str(certificate))
