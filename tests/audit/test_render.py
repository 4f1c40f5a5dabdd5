"""What the journal holds is shown so that nothing in it renders, and written so that it can be checked elsewhere."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.audit.chain import Broken, Checked, chained, follow, start
from bot.audit.render import line_of, linked_from_line, render_audit, render_checked
from tests.support.records import chain, entry

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion


def test_the_newest_entries(snapshot: SnapshotAssertion) -> None:
    links = chain(3)
    assert render_audit(links[::-1], head=links[-1].head, broken=None) == snapshot


def test_hostile_text_stays_text(snapshot: SnapshotAssertion) -> None:
    hostile = replace(
        entry(),
        actor="a`b",
        what="<img src=x> @grace",
        subject=f"#5 /deploy | `x` {'y' * 200}",
        evidence="javascript:alert(1)",
    )
    linked = chained(hostile, start())
    assert render_audit([linked], head=linked.head, broken=Broken(sequence=1, why="it | was")) == snapshot


def test_an_empty_journal_says_so() -> None:
    assert "no entries" in render_audit([], head=start(), broken=None)


def test_a_chain_is_told_in_one_line() -> None:
    head = chain(2)[-1].head
    assert (
        render_checked(Checked(repository_id=22, head=head))
        == f"repository 22: whole with 2 entries, head {head}"
    )
    cut = Checked(repository_id=0, head=head, broken=Broken(sequence=3, why="it was changed"))
    assert render_checked(cut) == "the bot itself: broken at entry 3: it was changed"


def test_a_written_line_is_read_again_as_it_was() -> None:
    links = chain(3)
    read = [linked_from_line(line_of(linked)) for linked in links]
    assert read == links
    assert follow(read)[0].broken is None
    with pytest.raises(ValueError, match="field"):
        linked_from_line("{}")


def test_another_program_can_compute_the_hash_from_the_exported_line() -> None:
    """SHA-256 of entry, previous hash and sequence as JSON with sorted keys and no blanks."""
    previous = "0" * 64
    for linked in chain(3):
        line = json.loads(line_of(linked))
        hashed = {"entry": line["entry"], "previous": previous, "sequence": line["sequence"]}
        text = json.dumps(hashed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()
        assert line["hash"] == previous
