"""What needs somebody is put in order and counted."""

from __future__ import annotations

from datetime import timedelta

from bot.web.dashboard.standing.model import (
    TITLES,
    WORDS,
    Held,
    Listed,
    Need,
    NeedKind,
    by_repository,
    counts_of,
    most_needing,
    version_of,
)
from tests.support.diagnosis import NOON

HOUR = timedelta(hours=1)


def need(kind: NeedKind, repository_id: int = 1, *, hours: int = 1, text: str = "it is so") -> Need:
    return Need(kind=kind, repository_id=repository_id, text=text, since=NOON - hours * HOUR)


def listed(repository_id: int, *needs: Need) -> Listed:
    return Listed(
        repository_id=repository_id, full_name=f"octo/{repository_id}", is_private=False, needs=needs
    )


def held(*, word: str = "Deploying", waiting: int = 0) -> Held:
    return Held(
        repository_id=1,
        environment="production",
        kind="deploy",
        deployment_id=3,
        number=2,
        sha="",
        person="wren",
        reason="",
        taken_at=NOON,
        expires_at=None,
        waiting=waiting,
        tone="wait",
        word=word,
    )


def test_every_kind_has_its_words() -> None:
    assert TITLES.keys() == WORDS.keys() == set(NeedKind)


def test_the_worst_need_of_a_repository_comes_first_and_of_equals_the_newest() -> None:
    gate, old, new = need(NeedKind.GATE), need(NeedKind.RED, hours=5), need(NeedKind.RED, hours=2)
    other = need(NeedKind.BUDGET, 2)
    assert by_repository((gate, old, other, new)) == {1: (new, old, gate), 2: (other,)}
    assert by_repository(()) == {}


def test_repositories_come_by_their_worst_need_and_those_without_any_not_at_all() -> None:
    waits, red = listed(1, need(NeedKind.GATE)), listed(2, need(NeedKind.RED, 2), need(NeedKind.GATE, 2))
    redder = listed(3, need(NeedKind.RED, 3, hours=0))
    assert most_needing((waits, listed(4), red, redder)) == (redder, red, waits)
    assert (red.is_bad, waits.is_bad, listed(4).since) == (True, False, None)
    assert red.since == NOON - HOUR
    assert (red.needs[0].tone, red.needs[0].word) == ("bad", "Red")


def test_a_repository_counts_once_for_each_kind() -> None:
    counts = dict(
        counts_of((need(NeedKind.RED), need(NeedKind.RED), need(NeedKind.RED, 2), need(NeedKind.GATE)))
    )
    assert (counts[NeedKind.RED], counts[NeedKind.GATE], counts[NeedKind.AGENT]) == (2, 1, 0)


def test_the_version_is_another_as_soon_as_something_is_and_never_by_order_alone() -> None:
    needs, one = (need(NeedKind.RED), need(NeedKind.GATE)), held()
    present = version_of(needs, (one,))
    assert version_of(needs[::-1], (one,)) == present
    others = [
        version_of(needs[:1], (one,)),
        version_of((needs[0], need(NeedKind.GATE, text="another")), (one,)),
        version_of(needs, ()),
        version_of(needs, (held(word="Being verified"),)),
        version_of(needs, (held(waiting=1),)),
    ]
    assert len({present, *others}) == 6
