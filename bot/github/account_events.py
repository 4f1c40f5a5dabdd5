"""Reads the deliveries that are about accounts and the App itself, and about no repository alone."""

from __future__ import annotations

from typing import Any

from bot.forms import convert
from bot.github import payloads as shape
from bot.github.event_models import AuthorizationEvent, InstallationEvent, PingEvent
from bot.github.shapes import actor


def installation(payload: Any) -> InstallationEvent:
    """This function will read that the App was installed, removed, or given other repositories."""
    read = convert(payload, shape.InstallationPayload)
    return InstallationEvent(
        action=read.action,
        sender=actor(read.sender),
        installation_id=read.installation.id,
        account=actor(read.installation.account),
        added=tuple(repository.full_name for repository in read.repositories + read.repositories_added),
        removed=tuple(repository.full_name for repository in read.repositories_removed),
    )


def authorization(payload: Any) -> AuthorizationEvent:
    """This function will read that a person took back what they allowed the App."""
    read = convert(payload, shape.AuthorizationPayload)
    return AuthorizationEvent(action=read.action, sender=read.sender.to_actor())


def ping(payload: Any) -> PingEvent:
    """This function will read that GitHub tries out the webhook."""
    read = convert(payload, shape.PingPayload)
    return PingEvent(zen=read.zen, hook_id=read.hook_id)
