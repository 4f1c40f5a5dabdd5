"""`/promote`: a person's word reaches exactly the step that waits."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.model import Call, Reason, Refused
from bot.deployments.promotion import Promotion, Waiting, promotion_of
from bot.gates.model import NEWS, About, News
from bot.github.models import Permission
from tests.support.commands import command, obey_request

WAITING = Waiting(environment="production", run_id="deploy-22-9-0", percent=10, sha="1a2b3c4d" * 5)
ASKED = command("/promote production")
CALL = Call(command=ASKED, request=obey_request(ASKED), permission=Permission.WRITE)


def test_the_word_names_the_step_that_waits() -> None:
    promotion = promotion_of(WAITING, CALL)
    assert isinstance(promotion, Promotion)
    signal = promotion.signal
    assert (signal.run_id, signal.topic) == ("deploy-22-9-0", NEWS)
    assert signal.message == News(about=About.PROMOTE, by="ada", text="10")
    assert promotion.text == "`1a2b3c4` goes on from 10 % of `production`."


def test_the_same_command_twice_is_one_word_and_another_command_another() -> None:
    again = promotion_of(WAITING, CALL)
    other = promotion_of(WAITING, replace(CALL, command=replace(ASKED, index=1)))
    first = promotion_of(WAITING, CALL)
    assert isinstance(first, Promotion)
    assert isinstance(again, Promotion)
    assert isinstance(other, Promotion)
    assert first.signal.key == again.signal.key != other.signal.key


def test_nothing_waits() -> None:
    refused = promotion_of(Waiting(environment="production"), CALL)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NOTHING_TO_PROMOTE
    assert "`production`" in refused.text
