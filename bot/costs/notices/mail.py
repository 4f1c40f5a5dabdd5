"""Mails a notice by SMTP, over TLS to every server but this machine's own; a repeat is the same message."""

from __future__ import annotations

import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import aiosmtplib

from bot.costs.notices.model import Attempt, Channel
from bot.costs.notices.words import mail_subject, mail_text

if TYPE_CHECKING:
    from bot.costs.notices.model import Notice

_SECONDS = 20.0
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})
_PERMANENT = 500  # https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1


def message_of(notice: Notice, *, sender: str, to: tuple[str, ...]) -> EmailMessage:
    """This function will make the mail; what is sent twice has one Message-ID, so that it is shown once."""
    domain = sender.rpartition("@")[2]
    day = f"<budget-{notice.repository.id}-{notice.at:%Y%m%d}@{domain}>"
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Subject"] = mail_subject(notice)
    message["Date"] = format_datetime(notice.at)
    message["Message-ID"] = f"<{notice.id_by(Channel.EMAIL)}@{domain}>"
    message["References"] = day  # a day's notices are one conversation
    message["Auto-Submitted"] = "auto-generated"  # https://www.rfc-editor.org/rfc/rfc3834#section-5
    message.set_content(mail_text(notice))
    return message


async def mail(message: EmailMessage, url: str, *, tls: ssl.SSLContext | None = None) -> Attempt:
    """This function will hand the mail to the server of the address and say how that ended.

    Args:
        message: the mail, with its recipients.
        url: smtps://… or smtp://…, with the user and password where the server wants them.
        tls: what certificates are held to, where that is not the machine's own store.
    """
    parts = urlsplit(url)
    is_tls = parts.scheme == "smtps"
    starts_tls = None if is_tls or parts.hostname in _HERE else True
    try:
        refused, _ = await aiosmtplib.send(
            message,
            hostname=parts.hostname,
            port=parts.port,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=is_tls,
            start_tls=False if is_tls else starts_tls,
            tls_context=tls,
            timeout=_SECONDS,
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        is_final = all(one.code >= _PERMANENT for one in error.recipients)
        return Attempt(problem="the mail server refused every address", is_final=is_final)
    except aiosmtplib.SMTPException as error:
        return _failed(error)
    except (OSError, ssl.SSLError):
        return Attempt(problem="no secure connection to the mail server")
    if refused:
        problem = f"the mail server refused {len(refused)} of the addresses"
        return Attempt(is_sent=True, problem=problem, is_final=True)
    return Attempt(is_sent=True)


def _failed(error: aiosmtplib.SMTPException) -> Attempt:
    """What an error means; the server's own words may repeat what was sent, and are left out."""
    match error:
        case aiosmtplib.SMTPAuthenticationError(code=code):
            return Attempt(
                problem=f"the mail server refused the user or password ({code})", is_final=code >= _PERMANENT
            )
        case aiosmtplib.SMTPResponseException(code=code):
            return Attempt(problem=f"the mail server answered {code}", is_final=code >= _PERMANENT)
        case aiosmtplib.SMTPConnectError():
            return Attempt(problem="no connection to the mail server")
        case aiosmtplib.SMTPServerDisconnected() | aiosmtplib.SMTPTimeoutError():
            return Attempt(problem="the connection to the mail server broke", may_have_arrived=True)
        case _:
            return Attempt(problem="the mail server offers no STARTTLS or no sign-in", is_final=True)
