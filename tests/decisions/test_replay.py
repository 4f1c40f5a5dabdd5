"""A recorded decision is made again from its recorded facts, byte for byte, or it is said what differs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.audit.canonical import canonical
from bot.decisions.model import Decision, RecordedDecision, Standing, conclude
from bot.decisions.replay import Replayed, Replayer, Unreplayable, difference, replay, seals
from tests.support.records import AT, condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Facts of a test."""

    wind: int
    is_night: bool = False


def decide(facts: Weather) -> Decision:
    """This function will decide whether to leave the harbour."""
    standing = Standing.UNMET if facts.wind > 8 else Standing.MET
    return conclude("leave", (condition("wind", standing),))


REPLAYERS = {"leave": Replayer(facts=tuple[Weather], decide=decide)}


def row(facts: str = '[{"is_night":false,"wind":9}]', kind: str = "leave") -> RecordedDecision:
    """This function will make a recorded decision about a storm."""
    return RecordedDecision(
        id="0123456789ab",
        kind=kind,
        repository_id=22,
        repository="octo/harbour",
        number=None,
        environment="sea",
        decided_at=AT,
        facts=facts,
        decision=canonical(decide(Weather(wind=9))),
    )


def test_the_same_facts_give_the_same_bytes() -> None:
    again = replay(row(), REPLAYERS)
    assert isinstance(again, Replayed)
    assert again.is_same
    assert difference(again) == ""


def test_another_decision_is_shown_as_a_difference() -> None:
    calm = {"leave": replace(REPLAYERS["leave"], decide=lambda _: decide(Weather(wind=1)))}
    again = replay(row(), calm)
    assert isinstance(again, Replayed)
    assert not again.is_same
    assert '-   "standing": "unmet",' in difference(again)
    assert '+   "standing": "met",' in difference(again)


def test_facts_that_are_understood_otherwise_are_no_proof() -> None:
    """A version that knows more facts fills them in; that is said, though the decision is the same."""
    again = replay(row('[{"wind":9}]'), REPLAYERS)
    assert isinstance(again, Replayed)
    assert not again.is_same
    assert '+  "is_night": false,' in difference(again)


def test_what_this_version_does_not_know_is_not_guessed() -> None:
    assert replay(row(kind="swim"), REPLAYERS) == Unreplayable(
        why="this version has no decision of the kind 'swim'"
    )
    unread = replay(row('[{"wind":"strong"}]'), REPLAYERS)
    assert isinstance(unread, Unreplayable)
    assert "does not understand the recorded facts" in unread.why


def test_each_part_has_its_seal() -> None:
    assert seals(row()) != seals(row('[{"wind":9}]'))
    assert set(seals(row())) == {"decision", "facts"}
