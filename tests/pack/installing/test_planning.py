"""What becomes of each file: edits stay, what nobody touched is brought up to date, the rest is told."""

from __future__ import annotations

import pytest

from bot.pack.installing.deciding.planning import decide_file, needs_base
from bot.pack.installing.model import Change, Fate, Standing, Wish
from bot.pack.installing.recording import Written, blob_id
from bot.pack.model import PackFile

PATH = ".github/workflows/ci-build.yml"
OLD = b"name: CI\njobs:\n  build: {}\n  fmt: {}\n  docs: {}\n"
NEW = OLD.replace(b"docs: {}", b"docs: {timeout-minutes: 30}")
EDITED = OLD.replace(b"name: CI", b"name: Build")
BOTH = NEW.replace(b"name: CI", b"name: Build")
AGAINST = OLD.replace(b"docs: {}", b"docs: {timeout-minutes: 90}")


def decided(
    *,
    written: bytes | None = OLD,
    current: bytes | None = OLD,
    offered: bytes | None = NEW,
    wish: Wish = Wish.NONE,
    base: bytes | None = OLD,
) -> Change:
    standing = Standing(
        path=PATH,
        written=None if written is None else Written(blob=blob_id(written)),
        base=base,
        current=current,
        offered=None if offered is None else PackFile(path=PATH, content=offered, is_program=True),
        is_removable=True,
    )
    return decide_file(standing, wish)


@pytest.mark.parametrize(
    ("change", "fate", "after"),
    [
        (decided(written=None, current=None), Fate.NEW, NEW),
        (decided(), Fate.UPDATED, NEW),
        (decided(current=EDITED), Fate.MERGED, BOTH),
        (decided(current=EDITED, offered=OLD), Fate.KEPT, EDITED),
        (decided(current=BOTH), Fate.KEPT, BOTH),
        (decided(current=NEW), Fate.SAME, NEW),
        (decided(current=None), Fate.DELETED, None),
        (decided(current=AGAINST), Fate.CONFLICT, AGAINST),
        (decided(current=EDITED, base=None), Fate.LOST, EDITED),
        (decided(written=None, current=b"mine\n"), Fate.FOREIGN, b"mine\n"),
        (decided(written=None, current=NEW), Fate.SAME, NEW),
        (decided(offered=None), Fate.REMOVED, None),
        (decided(offered=None, current=EDITED), Fate.RETIRED, EDITED),
        (decided(offered=None, current=None), Fate.SAME, None),
        (decided(current=AGAINST, wish=Wish.REPLACE), Fate.REPLACED, NEW),
        (decided(current=None, wish=Wish.REPLACE), Fate.REPLACED, NEW),
        (decided(written=None, current=b"mine\n", wish=Wish.REPLACE), Fate.REPLACED, NEW),
        (decided(current=AGAINST, wish=Wish.KEEP), Fate.KEPT, AGAINST),
        (decided(current=None, wish=Wish.KEEP), Fate.DELETED, None),
    ],
)
def test_every_state_of_a_file_has_one_fate(change: Change, fate: Fate, after: bytes | None) -> None:
    """Only what nobody touched is overwritten; what a person did is overwritten only when asked."""
    assert (change.fate, change.after) == (fate, after)


@pytest.mark.parametrize("current", [EDITED, AGAINST, b"mine\n", None])
def test_what_a_person_did_is_never_lost_unasked(current: bytes | None) -> None:
    """Whatever lies there, every line that a person added or removed is still so afterwards."""
    after = decided(current=current).after
    if current is None or after is None:
        assert after is current
    else:
        added = set(current.splitlines()) - set(OLD.splitlines())
        assert added <= set(after.splitlines())


def test_a_conflict_is_offered_again_until_it_is_settled() -> None:
    """The record keeps what was written at first, so that the next run sees the same conflict."""
    assert decided(current=AGAINST).written == Written(blob=blob_id(OLD))


def test_a_settled_conflict_is_offered_no_more() -> None:
    """After --keep the next run finds nothing new, and says that the edits stay."""
    settled = decided(current=AGAINST, wish=Wish.KEEP).written
    assert settled is not None
    standing = Standing(
        path=PATH, written=settled, base=None, current=AGAINST, offered=PackFile(path=PATH, content=NEW)
    )
    assert decide_file(standing).fate is Fate.KEPT


def test_what_was_merged_is_merged_again_from_the_record() -> None:
    """No commit has the pack's text as it is after a merge, so the record has it."""
    first = decided(current=EDITED)
    assert first.written is not None
    assert first.written.text is not None
    newer = NEW.replace(b"fmt: {}", b"fmt: {timeout-minutes: 5}")
    standing = Standing(
        path=PATH,
        written=first.written,
        base=first.written.text.encode(),
        current=first.after,
        offered=PackFile(path=PATH, content=newer),
    )
    second = decide_file(standing)
    assert (second.fate, second.after) == (Fate.MERGED, newer.replace(b"name: CI", b"name: Build"))


def test_a_record_that_somebody_edited_removes_no_file_of_others() -> None:
    """A file is removed only where the pack alone has files, whatever the record says."""
    source = b"fn main() {}\n"
    written = Written(blob=blob_id(source))
    standing = Standing(path="src/main.rs", written=written, base=None, current=source, offered=None)
    change = decide_file(standing)
    assert (change.fate, change.after) == (Fate.RETIRED, source)


def test_a_program_stays_one() -> None:
    assert decided().is_program


@pytest.mark.parametrize(
    ("ids", "needed"),
    [
        (("a", "b", "c"), True),
        (("a", "a", "c"), False),
        (("a", "b", "a"), False),
        (("a", "b", "b"), False),
        ((None, "b", "c"), False),
        (("a", None, "c"), False),
        (("a", "b", None), False),
    ],
)
def test_what_was_written_is_read_only_where_all_three_differ(
    ids: tuple[str | None, str | None, str | None],
    needed: bool,  # noqa: FBT001 - a value of the table
) -> None:
    """Reading old objects costs a call each, so it is done only to merge."""
    written, current, offered = ids
    assert needs_base(written=written, current=current, offered=offered) is needed
