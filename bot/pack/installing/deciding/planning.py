"""Decides what becomes of each file: edits stay, what nobody touched is brought up to date, the rest is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.pack.installing.deciding.merging import merged
from bot.pack.installing.model import Change, Fate, Wish
from bot.pack.installing.recording import Written, blob_id

if TYPE_CHECKING:
    from bot.pack.installing.model import Standing
    from bot.pack.model import PackFile


def needs_base(*, written: str | None, current: str | None, offered: str | None) -> bool:
    """This function will say by git's ids whether what was written is needed to decide what becomes of a file."""
    known = None not in {written, current, offered}
    return known and len({written, current, offered}) == 3  # noqa: PLR2004 - all three differ


def decide_file(one: Standing, wish: Wish = Wish.NONE) -> Change:
    """This function will decide what becomes of a file."""
    if one.offered is None:
        return _gone_from_pack(one)
    new = Written(blob=blob_id(one.offered.content))
    if one.current == one.offered.content:
        return _change(one, Fate.SAME, remembered=new)
    if wish is Wish.REPLACE:
        return _change(one, Fate.REPLACED, after=one.offered.content, remembered=new)
    if wish is Wish.KEEP:
        return _change(
            one, Fate.KEPT if one.current is not None else Fate.DELETED, remembered=_with_text(one.offered)
        )
    if one.written is None:
        return _never_written(one, new)
    return _written_before(one, one.written, one.offered)


def _gone_from_pack(one: Standing) -> Change:
    if one.current is None or one.written is None:
        return _change(one, Fate.SAME, remembered=None)
    if one.is_removable and blob_id(one.current) == one.written.blob:
        return _change(one, Fate.REMOVED, remembered=None)
    return _change(one, Fate.RETIRED, remembered=None)


def _never_written(one: Standing, new: Written) -> Change:
    if one.current is None:
        return _change(one, Fate.NEW, after=_offered(one), remembered=new)
    return _change(one, Fate.FOREIGN, remembered=None)


def _written_before(one: Standing, written: Written, offered: PackFile) -> Change:
    new = Written(blob=blob_id(offered.content))
    if one.current is None:
        return _change(one, Fate.DELETED, remembered=written)
    if blob_id(one.current) == written.blob:
        return _change(one, Fate.UPDATED, after=offered.content, remembered=new)
    if new.blob == written.blob:
        return _change(one, Fate.KEPT, remembered=written)
    return _edited(one, one.current, offered, written)


def _edited(one: Standing, current: bytes, offered: PackFile, written: Written) -> Change:
    if one.base is None:
        return _change(one, Fate.LOST, remembered=written)
    both = merged(one.path, base=one.base, current=current, offered=offered.content)
    if both is None:
        return _change(one, Fate.CONFLICT, remembered=written)
    fate = Fate.KEPT if both == current else Fate.MERGED  # the person may have made the same change
    return _change(one, fate, after=both, remembered=_with_text(offered))


def _with_text(offered: PackFile) -> Written:
    # no commit ever has it as it is, so git could not give it back
    return Written(blob=blob_id(offered.content), text=offered.content.decode())


def _offered(one: Standing) -> bytes | None:
    return None if one.offered is None else one.offered.content


def _change(one: Standing, fate: Fate, *, remembered: Written | None, after: bytes | None = None) -> Change:
    return Change(
        path=one.path,
        fate=fate,
        before=one.current,
        after=after if fate.writes else one.current,
        offered=_offered(one),
        written=remembered,
        is_program=one.offered is not None and one.offered.is_program,
    )
