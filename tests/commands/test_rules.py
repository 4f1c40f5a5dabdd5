"""Who is listened to, and which command may be carried out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Command, Head, Reason, Refused
from bot.commands.rules import Facts, Ignore, Listen, Proceed, decide_command, decide_listen
from bot.github.models import Permission
from tests.support.commands import DEPLOY, HEAD, HELP, PING, ROBOT, obey_request

if TYPE_CHECKING:
    from bot.commands.grammar import Grammar

OPEN = Facts(permission=Permission.WRITE, head=Head(sha=HEAD, ref="feature"))


def test_a_person_is_listened_to() -> None:
    assert decide_listen(obey_request(), ()) == Listen()


@pytest.mark.parametrize(
    ("app_id", "listed", "expected"),
    [
        (None, (), Ignore),
        (99, (), Ignore),
        (99, (98,), Ignore),
        (None, (99,), Ignore),
        (99, (99,), Listen),
    ],
)
def test_a_bot_is_obeyed_only_if_listed_by_app_id(
    app_id: int | None, listed: tuple[int, ...], expected: type[Listen | Ignore]
) -> None:
    request = replace(obey_request(author=ROBOT), app_id=app_id)
    assert isinstance(decide_listen(request, listed), expected)


def test_a_person_who_writes_through_an_app_stays_a_person() -> None:
    assert decide_listen(replace(obey_request(), app_id=99), (99,)) == Listen(trusted=False)


@pytest.mark.parametrize(
    ("grammar", "facts", "reason"),
    [
        (PING, Facts(permission=Permission.READ), None),
        (PING, Facts(permission=Permission.NONE), Reason.NOT_PERMITTED),
        (PING, Facts(permission=None, problem="502"), Reason.COULD_NOT_VERIFY),
        (DEPLOY, OPEN, None),
        (DEPLOY, replace(OPEN, permission=Permission.ADMIN), None),
        (DEPLOY, replace(OPEN, permission=Permission.TRIAGE), Reason.NOT_PERMITTED),
        (DEPLOY, replace(OPEN, permission=Permission.READ), Reason.NOT_PERMITTED),
        (DEPLOY, replace(OPEN, permission=None), Reason.COULD_NOT_VERIFY),
        (DEPLOY, replace(OPEN, is_open=False), Reason.PULL_REQUEST_CLOSED),
        (HELP, replace(OPEN, is_open=False), None),
    ],
)
def test_a_command_is_decided_by_role_and_place(
    grammar: Grammar, facts: Facts, reason: Reason | None
) -> None:
    decision = decide_command(grammar, obey_request(), facts)
    assert (decision.reason if isinstance(decision, Refused) else None) is reason
    assert isinstance(decision, Refused) or decision == Proceed()


def test_a_pull_request_command_is_refused_on_an_issue() -> None:
    decision = decide_command(DEPLOY, obey_request(is_pull_request=False), OPEN)
    assert isinstance(decision, Refused)
    assert decision.reason is Reason.NOT_A_PULL_REQUEST


def test_the_role_is_looked_at_before_the_place() -> None:
    """Someone without the role learns nothing about the pull request."""
    facts = Facts(permission=Permission.READ, is_open=False)
    decision = decide_command(DEPLOY, obey_request(is_pull_request=False), facts)
    assert isinstance(decision, Refused)
    assert decision.reason is Reason.NOT_PERMITTED


def test_a_refusal_says_who_can_supply_what_is_missing() -> None:
    decision = decide_command(DEPLOY, obey_request(), Facts(permission=Permission.READ))
    assert isinstance(decision, Refused)
    assert "needs the role `write`; yours is `read`" in decision.text
    assert "someone with the role write or more" in decision.text


def test_an_errors_words_are_text_not_markdown() -> None:
    decision = decide_command(PING, obey_request(), Facts(permission=None, problem="@all <img> **x**"))
    assert isinstance(decision, Refused)
    assert not {"@all", "<img>", "**x**"} & set(decision.text.split())


def test_the_rest_of_a_comment() -> None:
    commands = tuple(Command(index=index, line=f"/{index}", verb="ping") for index in range(3))
    request = obey_request(*commands)
    rest = request.after(0)
    assert rest is not None
    assert [command.index for command in rest.commands] == [1, 2]
    assert (request.run_id, rest.run_id) == ("obey-123", "obey-123-1")
    assert request.after(2) is None
