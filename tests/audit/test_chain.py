"""A chain of entries holds, or says where somebody has changed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.audit.canonical import canonical, digest
from bot.audit.chain import Checked, Head, Linked, chained, first_break, follow, start
from tests.support.records import chain, entry


def broken(links: list[Linked], known: dict[int, Head] | None = None) -> tuple[int, str]:
    """This function will say where and why the one chain does not hold."""
    (checked,) = follow(links, known=known)
    assert checked.broken is not None
    return checked.broken.sequence, checked.broken.why


def test_the_same_value_has_the_same_bytes_in_whatever_order_it_was_built() -> None:
    assert canonical({"b": 1, "a": (1, "é")}) == '{"a":[1,"é"],"b":1}'
    assert digest({"b": 1, "a": 2}) == digest(dict(reversed({"b": 1, "a": 2}.items())))
    with pytest.raises(TypeError):
        canonical(object())


def test_an_untouched_chain_holds_to_its_head() -> None:
    links = chain(4)
    assert follow(links) == (Checked(repository_id=22, head=links[-1].head),)
    assert follow([]) == ()


def test_each_repository_has_a_chain_of_its_own() -> None:
    one, other = chain(2), chain(3, repository_id=23)
    checked = follow([*one, *other])
    assert [(each.repository_id, each.head.sequence, each.broken) for each in checked] == [
        (22, 2, None),
        (23, 3, None),
    ]


def test_a_changed_word_is_noticed() -> None:
    links = chain(4)
    links[1] = replace(links[1], entry=replace(links[1].entry, actor="eve"))
    assert broken(links) == (2, "it was changed after it was written")


def test_a_changed_entry_with_a_new_hash_breaks_the_next_one() -> None:
    links = chain(4)
    links[1] = chained(replace(links[1].entry, actor="eve"), links[0].head)
    assert broken(links) == (3, "it was not written after the entry that stands before it")


def test_an_entry_that_was_taken_out_is_missed() -> None:
    links = chain(4)
    assert broken([*links[:1], *links[2:]]) == (2, "entry 2 is missing: after 1 comes 3")
    assert broken(links[1:]) == (1, "entry 1 is missing: after 0 comes 2")


def test_an_entry_of_another_repository_cannot_be_put_in() -> None:
    links, others = chain(3), chain(3, repository_id=23)
    moved = replace(others[1], entry=replace(others[1].entry, repository_id=22))
    assert broken([links[0], moved, links[2]])[0] == 2


def test_a_chain_that_was_cut_off_or_written_anew_is_noticed_by_a_head_that_was_noted_down() -> None:
    links = chain(4)
    known = {22: links[3].head}
    assert follow(links, known=known)[0].broken is None
    assert broken(links[:2], known) == (3, f"its end is cut off: it went to {known[22]} once")
    assert broken([], known)[0] == 1
    anew = [chained(replace(links[0].entry, actor="eve"), start())]
    for link in links[1:]:
        anew.append(chained(link.entry, anew[-1].head))
    assert follow(anew)[0].broken is None
    assert broken(anew, known) == (4, f"it is not the entry that was noted down as {known[22]}")
    assert str(known[22]) == f"4:{links[3].hash}"


def test_a_part_of_a_chain_can_be_followed_alone() -> None:
    links = chain(5)
    assert first_break(links[2:]) is None
    assert first_break([]) is None
    links[3] = replace(links[3], entry=replace(links[3].entry, result="refused"))
    found = first_break(links[2:])
    assert found is not None
    assert found.sequence == 4


def test_the_same_moment_in_another_zone_is_the_same_entry() -> None:
    east = entry().at.astimezone(timezone(timedelta(hours=5)))
    assert chained(replace(entry(), at=east), start()) == chained(entry(), start())
    assert chained(entry(), start()).entry.at == datetime(2026, 11, 22, 12, 1, tzinfo=UTC)
