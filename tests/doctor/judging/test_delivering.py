"""Whether events arrive, by the webhook's address and its last deliveries."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from bot.doctor.judging.delivering import addressed, delivered
from bot.doctor.model import Grade
from bot.github.installing import Hook, Registration
from bot.github.models import HookDelivery

ABOUT = Registration(
    id=1, slug="p", name="P", html_url="https://github.com/apps/p", permissions={}, events=frozenset()
)


@pytest.mark.parametrize(
    ("url", "content_type", "insecure", "grade"),
    [
        ("https://bot.example.org/webhook", "json", False, Grade.GOOD),
        ("http://bot.example.org/webhook", "json", False, Grade.NOTICE),
        ("https://bot.example.org/webhook", "json", True, Grade.NOTICE),
        ("https://bot.example.org/webhook", "form", False, Grade.BAD),
        ("", "json", False, Grade.BAD),
    ],
)
def test_a_webhook_leads_somewhere_safely_or_is_told(
    url: str, content_type: str, *, insecure: bool, grade: Grade
) -> None:
    found = addressed(Hook(url=url, content_type=content_type, is_insecure=insecure), urlsplit(url), ABOUT)

    assert found.grade is grade


def attempt(guid: str, code: int) -> HookDelivery:
    return HookDelivery(
        id=1,
        guid=guid,
        delivered_at=datetime(2026, 1, 1, tzinfo=UTC),
        redelivery=False,
        status_code=code,
        event="push",
        action=None,
        installation_id=7,
        repository_id=70,
    )


@pytest.mark.parametrize(
    ("attempts", "grade", "words"),
    [
        ([("a", 202), ("b", 202)], Grade.GOOD, "all 2 arrived"),
        # asked for again and taken: the delivery arrived, whatever its first attempt met
        ([("a", 202), ("a", 502)], Grade.GOOD, "all 1 arrived"),
        ([("b", 202), ("a", 502)], Grade.NOTICE, "1 of 2 did not arrive; the newest of them answered 502"),
        ([("b", 0), ("a", 202)], Grade.BAD, "was not reached"),
        ([], Grade.NOTICE, "there are none"),
    ],
)
def test_deliveries_count_by_what_became_of_each(
    attempts: list[tuple[str, int]], grade: Grade, words: str
) -> None:
    found = delivered([attempt(guid, code) for guid, code in attempts])

    assert found.grade is grade
    assert words in found.text
