"""Whatever is done to a chain, it is noticed, or the chain is only shorter than the head that was noted down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bot.audit.chain import follow
from bot.audit.model import Kind
from tests.support.records import chain

if TYPE_CHECKING:
    from bot.audit.chain import Linked

CHAIN = chain(6)
WORDS = st.sampled_from(["", "eve", "refused", "x" * 300])


@st.composite
def tampered(draw: st.DrawFn) -> list[Linked]:
    """This strategy will make chains to which something was done once or more."""
    links = list(CHAIN)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(0, len(links) - 1)))
        if not links:
            break
        match draw(st.integers(0, 5)):
            case 0:
                del links[place]
            case 1:
                links.insert(place, links[draw(st.integers(0, len(links) - 1))])
            case 2:
                other = draw(st.integers(0, len(links) - 1))
                links[place], links[other] = links[other], links[place]
            case 3:
                entry = replace(links[place].entry, actor=draw(WORDS), kind=draw(st.sampled_from(Kind)))
                links[place] = replace(links[place], entry=entry)
            case 4:
                links[place] = replace(links[place], sequence=draw(st.integers(-1, 9)))
            case _:
                links[place] = replace(links[place], previous=draw(st.sampled_from(CHAIN)).hash)
    return links


@given(tampered())
def test_a_chain_that_holds_is_the_first_part_of_the_true_one(links: list[Linked]) -> None:
    for checked in follow(links):
        if checked.broken is None:
            assert links == CHAIN[: len(links)]


@given(tampered())
def test_with_its_head_noted_down_only_the_true_chain_holds(links: list[Linked]) -> None:
    (checked,) = follow(links, known={22: CHAIN[-1].head})
    assert (checked.broken is None) == (links == CHAIN)
