"""A notice is mailed to real servers: over TLS or by STARTTLS, and never in the open to another host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.costs.notices.mail import mail, message_of
from bot.costs.notices.model import Attempt
from tests.support.notices import certificates, notice, post_office

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

SENDER = "bot@example.org"
TO = ("ada@example.org", "ops@example.org")


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate of localhost: for its server, and for a client that trusts it."""
    folder: Path = tmp_path_factory.mktemp("certificates")
    return certificates(folder)


async def test_a_mail_has_what_mail_programs_go_by() -> None:
    """What is sent twice has one Message-ID; a day's notices are one conversation; no machine answers it."""
    async with post_office() as post:
        message = message_of(notice(), sender=SENDER, to=TO)
        assert await mail(message, f"smtp://127.0.0.1:{post.port}") == Attempt(is_sent=True)
        (taken,) = post.taken
        assert post.recipients == [list(TO)]
    assert taken["Subject"] == "[octo/harbour] 80 % of the day's budget are spent"
    assert taken["Message-ID"] == message_of(notice(), sender=SENDER, to=TO)["Message-ID"]
    assert taken["Message-ID"].endswith("@example.org>")
    assert taken["References"] == message_of(notice(key="other"), sender=SENDER, to=TO)["References"]
    assert taken["Auto-Submitted"] == "auto-generated"
    assert taken["Date"] == "Tue, 03 Nov 2026 14:30:00 +0000"
    assert "Spent: $80.12 of $100.00" in taken.get_content()


async def test_a_hostile_title_adds_no_header() -> None:
    message = message_of(notice(title="x\r\nBcc: eve@example.org"), sender=SENDER, to=TO)
    assert message["Bcc"] is None
    assert message["Subject"] == "[octo/harbour] x Bcc: eve@example.org"


async def test_smtps_is_secure_from_the_first_byte(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    server, client = contexts
    async with post_office(tls=server, user=("bot", "s3cr3t/@")) as post:
        message = message_of(notice(), sender=SENDER, to=TO)
        told = await mail(message, f"smtps://bot:s3cr3t%2F%40@localhost:{post.port}", tls=client)
        assert told == Attempt(is_sent=True)
        assert post.secure == [True]


async def test_starttls_is_used_where_it_is_offered(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, client = contexts
    async with post_office(tls=server, starts_tls=True, user=("bot", "pw")) as post:
        message = message_of(notice(), sender=SENDER, to=TO)
        told = await mail(message, f"smtp://bot:pw@localhost:{post.port}", tls=client)
        assert told == Attempt(is_sent=True)
        assert post.secure == [True]


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, _ = contexts
    async with post_office(tls=server) as post:
        message = message_of(notice(), sender=SENDER, to=TO)
        told = await mail(message, f"smtps://localhost:{post.port}")
        assert not told.is_sent
        assert not told.is_final
        assert post.taken == []


async def test_a_wrong_password_is_not_tried_again_and_not_told(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, client = contexts
    async with post_office(tls=server, starts_tls=True, user=("bot", "right")) as post:
        message = message_of(notice(), sender=SENDER, to=TO)
        told = await mail(message, f"smtp://bot:wr0ng@localhost:{post.port}", tls=client)
        assert told == Attempt(problem="the mail server refused the user or password (535)", is_final=True)
        assert post.taken == []


async def test_another_host_without_starttls_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else whoever sits between could take STARTTLS away, and read the password."""
    monkeypatch.setattr("bot.costs.notices.mail._HERE", frozenset())
    async with post_office() as post:
        message = message_of(notice(), sender=SENDER, to=TO)
        told = await mail(message, f"smtp://127.0.0.1:{post.port}")
        assert told == Attempt(problem="the mail server offers no STARTTLS or no sign-in", is_final=True)
        assert post.taken == []


async def test_a_mail_that_some_cannot_have_is_sent_to_the_others() -> None:
    async with post_office() as post:
        post.refuse = TO[:1]
        told = await mail(message_of(notice(), sender=SENDER, to=TO), f"smtp://127.0.0.1:{post.port}")
        assert told.is_sent
        assert told.problem == "the mail server refused 1 of the addresses"
        assert post.recipients == [[TO[1]]]


async def test_a_mail_that_nobody_can_have_is_not_tried_again() -> None:
    async with post_office() as post:
        post.refuse = TO
        told = await mail(message_of(notice(), sender=SENDER, to=TO), f"smtp://127.0.0.1:{post.port}")
        assert told == Attempt(problem="the mail server refused every address", is_final=True)


@pytest.mark.parametrize(
    ("answer", "is_final"), [("451 later, please", False), ("554 no, secret-word", True)]
)
async def test_what_a_server_answers_is_told_by_its_code(answer: str, *, is_final: bool) -> None:
    async with post_office() as post:
        post.answer = answer
        told = await mail(message_of(notice(), sender=SENDER, to=TO), f"smtp://127.0.0.1:{post.port}")
        assert told == Attempt(problem=f"the mail server answered {answer[:3]}", is_final=is_final)


async def test_a_server_that_is_not_there_has_taken_nothing() -> None:
    async with post_office() as post:
        port = post.port
    told = await mail(message_of(notice(), sender=SENDER, to=TO), f"smtp://127.0.0.1:{port}")
    assert told == Attempt(problem="no connection to the mail server")


async def test_a_server_that_leaves_in_the_middle_may_have_taken_it() -> None:
    async with post_office() as post:
        post.answer = "421 going away"
        told = await mail(message_of(notice(), sender=SENDER, to=TO), f"smtp://127.0.0.1:{post.port}")
        assert not told.is_sent
        assert not told.is_final
