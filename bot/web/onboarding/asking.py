"""What the person who sets up is asked, and the manifest that comes of the answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from bot.config.app_settings import LOOPBACK
from bot.config.locations import public_url_problem, webhook_proxy_problem
from bot.github.addresses import api_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.manifest import Manifest

# https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/registering-a-github-app
_LONGEST_NAME = 34
_OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}")
_PRIVATE = re.compile(
    r"10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|.*\.(?:local|internal|localhost)\Z"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The answers."""

    public_url: str  # how browsers reach the bot
    webhook_proxy: str  # empty: GitHub reaches it there too
    site: str  # GitHub's pages
    api_url: str
    organization: str  # empty: the App becomes the person's own
    name: str

    @property
    def webhook_url(self) -> str:
        """Where GitHub sends deliveries."""
        return self.webhook_proxy or f"{self.public_url}/webhook"

    @property
    def apps(self) -> str:
        """Where GitHub lists the Apps of the owner."""
        of = f"/organizations/{quote(self.organization)}" if self.organization else ""
        return f"{self.site}{of}/settings/apps"

    def registration(self, state: str) -> str:
        """This function will say where GitHub takes the manifest."""
        return f"{self.apps}/new?state={quote(state, safe='')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """What the environment has decided already, and what is offered where it has not."""

    public_url: str
    webhook_proxy: str
    site: str
    api_url: str = ""  # of a GitHub whose address the environment names; empty: the person chooses
    name: str


def asked_from(form: Mapping[str, str], preset: Preset) -> Asked | dict[str, str]:
    """This function will read the answers; where some are wrong, it says of each field what to do."""
    given = {
        name: form.get(name, "").strip() for name in ("public_url", "webhook_proxy", "organization", "name")
    }
    site = (preset.site if preset.api_url else form.get("site", "").strip()).rstrip("/")
    asked = Asked(
        public_url=given["public_url"].rstrip("/"),
        webhook_proxy=given["webhook_proxy"],
        site=site,
        api_url=preset.api_url or api_of(site),
        organization=given["organization"] if form.get("owner") == "organization" else "",
        name=given["name"],
    )
    problems = {
        "public_url": _public_problem(asked),
        "webhook_proxy": webhook_proxy_problem(asked.webhook_proxy) if asked.webhook_proxy else "",
        "site": "" if preset.api_url else _site_problem(site),
        "organization": _owner_problem(asked, form),
        "name": _name_problem(asked.name),
    }
    wrong = {name: sentence[0].upper() + sentence[1:] for name, sentence in problems.items() if sentence}
    return wrong or asked


def _public_problem(asked: Asked) -> str:
    if problem := public_url_problem(asked.public_url):
        return problem
    if asked.webhook_proxy or not is_private(asked.public_url) or is_private(asked.site):
        return ""
    return (
        "GitHub cannot reach this address from the internet. Give one that it can reach, "
        "or the channel of a webhook proxy below."
    )


def is_private(url: str) -> bool:
    """This function will say whether an address leads nowhere from the internet."""
    host = urlsplit(url).hostname or ""
    return host in LOOPBACK or _PRIVATE.match(host) is not None or "." not in host


def _site_problem(site: str) -> str:
    problem = public_url_problem(site)
    return (
        f"it takes https://github.com or the address of your GitHub Enterprise: {problem}" if problem else ""
    )


def _owner_problem(asked: Asked, form: Mapping[str, str]) -> str:
    if form.get("owner") != "organization" or _OWNER.fullmatch(asked.organization):
        return ""
    return "it takes an organization's name as GitHub's addresses have it, such as octo-org."


def _name_problem(name: str) -> str:
    if not re.search(r"[A-Za-z0-9]", name):
        return "an App needs a name; it shows on every comment that it writes."
    if len(name) > _LONGEST_NAME:
        return f"GitHub takes at most {_LONGEST_NAME} characters."
    return ""


def manifest_for(asked: Asked, plan: Manifest, *, origin: str) -> dict[str, Any]:
    """This function will make the manifest that GitHub is shown.

    Args:
        asked: the answers.
        plan: what the App asks for, out of app.yml.
        origin: where the browser is that sets up: GitHub leads it back there.
    """
    return {
        "name": asked.name,
        "url": plan.homepage,
        "description": plan.description,
        "public": False,
        "hook_attributes": {"url": asked.webhook_url, "active": True},
        "redirect_url": f"{origin}/setup/created",
        "callback_urls": [f"{asked.public_url}/sign-in/callback"],
        "setup_url": asked.public_url,
        "setup_on_update": False,
        "request_oauth_on_install": False,
        "default_events": list(plan.events),
        "default_permissions": dict(plan.permissions),
    }
