"""A dry run shows how a command was understood and each condition as it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.arguments import understand
from bot.commands.model import Head, Reason
from bot.commands.parse import parse, parse_line
from bot.commands.planning import asking_conditions, plan_of, render_plan
from bot.commands.rules import Facts
from bot.decisions.model import Outcome, Standing, conclude
from bot.github.models import Permission
from tests.support.commands import DEPLOY, GRAMMARS, HEAD, PING, command, obey_request
from tests.support.records import condition

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

WRITER = Facts(permission=Permission.WRITE, head=Head(sha=HEAD, ref="feature"))
LINE = replace(PING, verb="plan", takes_line=True, arguments=DEPLOY.arguments[:1])


def standings(facts: Facts, *, is_pull_request: bool = True) -> dict[str, tuple[Standing, str]]:
    """This function will say how the conditions of asking for a deployment stand."""
    request = obey_request(is_pull_request=is_pull_request)
    return {each.name: (each.standing, each.reason) for each in asking_conditions(DEPLOY, request, facts)}


def test_the_rest_of_the_line_is_taken_as_it_was_typed() -> None:
    (taken,) = parse('/plan deploy staging --param note="a b" --for 4h', (LINE,))
    assert taken.mistake is None
    assert taken.arguments == ('deploy staging --param note="a b" --for 4h',)
    (empty,) = parse("/plan", (LINE,))
    assert empty.mistake is not None
    assert empty.mistake.reason is Reason.MISSING_ARGUMENT


def test_a_command_that_stands_alone_is_understood_with_or_without_its_slash() -> None:
    for line in ("deploy staging --plan", "/deploy staging --plan"):
        found = parse_line(line, GRAMMARS)
        assert (found.verb, found.arguments, found.mistake) == ("deploy", ("staging",), None)
    for line, reason in (
        ("shrug", Reason.UNKNOWN_VERB),
        ("deplyo staging", Reason.UNKNOWN_VERB),
        ("deploy", Reason.MISSING_ARGUMENT),
        ("/", Reason.UNKNOWN_VERB),
    ):
        mistake = parse_line(line, GRAMMARS).mistake
        assert mistake is not None
        assert mistake.reason is reason


def test_who_asks_and_where_is_held_to_what_every_command_is_held_to() -> None:
    assert standings(WRITER) == {
        "role": (Standing.MET, ""),
        "pull request": (Standing.MET, ""),
        "open": (Standing.MET, ""),
    }
    closed = standings(replace(WRITER, is_open=False))
    assert closed["open"] == (Standing.UNMET, Reason.PULL_REQUEST_CLOSED)
    reader = standings(Facts(permission=Permission.READ), is_pull_request=False)
    assert reader == {
        "role": (Standing.UNMET, Reason.NOT_PERMITTED),
        "pull request": (Standing.UNMET, Reason.NOT_A_PULL_REQUEST),
    }
    unread = standings(Facts(permission=None, problem="no answer"))
    assert unread["role"] == (Standing.UNKNOWN, Reason.COULD_NOT_VERIFY)
    (role,) = asking_conditions(PING, obey_request(), WRITER)
    assert role.name == "role"


def test_each_condition_is_told_once_as_it_was_decided_last() -> None:
    asking = (condition("role", Standing.MET),)
    decided = conclude("deploy", (condition("role", Standing.UNMET), condition("checks", Standing.PENDING)))
    plan = plan_of(asking, decided, condition("lease", Standing.MET), None)
    assert [(each.name, each.standing) for each in plan.conditions] == [
        ("role", Standing.UNMET),
        ("checks", Standing.PENDING),
        ("lease", Standing.MET),
    ]
    assert plan.outcome is Outcome.REFUSE
    assert plan_of(asking).outcome is Outcome.PROCEED


def test_a_dry_run(snapshot: SnapshotAssertion) -> None:
    line = "/deploy staging --param note=`x`|y --plan"
    wanted = understand(command(line), DEPLOY)
    decision = plan_of((condition("role", Standing.MET), condition("checks", Standing.PENDING)))
    assert render_plan(wanted, DEPLOY, WRITER, decision) == snapshot


def test_a_dry_run_says_what_would_come_of_it() -> None:
    wanted = understand(command("/ping"), PING)
    for standing, words in (
        (Standing.MET, "It would be carried out now"),
        (Standing.PENDING, "It would wait, and then be carried out"),
        (Standing.UNKNOWN, "It would not be carried out"),
    ):
        text = render_plan(
            wanted, PING, Facts(permission=Permission.READ), plan_of((condition("role", standing),))
        )
        assert words in text
        assert "| head |" not in text
