"""Somebody takes back on GitHub what they allowed the App: they are signed out everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.audit.effects import NOWHERE
from bot.audit.model import Kind
from bot.audit.store import all_entries
from bot.sign_ins import store
from bot.sign_ins.model import SignIn
from bot.sign_ins.rules import holds
from tests.support.bot import serving
from tests.support.clock import START

if TYPE_CHECKING:
    from pathlib import Path


def row(user_id: int, number: int, *, seen_at: datetime = START) -> SignIn:
    """This function will make a sign-in as it is stored."""
    return SignIn(
        token_hash=f"{user_id}-{number}",
        user_id=user_id,
        login="somebody",
        sealed="sealed",
        created_at=START,
        seen_at=seen_at,
        expires_at=START + timedelta(days=7),
    )


@pytest.mark.parametrize("repeats", [False, True])
async def test_whoever_takes_it_back_is_signed_out_in_every_browser(tmp_path: Path, *, repeats: bool) -> None:
    """GitHub sends this event to every App: https://docs.github.com/en/webhooks/webhook-events-and-payloads."""
    async with serving(tmp_path, repeat_every_step=repeats) as bot:
        grace = bot.hub.store.user("grace")
        for one in (row(bot.ada.id, 1), row(bot.ada.id, 2), row(grace.id, 1)):
            await bot.database.write(partial(store.begin, sign_in=one))
        bot.hub.authorizations.revoke_all(bot.ada)
        await bot.settle()
        left = [
            await bot.database.read(partial(store.find, token_hash=key))
            for key in (f"{bot.ada.id}-1", f"{bot.ada.id}-2", f"{grace.id}-1")
        ]
        assert [one.user_id if one else None for one in left] == [None, None, grace.id]
        linked = await bot.database.read(lambda connection: tuple(all_entries(connection, NOWHERE)))
        entries = [one.entry for one in linked if one.entry.kind is Kind.SIGN_IN]
        assert [(one.actor_id, one.what, one.result) for one in entries] == 2 * [
            (bot.ada.id, "sign-in ended", "revoked")
        ]
        (sent,) = [one for one in bot.hub.deliveries.listed if one.event == "github_app_authorization"]
        assert sent.installation_id is None


@pytest.mark.parametrize(
    ("passed", "seen", "expected"),
    [
        (timedelta(0), timedelta(0), True),
        (timedelta(hours=8), timedelta(0), False),
        (timedelta(hours=8), timedelta(seconds=1), True),
        (timedelta(days=7), timedelta(days=7), False),
        (timedelta(days=7) - timedelta(seconds=1), timedelta(days=6, hours=20), True),
        (timedelta(0), timedelta(hours=3), True),  # seen by a process whose clock is ahead
    ],
)
def test_a_sign_in_holds_for_a_week_and_for_eight_idle_hours(
    passed: timedelta, seen: timedelta, *, expected: bool
) -> None:
    assert holds(row(1, 1, seen_at=START + seen), START + passed) is expected
