"""A notice reaches a chat's webhook once, and what goes wrong is told without the webhook's address."""

from __future__ import annotations

import pytest

from bot.costs.notices.chat import post
from bot.costs.notices.model import Attempt
from bot.costs.notices.words import chat_message
from tests.support.notices import chat, notice


async def test_a_notice_is_posted() -> None:
    async with chat() as hook:
        assert await post(notice(), hook.url, is_repeat=False) == Attempt(is_sent=True)
        assert hook.taken == [chat_message(notice())]


@pytest.mark.parametrize(
    ("status", "text", "problem", "is_final"),
    [
        (400, "invalid_blocks", "the webhook answered 400 (invalid_blocks)", True),
        (403, "action_prohibited", "the webhook answered 403 (action_prohibited)", True),
        (404, "no_service", "the webhook answered 404 (no_service)", True),
        (410, "channel_is_archived", "the webhook answered 410 (channel_is_archived)", True),
        (429, "rate_limited", "the webhook answered 429 (rate_limited)", False),
        (302, "", "the webhook answered 302", True),
        (503, "<h1>@everyone</h1>", "the webhook answered 503", False),
    ],
)
async def test_what_a_chat_refuses_is_named(status: int, text: str, problem: str, *, is_final: bool) -> None:
    """Only Slack's own codes are repeated; what else stands in an answer may be anything."""
    async with chat() as hook:
        hook.answers = [(status, text)]
        told = await post(notice(), hook.url, is_repeat=False)
        assert told == Attempt(problem=problem, is_final=is_final)


async def test_a_chat_that_answers_204_has_taken_it() -> None:
    """Discord's Slack-compatible webhooks answer without a body."""
    async with chat() as hook:
        hook.answers = [(204, "")]
        assert (await post(notice(), hook.url, is_repeat=False)).is_sent


async def test_a_chat_that_is_not_there_has_taken_nothing() -> None:
    async with chat() as hook:
        url = hook.url
    told = await post(notice(), url, is_repeat=False)
    assert told == Attempt(problem="no connection to the webhook")


async def test_a_connection_that_breaks_may_have_brought_it() -> None:
    async with chat() as hook:
        hook.breaks = 1
        told = await post(notice(), hook.url, is_repeat=False)
        assert told == Attempt(problem="the connection to the webhook broke", may_have_arrived=True)
        assert len(hook.taken) == 1


async def test_no_problem_names_the_secret_address() -> None:
    async with chat() as hook:
        hook.answers = [(404, hook.url)]
        told = await post(notice(), hook.url, is_repeat=False)
        assert "secret" not in told.problem
