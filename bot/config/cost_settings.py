"""Settings of the process about costs: whose AWS is read, and where notices go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

# As in `bot.config.settings`: every setting with its sentence for the documentation.
NAMES: Mapping[str, str] = {
    "PILOTHOUSE_AWS_REPOSITORIES": (
        "Repositories (owner/name, comma-separated) that may have AWS read and held with this process's credentials."
    ),
    "PILOTHOUSE_LOCAL_REPOSITORIES": (
        "Repositories (owner/name, comma-separated) whose agents run on this machine and may be paused here."
    ),
    "PILOTHOUSE_NOTICE_REPOSITORIES": (
        "Repositories (owner/name, comma-separated) whose notices may go to those webhooks and by mail."
    ),
    "PILOTHOUSE_AWS_ENDPOINT_URL": "Where AWS is asked, for a stand-in or a private endpoint (default: AWS).",
    "PILOTHOUSE_CHAT_WEBHOOKS": "Slack-compatible webhooks for notices of budgets, as name=https://…, comma-separated.",
    "PILOTHOUSE_SMTP_URL": "Where notices are mailed: smtps://user:password@host:465 or smtp://host:587 (STARTTLS).",
    "PILOTHOUSE_MAIL_FROM": "The sender of those mails.",
    "PILOTHOUSE_METRICS_TOKEN": (
        "What a scrape of /metrics must bear (Authorization: Bearer …) to be told of budgets; 16 characters or more."
    ),
}
_REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*)/[A-Za-z0-9._-]+")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ADDRESS = re.compile(r"[^@\s<>,]+@[^@\s<>,]+")
_SHORTEST_TOKEN = 16
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSettings:
    """What the process may do about costs; secrets do not show in its text."""

    aws_repositories: frozenset[str] = frozenset()  # owner/name in lower case
    local_repositories: frozenset[str] = frozenset()  # as above
    notice_repositories: frozenset[str] = frozenset()  # as above
    aws_endpoint_url: str = ""
    chat_webhooks: Mapping[str, str] = field(default_factory=dict, repr=False)  # an address by its name
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    metrics_token: str = field(default="", repr=False)  # empty: no scrape is told of budgets

    def allows_aws(self, full_name: str) -> bool:
        """This function will say whether the operator lets this repository use the process's AWS credentials."""
        return full_name.lower() in self.aws_repositories

    def allows_local(self, full_name: str) -> bool:
        """This function will say whether the operator lets this repository reach sessions on this machine."""
        return full_name.lower() in self.local_repositories

    def allows_notices(self, full_name: str) -> bool:
        """This function will say whether the operator lets this repository name a webhook and addresses."""
        return full_name.lower() in self.notice_repositories


def cost_settings_from(values: Mapping[str, str], mistakes: list[str]) -> CostSettings:
    """This function will read the settings about costs and add every mistake to the list."""
    smtp, sender = (
        values.get("PILOTHOUSE_SMTP_URL", "").strip(),
        values.get("PILOTHOUSE_MAIL_FROM", "").strip(),
    )
    if smtp and not _ADDRESS.fullmatch(sender):
        mistakes.append(
            "PILOTHOUSE_MAIL_FROM is needed with PILOTHOUSE_SMTP_URL: an address such as bot@example.org."
        )
    return CostSettings(
        aws_repositories=_repositories(values, "PILOTHOUSE_AWS_REPOSITORIES", mistakes),
        local_repositories=_repositories(values, "PILOTHOUSE_LOCAL_REPOSITORIES", mistakes),
        notice_repositories=_repositories(values, "PILOTHOUSE_NOTICE_REPOSITORIES", mistakes),
        aws_endpoint_url=_endpoint(values, mistakes),
        chat_webhooks=_webhooks(values, mistakes),
        smtp_url=_smtp(smtp, mistakes),
        mail_from=sender,
        metrics_token=_metrics_token(values, mistakes),
    )


def _metrics_token(values: Mapping[str, str], mistakes: list[str]) -> str:
    token = values.get("PILOTHOUSE_METRICS_TOKEN", "").strip()
    if token and len(token) < _SHORTEST_TOKEN:
        mistakes.append(
            f"PILOTHOUSE_METRICS_TOKEN has {len(token)} characters; it guards what is spent, so it takes "
            f"{_SHORTEST_TOKEN} or more: openssl rand -hex 16."
        )
    return token


def _parts(values: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in values.get(name, "").split(",") if part.strip()]


def _repositories(values: Mapping[str, str], name: str, mistakes: list[str]) -> frozenset[str]:
    parts = _parts(values, name)
    if wrong := [part for part in parts if not _REPOSITORY.fullmatch(part)]:
        mistakes.append(f"{name} has {', '.join(wrong)}; it takes owner/name, each in full, comma-separated.")
    return frozenset(part.lower() for part in parts)


def _endpoint(values: Mapping[str, str], mistakes: list[str]) -> str:
    url = values.get("PILOTHOUSE_AWS_ENDPOINT_URL", "").strip().rstrip("/")
    if url and not _is_safe(url):
        mistakes.append(
            f"PILOTHOUSE_AWS_ENDPOINT_URL is {url!r}; requests carry credentials, so it takes an https address."
        )
    return url


def _webhooks(values: Mapping[str, str], mistakes: list[str]) -> Mapping[str, str]:
    found = {}
    for part in _parts(values, "PILOTHOUSE_CHAT_WEBHOOKS"):
        name, _, url = part.partition("=")
        if not _NAME.fullmatch(name.strip()) or not _is_safe(url.strip()):
            mistakes.append(
                "PILOTHOUSE_CHAT_WEBHOOKS takes name=https://…, comma-separated; one of them is not."
            )
            continue
        found[name.strip()] = url.strip()
    return found


def _smtp(url: str, mistakes: list[str]) -> str:
    """The address; what is wrong with it is told without its password."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if url and not usable:
        mistakes.append("PILOTHOUSE_SMTP_URL is no such address; write smtps://user:password@host:465.")
    return url


def _is_safe(url: str) -> bool:
    """Whether it is an https address, or one of this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))
